package dev.fairlead.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who and what waits for a {@link ManualTicker}'s time: parked threads, threads with a permit not to park, tasks. Not
 * thread-safe: the ticker's lock guards it.
 */
final class WaitingRoom {
    /** A wait this long or longer has no end: time does not bring it. */
    static final long FOREVER_NANOS = Duration.ofDays(36_500).toNanos();

    /** Nothing that a test waits for takes as long, on whatever machine. */
    private static final Duration LONGEST_REAL_WAIT = Duration.ofMinutes(1);

    /** Whoever wakes a thread takes it out, so that it no longer counts, even before it gets a processor. */
    private final Map<Thread, Sleeper> sleepers = new LinkedHashMap<>();
    /**
     * Threads that were unparked while not parked. Kept here and not in {@code LockSupport}, whose one permit would be
     * used up by the first contended lock on the way to park: the ticker's own, for instance.
     */
    private final Set<Thread> permits = new HashSet<>();

    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Task::compareWith);
    private long tasksSoFar;

    /** True if a wait must not begin, or must end, whatever the time is. Uses up the permit. */
    boolean isWoken(Thread thread) {
        return permits.remove(thread) || thread.isInterrupted();
    }

    /**
     * Blocks the calling thread, which holds the condition's lock, until somebody takes it out or it is interrupted.
     *
     * @throws IllegalStateException if nobody does for a minute of real time: a test that made a call on its own thread, and
     *     so cannot move the time, would hang without a word
     */
    void sleep(long untilNanos, Condition woken, LongSupplier nowNanos) {
        Thread thread = Thread.currentThread();
        sleepers.put(thread, new Sleeper(untilNanos, woken));
        try {
            while (sleepers.containsKey(thread)) {
                if (!woken.await(LONGEST_REAL_WAIT.toSeconds(), TimeUnit.SECONDS) && sleepers.containsKey(thread)) {
                    String waiting = describe(nowNanos.getAsLong());
                    sleepers.remove(thread);
                    throw new IllegalStateException("nobody moved the ManualTicker for " + LONGEST_REAL_WAIT.toSeconds()
                            + " s of real time (" + waiting + "): move it from another thread than the one that makes"
                            + " the call, or call autoAdvance()");
                }
            }
        } catch (InterruptedException e) {
            sleepers.remove(thread);
            thread.interrupt();
        }
    }

    void unpark(Thread thread) {
        Sleeper sleeper = sleepers.remove(thread);
        if (sleeper != null) {
            sleeper.woken.signal();
        } else {
            permits.removeIf(each -> !each.isAlive());
            permits.add(thread);
        }
    }

    /** Wakes the threads whose time has come. */
    void wakeDue(long nowNanos) {
        sleepers.values().removeIf(sleeper -> {
            boolean due = sleeper.untilNanos - nowNanos <= 0;
            if (due) {
                sleeper.woken.signal();
            }
            return due;
        });
    }

    /** Wakes all threads whose wait has an end, for no reason. */
    void wakeAll(long nowNanos) {
        wakeDue(nowNanos + FOREVER_NANOS - 1);
    }

    Task schedule(Runnable action, long atNanos) {
        Task task = new Task(action, atNanos, tasksSoFar++);
        tasks.add(task);
        return task;
    }

    boolean isScheduled(Task task) {
        return tasks.contains(task);
    }

    boolean cancel(Task task) {
        return tasks.remove(task);
    }

    /** Takes out the first task that is due then. */
    @Nullable Task pollDue(long thenNanos) {
        Task first = tasks.peek();
        return first != null && first.atNanos - thenNanos <= 0 ? tasks.poll() : null;
    }

    /** Nanoseconds until the earliest end of a wait, at least 0 and at most {@link #FOREVER_NANOS}. */
    long nextNanos(long nowNanos) {
        long next = FOREVER_NANOS;
        for (Sleeper sleeper : sleepers.values()) {
            next = Math.min(next, sleeper.untilNanos - nowNanos);
        }
        Task first = tasks.peek();
        return Math.max(0, first == null ? next : Math.min(next, first.atNanos - nowNanos));
    }

    List<Thread> sleepers() {
        return List.copyOf(sleepers.keySet());
    }

    int sleeperCount() {
        return sleepers.size();
    }

    int taskCount() {
        return tasks.size();
    }

    String describe(long nowNanos) {
        List<String> parked = new ArrayList<>();
        sleepers.forEach((thread, sleeper) ->
                parked.add(thread.getName() + " for another " + describeWait(sleeper.untilNanos - nowNanos)));
        Task first = tasks.peek();
        return "parked: " + (parked.isEmpty() ? "nobody" : String.join(", ", parked)) + "; scheduled tasks: "
                + tasks.size()
                + (first == null ? "" : ", the next in " + describeWait(first.atNanos - nowNanos));
    }

    private static String describeWait(long nanos) {
        return nanos < FOREVER_NANOS ? Duration.ofNanos(nanos).toString() : "ever";
    }

    private record Sleeper(long untilNanos, Condition woken) {}

    /** A task and its time. */
    record Task(Runnable action, long atNanos, long number) {
        /** By time; at the same time first come, first run. Subtraction, as times wrap. */
        int compareWith(Task other) {
            int byTime = Long.signum(atNanos - other.atNanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }
}
