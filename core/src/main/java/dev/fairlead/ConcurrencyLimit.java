package dev.fairlead;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** How many requests of one provider and host are under way at once, and who waits for a place. Thread-safe. */
final class ConcurrencyLimit {
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by {@code lock}. */
    private int inUse;
    /** In order of arrival. Guarded by {@code lock}. */
    private final Set<WakeHook> line = new LinkedHashSet<>();

    ConcurrencyLimit(int limit) {
        this.limit = limit;
    }

    /** Takes a place, or joins the line and is woken when it may ask again. */
    boolean tryEnter(WakeHook waiter) {
        WakeHook next;
        lock.lock();
        try {
            if (!isAmongNext(waiter)) {
                line.add(waiter);
                return false;
            }
            line.remove(waiter);
            inUse++;
            // Of several places that came free at once, each exit woke only the head of the line: this one.
            next = nextInLine();
        } finally {
            lock.unlock();
        }
        wake(next);
        return true;
    }

    /** Gives a place back. */
    void exit() {
        WakeHook next;
        lock.lock();
        try {
            inUse--;
            next = nextInLine();
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
            next = nextInLine();
        } finally {
            lock.unlock();
        }
        wake(next);
    }

    /** Whether the free places reach to it, who may not be in the line yet. Holds {@code lock}. */
    private boolean isAmongNext(WakeHook waiter) {
        int free = limit - inUse;
        if (line.isEmpty()) {
            return free > 0;
        }
        for (WakeHook waiting : line) {
            if (free <= 0 || waiting.equals(waiter)) {
                break;
            }
            free--;
        }
        return free > 0;
    }

    /** Who may go now, or null. Holds {@code lock}. */
    private @Nullable WakeHook nextInLine() {
        return inUse >= limit || line.isEmpty() ? null : line.iterator().next();
    }

    private static void wake(@Nullable WakeHook waiter) {
        if (waiter != null) {
            waiter.wake();
        }
    }
}
