package dev.fairlead.okhttp.faults;

/** A request in the server's own record: its head was read to the end. Thread-safe. */
final class SeenRequest {
    /** The server closed, went silent or the like. */
    static final String NO_ANSWER = "none";

    private final String method;
    private final long atNanos = System.nanoTime();
    private volatile String answer = NO_ANSWER;

    SeenRequest(String method) {
        this.method = method;
    }

    String method() {
        return method;
    }

    long atNanos() {
        return atNanos;
    }

    /** A status code, or the name of an HTTP/2 error code. */
    String answer() {
        return answer;
    }

    void answeredWith(String what) {
        answer = what;
    }

    /** Whether the answer says that nothing was done, so that even an unsafe request may come again. */
    boolean isProvablyNotExecuted() {
        return switch (answer) {
            case "307", "308", "401", "407", "425", "429", "REFUSED_STREAM" -> true;
            default -> false;
        };
    }

    @Override
    public String toString() {
        return method + " answered " + answer;
    }
}
