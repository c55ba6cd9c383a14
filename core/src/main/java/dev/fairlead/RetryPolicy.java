package dev.fairlead;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an attempt is followed by another, and when. Pure: it neither waits nor remembers.
 *
 * <p>Implementations are stateless and safe for use by many threads.
 */
@FunctionalInterface
public interface RetryPolicy {
    /** Decides what follows a failed attempt. */
    RetryDecision decide(FailedAttempt attempt);

    /**
     * The policy used unless another is given: a repetition is made only where it is safe (see {@link FailedAttempt}),
     * the provider's wait is never shortened, and otherwise the pause grows exponentially.
     *
     * @param firstBackoff the pause before the second attempt
     * @param multiplier by how much the pause grows with each attempt, at least 1
     * @param longestBackoff where it stops growing
     */
    static RetryPolicy exponential(Duration firstBackoff, double multiplier, Duration longestBackoff) {
        return new ExponentialRetryPolicy(firstBackoff, multiplier, longestBackoff);
    }

    /**
     * One attempt that did not succeed.
     *
     * @param number 1 for the first attempt of a call
     * @param error the provider's error in normal form, or null where no answer came
     * @param reach how far the request got
     * @param replaySafe whether the request may be executed twice: by its method, a key, or the provider's rules
     * @param bodyReplayable whether there is a body to send again; a body that can be read only once is lost when it was read
     */
    record FailedAttempt(
            int number, @Nullable ApiError error, Reach reach, boolean replaySafe, boolean bodyReplayable) {}
}
