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
    /** When the window is over. Guarded by {@code lock}. */
    private long windowResetNanos;
    /** When the next permit of our own rate is due (GCRA's theoretical arrival time). Guarded by {@code lock}. */
    private long rateDueNanos;

    ServerBucket(Ticker ticker, Policy policy) {
        this.ticker = ticker;
        intervalNanos =
                policy.ratePermits() == 0 ? 0 : Math.max(1, Nanos.of(policy.ratePeriod()) / policy.ratePermits());
        burstNanos = intervalNanos * (policy.rateBurst() - 1);
        rateDueNanos = ticker.nanoTime();
    }

    @Override
    public long reserve(int permits) {
        lock.lock();
        try {
            long now = ticker.nanoTime();
            long wait = 0;
            if (windowKnown && now - windowResetNanos >= 0) {
                windowKnown = false;
            }
            if (windowKnown) {
                if (windowRemaining < permits) {
                    wait = windowResetNanos - now;
                }
                windowRemaining -= permits;
            }
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

    @Override
    public void giveBack(int permits) {
        lock.lock();
        try {
            windowRemaining += permits;
            if (intervalNanos > 0) {
                rateDueNanos -= intervalNanos * permits;
            }
        } finally {
            lock.unlock();
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
            if (over || reset - windowResetNanos > SAME_WINDOW_NANOS) {
                windowKnown = true;
                windowRemaining = remaining;
                windowResetNanos = reset;
            } else if (reset - windowResetNanos >= -SAME_WINDOW_NANOS) {
                // Answers overtake each other, and requests under way are not in them: never up within a window.
                windowRemaining = Math.min(windowRemaining, remaining);
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
