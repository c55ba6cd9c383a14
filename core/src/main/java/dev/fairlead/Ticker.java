package dev.fairlead;

import java.util.UUID;

/**
 * The one place where time and chance come from. Nothing else in Fairlead reads a clock, sleeps, schedules or draws a
 * random number, so a test that brings its own ticker owns all of them.
 *
 * <p>Implementations are safe for use by many threads.
 */
public interface Ticker {
    /** The machine's clock and timers. */
    static Ticker system() {
        return SystemTicker.INSTANCE;
    }

    /** Monotonic time in nanoseconds from an arbitrary origin; it may be negative and wraps: compare by subtraction. */
    long nanoTime();

    /** The wall clock in milliseconds since the epoch. It may jump; only answers' dates are compared with it. */
    long wallTimeMillis();

    /** The next random number, at least 0 and below 1. */
    double jitter();

    /**
     * A new identifier that nobody can guess and no other process makes as well: idempotency keys are made of it. Default:
     * {@link UUID#randomUUID()}; a test's ticker makes its own.
     */
    default UUID uuid() {
        return UUID.randomUUID();
    }

    /**
     * Holds the calling thread until {@link #nanoTime()} reaches a time, {@link #unpark} is called for it, or it is
     * interrupted, whichever is first. It may also return for no reason: callers check and park again. Like
     * {@link java.util.concurrent.locks.LockSupport}, an {@code unpark} that comes first makes the next call return.
     *
     * @param untilNanos the time on this ticker's {@link #nanoTime()}
     */
    void park(long untilNanos);

    /** Wakes a thread from {@link #park}. */
    void unpark(Thread thread);

    /**
     * Runs a task once, on a thread of the ticker's, not before the delay is over. The task must not block.
     *
     * @param delayNanos the delay in nanoseconds; zero or less means as soon as possible
     */
    Timer schedule(Runnable task, long delayNanos);

    /** A task that waits for its time. */
    @FunctionalInterface
    interface Timer {
        /** Drops the task if it has not begun; otherwise does nothing. */
        void cancel();
    }
}
