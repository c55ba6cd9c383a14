package dev.fairlead;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** How many requests of one provider and host are under way at once, and who waits for a place. Thread-safe. */
final class ConcurrencyLimit {
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by {@code lock}. */
    private int inUse;
    /** In order of arrival. Guarded by {@code lock}. */
    private final Deque<WakeHook> line = new ArrayDeque<>();

    ConcurrencyLimit(int limit) {
        this.limit = limit;
    }

    /** Takes a place, or joins the line and is woken when it may ask again. */
    boolean tryEnter(WakeHook waiter) {
        lock.lock();
        try {
            boolean free = inUse < limit;
            if (free && (line.isEmpty() || isAmongFirst(waiter, limit - inUse))) {
                line.remove(waiter);
                inUse++;
                return true;
            }
            if (!line.contains(waiter)) {
                line.addLast(waiter);
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Gives a place back. */
    void exit() {
        WakeHook next;
        lock.lock();
        try {
            inUse--;
            next = line.peekFirst();
        } finally {
            lock.unlock();
        }
        wake(next);
    }

    /** Leaves the line without having got a place. */
    void leave(WakeHook waiter) {
        WakeHook next;
        lock.lock();
        try {
            line.remove(waiter);
            next = inUse < limit ? line.peekFirst() : null;
        } finally {
            lock.unlock();
        }
        wake(next);
    }

    private boolean isAmongFirst(WakeHook waiter, int places) {
        int position = 0;
        for (WakeHook waiting : line) {
            if (waiting == waiter) {
                return position < places;
            }
            position++;
        }
        return position < places;
    }

    private static void wake(@Nullable WakeHook waiter) {
        if (waiter != null) {
            waiter.wake();
        }
    }
}
