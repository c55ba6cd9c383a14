package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@link ManualTicker} promises to several threads. */
@Timeout(120)
class ManualTickerThreadsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final long SECOND_NANOS = SECOND.toNanos();

    private final ManualTicker ticker = new ManualTicker();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void noThreadIsLeft() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aParkedThreadGoesOnWhenItsTimeHasComeAndNotBefore() throws Exception {
        Future<Duration> woken = parked(5 * SECOND_NANOS);
        ticker.awaitParked(1);
        assertThat(ticker.nextWake()).contains(Duration.ofSeconds(5));
        ticker.advance(Duration.ofSeconds(5).minusNanos(1));
        assertThat(ticker.parkedThreads()).hasSize(1);
        ticker.advance(Duration.ofNanos(1));
        assertThat(ticker.parkedThreads()).isEmpty();
        assertThat(woken.get()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void unparkEndsAWaitEarly() throws Exception {
        AtomicReference<Thread> sleeper = new AtomicReference<>();
        Future<Duration> woken = parked(5 * SECOND_NANOS, sleeper);
        ticker.awaitParked(1);
        ticker.advance(SECOND);
        assertThat(ticker.parkedThreads()).containsExactly(sleeper.get());
        ticker.unpark(sleeper.get());
        assertThat(ticker.parkedThreads()).isEmpty();
        assertThat(woken.get()).isEqualTo(SECOND);
    }

    @Test
    void anUnparkThatComesFirstMakesOneParkReturn() throws Exception {
        Future<Duration> woken = threads.submit(() -> {
            ticker.unpark(Thread.currentThread());
            ticker.unpark(Thread.currentThread());
            ticker.park(ticker.nanoTime() + SECOND_NANOS);
            Duration first = ticker.elapsed();
            assertThat(first).isZero();
            ticker.park(ticker.nanoTime() + SECOND_NANOS);
            return ticker.elapsed();
        });
        ticker.awaitParked(1);
        ticker.advance(SECOND);
        assertThat(woken.get()).isEqualTo(SECOND);
    }

    @Test
    void anInterruptEndsAWaitAndKeepsItsFlag() throws Exception {
        AtomicReference<Thread> sleeper = new AtomicReference<>();
        Future<Boolean> interrupted = threads.submit(() -> {
            sleeper.set(Thread.currentThread());
            ticker.park(ticker.nanoTime() + SECOND_NANOS);
            ticker.park(ticker.nanoTime() + SECOND_NANOS);
            return Thread.interrupted();
        });
        ticker.awaitParked(1);
        sleeper.get().interrupt();
        assertThat(interrupted.get()).isTrue();
        assertThat(ticker.parkedThreads()).isEmpty();
        assertThat(ticker.elapsed()).isZero();
    }

    @Test
    void onlyThoseGoOnWhoseTimeHasCome() throws Exception {
        List<Future<Duration>> woken = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            woken.add(parked(i * SECOND_NANOS));
            ticker.awaitParked(i);
        }
        ticker.advance(Duration.ofMillis(3500));
        assertThat(ticker.parkedThreads()).hasSize(5);
        for (int i = 1; i <= 8; i++) {
            assertThat(ticker.parkedThreads()).hasSize(Math.min(5, 8 - i + 1));
            if (i > 3) {
                assertThat(ticker.advanceToNextWake()).isEqualTo(i == 4 ? Duration.ofMillis(500) : SECOND);
            }
            assertThat(woken.get(i - 1).get()).isEqualTo(Duration.ofMillis(i <= 3 ? 3500 : i * 1000));
        }
    }

    @Test
    void tasksRunOnTheMovingThreadUnderNoLock() throws Exception {
        AtomicReference<Thread> ranOn = new AtomicReference<>();
        ticker.schedule(
                () -> {
                    ranOn.set(Thread.currentThread());
                    // A lock of the ticker's would be in the way of the other thread.
                    assertThat(other(ticker::nextWake)).isEmpty();
                    assertThat(other(() -> ticker.schedule(() -> {}, SECOND_NANOS)))
                            .isNotNull();
                },
                0);
        ticker.advance(Duration.ZERO);
        assertThat(ranOn).hasValue(Thread.currentThread());
    }

    @Test
    void movesOfTwoThreadsAddUpAndNoTaskSeesAnothersTime() throws Exception {
        Thread second = new Thread(() -> ticker.advance(Duration.ofSeconds(4)));
        AtomicReference<Duration> atTheEnd = new AtomicReference<>();
        ticker.schedule(
                () -> {
                    second.start();
                    while (second.getState() != Thread.State.TIMED_WAITING
                            && second.getState() != Thread.State.TERMINATED) {
                        Thread.onSpinWait();
                    }
                    atTheEnd.set(ticker.elapsed());
                },
                SECOND_NANOS);
        ticker.advance(Duration.ofSeconds(3));
        second.join();
        assertThat(atTheEnd).hasValue(SECOND);
        assertThat(ticker.elapsed()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void autoAdvanceBlocksWhereTimeBringsNothing() throws Exception {
        ticker.autoAdvance();
        AtomicReference<Thread> sleeper = new AtomicReference<>();
        Future<Duration> woken = threads.submit(() -> {
            sleeper.set(Thread.currentThread());
            ticker.park(ticker.nanoTime() + Long.MAX_VALUE);
            return ticker.elapsed();
        });
        ticker.awaitParked(1);
        ticker.unpark(sleeper.get());
        assertThat(woken.get()).isZero();
    }

    @Test
    void autoAdvanceWakesThoseWhoAreParked() throws Exception {
        long until = ticker.nanoTime() + 7 * SECOND_NANOS;
        Future<Duration> woken = threads.submit(() -> {
            while (until - ticker.nanoTime() > 0) {
                ticker.park(until);
            }
            return ticker.elapsed();
        });
        ticker.awaitParked(1);
        ticker.autoAdvance();
        assertThat(woken.get()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void awaitScheduledSeesATaskOfAnotherThread() throws Exception {
        threads.submit(() -> ticker.schedule(() -> {}, SECOND_NANOS));
        ticker.awaitScheduled(1);
        assertThat(ticker.advanceToNextWake()).isEqualTo(SECOND);
    }

    @Test
    void anAwaitThatIsInterruptedSaysSo() throws Exception {
        Future<Throwable> failure = threads.submit(() -> {
            Thread.currentThread().interrupt();
            try {
                ticker.awaitParked(1);
                return null;
            } catch (AssertionError e) {
                return e;
            }
        });
        assertThat(failure.get()).hasMessage("interrupted while waiting for 1 parked threads");
    }

    /** The flag is set before the unpark, as callers do: whichever way the two threads meet, the sleeper must go on. */
    @Test
    void noWakeUpIsLost() throws Exception {
        int rounds = 2_000;
        CyclicBarrier bothAreHere = new CyclicBarrier(2);
        AtomicBoolean flag = new AtomicBoolean();
        AtomicReference<Thread> sleeper = new AtomicReference<>();
        AtomicInteger parks = new AtomicInteger();
        Future<?> sleeping = threads.submit(() -> {
            sleeper.set(Thread.currentThread());
            for (int round = 0; round < rounds; round++) {
                bothAreHere.await();
                while (!flag.get()) {
                    ticker.park(ticker.nanoTime() + Long.MAX_VALUE);
                    parks.incrementAndGet();
                }
                flag.set(false);
                bothAreHere.await();
            }
            return null;
        });
        Random random = new Random(4711);
        for (int round = 0; round < rounds; round++) {
            bothAreHere.await(30, TimeUnit.SECONDS);
            spin(random.nextInt(2_000));
            flag.set(true);
            ticker.unpark(sleeper.get());
            bothAreHere.await(30, TimeUnit.SECONDS);
        }
        sleeping.get();
        assertThat(parks.get()).isPositive();
        assertThat(ticker.parkedThreads()).isEmpty();
    }

    /** Many threads wait at random for times, tasks and each other while the clock is moved: none is early or left. */
    @Test
    void manyThreadsAtOnce() throws Exception {
        int sleepers = 32;
        int waits = 100;
        AtomicInteger running = new AtomicInteger(sleepers);
        AtomicInteger tasksRun = new AtomicInteger();
        List<Future<?>> futures = new ArrayList<>();
        for (int i = 0; i < sleepers; i++) {
            Random random = new Random(i);
            futures.add(threads.submit(() -> {
                try {
                    for (int wait = 0; wait < waits; wait++) {
                        long until = ticker.nanoTime() + 1 + random.nextInt(1_000_000);
                        Thread self = Thread.currentThread();
                        ticker.schedule(
                                () -> {
                                    tasksRun.incrementAndGet();
                                    ticker.unpark(self);
                                },
                                random.nextInt(1_000_000));
                        while (until - ticker.nanoTime() > 0) {
                            ticker.park(until);
                        }
                    }
                } finally {
                    running.decrementAndGet();
                }
                return null;
            }));
        }
        while (running.get() > 0) {
            ticker.advance(Duration.ofNanos(50_000));
            Thread.yield();
        }
        for (Future<?> future : futures) {
            future.get();
        }
        ticker.advance(SECOND);
        assertThat(tasksRun).hasValue(sleepers * waits);
        assertThat(ticker.parkedThreads()).isEmpty();
        assertThat(ticker.scheduledTasks()).isZero();
    }

    private Future<Duration> parked(long nanos) {
        return parked(nanos, new AtomicReference<>());
    }

    private Future<Duration> parked(long nanos, AtomicReference<Thread> sleeper) {
        long until = ticker.nanoTime() + nanos;
        return threads.submit(() -> {
            sleeper.set(Thread.currentThread());
            ticker.park(until);
            return ticker.elapsed();
        });
    }

    private <T> T other(Callable<T> question) {
        try {
            return threads.submit(question).get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void spin(int turns) {
        for (int i = 0; i < turns; i++) {
            Thread.onSpinWait();
        }
    }
}
