package dev.fairlead;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A deadline that calls inherit from whoever asks for them. It is ambient: it holds for the thread that opened it until
 * it is closed, nests to the tighter one, and crosses threads only by an explicit {@link #wrap(Runnable)}.
 *
 * <pre>{@code
 * DeadlineContext.call(Duration.ofSeconds(2), () -> {
 *   client.newCall(first).execute();
 *   return client.newCall(second).execute();   // has what the first left of the two seconds
 * });
 * }</pre>
 *
 * <p>A context is immutable and thread-safe; a {@link Scope} belongs to the thread that opened it.
 */
public final class DeadlineContext {
    private static final ThreadLocal<DeadlineContext> CURRENT = new ThreadLocal<>();

    private final Ticker ticker;
    private final long deadlineNanos;

    private DeadlineContext(Ticker ticker, long deadlineNanos) {
        this.ticker = ticker;
        this.deadlineNanos = deadlineNanos;
    }

    /**
     * Gives the calling thread a deadline until the scope is closed; one that is already there stays if it is tighter.
     *
     * @param total from now; zero or negative means that it has passed
     */
    public static Scope open(Duration total) {
        return open(total, Duration.ZERO, Ticker.system());
    }

    /**
     * The same, holding back a reserve: calls made in the scope end that much before its deadline, so that the caller
     * has time left to answer.
     *
     * @param total from now
     * @param reserve held back from it, not negative
     */
    public static Scope open(Duration total, Duration reserve) {
        return open(total, reserve, Ticker.system());
    }

    /** The same on a ticker of one's own, for tests. */
    public static Scope open(Duration total, Duration reserve, Ticker ticker) {
        if (reserve.isNegative()) {
            throw new IllegalArgumentException("a reserve cannot be negative: " + reserve);
        }
        DeadlineContext before = CURRENT.get();
        long nanos = Nanos.of(total);
        if (before != null) {
            nanos = Math.min(nanos, before.remainingNanos());
        }
        return install(new DeadlineContext(ticker, ticker.nanoTime() + nanos - Nanos.of(reserve)));
    }

    /**
     * Runs a task under a deadline; {@link #open(Duration)} without a scope to close.
     *
     * @param total from now
     * @throws Exception what the task throws
     */
    public static <T> T call(Duration total, Callable<T> task) throws Exception {
        Scope scope = open(total);
        try {
            return task.call();
        } finally {
            scope.close();
        }
    }

    /** The calling thread's deadline, or null where it has none. */
    public static @Nullable DeadlineContext current() {
        return CURRENT.get();
    }

    /** What is left of the calling thread's deadline, zero if it has passed; empty where it has none. */
    public static Optional<Duration> remaining() {
        DeadlineContext current = CURRENT.get();
        return current == null
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, current.remainingNanos())));
    }

    /** A task that runs under the deadline of the thread that calls this method. */
    public static Runnable wrap(Runnable task) {
        DeadlineContext captured = CURRENT.get();
        return () -> {
            Scope scope = install(captured);
            try {
                task.run();
            } finally {
                scope.close();
            }
        };
    }

    /** A task that runs under the deadline of the thread that calls this method. */
    public static <T> Callable<T> wrap(Callable<T> task) {
        DeadlineContext captured = CURRENT.get();
        return () -> {
            Scope scope = install(captured);
            try {
                return task.call();
            } finally {
                scope.close();
            }
        };
    }

    /** An executor whose tasks run under the deadline of the thread that submits them. */
    public static Executor wrap(Executor executor) {
        return task -> executor.execute(wrap(task));
    }

    /** What is left in nanoseconds; zero or negative if it has passed. */
    public long remainingNanos() {
        return deadlineNanos - ticker.nanoTime();
    }

    private static Scope install(@Nullable DeadlineContext context) {
        DeadlineContext before = CURRENT.get();
        set(context);
        return () -> set(before);
    }

    private static void set(@Nullable DeadlineContext context) {
        if (context == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(context);
        }
    }

    @Override
    public String toString() {
        return "DeadlineContext{remaining=" + Duration.ofNanos(remainingNanos()) + "}";
    }

    /** Ends a deadline on the thread that opened it. */
    @FunctionalInterface
    public interface Scope extends AutoCloseable {
        /** Gives the thread back the deadline it had before. */
        @Override
        void close();
    }
}
