package dev.fairlead;

/**
 * What the provider said of one quota, brought up to now: an answer tells of the moment it was made, and knows nothing of
 * the requests that are under way since. Those are held against it, whether or not it counts them already: so answers
 * that overtake each other never open a quota that is spent. Not thread-safe; its {@link ServerBucket} guards it.
 */
abstract sealed class QuotaState permits WindowState, RefillState {
    /** There is no time: it takes an answer to one of the requests under way. */
    static final long WHEN_ANSWERED = Long.MAX_VALUE;

    /** Permits that others with the same credential take, beside ours. */
    final NeighbourRate neighbour = new NeighbourRate();

    /** What one request takes, ours or another's, where the provider counts more than requests. */
    int permitsOfOne = 1;

    /** How many permits may go now. */
    abstract long available(long now, long inFlight);

    /** How long until so many may go, where they may not now; or {@link #WHEN_ANSWERED}. */
    abstract long nanosUntil(long permits, long now, long inFlight);

    /** How many there are when it is full, or -1 where nobody said. */
    abstract long size();

    /** How many can be there at once at the very most; whoever needs more may go when as many are there. */
    abstract long most();

    /** How long until all is there again, zero where nobody knows better. */
    abstract long nanosUntilFull(long now);

    /** A request goes, although nothing says that it may but that it was time to ask. */
    void asking() {}

    /**
     * A request is no longer under way.
     *
     * @param permits how many of its permits the provider has counted, or may have
     * @param takenNanos when its permits were taken
     * @param silent whether its answer does not tell what is left
     */
    abstract void ended(int permits, long takenNanos, boolean silent);

    /**
     * Takes over what an answer said.
     *
     * @param takenNanos when its request's permits were taken
     * @param resetAtNanos when the window ends, by our clock; without meaning where it is none
     * @param inFlight permits under way, this request's no longer
     * @param throttled whether the answer refused the request
     */
    abstract void observe(
            RateLimit said, long takenNanos, long now, long resetAtNanos, long inFlight, boolean throttled);
}
