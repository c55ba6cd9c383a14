package dev.fairlead.okhttp;

import static dev.fairlead.okhttp.Fixture.get;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.ApiError;
import dev.fairlead.CallInfo;
import dev.fairlead.CallListener;
import dev.fairlead.CircuitOpenException;
import dev.fairlead.DeadlineExceededException;
import dev.fairlead.RateLimitedException;
import dev.fairlead.StopReason;
import dev.fairlead.WaitReason;
import dev.fairlead.testkit.StubAnswer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import okhttp3.Call;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However an enqueued call ends, its callback is called once, with the call itself, on a thread of the dispatcher's. */
class CallbackContractTest {
    @AutoClose
    private final CallBench bench = new CallBench();

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void anAnswerIsToldOnAThreadOfTheDispatchers(CallMaker maker) {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        Call call = bench.calls(maker).newCall(get("/things"));
        CountedCallback callback = bench.enqueue(call);
        callback.response().close();
        assertToldByTheDispatcher(callback, call);
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aFailureIsToldOnAThreadOfTheDispatchers(CallMaker maker) {
        bench.fixture.ticker.autoAdvance();
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.disconnectBeforeAnswer());
        Call call = bench.calls(maker).newCall(get("/things"));
        CountedCallback callback = bench.enqueue(call);
        callback.failure();
        assertToldByTheDispatcher(callback, call);
    }

    private void assertToldByTheDispatcher(CountedCallback callback, Call call) {
        assertThat(callback.call()).isSameAs(call);
        assertThat(bench.dispatcherThreads()).contains(callback.thread());
    }

    // ---- calls that are refused

    @Test
    void anOpenCircuitIsToldLikeAnyFailure() throws IOException {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.status(503));
        Call.Factory calls = bench.calls(
                CallMaker.FACTORY, policy -> policy.withMaxAttempts(1).withBreakerThreshold(50, 2, ofSeconds(30)));
        calls.newCall(get("/things")).execute().close();
        calls.newCall(get("/things")).execute().close();
        Call call = calls.newCall(get("/things"));

        CountedCallback callback = bench.enqueue(call);

