package dev.fairlead.okhttp;

import static dev.fairlead.okhttp.Fixture.get;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.StubAnswer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Calls of a factory that wait, in numbers: they hold nothing that others need. */
class ParkedCallsTest {
    private static final int MANY = 10_000;

    @AutoClose
    private final CallBench bench = new CallBench();

    @Test
    void theSixthCallToAHostIsNotDelayedByFiveThatWait() {
        bench.fixture
                .stub
                .when("GET", "/things")
                .respond(request -> "Bearer paused".equals(request.headers().get("Authorization"))
                        ? StubAnswer.status(429).header("Retry-After", "20")
                        : StubAnswer.json(200, "{}"));
        assertThat(bench.dispatcher.getMaxRequestsPerHost()).isEqualTo(5);
        Call.Factory calls = bench.calls(CallMaker.FACTORY);
        List<Call> waiting = new ArrayList<>();
        List<CountedCallback> callbacks = new ArrayList<>();
        for (int call = 0; call < 5; call++) {
            waiting.add(calls.newCall(withCredential("paused")));
            callbacks.add(bench.enqueue(waiting.get(call)));
            bench.fixture.ticker.awaitScheduled(call + 1);
        }

        try (Response response =
                bench.enqueue(calls.newCall(withCredential("free"))).response()) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(ResilientOkHttp.report(response).waits()).isEmpty();
        }

        assertThat(bench.fixture.ticker.elapsed()).isZero();
        assertThat(bench.fixture.ticker.scheduledTasks()).as("those that wait").isEqualTo(5);
        assertThat(callbacks).noneMatch(CountedCallback::isTold);
        assertThat(bench.fixture.stub.requestCount()).isEqualTo(2);
        waiting.forEach(Call::cancel);
        callbacks.forEach(CountedCallback::failure);
    }

    private static Request withCredential(String token) {
        return get("/things")
                .newBuilder()
                .header("Authorization", "Bearer " + token)
                .build();
    }

    @Test
    void tenThousandCallsThatWaitTakeNoThreadAndAreCanceledAtOnce() {
        Parked parked = new Parked();
        int threadsBefore = liveThreads();

        parked.enqueueTheOthers();

        assertThat(liveThreads() - threadsBefore).as("more threads").isLessThanOrEqualTo(4);
        assertThat(bench.dispatcher.queuedCallsCount()).isZero();
        CallBench.await("the first call to give its place back", () -> bench.dispatcher.runningCallsCount() == 0);
        assertThat(parked.callbacks).noneMatch(CountedCallback::isTold);

        parked.calls.forEach(Call::cancel);

        assertThat(parked.callbacks)
                .allSatisfy(callback -> assertThat(callback.failure()).hasMessage("Canceled"));
        assertThat(bench.fixture.ticker.elapsed()).as("at once").isZero();
        assertThat(bench.fixture.ticker.scheduledTasks()).as("timers left").isZero();
        assertThat(parked.requests).hasValue(1);
        assertThat(bench.dispatcherThreads().size()).isLessThanOrEqualTo(2 * bench.dispatcher.getMaxRequests());
    }

    @Test
    void tenThousandCallsThatWaitAreMadeWhenThePauseIsOver() {
        Parked parked = new Parked();
        parked.enqueueTheOthers();

        bench.fixture.ticker.advance(ofSeconds(20));

        assertThat(parked.callbacks).allSatisfy(callback -> {
            try (Response response = callback.response()) {
                assertThat(response.code()).isEqualTo(200);
            }
        });
        bench.settle();
        assertThat(parked.requests).hasValue(1 + MANY);
        assertThat(parked.mostAtOnce).hasValueLessThanOrEqualTo(bench.dispatcher.getMaxRequestsPerHost());
        assertThat(bench.dispatcherThreads().size()).isLessThanOrEqualTo(2 * bench.dispatcher.getMaxRequests());
        assertThat(bench.fixture.ticker.scheduledTasks()).as("timers left").isZero();
    }

    @Test
    void callbacksOfCallsThatWaitedAreNoMoreAtOnceThanTheDispatcherMayRun() throws InterruptedException {
        int most = 8;
        bench.dispatcher.setMaxRequests(most);
        Parked parked = new Parked();
        CountDownLatch mayLeave = new CountDownLatch(1);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger mostInside = new AtomicInteger();
        List<Call> calls = new ArrayList<>();
        for (int call = 0; call < 50; call++) {
            Call next = parked.factory.newCall(get("/things"));
            calls.add(next);
            next.enqueue(bench.callback(() -> {
                mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
                await(mayLeave);
                inside.decrementAndGet();
            }));
        }

        calls.forEach(Call::cancel);

        CallBench.await("as many callbacks as may be", () -> inside.get() == most);
        mayLeave.countDown();
        parked.calls.forEach(Call::cancel);
        bench.settle();
        assertThat(mostInside).hasValue(most);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static int liveThreads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    /** A key that was paused for 20 s by the first of many calls. No network: ten thousand requests would take long. */
    private final class Parked {
        final AtomicInteger requests = new AtomicInteger();
        final AtomicInteger mostAtOnce = new AtomicInteger();
        final List<Call> calls = new ArrayList<>();
        final List<CountedCallback> callbacks = new ArrayList<>();
        final Call.Factory factory;
        private final AtomicInteger underWay = new AtomicInteger();

        Parked() {
            bench.builder().addInterceptor(chain -> {
                mostAtOnce.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                try {
                    return answer(chain.request(), requests.incrementAndGet() == 1 ? 429 : 200);
                } finally {
                    underWay.decrementAndGet();
                }
            });
            factory = bench.calls(CallMaker.FACTORY, policy -> policy.withDeadline(ofMinutes(60)));
            enqueueOne();
            bench.fixture.ticker.awaitScheduled(1);
        }

        void enqueueTheOthers() {
            while (calls.size() < MANY) {
                enqueueOne();
            }
            bench.fixture.ticker.awaitScheduled(MANY);
            assertThat(requests).hasValue(1);
        }

        private void enqueueOne() {
            Call call = factory.newCall(get("/things/" + calls.size()));
            calls.add(call);
            callbacks.add(bench.enqueue(call));
        }

        private Response answer(Request request, int status) throws IOException {
            return new Response.Builder()
                    .request(request)
                    .protocol(Protocol.HTTP_1_1)
                    .code(status)
                    .message("")
                    .header("Retry-After", "20")
                    .body(ResponseBody.create("{}", MediaType.get("application/json")))
                    .build();
        }
    }
}
