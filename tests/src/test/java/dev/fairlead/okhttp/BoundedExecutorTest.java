package dev.fairlead.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedExecutorTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void oneThreadRunsTasksInTheOrderOfTheirArrival() throws InterruptedException {
        BoundedExecutor executor = new BoundedExecutor(threads, () -> 1);
        List<Integer> ran = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(1_000);
        for (int task = 0; task < 1_000; task++) {
            int number = task;
            executor.execute(() -> {
                ran.add(number);
                all.countDown();
            });
        }
        assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).hasSize(1_000).isSorted();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void ofTasksThatManyThreadsBringNoneIsLostAndNoMoreRunAtOnceThanMay(int most) throws InterruptedException {
        int callers = 4;
        int tasks = 20_000;
        BoundedExecutor executor = new BoundedExecutor(threads, () -> most);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger mostInside = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(callers * tasks);
        for (int caller = 0; caller < callers; caller++) {
            threads.execute(() -> {
                for (int task = 0; task < tasks; task++) {
                    executor.execute(() -> {
                        mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        inside.decrementAndGet();
                        all.countDown();
                    });
                }
            });
        }
        assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(mostInside).hasValueLessThanOrEqualTo(most);
    }

    /** A thread that finds nothing more to do ends, and just then a task comes, after which nobody comes. */
    @Test
    void aTaskThatComesAsTheThreadEndsIsRunToo() {
        BoundedExecutor executor = new BoundedExecutor(threads, () -> 1);
        AtomicInteger ran = new AtomicInteger();
        for (int task = 1; task <= 100_000; task++) {
            int number = task;
            executor.execute(ran::incrementAndGet);
            CallBench.await("the task to run", () -> ran.get() == number);
        }
    }

    @Test
    void whatATaskThrowsKeepsNoOtherFromRunning() throws InterruptedException {
        AtomicReference<Throwable> uncaught = new AtomicReference<>();
        ExecutorService one = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task);
            thread.setUncaughtExceptionHandler((dying, thrown) -> {
                uncaught.set(thrown);
                throw new IllegalStateException("and so does its handler");
            });
            return thread;
        });
        BoundedExecutor executor = new BoundedExecutor(one, () -> 1);
        Error thrown = new AssertionError("a task's");
        CountDownLatch ran = new CountDownLatch(1);
        CountDownLatch mayThrow = new CountDownLatch(1);
        executor.execute(() -> {
            await(mayThrow);
            throw thrown;
        });
        executor.execute(ran::countDown);
        mayThrow.countDown();

        assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(uncaught).hasValue(thrown);
        one.shutdown();
        assertThat(one.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whereNoThreadIsToBeHadTasksRunOnTheOneAtHand() {
        Executor shutDown = task -> {
            throw new RejectedExecutionException();
        };
        BoundedExecutor executor = new BoundedExecutor(shutDown, () -> 1);
        List<String> ran = new ArrayList<>();
        executor.execute(() -> {
            ran.add("first");
            // One after the other all the same.
            executor.execute(() -> ran.add("third"));
            ran.add("second");
        });
        executor.execute(() -> ran.add("fourth"));
        assertThat(ran).containsExactly("first", "second", "third", "fourth");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