        assertThat(callback.failure()).isInstanceOf(CircuitOpenException.class);
        assertToldByTheDispatcher(callback, call);
        assertThat(bench.fixture.stub.requestCount()).isEqualTo(2);
    }

    @Test
    void aPauseThatIsTooLongIsToldLikeAnyFailure() throws IOException {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.status(429).header("Retry-After", "3600"));
        Call.Factory calls = bench.calls(CallMaker.FACTORY);
        calls.newCall(get("/things")).execute().close();
        Call call = calls.newCall(get("/things"));

        CountedCallback callback = bench.enqueue(call);

        assertThat(callback.failure()).isInstanceOf(RateLimitedException.class);
        assertToldByTheDispatcher(callback, call);
        assertThat(bench.fixture.stub.requestCount()).isEqualTo(1);
    }

    @Test
    void theDeadlineOfACallInTheDispatchersQueueIsToldWhenItIsOver() {
        bench.dispatcher.setMaxRequestsPerHost(1);
        bench.fixture.stub.when("GET", "/stall").respond(StubAnswer.stall());
        Call.Factory calls = bench.calls(CallMaker.FACTORY, policy -> policy.withDeadline(ofSeconds(20)));
        Call stalled = calls.newCall(get("/stall"));
        CountedCallback first = bench.enqueue(stalled);
        bench.fixture.stub.awaitRequests(1);
        Call queued = calls.newCall(get("/things"));
        CountedCallback callback = bench.enqueue(queued);
        bench.fixture.ticker.awaitScheduled(1);

        bench.fixture.ticker.advance(ofSeconds(20));

        assertThat(callback.failure()).isInstanceOf(DeadlineExceededException.class);
        assertToldByTheDispatcher(callback, queued);
        assertThat(first.isTold()).as("the call that holds the only place").isFalse();
        stalled.cancel();
        first.failure();
        assertThat(bench.fixture.stub.requestCount()).isEqualTo(1);
    }

    // ---- an executor that takes nothing any more

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aShutDownDispatcherRejectsACallThroughItsCallback(CallMaker maker) {
        bench.executor().shutdown();
        Call call = bench.calls(maker).newCall(get("/things"));

        CountedCallback callback = bench.enqueue(call);

        assertThat(callback.isTold()).as("at once").isTrue();
        assertThat(callback.failure())
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("executor rejected");
        assertThat(callback.call()).isSameAs(call);
        assertThat(bench.fixture.stub.requestCount()).isZero();
    }

    @Test
    void aCallThatWaitsWhenTheDispatcherIsShutDownIsToldWhenItsWaitIsOver() {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.status(429).header("Retry-After", "2"));
        Call call = bench.calls(CallMaker.FACTORY).newCall(get("/things"));
        CountedCallback callback = bench.enqueue(call);
        bench.fixture.ticker.awaitScheduled(1);
        bench.settle();

        bench.fixture.ticker.advance(ofSeconds(2));

        assertThat(callback.failure())
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("executor rejected");
        assertThat(bench.fixture.stub.requestCount()).isEqualTo(1);
    }

    @Test
    void aCallThatWaitsWhenTheDispatcherIsShutDownCanBeCanceled() {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.status(429).header("Retry-After", "2"));
        Call call = bench.calls(CallMaker.FACTORY).newCall(get("/things"));
        CountedCallback callback = bench.enqueue(call);
        bench.fixture.ticker.awaitScheduled(1);
        bench.settle();

        call.cancel();

        assertThat(callback.failure()).hasMessage("Canceled");
    }

    // ---- whatever is thrown

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void anExceptionOfAnInterceptorIsToldAndGoesToTheThreadsHandler(CallMaker maker) {
        thrownByAnInterceptor(maker, new IllegalStateException("an interceptor's"));
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void anErrorOfAnInterceptorIsToldAndGoesToTheThreadsHandler(CallMaker maker) {
        thrownByAnInterceptor(maker, new AssertionError("an interceptor's"));
    }

    private void thrownByAnInterceptor(CallMaker maker, Throwable thrown) {
        bench.builder().addInterceptor(chain -> {
            throw sneaky(thrown);
        });
        Call.Factory calls = bench.calls(maker);
        Call call = calls.newCall(get("/things"));

        CountedCallback callback = bench.enqueue(call);

        assertThat(callback.failure()).hasMessageContaining("canceled due to").hasCause(thrown);
        assertToldByTheDispatcher(callback, call);
        bench.settle();
        assertThat(bench.takeUncaught(1)).containsExactly(thrown);
        assertThatThrownBy(call.clone()::execute).isSameAs(thrown);
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void anExceptionAfterTheAnswerLeavesTheCallersOfTheKeyTheirPlaces(CallMaker maker) throws IOException {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        AtomicBoolean throwing = new AtomicBoolean(true);
        bench.builder().addInterceptor(chain -> {
            Response response = chain.proceed(chain.request());
            if (throwing.get()) {
                response.close();
                throw new IllegalStateException("an interceptor's");
            }
            return response;
        });
        Call.Factory calls = bench.calls(maker, policy -> policy.withMaxConcurrency(1));
        for (int call = 0; call < 3; call++) {
            assertThat(bench.enqueue(calls.newCall(get("/things"))).failure())
                    .hasCauseInstanceOf(IllegalStateException.class);
            assertThatThrownBy(calls.newCall(get("/things"))::execute).isInstanceOf(IllegalStateException.class);
        }
        throwing.set(false);
        bench.enqueue(calls.newCall(get("/things"))).response().close();
        bench.settle();
        assertThat(bench.takeUncaught(3)).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void anIOExceptionOfTheCallbackIsOnlyLogged(CallMaker maker) {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        CountedCallback callback = bench.callback(() -> {
            throw new IOException("the callback's");
        });
        bench.calls(maker).newCall(get("/things")).enqueue(callback);
        callback.response().close();
        bench.settle();
        assertThat(bench.fixture.uncaught).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void whatTheCallbackThrowsGoesToTheThreadsHandler(CallMaker maker) {
        bench.fixture.ticker.autoAdvance();
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        bench.fixture.stub.when("GET", "/lost").respond(StubAnswer.disconnectBeforeAnswer());
        Call.Factory calls = bench.calls(maker);
        RuntimeException exception = new IllegalStateException("the callback's");
        Error error = new AssertionError("the callback's");
        List<CountedCallback> answered = List.of(throwing(exception), throwing(error));
        List<CountedCallback> failed = List.of(throwing(exception), throwing(error));

        answered.forEach(callback -> calls.newCall(get("/things")).enqueue(callback));
        failed.forEach(callback -> calls.newCall(get("/lost")).enqueue(callback));

        answered.forEach(callback -> callback.response().close());
        failed.forEach(CountedCallback::failure);
        bench.settle();
        assertThat(bench.takeUncaught(4)).containsExactlyInAnyOrder(exception, exception, error, error);
    }

    @Test
    void whatTheCallbackOfACanceledWaitThrowsGoesToTheThreadsHandler() {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.status(429).header("Retry-After", "2"));
        Call.Factory calls = bench.calls(CallMaker.FACTORY);
        Error error = new AssertionError("the callback's");
        CountedCallback throwing = throwing(error);
        Call one = calls.newCall(get("/things"));
        one.enqueue(throwing);
        bench.fixture.ticker.awaitScheduled(1);
        Call other = calls.newCall(get("/things"));
        CountedCallback callback = bench.enqueue(other);
        bench.fixture.ticker.awaitScheduled(2);

        one.cancel();
        throwing.failure();
        other.cancel();

        assertThat(callback.failure()).hasMessage("Canceled");
        bench.settle();
        assertThat(bench.takeUncaught(1)).containsExactly(error);
    }

    private CountedCallback throwing(Throwable thrown) {
        return bench.callback(() -> {
            throw sneaky(thrown);
        });
    }

    /** What a listener throws must neither lose a call nor end it twice; an Error goes to the thread's handler, too. */
    @ParameterizedTest
    @EnumSource(Moment.class)
    void whatACallListenerThrowsLosesNoCall(Moment moment) {
        bench.fixture
                .stub
                .when("GET", "/things")
                .respond(StubAnswer.status(429).header("Retry-After", "2"), StubAnswer.json(200, "{}"));
        for (Supplier<Throwable> thrown : List.<Supplier<Throwable>>of(
                () -> new IllegalStateException("a listener's"), () -> new AssertionError("a listener's"))) {
            ThrowingListener listener = new ThrowingListener(moment, thrown);
            Call.Factory calls = bench.calls(CallMaker.FACTORY, policy -> policy.withMaxConcurrency(1), listener);
            bench.fixture
                    .stub
                    .when("GET", "/things")
                    .respond(StubAnswer.status(429).header("Retry-After", "2"), StubAnswer.json(200, "{}"));
            Call call = calls.newCall(get("/things"));

            CountedCallback callback = bench.enqueue(call);
            while (!callback.isTold()) {
                bench.fixture.ticker.nextWake().ifPresent(wait -> bench.fixture.ticker.advance(ofSeconds(2)));
                Thread.onSpinWait();
            }
            callback.close();
            assertThat(callback.call()).isSameAs(call);
            assertThat(bench.dispatcherThreads()).contains(callback.thread());
            assertThat(listener.times).hasPositiveValue();

            // Nothing is held by the call that was hit.
            listener.moment = null;
            bench.fixture.ticker.advance(ofSeconds(60));
            bench.fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
            bench.enqueue(calls.newCall(get("/things"))).response().close();
        }
        bench.settle();
        assertThat(bench.takeUncaught(1))
                .allSatisfy(thrown -> assertThat(thrown).isInstanceOf(AssertionError.class));
    }

    enum Moment {
        ATTEMPT_STARTED,
        ATTEMPT_ANSWERED,
        RETRY_SCHEDULED,
        WAIT_STARTED,
        WAIT_ENDED,
        CALL_ENDED
    }

    private static final class ThrowingListener implements CallListener {
        private final Supplier<Throwable> thrown;
        private final AtomicInteger times = new AtomicInteger();
        private volatile Moment moment;

        ThrowingListener(Moment moment, Supplier<Throwable> thrown) {
            this.moment = moment;
            this.thrown = thrown;
        }

        private void at(Moment now) {
            if (moment == now) {
                times.incrementAndGet();
                throw sneaky(thrown.get());
            }
        }

        @Override
        public void attemptStarted(CallInfo call) {
            at(Moment.ATTEMPT_STARTED);
        }

        @Override
        public void attemptAnswered(CallInfo call, int status, ApiError error) {
            at(Moment.ATTEMPT_ANSWERED);
        }

        @Override
        public void retryScheduled(CallInfo call, Duration pause) {
            at(Moment.RETRY_SCHEDULED);
        }

        @Override
        public void waitStarted(CallInfo call, WaitReason reason, Duration atMost) {
            at(Moment.WAIT_STARTED);
        }

        @Override
        public void waitEnded(CallInfo call, WaitReason reason, Duration took) {
            at(Moment.WAIT_ENDED);
        }

        @Override
        public void callEnded(CallInfo call, StopReason reason) {
            at(Moment.CALL_ENDED);
        }
    }

    @ParameterizedTest
    @EnumSource(CallEvent.class)
    void whatAnEventListenerThrowsLosesNoCall(CallEvent event) {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        Error error = new AssertionError("an event listener's");
        ThrowingEvents events = new ThrowingEvents(event, error);
        Call.Factory calls = bench.calls(CallMaker.FACTORY, policy -> policy.withMaxConcurrency(1));
        Call call = calls.newCall(get("/things"));
        call.addEventListener(events);

        CountedCallback callback = bench.enqueue(call);

        callback.close();
        assertThat(bench.dispatcherThreads()).contains(callback.thread());
        CallBench.await("the event", () -> events.times.get() > 0);
        bench.enqueue(calls.newCall(get("/things"))).response().close();
        bench.settle();
        assertThat(bench.takeUncaught(1)).containsExactly(error);
    }

    enum CallEvent {
        CALL_START,
        CONNECTION_ACQUIRED,
        REQUEST_HEADERS_START,
        RESPONSE_HEADERS_END
    }

    private static final class ThrowingEvents extends EventListener {
        private final CallEvent event;
        private final Error error;
        private final AtomicInteger times = new AtomicInteger();

        ThrowingEvents(CallEvent event, Error error) {
            this.event = event;
            this.error = error;
        }

        private void at(CallEvent now) {
            if (event == now) {
                times.incrementAndGet();
                throw error;
            }
        }

        @Override
        public void callStart(Call call) {
            at(CallEvent.CALL_START);
        }

        @Override
        public void connectionAcquired(Call call, okhttp3.Connection connection) {
            at(CallEvent.CONNECTION_ACQUIRED);
        }

        @Override
        public void requestHeadersStart(Call call) {
            at(CallEvent.REQUEST_HEADERS_START);
        }

        @Override
        public void responseHeadersEnd(Call call, Response response) {
            at(CallEvent.RESPONSE_HEADERS_END);
        }
    }

    /** The dispatcher has it by then, and will run it. */
    @Test
    void anEventListenerThatThrowsWhenACallIsQueuedEndsTheCallOnce() {
        bench.dispatcher.setMaxRequestsPerHost(1);
        bench.fixture.stub.when("GET", "/stall").respond(StubAnswer.stall());
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        Error error = new AssertionError("an event listener's");
        List<StopReason> ended = new ArrayList<>();
        List<String> attempts = new ArrayList<>();
        Call.Factory calls = bench.calls(CallMaker.FACTORY, policy -> policy, new CallListener() {
            @Override
            public void attemptFailed(CallInfo info, IOException failure, dev.fairlead.Reach reach) {
                attempts.add(info.method());
            }

            @Override
            public void callEnded(CallInfo info, StopReason reason) {
                ended.add(reason);
            }
        });
        Call stalled = calls.newCall(get("/stall"));
        CountedCallback first = bench.enqueue(stalled);
        bench.fixture.stub.awaitRequests(1);
        Call queued = calls.newCall(get("/things"));
        queued.addEventListener(new EventListener() {
            @Override
            public void dispatcherQueueStart(Call call, Dispatcher dispatcher) {
                throw error;
            }
        });

        CountedCallback callback = bench.enqueue(queued);

        assertThat(callback.failure()).hasCause(error);
        assertThat(bench.dispatcherThreads()).contains(callback.thread());
        stalled.cancel();
        first.failure();
        bench.settle();
        assertThat(bench.fixture.stub.requestCount()).isEqualTo(1);
        assertThat(bench.takeUncaught(1)).containsExactly(error);
        assertThat(ended).as("each call ended once").hasSize(2);
        assertThat(attempts).as("nothing is told of a call that is over").hasSize(1);
    }

    // ---- callbacks that call

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aCallbackMayEnqueueTheNextCall(CallMaker maker) {
        bench.dispatcher.setMaxRequestsPerHost(1);
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        Call.Factory calls = bench.calls(maker);
        List<CountedCallback> chain = new ArrayList<>();
        chain.add(bench.callback());
        for (int call = 1; call < 30; call++) {
            CountedCallback following = chain.get(call - 1);
            chain.add(bench.callback(() -> calls.newCall(get("/things")).enqueue(following)));
        }

        calls.newCall(get("/things")).enqueue(chain.get(29));

        chain.forEach(callback -> callback.response().close());
        assertThat(bench.fixture.stub.requestCount()).isEqualTo(30);
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aCallbackMayExecuteTheNextCall(CallMaker maker) {
        bench.dispatcher.setMaxRequestsPerHost(1);
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        Call.Factory calls = bench.calls(maker);
        AtomicInteger status = new AtomicInteger();
        CountDownLatch executed = new CountDownLatch(1);
        CountedCallback callback = bench.callback(() -> {
            try (Response response = calls.newCall(get("/things")).execute()) {
                status.set(response.code());
            } finally {
                executed.countDown();
            }
        });
        calls.newCall(get("/things")).enqueue(callback);
        callback.response().close();
        bench.settle();
        assertThat(executed.getCount()).isZero();
        assertThat(status).hasValue(200);
    }

    // ---- other executors

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void threadsThatAreMadeForEachTaskWillDo(CallMaker maker) throws ReflectiveOperationException {
        try (CallBench own = new CallBench(threadPerTask())) {
            throttledThenAnswered(own, maker);
        }
    }

    /** Virtual threads where there are any (JDK 21). */
    private static ExecutorService threadPerTask() throws ReflectiveOperationException {
        Class<?> executors = java.util.concurrent.Executors.class;
        for (java.lang.reflect.Method method : executors.getMethods()) {
            if (method.getName().equals("newVirtualThreadPerTaskExecutor")) {
                return (ExecutorService) method.invoke(null);
            }
        }
        return new TaskExecutor(task -> new Thread(task).start());
    }

    private static void throttledThenAnswered(CallBench own, CallMaker maker) {
        int others = 39;
        own.dispatcher.setMaxRequestsPerHost(64);
        StubAnswer answer = StubAnswer.json(200, "{}");
        StubAnswer throttle = StubAnswer.status(429).header("Retry-After", "2");
        own.fixture.stub.when("GET", "/things").respond(maker == CallMaker.OKHTTP ? answer : throttle, answer);
        Call.Factory calls = own.calls(maker);
        List<CountedCallback> callbacks = new ArrayList<>();
        callbacks.add(own.enqueue(calls.newCall(get("/things"))));
        maker.awaitWaiting(own.fixture.ticker, 1);
        for (int call = 0; call < others; call++) {
            callbacks.add(own.enqueue(calls.newCall(get("/things"))));
        }
        maker.awaitWaiting(own.fixture.ticker, 1 + others);
        own.fixture.ticker.advance(ofSeconds(2));
        for (CountedCallback callback : callbacks) {
            try (Response response = callback.response()) {
                assertThat(response.code()).isEqualTo(200);
            }
        }
    }

    /** OkHttp's own cannot do that: its call would run within {@code enqueue}, which is the user's wish then. */
    @Test
    void anExecutorThatRunsATaskAtOnceWillDo() {
        try (CallBench own = new CallBench(new TaskExecutor(Runnable::run))) {
            own.fixture.ticker.autoAdvance();
            own.fixture
                    .stub
                    .when("GET", "/things")
                    .respond(StubAnswer.status(429).header("Retry-After", "2"), StubAnswer.json(200, "{}"));
            CountedCallback callback = own.enqueue(own.calls(CallMaker.FACTORY).newCall(get("/things")));
            try (Response response = callback.response()) {
                assertThat(response.code()).isEqualTo(200);
            }
        }
    }

    /** One that throws what no executor should must not leave other calls without anybody to go on with them. */
    @Test
    void anExecutorThatThrowsHoldsUpNoOtherCall() {
        AtomicBoolean throwing = new AtomicBoolean();
        TaskExecutor executor = new TaskExecutor(task -> {
            if (throwing.getAndSet(false)) {
                throw new IllegalStateException("an executor's");
            }
            new Thread(task).start();
        });
        try (CallBench own = new CallBench(executor)) {
            own.fixture
                    .stub
                    .when("GET", "/things")
                    .respond(StubAnswer.status(429).header("Retry-After", "20"));
            Call.Factory calls = own.calls(CallMaker.FACTORY);
            Call one = calls.newCall(get("/things"));
            CountedCallback first = own.enqueue(one);
            own.fixture.ticker.awaitScheduled(1);
            Call other = calls.newCall(get("/things"));
            CountedCallback second = own.enqueue(other);
            own.fixture.ticker.awaitScheduled(2);

            throwing.set(true);
            one.cancel();
            assertThat(first.failure()).hasMessage("Canceled");
            other.cancel();
            assertThat(second.failure()).hasMessage("Canceled");
            assertThat(own.takeUncaught(1)).hasOnlyElementsOfType(IllegalStateException.class);
        }
    }

    private static final class TaskExecutor extends AbstractExecutorService {
        private final java.util.concurrent.Executor executor;
        private final AtomicInteger running = new AtomicInteger();
        private volatile boolean shutdown;

        TaskExecutor(java.util.concurrent.Executor executor) {
            this.executor = executor;
        }

        @Override
        public void execute(Runnable task) {
            running.incrementAndGet();
            boolean taken = false;
            try {
                executor.execute(() -> {
                    try {
                        task.run();
                    } finally {
                        running.decrementAndGet();
                    }
                });
                taken = true;
            } finally {
                if (!taken) {
                    running.decrementAndGet();
                }
            }
        }

        @Override
        public void shutdown() {
            shutdown = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutdown = true;
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return shutdown;
        }

        @Override
        public boolean isTerminated() {
            return shutdown && running.get() == 0;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            CallBench.await("tasks to end", this::isTerminated);
            return true;
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
