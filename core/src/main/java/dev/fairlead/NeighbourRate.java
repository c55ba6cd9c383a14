package dev.fairlead;

/**
 * How fast somebody else uses the same quota: what goes down without being ours. Measured over stretches of time, as
 * requests under way blur each single answer. Not thread-safe.
 */
final class NeighbourRate {
    /** A shorter stretch says more of what is under way than of anybody else. */
    private static final long SHORTEST_NANOS = 100_000_000L;

    private static final long LONGEST_NANOS = 2_000_000_000L;

    /** Levels are said in whole permits. */
    private static final int ROUNDING = 1;

    private static final double SECOND_NANOS = 1e9;

    private boolean begun;
    private long beganNanos;
    private long levelThen;
    private long oursSince;
    private double perSecond;
    private double before;

    /** A level is known exactly; a new stretch begins. */
    void begin(long level, long now) {
        before = perSecond;
        restart(level, now);
    }

    private void restart(long level, long now) {
        begun = true;
        beganNanos = now;
        levelThen = level;
        oursSince = 0;
    }

    /** Permits of ours that the provider has counted. */
    void ours(long permits) {
        oursSince += permits;
    }

    /**
     * The level is known again.
     *
     * @param refilled what came back since the stretch began
     * @param inFlight permits of ours that the level may count already, or not
     */
    void observe(long level, double refilled, long inFlight, long now) {
        if (!begun) {
            restart(level, now);
            return;
        }
        long took = now - beganNanos;
        if (took < SHORTEST_NANOS) {
            return;
        }
        double others = refilled + (levelThen - level - oursSince - inFlight - ROUNDING);
        double seen = Math.max(0, others) / (took / SECOND_NANOS);
        // Who was there a moment ago may be there again.
        perSecond = Math.max(seen, before * 0.7);
        if (took > LONGEST_NANOS) {
            begin(level, now);
        }
    }

    /** Since when and from what level the stretch under way counts, so that a refill can be worked out. */
    long beganNanos() {
        return beganNanos;
    }

    /** How many permits somebody else is likely to take in a time. */
    double in(long nanos) {
        return perSecond == 0 ? 0 : perSecond * (double) Math.max(0, nanos) / SECOND_NANOS;
    }

    double perSecond() {
        return perSecond;
    }
}
