package dev.fairlead;

import java.time.Duration;

/**
 * Says when a request may go. One bucket stands for one quota of one credential at one host.
 *
 * <p>This is what a bucket of the user's own is asked, see {@link Policy#withTokenBucket}. The library's own, which
 * follows the provider, is used where none is given.
 *
 * <p>Implementations are safe for use by many threads, never block and never call back.
 */
public interface TokenBucket {
    /**
     * A rate and no more: permits come evenly, a burst of them may go at once, and whoever reserves more waits in the
     * order of reservation. A permit that is there costs one compare-and-set.
     *
     * @param permits how many, at least 1
     * @param period in which time, more than zero
     * @param burst how many may go at once, at least 1
     * @param ticker the clock
     */
    static TokenBucket smooth(int permits, Duration period, int burst, Ticker ticker) {
        return new SmoothBucket(ticker, new Policy.Rate(permits, period, burst));
    }

    /**
     * Takes permits now and says when they may be used. A caller that then does not send gives them back.
     *
     * @param permits how many, at least 1
     * @return nanoseconds to wait from now; 0 where the request may go at once
     */
    long reserve(int permits);

    /** Gives back permits that were reserved for a request that was not sent. */
    void giveBack(int permits);

    /** Takes over what an answer said of this bucket. */
    void observe(RateLimit state);

    /** Forgets what the provider said and what was reserved. */
    void reset();
}
