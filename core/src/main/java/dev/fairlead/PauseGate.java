package dev.fairlead;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Holds back all callers of one key after a throttle. When the pause is over, one request goes alone; when it was not
 * throttled again, 2 go, then 4, 8, until nobody waits: a crowd released at once would be throttled at once (seen with
 * 19 of 20 threads that had computed the same wait, hermes-agent issue 109234). Thread-safe.
 */
final class PauseGate {
    /** A place in a round of the paced release. {@code FREE} is the place of those who pass an open gate. */
    static final class Slot {
        static final Slot FREE = new Slot(0);

        private final int pause;

        private Slot(int pause) {
            this.pause = pause;
        }
    }

    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();

    /** Written under {@code lock}; read without it, so that an open gate costs one read. */
    private volatile boolean open = true;

    /** Guarded by {@code lock}. Meaningful while not {@code open}. */
    private long pausedUntilNanos;
    /** Counts the pauses, so that a request sent before a pause does not count in a round after it. By {@code lock}. */
    private int pauses;
    /** How many may go in this round. Guarded by {@code lock}. */
    private int roundSize;
    /** How many of the round have not gone yet. Guarded by {@code lock}. */
    private int roundLeft;
    /** How many of the round have gone and not come back. Guarded by {@code lock}. */
    private int roundInFlight;
    /** In order of arrival. Guarded by {@code lock}. */
    private final Set<WakeHook> line = new LinkedHashSet<>();

    PauseGate(Ticker ticker) {
        this.ticker = ticker;
    }

    boolean isOpen() {
        return open;
    }

    /** How much longer the pause lasts; zero or less where there is none. */
    long pausedForNanos() {
        return open ? 0 : pausedForNanos(ticker.nanoTime());
    }

    /** The same at a time read before, so that waits counted from one moment compare. */
    long pausedForNanos(long now) {
        if (open) {
            return 0;
        }
        lock.lock();
        try {
            return open ? 0 : Math.max(0, pausedUntilNanos - now);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Pauses the key for a time from now. A longer pause that is under way stays: no pause is ever shortened. Wakes
     * everybody in the line, since those who wait for their turn in a release have no timer for the end of this pause.
     */
    void pause(long nanos) {
        List<WakeHook> woken;
        lock.lock();
        try {
            long until = ticker.nanoTime() + nanos;
            if (open || until - pausedUntilNanos > 0) {
                pausedUntilNanos = until;
            }
            open = false;
            pauses++;
            roundSize = 1;
            roundLeft = 1;
            roundInFlight = 0;
            woken = new ArrayList<>(line);
        } finally {
            lock.unlock();
        }
        woken.forEach(WakeHook::wake);
    }

    /** Ends the pause and lets everybody go. */
    void reset() {
        List<WakeHook> woken;
        lock.lock();
        try {
            open = true;
            woken = new ArrayList<>(line);
            line.clear();
        } finally {
            lock.unlock();
        }
        woken.forEach(WakeHook::wake);
    }

    /** Takes a place in the line, so that the order of arrival holds when the pause is over. */
    void join(WakeHook waiter) {
        lock.lock();
        try {
            if (!open) {
                line.add(waiter);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Leaves the line without having gone. */
    void leave(WakeHook waiter) {
        List<WakeHook> woken;
        lock.lock();
        try {
            line.remove(waiter);
            woken = nextInLine();
        } finally {
            lock.unlock();
        }
        woken.forEach(WakeHook::wake);
    }

    /** Passes the gate, or returns null after joining the line; the waiter is woken when it may ask again. */
    @Nullable Slot tryPass(WakeHook waiter) {
        if (open) {
            return Slot.FREE;
        }
        lock.lock();
        try {
            if (open) {
                return Slot.FREE;
            }
            boolean paused = pausedUntilNanos - ticker.nanoTime() > 0;
            if (!paused && isAmongNext(waiter)) {
                line.remove(waiter);
                roundLeft--;
                roundInFlight++;
                return new Slot(pauses);
            }
            line.add(waiter);
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** A request that passed came back, with whatever result; a throttle has called {@link #pause} before. */
    void settle(Slot slot) {
        List<WakeHook> woken;
        lock.lock();
        try {
            if (open || slot.pause != pauses) {
                return;
            }
            roundInFlight--;
            if (roundInFlight == 0 && (roundLeft == 0 || line.isEmpty())) {
                if (line.isEmpty()) {
                    open = true;
                    return;
                }
                roundSize = Math.min(roundSize * 2, 1 << 20);
                roundLeft = roundSize;
            }
            woken = nextInLine();
        } finally {
            lock.unlock();
        }
        woken.forEach(WakeHook::wake);
    }

    /** A request that passed was not sent: somebody else may go in its place. */
    void giveBack(Slot slot) {
        List<WakeHook> woken;
        lock.lock();
        try {
            if (open || slot.pause != pauses) {
                return;
            }
            roundInFlight--;
            roundLeft++;
            woken = nextInLine();
        } finally {
            lock.unlock();
        }
        woken.forEach(WakeHook::wake);
    }

    /** Those who may go in the rest of this round. Holds {@code lock}. */
    private List<WakeHook> nextInLine() {
        if (open || pausedUntilNanos - ticker.nanoTime() > 0) {
            return List.of();
        }
        List<WakeHook> next = new ArrayList<>(Math.min(roundLeft, line.size()));
        for (WakeHook waiting : line) {
            if (next.size() >= roundLeft) {
                break;
            }
            next.add(waiting);
        }
        return next;
    }

    /** Whether the rest of this round reaches to it, who may not be in the line yet. Holds {@code lock}. */
    private boolean isAmongNext(WakeHook waiter) {
        int left = roundLeft;
        for (WakeHook waiting : line) {
            if (left == 0 || waiting.equals(waiter)) {
                break;
            }
            left--;
        }
        return left > 0;
    }

    /** Whether nobody would notice if the gate were forgotten: a pause that is over stays until somebody comes. */
    boolean isIdle() {
        lock.lock();
        try {
            return open || (line.isEmpty() && roundInFlight == 0 && pausedUntilNanos - ticker.nanoTime() <= 0);
        } finally {
            lock.unlock();
        }
    }
}
