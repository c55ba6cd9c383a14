package dev.fairlead.okhttp;

import static dev.fairlead.okhttp.Fixture.get;
import static dev.fairlead.okhttp.Fixture.post;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.ApiError;
import dev.fairlead.CallInfo;
import dev.fairlead.CallListener;
import dev.fairlead.CallOptions;
import dev.fairlead.Policy;
import dev.fairlead.ResilienceException;
import dev.fairlead.StopReason;
import dev.fairlead.testkit.StubAnswer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of {@link Call}: what a call of OkHttp's own does, one of the factory's does too. */
class CallContractTest {
    @AutoClose
    private final CallBench bench = new CallBench();

    // ---- once only

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aCallIsExecutedOnce(CallMaker maker) throws IOException {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        Call call = bench.calls(maker).newCall(get("/things"));
        assertThat(call.isExecuted()).isFalse();

        call.execute().close();

        assertThat(call.isExecuted()).isTrue();
        assertThatThrownBy(call::execute)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Already Executed");
        CountedCallback never = new CountedCallback();
        assertThatThrownBy(() -> call.enqueue(never))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Already Executed");
        bench.settle();
        assertThat(never.times()).isZero();
        assertThat(bench.fixture.stub.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aCallIsEnqueuedOnce(CallMaker maker) throws IOException {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        Call call = bench.calls(maker).newCall(get("/things"));

        CountedCallback callback = bench.enqueue(call);

        assertThat(call.isExecuted()).isTrue();
        CountedCallback never = new CountedCallback();
        assertThatThrownBy(() -> call.enqueue(never)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(call::execute).isInstanceOf(IllegalStateException.class);
        callback.response().close();
        bench.settle();
        assertThat(never.times()).isZero();
        assertThat(bench.fixture.stub.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void theRequestIsTheOneThatWasAskedFor(CallMaker maker) {
        bench.fixture.stub.when("POST", "/charges").respond(StubAnswer.json(200, "{}"));
        Request request = post("/charges")
                .newBuilder()
                .tag(CallOptions.class, CallOptions.NONE.withIdempotencyKey("key-1"))
                .build();
        Call call = bench.calls(maker).newCall(request);
        assertThat(call.request()).isSameAs(request);

        CountedCallback callback = bench.enqueue(call);
        callback.response().close();

        assertThat(callback.call()).isSameAs(call);
        assertThat(call.request()).isSameAs(request);
    }

    // ---- clones

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aCloneIsACallOfItsOwn(CallMaker maker) throws IOException {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        Call call = bench.calls(maker).newCall(get("/things"));
        call.execute().close();
        call.cancel();

        Call clone = call.clone();

        assertThat(clone).isNotSameAs(call);
        assertThat(clone.getClass()).isSameAs(call.getClass());
        assertThat(clone.request()).isSameAs(call.request());
        assertThat(clone.isExecuted()).isFalse();
        assertThat(clone.isCanceled()).isFalse();
        try (Response response = clone.execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aClonesCancelIsNotTheOriginals(CallMaker maker) throws IOException {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        Call call = bench.calls(maker).newCall(get("/things"));
        Call clone = call.clone();

        clone.cancel();

        assertThat(call.isCanceled()).isFalse();
        try (Response response = call.execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThatThrownBy(clone::execute).isInstanceOf(IOException.class).hasMessage("Canceled");
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aCloneHasNeitherTheTimeoutNorTheTagsNorTheListenersOfTheOriginal(CallMaker maker) throws IOException {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        Call call = bench.calls(maker)
                .newCall(get("/things").newBuilder().tag(Long.class, 7L).build());
        EventLog events = new EventLog();
        call.timeout().timeout(5, TimeUnit.SECONDS);
        call.tag(String.class, () -> "computed");
        call.addEventListener(events);

        Call clone = call.clone();

        assertThat(clone.timeout().timeoutNanos()).isZero();
        assertThat(clone.tag(String.class)).isNull();
        assertThat(clone.tag(Long.class)).as("a tag of the request").isEqualTo(7L);
        clone.execute().close();
        assertThat(events.all()).isEmpty();
    }

    // ---- cancel

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aCallThatWasCanceledBeforeIsNotExecuted(CallMaker maker) {
        Call call = bench.calls(maker).newCall(get("/things"));
        call.cancel();
        assertThat(call.isCanceled()).isTrue();
        assertThat(call.isExecuted()).isFalse();

        assertThatThrownBy(call::execute).isExactlyInstanceOf(IOException.class).hasMessage("Canceled");

        assertThat(call.isExecuted()).isTrue();
        assertThat(bench.fixture.stub.requestCount()).isZero();
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aCallThatWasCanceledBeforeIsEnqueuedAndFails(CallMaker maker) {
        Call call = bench.calls(maker).newCall(get("/things"));
        call.cancel();

        assertThat(bench.enqueue(call).failure())
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Canceled");

        assertThat(bench.fixture.stub.requestCount()).isZero();
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aCancelEndsTheAttemptThatIsUnderWay(CallMaker maker) throws Exception {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.stall());
        Call call = bench.calls(maker).newCall(get("/things"));
        CompletableFuture<Response> answer = executed(call);
        bench.fixture.stub.awaitRequests(1);

        call.cancel();

        assertThat(failure(answer)).isInstanceOf(IOException.class).isNotInstanceOf(ResilienceException.class);
        assertThat(call.isCanceled()).isTrue();
        assertThat(bench.fixture.stub.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aCancelEndsTheEnqueuedAttemptThatIsUnderWay(CallMaker maker) {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.stall());
        Call call = bench.calls(maker).newCall(get("/things"));
        CountedCallback callback = bench.enqueue(call);
        bench.fixture.stub.awaitRequests(1);

        call.cancel();

        assertThat(callback.failure()).isNotInstanceOf(ResilienceException.class);
        assertThat(call.isCanceled()).isTrue();
        assertThat(bench.fixture.stub.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"WRAP", "FACTORY"})
    void aCancelEndsAWait(CallMaker maker) throws Exception {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.status(429).header("Retry-After", "20"));
        EventLog events = new EventLog();
        Call call = bench.calls(maker).newCall(get("/things"));
        call.addEventListener(events);
        CompletableFuture<Response> answer = executed(call);
        bench.fixture.ticker.awaitParked(1);

        call.cancel();

        assertThat(failure(answer)).isExactlyInstanceOf(IOException.class).hasMessage("Canceled");
        assertThat(events.of("canceled")).hasSize(1);
        assertThat(bench.fixture.ticker.elapsed()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"WRAP", "FACTORY"})
    void aCancelEndsTheWaitOfAnEnqueuedCall(CallMaker maker) {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.status(429).header("Retry-After", "20"));
        EventLog events = new EventLog();
        Call call = bench.calls(maker).newCall(get("/things"));
        call.addEventListener(events);
        CountedCallback callback = bench.enqueue(call);
        maker.awaitWaiting(bench.fixture.ticker, 1);

        call.cancel();

        assertThat(callback.failure()).isExactlyInstanceOf(IOException.class).hasMessage("Canceled");
        assertThat(events.of("canceled")).hasSize(1);
        assertThat(bench.fixture.ticker.elapsed()).isZero();
        assertThat(bench.fixture.ticker.scheduledTasks()).as("timers left").isZero();
    }

    /** OkHttp tells only when the dispatcher has a place; the factory has none to wait for. */
    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aCancelReachesACallInTheDispatchersQueue(CallMaker maker) {
        bench.dispatcher.setMaxRequestsPerHost(1);
        bench.fixture.stub.when("GET", "/stall").respond(StubAnswer.stall());
        Call.Factory calls = bench.calls(maker);
        Call stalled = calls.newCall(get("/stall"));
        CountedCallback first = bench.enqueue(stalled);
        bench.fixture.stub.awaitRequests(1);
        Call queued = calls.newCall(get("/things"));
        CountedCallback callback = bench.enqueue(queued);
        assertThat(bench.dispatcher.queuedCallsCount()).isEqualTo(1);

        queued.cancel();

        assertThat(queued.isCanceled()).isTrue();
        if (maker == CallMaker.FACTORY) {
            assertThat(callback.failure())
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessage("Canceled");
            assertThat(first.isTold()).as("the call that holds the only place").isFalse();
        }
        stalled.cancel();
        first.failure();
        assertThat(callback.failure()).isExactlyInstanceOf(IOException.class).hasMessage("Canceled");
        assertThat(bench.fixture.stub.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aCancelEndsTheReadingOfTheBody(CallMaker maker) throws Exception {
        bench.fixture
                .stub
                .when("GET", "/things")
                .respond(StubAnswer.text(200, "half of it").stallDuringBody());
        Call call = bench.calls(maker).newCall(get("/things"));
        cancelWhileReading(call, call.execute());
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aCancelEndsTheReadingOfTheBodyOfAnEnqueuedCall(CallMaker maker) throws Exception {
        bench.fixture
                .stub
                .when("GET", "/things")
                .respond(StubAnswer.text(200, "half of it").stallDuringBody());
        Call call = bench.calls(maker).newCall(get("/things"));
        cancelWhileReading(call, bench.enqueue(call).response());
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aCancelEndsTheReadingOfTheBodyOfALaterAttempt(CallMaker maker) throws Exception {
        bench.fixture.ticker.autoAdvance();
        bench.fixture
                .stub
                .when("GET", "/things")
                .respond(
                        StubAnswer.status(maker == CallMaker.OKHTTP ? 200 : 502),
                        StubAnswer.text(200, "half of it").stallDuringBody());
        Call.Factory calls = bench.calls(maker);
        if (maker == CallMaker.OKHTTP) {
            calls.newCall(get("/things")).execute().close();
        }
        Call call = calls.newCall(get("/things"));
        cancelWhileReading(call, bench.enqueue(call).response());
    }

    private static void cancelWhileReading(Call call, Response response) throws Exception {
        response.body().source().require(5);
        CompletableFuture<String> rest = CompletableFuture.supplyAsync(
                () -> unchecked(() -> response.body().string()));

        call.cancel();

        // Not OkHttp's read timeout, nor the deadline.
        assertThat(failure(rest)).isInstanceOf(IOException.class).isNotInstanceOf(InterruptedIOException.class);
        assertThat(call.isCanceled()).isTrue();
        response.close();
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aCancelAfterTheEndChangesNothing(CallMaker maker) throws IOException {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.text(200, "all of it"));
        Call call = bench.calls(maker).newCall(get("/things"));
        try (Response response = bench.enqueue(call).response()) {
            assertThat(response.body().string()).isEqualTo("all of it");
        }

        call.cancel();
        call.cancel();

        assertThat(call.isCanceled()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aCancelIsHeardByTheEventListenersOnce(CallMaker maker) {
        EventLog events = new EventLog();
        Call call = bench.calls(maker).newCall(get("/things"));
        call.addEventListener(events);

        call.cancel();
        call.cancel();

        assertThat(events.all()).containsExactly("canceled");
        assertThat(bench.enqueue(call).failure()).hasMessage("Canceled");
        assertThat(events.of("canceled")).hasSize(1);
    }

    /** In the moment between the answer and its way to the caller. */
    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void anAnswerThatComesAfterTheCancelIsClosed(CallMaker maker) {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.text(200, "too late"));
        Call.Factory calls = bench.calls(maker);
        Call[] call = new Call[1];
        EventListener canceling = new EventListener() {
            @Override
            public void responseHeadersEnd(Call answered, Response response) {
                call[0].cancel();
            }
        };
        call[0] = calls.newCall(get("/things"));
        call[0].addEventListener(canceling);
        assertThatThrownBy(call[0]::execute).isInstanceOf(IOException.class);

        call[0] = call[0].clone();
        call[0].addEventListener(canceling);
        bench.enqueue(call[0]).failure();
    }

    @ParameterizedTest
    @EnumSource(names = {"WRAP", "FACTORY"})
    void anAnswerThatIsJudgedWhenTheCancelComesIsClosed(CallMaker maker) {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.text(200, "too late"));
        Call[] call = new Call[1];
        List<StopReason> ended = new CopyOnWriteArrayList<>();
        Call.Factory calls = bench.calls(maker, policy -> policy, new CallListener() {
            @Override
            public void attemptAnswered(CallInfo info, int status, ApiError error) {
                call[0].cancel();
            }

            @Override
            public void callEnded(CallInfo info, StopReason reason) {
                ended.add(reason);
            }
        });
        call[0] = calls.newCall(get("/things"));
        assertThatThrownBy(call[0]::execute).isInstanceOf(IOException.class).hasMessage("Canceled");

        call[0] = call[0].clone();
        assertThat(bench.enqueue(call[0]).failure()).hasMessage("Canceled");
        assertThat(ended).containsExactly(StopReason.CANCELED, StopReason.CANCELED);
    }

    /** OkHttp looks for a cancel once more when its interceptors are through. */
    @ParameterizedTest
    @EnumSource(names = {"WRAP", "FACTORY"})
    void anAnswerThatPassedTheInterceptorsWhenTheCancelCameIsClosed(CallMaker maker) {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.text(200, "too late"));
        Call[] call = new Call[1];
        bench.builder().addInterceptor(chain -> {
            Response response = chain.proceed(chain.request());
            call[0].cancel();
            return response;
        });
        List<StopReason> ended = new CopyOnWriteArrayList<>();
        Call.Factory calls = bench.calls(maker, policy -> policy, new CallListener() {
            @Override
            public void callEnded(CallInfo info, StopReason reason) {
                ended.add(reason);
            }
        });
        call[0] = calls.newCall(get("/things"));
        assertThatThrownBy(call[0]::execute).isInstanceOf(IOException.class).hasMessage("Canceled");

        call[0] = call[0].clone();
        assertThat(bench.enqueue(call[0]).failure()).hasMessage("Canceled");
        assertThat(ended).containsExactly(StopReason.CANCELED, StopReason.CANCELED);
    }

    // ---- the dispatcher

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void theDispatcherCancelsWhatIsUnderWayAndWhatIsQueued(CallMaker maker) throws Exception {
        bench.dispatcher.setMaxRequestsPerHost(1);
        bench.fixture.stub.when("GET", "/stall").respond(StubAnswer.stall());
        Call.Factory calls = bench.calls(maker);
        List<Call> three =
                List.of(calls.newCall(get("/stall")), calls.newCall(get("/stall")), calls.newCall(get("/things")));
        CompletableFuture<Response> executed = executed(three.get(0));
        CountedCallback underWay = bench.enqueue(three.get(1));
        bench.fixture.stub.awaitRequests(2);
        CountedCallback queued = bench.enqueue(three.get(2));

        bench.dispatcher.cancelAll();

        assertThat(failure(executed)).isInstanceOf(IOException.class).isNotInstanceOf(ResilienceException.class);
        assertThat(underWay.failure()).isNotInstanceOf(ResilienceException.class);
        assertThat(queued.failure()).isNotInstanceOf(ResilienceException.class);
        assertThat(three).allSatisfy(call -> assertThat(call.isCanceled()).isTrue());
        assertThat(bench.fixture.stub.requestCount()).as("no retries").isEqualTo(2);
    }

    // ---- hosts that are left alone

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aHostThatPassesThroughIsCalledAsByOkHttp(CallMaker maker) throws Exception {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.status(503).header("Retry-After", "7"));
        bench.fixture.stub.when("GET", "/stall").respond(StubAnswer.stall());
        bench.fixture
                .stub
                .when("GET", "/half")
                .respond(StubAnswer.text(200, "half of it").stallDuringBody());
        Call.Factory calls = bench.calls(maker, policy -> Policy.PASS_THROUGH);

        Call executed = calls.newCall(get("/things"));
        try (Response response = executed.execute()) {
            assertThat(response.code()).isEqualTo(503);
        }
        assertThatThrownBy(executed::execute).isInstanceOf(IllegalStateException.class);

        Call enqueued = calls.newCall(get("/things"));
        CountedCallback callback = bench.enqueue(enqueued);
        callback.response().close();
        assertThat(callback.call()).isSameAs(enqueued);

        Call before = calls.newCall(get("/things"));
        before.cancel();
        CountedCallback canceled = bench.enqueue(before);
        assertThat(canceled.failure()).hasMessage("Canceled");
        assertThat(canceled.call()).isSameAs(before);

        Call stalled = calls.newCall(get("/stall"));
        CountedCallback during = bench.enqueue(stalled);
        bench.fixture.stub.awaitRequests(3);
        stalled.cancel();
        during.failure();

        Call half = calls.newCall(get("/half"));
        cancelWhileReading(half, bench.enqueue(half).response());
        assertThat(bench.fixture.stub.requestCount()).isEqualTo(4);
    }

    // ---- both at once

    @Test
    void whatHoldsForOneAttemptHoldsForTheNext() throws Exception {
        bench.fixture
                .stub
                .when("GET", "/things")
                .respond(StubAnswer.status(429).header("Retry-After", "2"), StubAnswer.stall());
        Call call = bench.calls(CallMaker.FACTORY).newCall(get("/things"));
        CountedCallback callback = bench.enqueue(call);
        bench.fixture.ticker.awaitScheduled(1);
        CallBench.await("a call that waits to give its place back", () -> bench.dispatcher.runningCallsCount() == 0);

        bench.fixture.ticker.advance(ofSeconds(2));
        bench.fixture.stub.awaitRequests(2);
        assertThat(bench.dispatcher.runningCallsCount()).isEqualTo(1);
        assertThatThrownBy(call::execute).isInstanceOf(IllegalStateException.class);
        call.cancel();

        callback.failure();
        assertThat(callback.call()).isSameAs(call);
    }

    private static CompletableFuture<Response> executed(Call call) {
        return CompletableFuture.supplyAsync(() -> unchecked(call::execute));
    }

    private static Throwable failure(CompletableFuture<?> future) throws Exception {
        try {
            Object unexpected = future.get(60, TimeUnit.SECONDS);
            throw new AssertionError("no failure but " + unexpected);
        } catch (ExecutionException failed) {
            return failed.getCause() instanceof Unchecked wrapped ? wrapped.getCause() : failed.getCause();
        }
    }

    private interface Task<T> {
        T run() throws IOException;
    }

    private static <T> T unchecked(Task<T> task) {
        try {
            return task.run();
        } catch (IOException failure) {
            throw new Unchecked(failure);
        }
    }

    private static final class Unchecked extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unchecked(IOException failure) {
            super(failure);
        }
    }
}
