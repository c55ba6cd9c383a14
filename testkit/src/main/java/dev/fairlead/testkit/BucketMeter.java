package dev.fairlead.testkit;

/**
 * A bucket that is full at the beginning and refilled all the time, in fractions of a permit. A leaky bucket is the same,
 * seen from the other side. Not thread-safe.
 */
final class BucketMeter implements QuotaMeter {
    private static final double NANO_PERMITS = 1e9;

    final int capacity;
    final double perSecond;

    /** In billionths, of which whole rates make whole numbers: so no sum is rounded, as tenths would be. */
    private double nanoPermits;

    private long filledAtNanos;

    BucketMeter(int capacity, double perSecond) {
        this.capacity = capacity;
        this.perSecond = perSecond;
        this.nanoPermits = capacity * NANO_PERMITS;
    }

    @Override
    public boolean take(long elapsedNanos, int required, int charged) {
        double filled = perSecond * (elapsedNanos - filledAtNanos);
        nanoPermits = Math.min(capacity * NANO_PERMITS, nanoPermits + filled);
        filledAtNanos = elapsedNanos;
        if (required * NANO_PERMITS > nanoPermits) {
            return false;
        }
        nanoPermits -= charged * NANO_PERMITS;
        return true;
    }

    /** Whole permits that were in the bucket after the last request. */
    long available() {
        return (long) (nanoPermits / NANO_PERMITS);
    }

    @Override
    public long offered(long untilNanos) {
        return untilNanos <= 0 ? 0 : capacity + (long) (perSecond * untilNanos / NANO_PERMITS);
    }
}
