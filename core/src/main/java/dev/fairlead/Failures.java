package dev.fairlead;

import dev.fairlead.CallReport.Attempt;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the exception for a call that ends without an answer: what happened, why, and what to do. Stateless. */
final class Failures {
    private static final String HELP = " (docs/troubleshooting.md#";

    private Failures() {}

    static IOException of(
            StopReason stop,
            CallReport report,
            History past,
            boolean byFailure,
            String method,
            @Nullable String idempotencyHeader) {
        LastAnswer answer = past.lastAnswer;
        IOException failure = past.lastFailure;
        String who = report.provider() + " at " + report.host() + ": ";
        if (past.outcomeUnknown) {
            String cut = stop == StopReason.DEADLINE
                    ? "was cut by the deadline after " + Nanos.text(Nanos.of(report.elapsed()))
                    : "failed (" + name(failure) + ")";
            String repeated = report.attempts().size() > 1
                    ? " so it was repeated only under the key that was made for this call alone,"
                    : " so it was not repeated,";
            String message =
                    who + "a " + method + " " + cut + " after it may have been sent, and must not be made twice,"
                            + repeated + " and nobody knows whether it was executed."
                            + " Look it up at the provider before trying again"
                            + (idempotencyHeader == null ? "" : ", or give the call an idempotency key") + ". "
                            + report.explain() + HELP + "outcome-unknown)";
            return new OutcomeUnknownException(message, failure, report, answer);
        }
        if (stop == StopReason.DEADLINE && (byFailure || past.refusedForNanos == 0)) {
            return new DeadlineExceededException(who + deadline(report, method), failure, report, answer);
        }
        if (!byFailure && failure == null) {
            return refused(stop, report, past, who, answer);
        }
        String message = who + "no answer to a " + method + " (" + name(failure) + ") after "
                + report.attempts().size() + " attempt(s), stopped because " + whyNoMore(stop, past) + ". "
                + report.explain() + HELP + "call-failed)";
        return new CallFailedException(message, failure, report, answer);
    }

    private static ResilienceException refused(
            StopReason stop, CallReport report, History past, String who, @Nullable LastAnswer answer) {
        long wait = past.refusedForNanos;
        if (stop == StopReason.CIRCUIT_OPEN) {
            String message =
                    who + "the circuit breaker is open, as the provider is failing; nothing was sent. A request"
                            + " may be tried in " + Nanos.text(wait) + ". When it opens and for how long is set by"
                            + " Policy.withBreakerThreshold and withBreakerOpen" + HELP + "circuit-open)";
            return new CircuitOpenException(message, report, answer, wait);
        }
        String bound = stop == StopReason.LONGEST_WAIT
                ? "the policy's longest wait is shorter; raise it with Policy.withLongestWait"
                : "the call's deadline is sooner (the tightest of Policy.withDeadline, CallOptions.deadline, the"
                        + " caller's DeadlineContext and the client's callTimeout); raise it";
        // In a line there is no telling when the turn comes.
        String turn = wait == 0 ? "the call's turn did not come" : "the key may send again in " + Nanos.text(wait);
        String message = who + turn + " (" + past.waitReason + "), but " + bound + ", or call again later" + HELP
                + "rate-limited)";
        return new RateLimitedException(message, report, answer, wait);
    }

    /** The reason, and the setting that has to do with it. */
    private static String whyNoMore(StopReason stop, History past) {
        String next = "the next one could begin in " + Nanos.text(past.refusedForNanos);
        return stop
                + switch (stop) {
                    case ATTEMPTS_EXHAUSTED -> " (see Policy.withMaxAttempts)";
                    case RETRY_BUDGET_EXHAUSTED ->
                        " (the provider is failing for everybody; see Policy.withRetryBudget)";
                    case BODY_NOT_REPLAYABLE -> " (the request's body can be sent only once)";
                    case CIRCUIT_OPEN -> " (" + next + "; see Policy.withBreakerOpen)";
                    case DEADLINE -> " (" + next + "; see Policy.withDeadline)";
                    case LONGEST_WAIT -> " (" + next + "; see Policy.withLongestWait)";
                    default -> "";
                };
    }

    private static String deadline(CallReport report, String method) {
        List<Attempt> attempts = report.attempts();
        String sent = attempts.isEmpty()
                ? "nothing was sent"
                : attempts.get(attempts.size() - 1).reach() == Reach.NOT_SENT
                        ? "the last attempt was not sent"
                        : "the " + method + " was sent, and whether it was executed is unknown";
        return "the deadline passed after " + Nanos.text(Nanos.of(report.elapsed())) + "; " + sent + ". "
                + report.explain()
                + ". Raise the tightest of Policy.withDeadline, CallOptions.deadline, the caller's"
                + " DeadlineContext and the client's callTimeout, or find out why the provider is slow" + HELP
                + "deadline-exceeded)";
    }

    private static String name(@Nullable IOException failure) {
        return failure == null ? "unknown" : failure.getClass().getSimpleName();
    }
}
