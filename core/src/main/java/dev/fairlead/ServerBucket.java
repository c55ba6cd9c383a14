package dev.fairlead;

import java.util.concurrent.locks.ReentrantLock;

/**
 * The bucket used unless another is given: counts down what the provider said is left of its window, and keeps to a
 * rate of our own where the policy has one. Thread-safe.
 */
final class ServerBucket implements TokenBucket {
    /** Resets come in whole seconds, and dates too: two answers about one window may differ by this much. */
    private static final long SAME_WINDOW_NANOS = 2_000_000_000L;

    private final Ticker ticker;
    /** Time between two permits of our own rate; 0 for none. */
    private final long intervalNanos;
    /** How far the rate may be ahead, which is the burst but one. */
    private final long burstNanos;

    private final ReentrantLock lock = new ReentrantLock();
    /** Whether the provider spoke of a window that is not over. Guarded by {@code lock}. */
    private boolean windowKnown;
    /** What is left of the window; below zero when permits of the next one are reserved. Guarded by {@code lock}. */
    private long windowRemaining;
    /** When the window is over, by the latest of the answers about it. Guarded by {@code lock}. */
    private long windowResetNanos;
    /** The same by the first answer about it, as a reset that is always a minute off must not make one endless window. */
    private long windowFirstResetNanos;
    /**
     * Since when {@code windowRemaining} counts: an answer cannot know of permits that were reserved before it and not
     * used yet. In doubt, at the same instant, it does not: one too few is better. Guarded by {@code lock}.
     */
    private long windowSinceNanos;
    /** When the next permit of our own rate is due (GCRA's theoretical arrival time). Guarded by {@code lock}. */
    private long rateDueNanos;

    ServerBucket(Ticker ticker, Policy policy, String quota) {
        this.ticker = ticker;
        Policy.Rate rate = policy.rate(quota);
        // Rounded up, or a period would see one permit too many.
        intervalNanos = rate == null ? 0 : (Nanos.of(rate.period()) + rate.permits() - 1) / rate.permits();
        int more = rate == null ? 0 : rate.burst() - 1;
        burstNanos = more > 0 && intervalNanos > Nanos.LONGEST / more ? Nanos.LONGEST : intervalNanos * more;
        rateDueNanos = ticker.nanoTime();
    }

    @Override
    public long reserve(int permits) {
        lock.lock();
        try {
            long now = ticker.nanoTime();
            long wait = takeFromWindow(permits, now);
            if (intervalNanos > 0) {
                if (now - rateDueNanos > 0) {
                    rateDueNanos = now;
                }
                wait = Math.max(wait, rateDueNanos - burstNanos - now);
                rateDueNanos += intervalNanos * permits;
            }
            return Math.max(0, wait);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Asks again for permits that were reserved, after a wait in which an answer may have told of less. The place in our
     * own rate stays as it is.
     *
     * @param sinceNanos when they were reserved or last asked for
     * @return nanoseconds to wait from now for the provider's window; 0 where the request may go
     */
    long askAgain(int permits, long sinceNanos) {
        lock.lock();
        try {
            giveBackToWindow(permits, sinceNanos);
            return takeFromWindow(permits, ticker.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void giveBack(int permits) {
        long now = ticker.nanoTime();
        giveBack(permits, now, now);
    }

    /**
     * Gives back permits that were reserved for a request that was not sent.
     *
     * @param sinceNanos when they were reserved or last asked for
     * @param dueNanos when they might have been used
     */
    void giveBack(int permits, long sinceNanos, long dueNanos) {
        lock.lock();
        try {
            giveBackToWindow(permits, sinceNanos);
            long lastDueNanos = rateDueNanos - intervalNanos * permits - burstNanos;
            // A place in the middle of the line is lost: whoever got it now would go together with the last one.
            if (intervalNanos > 0 && (dueNanos - lastDueNanos >= 0 || ticker.nanoTime() - lastDueNanos >= 0)) {
                rateDueNanos -= intervalNanos * permits;
            }
        } finally {
            lock.unlock();
        }
    }

    /** How long until the window has as many. Holds {@code lock}. */
    private long takeFromWindow(int permits, long now) {
        if (windowKnown && now - windowResetNanos >= 0) {
            windowKnown = false;
        }
        if (!windowKnown) {
            return 0;
        }
        long wait = windowRemaining < permits ? windowResetNanos - now : 0;
        windowRemaining -= permits;
        return wait;
    }

    /** Never up within a window: what was reserved before the last answer is not in its count. Holds {@code lock}. */
    private void giveBackToWindow(int permits, long sinceNanos) {
        if (windowKnown && sinceNanos - windowSinceNanos > 0) {
            windowRemaining += permits;
        }
    }

    @Override
    public void observe(RateLimit state) {
        long remaining = state.remainingOrNegative();
        long resetNanos = state.resetNanosOrNegative();
        if (remaining < 0 || resetNanos < 0) {
            return;
        }
        lock.lock();
        try {
            long now = ticker.nanoTime();
            long reset = now + resetNanos;
            boolean over = !windowKnown || now - windowResetNanos >= 0;
            if (over || reset - windowFirstResetNanos > SAME_WINDOW_NANOS) {
                windowKnown = true;
                windowRemaining = remaining;
                windowResetNanos = reset;
                windowFirstResetNanos = reset;
                windowSinceNanos = now;
            } else if (reset - windowFirstResetNanos >= -SAME_WINDOW_NANOS) {
                // Answers overtake each other, and requests under way are not in them: never up within a window.
                if (remaining < windowRemaining) {
                    windowRemaining = remaining;
                    windowSinceNanos = now;
                }
                if (reset - windowResetNanos > 0) {
                    windowResetNanos = reset;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void reset() {
        lock.lock();
        try {
            windowKnown = false;
            rateDueNanos = ticker.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    /** Whether forgetting this bucket would lose nothing. */
    boolean isFull() {
        lock.lock();
        try {
            long now = ticker.nanoTime();
            return (!windowKnown || now - windowResetNanos >= 0) && now - rateDueNanos >= 0;
        } finally {
            lock.unlock();
        }
    }
}
