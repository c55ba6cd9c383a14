package dev.fairlead;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Where a provider's clock stands against our monotonic one. An answer's {@code Date} is cut to whole seconds, so one
 * answer tells it to a second; many answers, received at different fractions of a second, tell it to the time that an
 * answer is under way. Errs to the late side: the provider's clock is never thought to be ahead of what answers prove.
 * Thread-safe.
 */
final class ServerClock {
    private static final long SECOND_NANOS = 1_000_000_000L;

    /** Clocks drift, and hosts behind a name differ: what was seen longer ago than twice this is forgotten. */
    private static final long REMEMBERED_NANOS = 60 * SECOND_NANOS;

    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by {@code lock}. */
    private boolean known;
    /** The most that the provider's clock was seen ahead of ours in this period, and the one before. By {@code lock}. */
    private long aheadNanos;

    private long aheadBeforeNanos;
    /** When this period began. Guarded by {@code lock}. */
    private long periodNanos;

    /**
     * An answer that was sent at a second of the provider's clock.
     *
     * @param askedNanos when its request was sent
     * @param receivedNanos when it was received
     */
    void observe(long epochSecond, long askedNanos, long receivedNanos) {
        long epochNanos = epochSecond * SECOND_NANOS;
        lock.lock();
        try {
            long ahead = epochNanos - receivedNanos;
            if (!known) {
                known = true;
                aheadNanos = ahead;
                aheadBeforeNanos = ahead;
                periodNanos = receivedNanos;
            }
            if (receivedNanos - periodNanos > REMEMBERED_NANOS) {
                aheadBeforeNanos = aheadNanos;
                aheadNanos = ahead;
                periodNanos = receivedNanos;
            }
            // It showed less than the next second when the answer was made, which was after the request was sent.
            long mostAhead = epochNanos + SECOND_NANOS - askedNanos;
            aheadNanos = bounded(later(aheadNanos, ahead), ahead, mostAhead);
            aheadBeforeNanos = bounded(aheadBeforeNanos, ahead, mostAhead);
        } finally {
            lock.unlock();
        }
    }

    boolean isKnown() {
        lock.lock();
        try {
            return known;
        } finally {
            lock.unlock();
        }
    }

    /** Our time when the provider's clock shows a second; the late end of what is possible. */
    long nanosAt(long epochSecond) {
        lock.lock();
        try {
            return epochSecond * SECOND_NANOS - later(aheadNanos, aheadBeforeNanos);
        } finally {
            lock.unlock();
        }
    }

    /** Where it cannot be so far ahead as was seen: by a little, a date was old when it was sent; by more, it was set back. */
    private static long bounded(long seen, long ahead, long mostAhead) {
        return seen - mostAhead > SECOND_NANOS ? ahead : earlier(seen, mostAhead);
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }

    private static long earlier(long one, long other) {
        return one - other < 0 ? one : other;
    }
}
