package dev.fairlead.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The requests that a server saw, in the order of their arrival. Thread-safe. */
final class RequestLog {
    /** Real time; only a test that would hang otherwise gets there. */
    private static final long SAFETY_NET_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition added = lock.newCondition();
    /** Guarded by {@code lock}. */
    private final List<StubRequest> requests = new ArrayList<>();

    void add(StubRequest request) {
        lock.lock();
        try {
            requests.add(request);
            added.signalAll();
        } finally {
            lock.unlock();
        }
    }

    List<StubRequest> snapshot() {
        lock.lock();
        try {
            return List.copyOf(requests);
        } finally {
            lock.unlock();
        }
    }

    List<StubRequest> await(int count) {
        lock.lock();
        try {
            long nanos = SAFETY_NET_NANOS;
            while (requests.size() < count) {
                if (nanos <= 0) {
                    throw new AssertionError("waited in vain for " + count + " requests, saw " + requests);
                }
                nanos = added.awaitNanos(nanos);
            }
            return List.copyOf(requests);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + count + " requests", e);
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            requests.clear();
        } finally {
            lock.unlock();
        }
    }
}
