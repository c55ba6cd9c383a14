package dev.fairlead;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A smooth rate: so long between two permits, and so many of them ahead of their time. The generic cell rate algorithm of
 * ITU-T I.371, which keeps one number: when the next permit would be due if all had come evenly. Thread-safe without a
 * lock; a permit that is there costs one compare-and-set and no memory.
 */
final class Pace {
    private final AtomicLong dueNanos;
    private volatile long intervalNanos;
    private volatile long burstNanos;

    /**
     * A pace that has not been used yet.
     *
     * @param intervalNanos between two permits, at least 1
     * @param burstNanos how far the permits may be ahead of their time
     */
    Pace(long intervalNanos, long burstNanos, long now) {
        this.intervalNanos = intervalNanos;
        this.burstNanos = burstNanos;
        dueNanos = new AtomicLong(now);
    }

    static Pace of(Policy.Rate rate, long now) {
        // Rounded up, or a period would see one permit too many.
        long interval = Math.max(1, (Nanos.of(rate.period()) + rate.permits() - 1) / rate.permits());
        return new Pace(interval, times(interval, rate.burst() - 1), now);
    }

    /** From now on another one. What was taken stays taken. */
    void change(long newIntervalNanos, long newBurstNanos) {
        intervalNanos = newIntervalNanos;
        burstNanos = newBurstNanos;
    }

    long intervalNanos() {
        return intervalNanos;
    }

    /** Takes permits if they may go now, and returns 0; or takes none and returns how long to wait. */
    long take(int permits, long now) {
        while (true) {
            long due = dueNanos.get();
            long waitNanos = due - burstNanos - now;
            if (waitNanos > 0) {
                return waitNanos;
            }
            if (dueNanos.compareAndSet(due, later(due, now) + times(intervalNanos, permits))) {
                return 0;
            }
        }
    }

    /** Takes permits in any case, and returns how long to wait until they may be used. */
    long reserve(int permits, long now) {
        while (true) {
            long due = dueNanos.get();
            if (dueNanos.compareAndSet(due, later(due, now) + times(intervalNanos, permits))) {
                return Math.max(0, due - burstNanos - now);
            }
        }
    }

    /**
     * Gives back permits that were not used. Where others were given since, as much of them as time has brought back
     * anyway stays away: they had it already. Without a burst only the last ones taken come back: whoever got others now
     * would go too close to those who went since.
     *
     * @param dueAtNanos when they were taken, or might have been used
     */
    void giveBack(int permits, long dueAtNanos, long now) {
        while (true) {
            long due = dueNanos.get();
            long nanos = times(intervalNanos, permits);
            long others = due - nanos - dueAtNanos;
            if (others >= intervalNanos) {
                nanos -= Math.max(0, now - dueAtNanos);
            }
            if (nanos <= 0 || (burstNanos == 0 && others > 0)) {
                return;
            }
            if (dueNanos.compareAndSet(due, due - nanos)) {
                return;
            }
        }
    }

    /** No permit before a time. */
    void holdUntil(long nanos) {
        long due = nanos + burstNanos;
        dueNanos.accumulateAndGet(due, Pace::later);
    }

    /** How long so many permits, and those ahead of them, have to wait. */
    long estimateNanos(long permits, long now) {
        return Math.max(0, dueNanos.get() - burstNanos - now + times(intervalNanos, permits - 1));
    }

    /** Whether all permits of the burst are there. */
    boolean isFull(long now) {
        return now - dueNanos.get() >= 0;
    }

    void reset(long now) {
        dueNanos.set(now);
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }

    /** A product that cannot overflow. */
    private static long times(long nanos, long number) {
        return number > 0 && nanos > Nanos.LONGEST / number ? Nanos.LONGEST : nanos * number;
    }
}
