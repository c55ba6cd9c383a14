package dev.fairlead.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.CallListener;
import dev.fairlead.Fairlead;
import dev.fairlead.Policy;
import dev.fairlead.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

/**
 * A client with a dispatcher and a pool of its own, and what must be true when all its calls are over: each callback was
 * called once, the dispatcher has nothing left, and no connection is in use.
 */
final class CallBench implements AutoCloseable {
    final Fixture fixture;
    final Dispatcher dispatcher;
    final ConnectionPool pool = new ConnectionPool();
    private final ExecutorService executor;
    private final Set<Thread> threads;
    private final List<CountedCallback> callbacks = new CopyOnWriteArrayList<>();
    private final OkHttpClient.Builder builder;

    CallBench() {
        this(new Fixture());
    }

    CallBench(Fixture fixture) {
        this(fixture, ConcurrentHashMap.newKeySet());
    }

    private CallBench(Fixture fixture, Set<Thread> threads) {
        this(fixture, newExecutor(threads), threads);
    }

    CallBench(ExecutorService executor) {
        this(new Fixture(), executor, Set.of());
    }

    private CallBench(Fixture fixture, ExecutorService executor, Set<Thread> threads) {
        this.fixture = fixture;
        this.executor = executor;
        this.threads = threads;
        dispatcher = new Dispatcher(executor);
        builder = new OkHttpClient.Builder().dispatcher(dispatcher).connectionPool(pool);
    }

    /** As OkHttp's own, with threads that are known again. */
    private static ExecutorService newExecutor(Set<Thread> threads) {
        return new ThreadPoolExecutor(0, Integer.MAX_VALUE, 60, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task);
            threads.add(thread);
            return thread;
        });
    }

    /** All threads that the dispatcher's executor has made so far. */
    Set<Thread> dispatcherThreads() {
        return threads;
    }

    /** What the client is made with, besides dispatcher and pool. */
    OkHttpClient.Builder builder() {
        return builder;
    }

    ExecutorService executor() {
        return executor;
    }

    Call.Factory calls(CallMaker maker) {
        return calls(maker, policy -> policy);
    }

    Call.Factory calls(CallMaker maker, UnaryOperator<Policy> change) {
        return calls(maker, change, new CallListener() {});
    }

    Call.Factory calls(CallMaker maker, UnaryOperator<Policy> change, CallListener listener) {
        return calls(maker, fixture.rules(change).listener(listener).build());
    }

    Call.Factory calls(CallMaker maker, Fairlead rules) {
        return maker.calls(fixture.stub.reroute(builder.build()), rules);
    }

    /** Calls by the machine's clock, as sockets go by. */
    Call.Factory callsInRealTime(CallMaker maker, UnaryOperator<Policy> change) {
        return calls(maker, fixture.rules(change).ticker(Ticker.system()).build());
    }

    /** A callback that must have been called once when the test is over. */
    CountedCallback callback() {
        return callback(() -> {});
    }

    CountedCallback callback(CountedCallback.Then then) {
        CountedCallback callback = new CountedCallback(then);
        callbacks.add(callback);
        return callback;
    }

    CountedCallback enqueue(Call call) {
        CountedCallback callback = callback();
        call.enqueue(callback);
        return callback;
    }

    /** Blocks until so many exceptions reached their threads' handler, and takes them: a test let somebody throw. */
    List<Throwable> takeUncaught(int count) {
        await("uncaught exceptions", () -> fixture.uncaught.size() >= count);
        List<Throwable> taken = new ArrayList<>(fixture.uncaught);
        fixture.uncaught.removeAll(taken);
        return taken;
    }

    /** Blocks until something is so that nobody tells of. */
    static void await(String what, BooleanSupplier isSo) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!isSo.getAsBoolean()) {
            assertThat(System.nanoTime() - until)
                    .as("waited in vain for " + what)
                    .isNegative();
            Thread.onSpinWait();
        }
    }

    /** Ends the dispatcher's threads, so that nothing goes on that a test would not see. */
    void settle() {
        executor.shutdown();
        try {
            assertThat(executor.awaitTermination(30, TimeUnit.SECONDS))
                    .as("the dispatcher's threads came to an end")
                    .isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public void close() {
        try {
            settle();
            assertThat(callbacks)
                    .allSatisfy(callback -> assertThat(callback.times()).isEqualTo(1));
            assertThat(dispatcher.runningCallsCount()).as("running calls").isZero();
            assertThat(dispatcher.queuedCallsCount()).as("queued calls").isZero();
            // A connection that was being made when its call ended is given up by a thread of OkHttp's own.
            await("connections to be idle", () -> pool.connectionCount() == pool.idleConnectionCount());
        } finally {
            pool.evictAll();
            fixture.close();
        }
    }
}
