package dev.fairlead.examples.badhour;

import dev.fairlead.ApiError;
import dev.fairlead.CallReport;
import dev.fairlead.CircuitOpenException;
import dev.fairlead.OutcomeUnknownException;
import dev.fairlead.RateLimitedException;
import dev.fairlead.ResilienceException;
import dev.fairlead.StopReason;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The words of the timeline. Stateless. */
final class Words {
    private Words() {}

    /** Such as {@code 00:12:03}. */
    static String time(Duration sinceStart) {
        return String.format(
                Locale.ROOT,
                "%02d:%02d:%02d",
                sinceStart.toHours(),
                sinceStart.toMinutesPart(),
                sinceStart.toSecondsPart());
    }

    /** Such as {@code 200 ms}, {@code 40 s}, {@code 4 min 55 s}. */
    static String length(Duration duration) {
        if (duration.toMillis() < 1000) {
            return duration.toMillis() + " ms";
        }
        String seconds = duration.toMillisPart() == 0
                ? duration.toSecondsPart() + " s"
                : String.format(Locale.ROOT, "%.1f s", duration.toMillis() % 60_000 / 1000.0);
        if (duration.toMinutes() == 0) {
            return seconds;
        }
        return duration.toMinutes() + " min" + (duration.toMillis() % 60_000 == 0 ? "" : " " + seconds);
    }

    static String answer(int status, @Nullable ApiError error) {
        return error == null ? Integer.toString(status) : status + " " + error.kind();
    }

    /** What the caller got, and why it is not what it wanted. */
    static String outcome(int status, @Nullable IOException failure, CallReport report) {
        if (failure == null) {
            return status + whyNoMore(report);
        }
        String name = failure.getClass().getSimpleName();
        if (failure instanceof RateLimitedException limited) {
            return name + ", to be sent in " + length(limited.retryAfter());
        }
        if (failure instanceof CircuitOpenException open) {
            return name + ", to be tried in " + length(open.retryAfter());
        }
        if (failure instanceof OutcomeUnknownException) {
            return name + ": perhaps executed";
        }
        if (failure instanceof ResilienceException) {
            return name + " after " + length(report.elapsed());
        }
        return name + (report.stopReason() == StopReason.SUCCESS ? " while reading the body" : "");
    }

    private static String whyNoMore(CallReport report) {
        return switch (report.stopReason()) {
            case DEADLINE -> ": a wait would outlast its deadline";
            case LONGEST_WAIT -> ": the wait is longer than the policy allows";
            case CIRCUIT_OPEN -> ", not repeated: the breaker is open";
            case NOT_REPLAY_SAFE -> ", not repeated: perhaps executed";
            case BODY_NOT_REPLAYABLE -> ", not repeated: its body can be sent once";
            case ATTEMPTS_EXHAUSTED -> " after all " + report.attempts().size() + " attempts";
            case RETRY_BUDGET_EXHAUSTED -> ", not repeated: the retry budget is spent";
            case NOT_RETRYABLE -> ": a repeat would not mend it";
            default -> "";
        };
    }
}
