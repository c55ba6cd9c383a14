package dev.fairlead.benchmarks.goodput;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** What became of the calls of a run, until it was over: what ends later was cut by the end and is not counted. Thread-safe. */
final class Tally {
    private final long endNanos;
    private final ReentrantLock lock = new ReentrantLock();
    /** From the call to its success, in nanoseconds. Guarded by {@code lock}. */
    private long[] waits = new long[4_096];
    /** Guarded by {@code lock}. */
    private int successes;
    /** How often each kind reached a caller. Guarded by {@code lock}. */
    private final Map<String, Long> failures = new TreeMap<>();

    /** By the time itself and not by whoever wakes up then: a window may begin at the end, and that one does not count. */
    Tally(long endNanos) {
        this.endNanos = endNanos;
    }

    /** Whether the run goes on. */
    boolean isOpen() {
        return endNanos - System.nanoTime() > 0;
    }

    /** A call has just succeeded that began then. */
    void succeeded(long beganNanos) {
        long now = System.nanoTime();
        if (endNanos - now <= 0) {
            return;
        }
        lock.lock();
        try {
            if (successes == waits.length) {
                waits = Arrays.copyOf(waits, 2 * successes);
            }
            waits[successes++] = now - beganNanos;
        } finally {
            lock.unlock();
        }
    }

    /** A call has just failed. */
    void failed(String kind) {
        if (!isOpen()) {
            return;
        }
        lock.lock();
        try {
            failures.merge(kind, 1L, Long::sum);
        } finally {
            lock.unlock();
        }
    }

    /** The waits of the calls that succeeded, shortest first. */
    long[] sortedWaits() {
        lock.lock();
        try {
            long[] sorted = Arrays.copyOf(waits, successes);
            Arrays.sort(sorted);
            return sorted;
        } finally {
            lock.unlock();
        }
    }

    Map<String, Long> failures() {
        lock.lock();
        try {
            return new TreeMap<>(failures);
        } finally {
            lock.unlock();
        }
    }
}
