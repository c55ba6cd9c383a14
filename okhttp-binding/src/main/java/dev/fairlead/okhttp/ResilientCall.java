package dev.fairlead.okhttp;

import dev.fairlead.DeadlineContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.jvm.functions.Function0;
import kotlin.reflect.KClass;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A call whose attempts are OkHttp calls of their own, which end before it waits. It keeps the contract of
 * {@link okhttp3.Call}; what is added to it (event listeners, tags) is added to each attempt. Thread-safe.
 */
final class ResilientCall implements Call {
    final ResilientCallFactory factory;
    private final Request request;
    private final @Nullable DeadlineContext inherited;
    /** Made with this call, as an event listener's factory may look at the thread it is called on. */
    private final Call first;

    private final FactoryDriver driver;
    private final AtomicBoolean executed = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    /** The attempt under way, or the last one. Written under {@code lock}. */
    private volatile Call current;
    /** What was added to this call. Guarded by {@code lock}; empty for most. */
    private List<Consumer<Call>> additions = List.of();

    private long startNanos;

    ResilientCall(ResilientCallFactory factory, Request request) {
        this.factory = factory;
        this.request = request;
        inherited = DeadlineContext.current();
        first = factory.client.newCall(request);
        current = first;
        driver = new FactoryDriver(this, request);
    }

    @Override
    public Response execute() throws IOException {
        return begin() ? driver.run() : first.execute();
    }

    @Override
    public void enqueue(Callback callback) {
        if (begin()) {
            driver.enqueue(callback);
        } else {
            first.enqueue(new Callback() {
                @Override
                public void onFailure(Call plain, IOException failure) {
                    callback.onFailure(ResilientCall.this, failure);
                }

                @Override
                public void onResponse(Call plain, Response response) throws IOException {
                    callback.onResponse(ResilientCall.this, response);
                }
            });
        }
    }

    /** Whether the call is ours to drive; otherwise its host is left alone. */
    private boolean begin() {
        if (!executed.compareAndSet(false, true)) {
            throw new IllegalStateException("Already Executed");
        }
        startNanos = factory.fairlead.ticker().nanoTime();
        return driver.begin(request, 0, first.timeout(), inherited);
    }

    @Override
    public void cancel() {
        driver.cancel();
        // Whoever makes another attempt current from now on sees that the call is cancelled.
        current.cancel();
    }

    /** The OkHttp call for the next attempt, with all that was added to this one. */
    Call newAttempt(Request prepared, boolean isFirst) {
        boolean reuse = isFirst && prepared == request;
        Call attempt = reuse ? first : factory.client.newCall(prepared);
        if (!reuse) {
            keepTimeout(attempt);
        }
        lock.lock();
        try {
            current = attempt;
            if (!reuse) {
                additions.forEach(addition -> addition.accept(attempt));
            }
        } finally {
            lock.unlock();
        }
        driver.tag(attempt);
        attempt.addEventListener(driver);
        return attempt;
    }

    /** OkHttp's own total time is the call's, not each attempt's; it ends streams too, which our deadline does not. */
    private void keepTimeout(Call attempt) {
        Timeout wanted = first.timeout();
        long elapsedNanos = factory.fairlead.ticker().nanoTime() - startNanos;
        // Zero is none: who takes the client's own from a call takes it from every attempt.
        long nanos = wanted.timeoutNanos() == 0 ? 0 : Math.max(1, wanted.timeoutNanos() - elapsedNanos);
        attempt.timeout().timeout(nanos, TimeUnit.NANOSECONDS);
        if (wanted.hasDeadline()) {
            attempt.timeout().deadlineNanoTime(wanted.deadlineNanoTime());
        }
    }

    private void add(Consumer<Call> addition) {
        lock.lock();
        try {
            // First, as what OkHttp does not take must not be kept for the next attempt.
            addition.accept(current);
            if (current != first && !first.isExecuted()) {
                // The cache was asked before; the first attempt is still to come.
                addition.accept(first);
            }
            List<Consumer<Call>> more = new ArrayList<>(additions);
            more.add(addition);
            additions = more;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void addEventListener(EventListener listener) {
        add(call -> call.addEventListener(listener));
    }

    @Override
    public <T> @Nullable T tag(KClass<T> type) {
        return current.tag(type);
    }

    @Override
    public <T> @Nullable T tag(Class<? extends T> type) {
        return current.tag(type);
    }

    @Override
    public <T> T tag(KClass<T> type, Function0<? extends T> computeIfAbsent) {
        T present = current.tag(type);
        if (present != null) {
            return present;
        }
        // Computed before, as no code of the user's runs under the lock.
        T computed = computeIfAbsent.invoke();
        add(call -> call.tag(type, () -> computed));
        T tagged = current.tag(type);
        return tagged != null ? tagged : computed;
    }

    @Override
    public <T> T tag(Class<T> type, Function0<? extends T> computeIfAbsent) {
        return tag(JvmClassMappingKt.getKotlinClass(type), computeIfAbsent);
    }

    @Override
    public Request request() {
        return request;
    }

    @Override
    public boolean isExecuted() {
        return executed.get();
    }

    @Override
    public boolean isCanceled() {
        return driver.isCanceled();
    }

    @Override
    public Timeout timeout() {
        return first.timeout();
    }

    @Override
    @SuppressWarnings("MethodDoesntCallSuperMethod") // A new call, as OkHttp's own.
    public Call clone() {
        return new ResilientCall(factory, request);
    }

    /** The client that makes the attempts. */
    OkHttpClient client() {
        return factory.client;
    }

    @Override
    public String toString() {
        return "ResilientCall{" + request.method() + " " + request.url().host() + "}";
    }
}
