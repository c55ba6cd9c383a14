package dev.fairlead.testkit;

import static dev.fairlead.testkit.WaitingRoom.FOREVER_NANOS;

import dev.fairlead.testkit.WaitingRoom.Task;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A {@link ManualTicker}'s time, and the one lock around it and all that waits for it. Thread-safe. */
final class Timeline {
    /** Real time; only a test that would hang otherwise gets there. */
    private static final long SAFETY_NET_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Read by everyone, written under {@code lock}. */
    private volatile long nowNanos;
    /** Guarded by {@code lock}. */
    private final WaitingRoom waiting = new WaitingRoom();
    /** Guarded by {@code lock}. */
    private boolean autoAdvance;
    /** The thread that moves the time, if one does. It holds no lock as it runs tasks. Guarded by {@code lock}. */
    private @Nullable Thread mover;
    /** How deep the mover is in: a task may move the time as well. Guarded by {@code lock}. */
    private int moves;

    Timeline(long nowNanos) {
        this.nowNanos = nowNanos;
    }

    long nowNanos() {
        return nowNanos;
    }

    void autoAdvance() {
        withWaiting(room -> {
            autoAdvance = true;
            room.wakeAll(nowNanos);
            return room;
        });
    }

    void park(long untilNanos) {
        Thread thread = Thread.currentThread();
        long targetNanos;
        lock.lock();
        try {
            if (untilNanos - nowNanos <= 0 || waiting.isWoken(thread)) {
                return;
            }
            // A wait without an end goes as far as anything happens, and returns for its caller to look.
            boolean hasEnd = untilNanos - nowNanos < FOREVER_NANOS;
            long nanos = hasEnd ? untilNanos - nowNanos : waiting.nextNanos(nowNanos);
            if (!autoAdvance || nanos == FOREVER_NANOS || isMovedByAnother()) {
                changed.signalAll();
                waiting.sleep(untilNanos, lock.newCondition(), this::nowNanos);
                return;
            }
            targetNanos = nowNanos + nanos;
            startMoving();
        } finally {
            lock.unlock();
        }
        runUntil(targetNanos, thread);
    }

    void unpark(Thread thread) {
        withWaiting(room -> {
            room.unpark(thread);
            return room;
        });
    }

    Task schedule(Runnable action, long delayNanos) {
        Task task = withWaiting(room -> {
            changed.signalAll();
            return room.schedule(action, nowNanos + delayNanos);
        });
        if (withWaiting(room -> autoAdvance) && delayNanos < FOREVER_NANOS) {
            // Nobody parks who could move the time; and not here, as no task runs inside of this method.
            Thread own = new Thread(() -> moveTo(task), "manual-ticker");
            own.setDaemon(true);
            own.start();
        }
        return task;
    }

    /** Moves the time to a task's, unless it was cancelled or the time got there otherwise. */
    private void moveTo(Task task) {
        move(now -> waiting.isScheduled(task) && task.atNanos() - now > 0 ? task.atNanos() : now);
    }

    /** Looks at or changes what waits, under the lock. */
    <T> T withWaiting(Function<WaitingRoom, T> action) {
        lock.lock();
        try {
            return action.apply(waiting);
        } finally {
            lock.unlock();
        }
    }

    /** Blocks until something is so, which is looked at under the lock. */
    void await(Predicate<WaitingRoom> isSo, String what) {
        lock.lock();
        try {
            long nanos = SAFETY_NET_NANOS;
            while (!isSo.test(waiting)) {
                if (nanos <= 0) {
                    throw new AssertionError("waited in vain for " + what + "; " + waiting.describe(nowNanos));
                }
                nanos = changed.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, e);
        } finally {
            lock.unlock();
        }
    }

    /** Moves the time to where the operator, asked under the lock, says; returns how far that is. */
    Duration move(LongUnaryOperator target) {
        long fromNanos;
        long toNanos;
        lock.lock();
        try {
            await(room -> !isMovedByAnother(), "another thread's move of the time to end");
            fromNanos = nowNanos;
            toNanos = target.applyAsLong(fromNanos);
            startMoving();
        } finally {
            lock.unlock();
        }
        runUntil(toNanos, null);
        return Duration.ofNanos(toNanos - fromNanos);
    }

    /** The road of every move of the time: task by task, then to the end. */
    private void runUntil(long targetNanos, @Nullable Thread sleeper) {
        try {
            for (Task task = nextTask(targetNanos, sleeper); task != null; task = nextTask(targetNanos, sleeper)) {
                task.action().run();
            }
        } finally {
            stopMoving();
        }
    }

    /** Moves the time to the next task or, without one, to the target; no further for a sleeper whom a task woke. */
    private @Nullable Task nextTask(long targetNanos, @Nullable Thread sleeper) {
        lock.lock();
        try {
            if (sleeper != null && waiting.isWoken(sleeper)) {
                return null;
            }
            Task task = waiting.pollDue(targetNanos);
            long toNanos = task == null ? targetNanos : task.atNanos();
            // Never back: the last task may have moved the time itself.
            if (toNanos - nowNanos > 0) {
                nowNanos = toNanos;
            }
            waiting.wakeDue(nowNanos);
            return task;
        } finally {
            lock.unlock();
        }
    }

    /** Under {@code lock}. */
    private boolean isMovedByAnother() {
        return mover != null && !mover.equals(Thread.currentThread());
    }

    /** Under {@code lock}. */
    private void startMoving() {
        mover = Thread.currentThread();
        moves++;
    }

    private void stopMoving() {
        lock.lock();
        try {
            moves--;
            if (moves == 0) {
                mover = null;
                changed.signalAll();
                if (autoAdvance) {
                    // Who parked meanwhile could not move the time. It may now.
                    waiting.wakeAll(nowNanos);
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
