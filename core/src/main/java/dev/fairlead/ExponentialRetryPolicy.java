package dev.fairlead;

import dev.fairlead.ApiError.Executed;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;

/** Safe repetitions only, with a growing pause. Stateless and thread-safe. */
final class ExponentialRetryPolicy implements RetryPolicy {
    /** Milliseconds, as resilience4j counts; without its own jitter, which shortens waits as well as lengthens them. */
    private final IntervalFunction backoff;

    ExponentialRetryPolicy(Duration firstBackoff, double multiplier, Duration longestBackoff) {
        backoff = IntervalFunction.ofExponentialBackoff(firstBackoff, multiplier, longestBackoff);
    }

    @Override
    public RetryDecision decide(FailedAttempt attempt) {
        ApiError error = attempt.error();
        return error == null ? afterFailure(attempt) : afterAnswer(attempt, error);
    }

    /** No answer came: all depends on how far the request got. */
    private RetryDecision afterFailure(FailedAttempt attempt) {
        if (attempt.reach() != Reach.NOT_SENT && !attempt.replaySafe()) {
            return new RetryDecision.Stop(StopReason.NOT_REPLAY_SAFE);
        }
        if (!attempt.bodyReplayable()) {
            return new RetryDecision.Stop(StopReason.BODY_NOT_REPLAYABLE);
        }
        return new RetryDecision.Retry(pause(attempt), false);
    }

    private RetryDecision afterAnswer(FailedAttempt attempt, ApiError error) {
        boolean mayRepeat = switch (error.advice()) {
            case SAME_REQUEST -> true;
            case AFTER_WAIT -> error.executed() == Executed.NO || attempt.replaySafe();
            case ONLY_IF_IDEMPOTENT -> attempt.replaySafe();
            case AFTER_CREDENTIAL_FIX, AFTER_CHANGE, NEVER -> false;
        };
        if (!mayRepeat) {
            boolean onlyForSafety =
                    error.advice() == RetryAdvice.AFTER_WAIT || error.advice() == RetryAdvice.ONLY_IF_IDEMPOTENT;
            return new RetryDecision.Stop(onlyForSafety ? StopReason.NOT_REPLAY_SAFE : StopReason.NOT_RETRYABLE);
        }
        if (!attempt.bodyReplayable()) {
            return new RetryDecision.Stop(StopReason.BODY_NOT_REPLAYABLE);
        }
        Duration asked = error.retryAfter().orElse(null);
        if (asked != null) {
            return new RetryDecision.Retry(asked, true);
        }
        return new RetryDecision.Retry(pause(attempt), false);
    }

    private Duration pause(FailedAttempt attempt) {
        return Duration.ofMillis(backoff.apply(attempt.number()));
    }
}
