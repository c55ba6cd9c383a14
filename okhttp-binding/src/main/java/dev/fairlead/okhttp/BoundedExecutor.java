package dev.fairlead.okhttp;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * Runs tasks in the order of their arrival, on at most so many threads of another executor at once: when a pause ends ten
 * thousand calls are woken, and OkHttp's own executor would make as many threads. Loses no task, whatever that executor or a
 * task throws. Thread-safe.
 */
final class BoundedExecutor implements Executor, Runnable {
    private final Executor executor;
    private final IntSupplier mostThreads;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger threads = new AtomicInteger();

    BoundedExecutor(Executor executor, IntSupplier mostThreads) {
        this.executor = executor;
        this.mostThreads = mostThreads;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (!mayAddThread()) {
            // One of those that run looks for tasks once more before it ends.
            return;
        }
        try {
            executor.execute(this);
        } catch (RejectedExecutionException shutDown) {
            // Somebody still waits to hear how the call ended; OkHttp tells them on the thread at hand, too.
            run();
        } catch (RuntimeException | Error thrown) {
            // Such as an OutOfMemoryError for want of threads.
            uncaught(thrown);
            run();
        }
    }

    @Override
    public void run() {
        do {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                try {
                    task.run();
                } catch (RuntimeException | Error thrown) {
                    uncaught(thrown);
                }
            }
            threads.decrementAndGet();
        } while (!tasks.isEmpty() && mayAddThread());
    }

    private boolean mayAddThread() {
        int most = Math.max(1, mostThreads.getAsInt());
        int before = threads.getAndUpdate(running -> running < most ? running + 1 : running);
        return before < most;
    }

    /** Does with an exception what the JVM does with one that ends a thread. */
    static void uncaught(Throwable thrown) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        } catch (RuntimeException | Error ignored) {
            // So the JVM does, too (Thread.UncaughtExceptionHandler).
            return;
        }
    }
}
