package dev.fairlead;

import org.jspecify.annotations.Nullable;

/**
 * Keeps calls away from a provider in distress. One breaker stands for one provider at one host.
 *
 * <p>A permit is settled exactly once by whoever got it; one that belongs to an earlier state of the breaker is settled
 * without effect. Implementations are safe for use by many threads, never block and never call back under a lock.
 */
public interface CircuitBreaker {
    /** What the breaker lets through. */
    enum State {
        /** Everything. */
        CLOSED,
        /** Nothing until {@link CircuitBreaker#nanosUntilTry}. */
        OPEN,
        /** One request at a time, to find out whether the provider is back. */
        HALF_OPEN
    }

    /** A permission to send one request. */
    interface Permit {
        /** The provider answered and is not in distress. */
        void success(long elapsedNanos);

        /** The provider is in distress. */
        void failure(long elapsedNanos);

        /** The attempt says nothing about the provider: cancelled, throttled, not sent. */
        void ignored();
    }

    /** The state now, without effect on it. */
    State state();

    /**
     * How long until a request of this kind may be tried, in nanoseconds; 0 where it may be tried now. Without effect.
     *
     * @param replaySafe whether the request may be executed twice, so that it may be the probe
     */
    long nanosUntilTry(boolean replaySafe);

    /**
     * Asks for a permit, immediately before sending.
     *
     * @param replaySafe whether the request may be executed twice, so that it may be the probe
     * @return the permit, or null where the request must not be sent now
     */
    @Nullable Permit tryAcquire(boolean replaySafe);

    /** Closes it and forgets what was counted. */
    void reset();
}
