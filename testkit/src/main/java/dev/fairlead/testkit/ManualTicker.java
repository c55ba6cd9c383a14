package dev.fairlead.testkit;

import static dev.fairlead.testkit.WaitingRoom.FOREVER_NANOS;

import dev.fairlead.Ticker;
import dev.fairlead.testkit.WaitingRoom.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Time that moves only when it is told to: {@code Fairlead.builder().ticker(ticker)} makes calls by it.
 *
 * <pre>{@code
 * ManualTicker ticker = new ManualTicker();
 * Future<Response> answer = executor.submit(() -> client.newCall(request).execute());
 * ticker.awaitParked(1);                                             // it waits before its second attempt
 * assertThat(ticker.advanceToNextWake()).isEqualTo(Duration.ofSeconds(2));
 * }</pre>
 *
 * <p>A call that waits on the test's own thread waits for ever, since nobody is left to move the time. Make it on another
 * thread, or let {@link #autoAdvance()} move the time.
 *
 * <p>{@link #nanoTime()} starts one second before the point where a {@code long} wraps, so that code which compares
 * times with {@code <} fails its tests. The wall clock starts at 2026-01-01T00:00:00Z and moves along, except for
 * {@link #jumpWallClock}. Jitter is 0 unless set. A wait of a hundred years or more has no end: time never brings it.
 *
 * <p>Scheduled tasks run inside the method that moves the time, on its thread and under no lock, in the order of their
 * times and with the clock standing at each one's time; never inside {@link #schedule}. What a task throws comes out of
 * that method, and the clock stays at the task's time.
 *
 * <p>Thread-safe. A thread that moves the time while another one does waits for its turn.
 */
public final class ManualTicker implements Ticker {
    private final Timeline timeline;
    private final long startNanos;
    private final AtomicLong wallClockAtStartMillis;
    private final AtomicLong uuids = new AtomicLong();
    private volatile JitterScript jitter = new JitterScript(0);

    /** A ticker with the defaults. */
    public ManualTicker() {
        this(Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1), Instant.parse("2026-01-01T00:00:00Z"));
    }

    /**
     * A ticker that starts at a time of your own.
     *
     * @param startNanos the first {@link #nanoTime()}
     * @param wallClock the wall clock at that time, in whole milliseconds
     */
    public ManualTicker(long startNanos, Instant wallClock) {
        this.startNanos = startNanos;
        this.timeline = new Timeline(startNanos);
        this.wallClockAtStartMillis = new AtomicLong(wallClock.toEpochMilli());
    }

    /**
     * From now on a thread that parks moves the time to the end of its wait at once, running the tasks due on the way,
     * and does not block; threads that are parked go on likewise. A task that is scheduled from now on has the time moved to
     * its own at once, on a thread of the ticker's. For tests in which one call waits: among several the order is up to
     * chance.
     *
     * @return this
     */
    public ManualTicker autoAdvance() {
        timeline.autoAdvance();
        return this;
    }

    /**
     * Sets what {@link #jitter()} returns: each number once, in order, and the last one from then on.
     *
     * @param first at least 0 and below 1
     * @param then more of them
     */
    public void setJitter(double first, double... then) {
        jitter = new JitterScript(first, then);
    }

    /** Identifiers in order, from {@code 00000000-0000-0000-0000-000000000001} on. */
    @Override
    public UUID uuid() {
        return new UUID(0, uuids.incrementAndGet());
    }

    /** Moves the wall clock alone, forwards or backwards, as an operator or a time server does. */
    public void jumpWallClock(Duration by) {
        wallClockAtStartMillis.addAndGet(by.toMillis());
    }

    /** Moves the time on. Zero is allowed and runs the tasks that are due. */
    public void advance(Duration by) {
        long nanos = checked(by);
        timeline.move(now -> now + nanos);
    }

    /**
     * Moves the time to a point counted from the start.
     *
     * @param elapsed what {@link #elapsed()} is afterwards
     * @throws IllegalArgumentException if it is later already
     */
    public void advanceTo(Duration elapsed) {
        long target = startNanos + checked(elapsed);
        timeline.move(now -> {
            if (target - now < 0) {
                throw new IllegalArgumentException("it is later than " + elapsed + ": " + elapsed());
            }
            return target;
        });
    }

    /**
     * Moves the time to {@link #nextWake()}.
     *
     * @return how far that was
     * @throws IllegalStateException if nothing waits for a time
     */
    public Duration advanceToNextWake() {
        return timeline.move(now -> now
                + nextWake()
                        .orElseThrow(() -> new IllegalStateException(
                                "nothing waits for a time; " + timeline.withWaiting(waiting -> waiting.describe(now))))
                        .toNanos());
    }

    /** How far off the earliest end of a wait or time of a task is, zero if a task is due; empty if there is none. */
    public Optional<Duration> nextWake() {
        long nanos = timeline.withWaiting(waiting -> waiting.nextNanos(nanoTime()));
        return nanos == FOREVER_NANOS ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
    }

    /** The time since this ticker was made. */
    public Duration elapsed() {
        return Duration.ofNanos(nanoTime() - startNanos);
    }

    /** The threads that are parked now, in the order in which they parked. */
    public List<Thread> parkedThreads() {
        return timeline.withWaiting(WaitingRoom::sleepers);
    }

    /** The number of tasks that were neither run nor cancelled. */
    public int scheduledTasks() {
        return timeline.withWaiting(WaitingRoom::taskCount);
    }

    /**
     * Blocks until at least so many threads are parked. A thread counts until the method that wakes it, such as
     * {@link #advance}, and no longer when that returns.
     *
     * @throws AssertionError if they are fewer after 30 seconds of real time; it says who is parked
     */
    public void awaitParked(int threads) {
        timeline.await(waiting -> waiting.sleeperCount() >= threads, threads + " parked threads");
    }

    /**
     * Blocks until at least so many tasks are scheduled.
     *
     * @throws AssertionError if they are fewer after 30 seconds of real time
     */
    public void awaitScheduled(int tasks) {
        timeline.await(waiting -> waiting.taskCount() >= tasks, tasks + " scheduled tasks");
    }

    @Override
    public long nanoTime() {
        return timeline.nowNanos();
    }

    @Override
    public long wallTimeMillis() {
        return wallClockAtStartMillis.get() + TimeUnit.NANOSECONDS.toMillis(nanoTime() - startNanos);
    }

    @Override
    public double jitter() {
        return jitter.next();
    }

    @Override
    public void park(long untilNanos) {
        timeline.park(untilNanos);
    }

    @Override
    public void unpark(Thread thread) {
        timeline.unpark(thread);
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        Objects.requireNonNull(task);
        // Twice, to be out of reach also when some time has passed.
        Task scheduled = timeline.schedule(task, Math.max(0, Math.min(delayNanos, 2 * FOREVER_NANOS)));
        return () -> timeline.withWaiting(waiting -> waiting.cancel(scheduled));
    }

    private static long checked(Duration duration) {
        if (duration.isNegative() || duration.compareTo(Duration.ofNanos(FOREVER_NANOS)) >= 0) {
            throw new IllegalArgumentException("from zero to less than a hundred years, not " + duration);
        }
        return duration.toNanos();
    }
}
