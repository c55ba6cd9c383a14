package dev.fairlead;

import dev.fairlead.ApiError.Executed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What became of one call and why: every attempt, every wait, every request on the wire. Holds neither credential, path,
 * query nor body, so that it can be logged.
 *
 * @param provider the provider's name
 * @param host the host
 * @param method the request's method
 * @param attempts the attempts in order
 * @param waits the waits in order
 * @param followUps what went onto the wire besides the attempts' own requests
 * @param wireRequests requests that went onto the wire: one for each attempt that was sent, and the follow-ups
 * @param unansweredRequests how many of them got no answer, not even a redirect. The server saw all others; of these
 *     nobody here can know, as a request may be written to a connection that is already dead
 * @param stopReason why it ended
 * @param elapsed from the beginning of the call until it was handed over, or until now
 * @param error what the last answer means, where it is an error
 * @param refusedFor how long the call would have had to wait when it was stopped instead; empty where it was not
 */
public record CallReport(
        String provider,
        String host,
        String method,
        List<Attempt> attempts,
        List<Wait> waits,
        List<FollowUp> followUps,
        int wireRequests,
        int unansweredRequests,
        StopReason stopReason,
        Duration elapsed,
        Optional<ApiError> error,
        Optional<Duration> refusedFor) {
    /** Copies the lists. */
    public CallReport {
        attempts = List.copyOf(attempts);
        waits = List.copyOf(waits);
        followUps = List.copyOf(followUps);
    }

    /**
     * One attempt.
     *
     * @param number 1 for the first
     * @param startedAfter from the beginning of the call
     * @param took until the answer's head or the failure
     * @param outcome the status code, or the class name of the failure
     * @param kind what the answer means; empty for a success and where no answer came
     * @param reach how far the request got
     * @param executed what is known of whether the provider did what was asked
     * @param fromCache whether the HTTP client's cache answered, and nothing was sent
     * @param replayed whether the provider repeated the answer that it had stored for the idempotency key, and did nothing
     */
    public record Attempt(
            int number,
            Duration startedAfter,
            Duration took,
            String outcome,
            Optional<ErrorKind> kind,
            Reach reach,
            Executed executed,
            boolean fromCache,
            boolean replayed) {}

    /**
     * A request that the HTTP client, or an interceptor beneath the rules, added to an attempt.
     *
     * @param attempt the number of the attempt
     * @param status the answer that made it: 3xx for a redirect, 401 or 407 for an authentication; 0 where the request
     *     before it had no answer
     */
    public record FollowUp(int attempt, int status) {
        /** Why it was sent. */
        public Kind kind() {
            if (status >= 300 && status < 400) {
                return Kind.REDIRECT;
            }
            return status == 401 || status == 407 ? Kind.AUTHENTICATION : Kind.REPETITION;
        }

        /** Why a request was added to an attempt. */
        public enum Kind {
            /** The answer before it led elsewhere. */
            REDIRECT,
            /** The answer before it asked for credentials. */
            AUTHENTICATION,
            /** The request before it was repeated, by an interceptor that retries beneath the rules or on another connection. */
            REPETITION
        }
    }

    /**
     * One wait.
     *
     * @param reason why
     * @param startedAfter from the beginning of the call
     * @param took how long it really took
     */
    public record Wait(WaitReason reason, Duration startedAfter, Duration took) {}

    /** How long the call waited in all. */
    public Duration waited() {
        return waits.stream().map(Wait::took).reduce(Duration.ZERO, Duration::plus);
    }

    /**
     * What is known of whether the provider did what the call asked: {@code YES} if an answer says so, {@code NO} if none
     * of the attempts can have done it.
     */
    public Executed executed() {
        Executed known = Executed.NO;
        for (Attempt attempt : attempts) {
            if (attempt.executed() == Executed.YES) {
                return Executed.YES;
            }
            if (attempt.executed() == Executed.UNKNOWN) {
                known = Executed.UNKNOWN;
            }
        }
        return known;
    }

    /** The whole story in one line, for a log. */
    public String explain() {
        String tries = attempts.isEmpty()
                ? "not sent"
                : attempts.size() + (attempts.size() == 1 ? " attempt (" : " attempts (")
                        + attempts.stream().map(CallReport::outcome).collect(Collectors.joining(", ")) + ")";
        String waiting = waits.isEmpty()
                ? ""
                : ", waited "
                        + waits.stream()
                                .map(wait -> Nanos.text(Nanos.of(wait.took())) + " (" + wait.reason() + ")")
                                .collect(Collectors.joining(", "));
        String more = followUps.isEmpty()
                ? ""
                : " ("
                        + followUps.stream()
                                .map(followUp -> followUp.kind() + " after " + followUp.status())
                                .collect(Collectors.joining(", "))
                        + ")";
        return provider + " " + method + " " + host + ": " + tries + waiting + ", " + wireRequests + " on the wire"
                + more + ", " + stopReason
                + refusedFor
                        .map(wait -> " (could go on in " + Nanos.text(Nanos.of(wait)) + ")")
                        .orElse("")
                + " after " + Nanos.text(Nanos.of(elapsed));
    }

    private static String outcome(Attempt attempt) {
        return attempt.outcome()
                + attempt.kind().map(kind -> " " + kind).orElse("")
                + (attempt.fromCache() ? " from cache" : "")
                + (attempt.replayed() ? " replayed" : "");
    }
}
