package dev.fairlead;

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
 * @param wireRequests requests that went onto the wire, OkHttp's redirects and authentication follow-ups included; one
 *     that was written to a connection already dead counts, though the server has not seen it
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
        int wireRequests,
        StopReason stopReason,
        Duration elapsed,
        Optional<ApiError> error,
        Optional<Duration> refusedFor) {
    /** Copies the lists. */
    public CallReport {
        attempts = List.copyOf(attempts);
        waits = List.copyOf(waits);
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
     */
    public record Attempt(
            int number, Duration startedAfter, Duration took, String outcome, Optional<ErrorKind> kind, Reach reach) {}

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
        return provider + " " + method + " " + host + ": " + tries + waiting + ", " + wireRequests + " on the wire, "
                + stopReason
                + refusedFor
                        .map(wait -> " (could go on in " + Nanos.text(Nanos.of(wait)) + ")")
                        .orElse("")
                + " after " + Nanos.text(Nanos.of(elapsed));
    }

    private static String outcome(Attempt attempt) {
        return attempt.outcome() + attempt.kind().map(kind -> " " + kind).orElse("");
    }
}
