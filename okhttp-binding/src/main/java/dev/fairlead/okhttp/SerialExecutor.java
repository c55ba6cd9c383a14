package dev.fairlead.okhttp;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs short tasks one after the other, on at most one thread of another executor: when a pause ends ten thousand calls
 * are woken at once, and neither ten thousand threads nor the one that woke them should have to ask the rules for each.
 * Thread-safe.
 */
final class SerialExecutor implements Executor, Runnable {
    private final Executor executor;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();

    SerialExecutor(Executor executor) {
        this.executor = executor;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (pending.getAndIncrement() == 0) {
            try {
                executor.execute(this);
            } catch (RejectedExecutionException shutDown) {
                // Somebody still waits to hear how the call ended; OkHttp tells them on the thread at hand, too.
                run();
            }
        }
    }

    @Override
    public void run() {
        do {
            Runnable task = tasks.poll();
            if (task != null) {
                run(task);
            }
        } while (pending.decrementAndGet() > 0);
    }

    /** What a task throws must not keep the others from running. */
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error thrown) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        }
    }
}
