package dev.fairlead.okhttp;

/**
 * Something about a client that makes the rules hold less well than they could, or not at all. Holds no secret: names
 * of classes, hosts and settings only. Immutable and thread-safe.
 *
 * @param code what kind
 * @param message what was found, why it matters, and which setting to change
 */
public record Finding(Code code, String message) {
    /** The kinds; {@code docs/troubleshooting.md#audit} says more of each. */
    public enum Code {
        /** The client's {@code callTimeout} ends calls before a policy's deadline does. */
        CALL_TIMEOUT_SHORTER_THAN_DEADLINE,
        /** An interceptor of the client repeats requests on its own. */
        RETRYING_INTERCEPTOR,
        /** The dispatcher lets fewer requests through than a {@code maxConcurrency} that was chosen. */
        DISPATCHER_LIMIT_BELOW_CONCURRENCY,
        /** The rules see no credential, and yet the request has one on the wire. */
        CREDENTIAL_ADDED_BENEATH,
        /** Another interceptor stands outside of Fairlead's. */
        NOT_OUTERMOST,
        /** Another event listener took the place of Fairlead's, so calls do not know their caller's deadline. */
        DEADLINE_NOT_INHERITED,
        /** There are several copies of OkHttp on the class path. */
        TWO_OKHTTPS,
        /** A layer outside of Fairlead repeats calls that have failed. */
        NESTED_RETRIES
    }

    /** For the log. */
    String text() {
        return code + ": " + message;
    }
}
