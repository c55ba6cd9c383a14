package dev.fairlead;

/**
 * Says when a request may go. One bucket stands for one quota of one credential at one host.
 *
 * <p>Implementations are safe for use by many threads, never block and never call back.
 */
public interface TokenBucket {
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
