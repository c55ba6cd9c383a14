package dev.fairlead.okhttp;

import static dev.fairlead.okhttp.Fixture.get;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.CallInfo;
import dev.fairlead.CallListener;
import dev.fairlead.DeadlineExceededException;
import dev.fairlead.Fairlead;
import dev.fairlead.Policy;
import dev.fairlead.ResilienceException;
import dev.fairlead.StopReason;
import dev.fairlead.Ticker;
import dev.fairlead.testkit.StubAnswer;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.reflect.KClass;
import okhttp3.Cache;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.Response;
import okio.Timeout;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What its user adds to a call holds for all of it: timeouts, tags, event listeners. */
class CallAdditionsTest {
    private static final KClass<StringBuilder> BUILDER = JvmClassMappingKt.getKotlinClass(StringBuilder.class);
    /** What is bound by tenths of a second here would go on for ten seconds and more. */
    private static final Duration SOON = ofSeconds(5);

    @AutoClose
    private final CallBench bench = new CallBench();

    // ---- timeouts

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aTimeoutOfTheCallsOwnEndsAnAttempt(CallMaker maker) {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.stall());
        Call.Factory calls = bench.callsInRealTime(maker, policy -> policy);
        for (Consumer<Timeout> kind : kinds(ofMillis(400))) {
            Call executed = calls.newCall(get("/things"));
            kind.accept(executed.timeout());
            assertThatThrownBy(executed::execute)
                    .isInstanceOf(maker == CallMaker.OKHTTP ? InterruptedIOException.class : IOException.class);

            Call enqueued = calls.newCall(get("/things"));
            kind.accept(enqueued.timeout());
            IOException failure = bench.enqueue(enqueued).failure();
            if (maker != CallMaker.OKHTTP) {
                assertThat(ResilienceException.findIn(failure).orElseThrow().report())
                        .satisfies(report -> assertThat(report.elapsed()).isLessThan(SOON));
            }
        }
    }

    /** The two ways to set one. */
    private static List<Consumer<Timeout>> kinds(Duration total) {
        return List.of(
                timeout -> timeout.timeout(total.toMillis(), TimeUnit.MILLISECONDS),
                timeout -> timeout.deadlineNanoTime(System.nanoTime() + total.toNanos()));
    }

    @ParameterizedTest
    @EnumSource(names = {"WRAP", "FACTORY"})
    void aTimeoutOfTheCallsOwnHoldsOverAllAttempts(CallMaker maker) throws IOException {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.status(502).headersDelay(ofMillis(150)));
        List<StopReason> ended = new CopyOnWriteArrayList<>();
        Fairlead rules = bench.fixture
                .rules(CallAdditionsTest::retryingForLong)
                .ticker(Ticker.system())
                .listener(new CallListener() {
                    @Override
                    public void callEnded(CallInfo call, StopReason reason) {
                        ended.add(reason);
                    }
                })
                .build();
        Call.Factory calls = bench.calls(maker, rules);
        for (Consumer<Timeout> kind : kinds(ofMillis(600))) {
            long began = System.nanoTime();
            Call executed = calls.newCall(get("/things"));
            kind.accept(executed.timeout());
            try {
                executed.execute().close();
            } catch (IOException cut) {
                // Under load OkHttp may be first, with ours as its cause.
                assertThat(ResilienceException.findIn(cut).orElseThrow()).isInstanceOf(DeadlineExceededException.class);
            }
            Call enqueued = calls.newCall(get("/things"));
            kind.accept(enqueued.timeout());
            bench.enqueue(enqueued).close();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
        }
        assertThat(ended).hasSize(4).containsOnly(StopReason.DEADLINE);
        assertThat(bench.fixture.stub.requestCount())
                .as("several attempts each")
                .isGreaterThanOrEqualTo(8);
    }

    private static Policy retryingForLong(Policy policy) {
        return policy.withMaxAttempts(1_000)
                .withBackoff(ofMillis(1), 1, ofMillis(1))
                .withRetryBudget(100_000, 1, 1, 1)
                .withBreakerThreshold(100, 10_000, ofSeconds(30));
    }

    @Test
    void aTimeoutOfTheCallsOwnHoldsInTheDispatchersQueue() {
        bench.dispatcher.setMaxRequestsPerHost(1);
        bench.fixture.stub.when("GET", "/stall").respond(StubAnswer.stall());
        Call.Factory calls = bench.calls(CallMaker.FACTORY);
        Call stalled = calls.newCall(get("/stall"));
        CountedCallback first = bench.enqueue(stalled);
        bench.fixture.stub.awaitRequests(1);
        Call queued = calls.newCall(get("/things"));
        queued.timeout().timeout(5, TimeUnit.SECONDS);
        CountedCallback callback = bench.enqueue(queued);
        bench.fixture.ticker.awaitScheduled(1);

        bench.fixture.ticker.advance(ofSeconds(5));

        assertThat(callback.failure()).isInstanceOf(DeadlineExceededException.class);
        assertThat(first.isTold()).isFalse();
        stalled.cancel();
        first.failure();
    }

    @ParameterizedTest
    @EnumSource(names = {"WRAP", "FACTORY"})
    void aTimeoutOfTheCallsOwnHoldsInAWait(CallMaker maker) {
        bench.fixture
                .stub
                .when("GET", "/things")
                .respond(StubAnswer.status(429).header("Retry-After", "2"), StubAnswer.stall());
        Call.Factory calls = bench.calls(maker, policy -> policy.withDeadline(ofSeconds(60)));
        Call alone = calls.newCall(get("/things"));
        CountedCallback first = bench.enqueue(alone);
        maker.awaitWaiting(bench.fixture.ticker, 1);
        Call next = calls.newCall(get("/things"));
        next.timeout().timeout(5, TimeUnit.SECONDS);
        CountedCallback second = bench.enqueue(next);
        maker.awaitWaiting(bench.fixture.ticker, 2);
        // One goes alone and gets no answer; the other waits for it.
        bench.fixture.ticker.advance(ofSeconds(2));
        bench.fixture.stub.awaitRequests(2);
        maker.awaitWaiting(bench.fixture.ticker, 1);

        bench.fixture.ticker.advance(ofSeconds(3));

        assertThat(second.failure()).isInstanceOf(ResilienceException.class);
        assertThat(first.isTold()).isFalse();
        alone.cancel();
        first.failure();
        assertThat(bench.fixture.stub.requestCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"WRAP", "FACTORY"})
    void aStreamOfALaterAttemptHasWhatIsLeftOfTheTimeout(CallMaker maker) throws IOException {
        bench.fixture
                .stub
                .when("GET", "/things")
                .respond(
                        StubAnswer.status(502),
                        StubAnswer.bytes(200, "text/event-stream", new byte[1_000])
                                .drip(1, ofMillis(50)));
        Call call =
                bench.callsInRealTime(maker, CallAdditionsTest::retryingForLong).newCall(get("/things"));
        call.timeout().timeout(800, TimeUnit.MILLISECONDS);
        try (Response response = call.execute()) {
            assertThat(response.code()).isEqualTo(200);
            long began = System.nanoTime();
            assertThatThrownBy(() -> response.body().bytes()).isInstanceOf(InterruptedIOException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
        }
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aTimeoutOfTheClientsCanBeTakenFromACall(CallMaker maker) throws IOException {
        bench.fixture.ticker.autoAdvance();
        bench.builder().callTimeout(ofMillis(300));
        StubAnswer slow = StubAnswer.json(200, "{}").headersDelay(ofMillis(900));
        bench.fixture
                .stub
                .when("GET", "/things")
                .respond(maker == CallMaker.OKHTTP ? slow : StubAnswer.status(502), slow);
        Call call = bench.calls(maker).newCall(get("/things"));
        call.timeout().clearTimeout();
        try (Response response = call.execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
    }

    // ---- tags

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void theRequestsTagsAreTheCalls(CallMaker maker) {
        StringBuilder tag = new StringBuilder("the request's");
        Request request =
                get("/things").newBuilder().tag(StringBuilder.class, tag).build();
        Call call = bench.calls(maker).newCall(request);
        assertThat(call.tag(StringBuilder.class)).isSameAs(tag);
        assertThat(call.tag(BUILDER)).isSameAs(tag);
        assertThat(call.tag(BUILDER, () -> new StringBuilder("another"))).isSameAs(tag);
        assertThat(call.tag(StringBuilder.class, () -> new StringBuilder("another")))
                .isSameAs(tag);
        assertThat(call.tag(Integer.class)).isNull();
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void aComputedTagIsComputedOnceAndSeenByEveryAttempt(CallMaker maker) throws IOException {
        bench.fixture.ticker.autoAdvance();
        answersOfTwoAttempts(maker);
        List<Object> seen = new CopyOnWriteArrayList<>();
        bench.builder().addInterceptor(chain -> {
            seen.add(chain.call().tag(StringBuilder.class));
            seen.add(chain.call().tag(Integer.class));
            return chain.proceed(chain.request());
        });
        AtomicInteger computed = new AtomicInteger();
        Call call = bench.calls(maker).newCall(get("/things"));
        StringBuilder tag = call.tag(BUILDER, () -> new StringBuilder().append(computed.incrementAndGet()));
        Integer number = call.tag(Integer.class, computed::incrementAndGet);

        call.execute().close();

        assertThat(seen).hasSizeGreaterThanOrEqualTo(2);
        for (int index = 0; index < seen.size(); index += 2) {
            assertThat(seen.get(index)).isSameAs(tag);
            assertThat(seen.get(index + 1)).isSameAs(number);
        }
        assertThat(call.tag(BUILDER)).isSameAs(tag);
        assertThat(call.tag(StringBuilder.class)).isSameAs(tag);
        assertThat(call.tag(Integer.class)).isEqualTo(2);
        assertThat(computed).hasValue(2);
        assertThat(call.clone().tag(BUILDER)).isNull();
    }

    private void answersOfTwoAttempts(CallMaker maker) {
        StubAnswer answer = StubAnswer.json(200, "{}");
        bench.fixture
                .stub
                .when("GET", "/things")
                .respond(maker == CallMaker.OKHTTP ? answer : StubAnswer.status(502), answer);
    }

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void ofManyThatComputeATagAllGetTheSame(CallMaker maker) throws Exception {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        Set<Object> seen = ConcurrentHashMap.newKeySet();
        bench.builder().addInterceptor(chain -> {
            seen.add(chain.call().tag(StringBuilder.class));
            return chain.proceed(chain.request());
        });
        Call.Factory calls = bench.calls(maker);
        for (int round = 0; round < 50; round++) {
            seen.clear();
            Call call = calls.newCall(get("/things"));
            CountDownLatch together = new CountDownLatch(4);
            List<Thread> threads = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                threads.add(new Thread(() -> {
                    together.countDown();
                    await(together);
                    seen.add(call.tag(BUILDER, StringBuilder::new));
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            call.execute().close();
            assertThat(seen).hasSize(1);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Neither must spoil the call. */
    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void whatCannotBeAddedIsRefusedAndForgotten(CallMaker maker) throws IOException {
        bench.fixture.ticker.autoAdvance();
        answersOfTwoAttempts(maker);
        Call call = bench.calls(maker).newCall(get("/things"));
        assertThatThrownBy(() -> call.tag(BUILDER, () -> {
                    throw new IllegalStateException("not to be computed");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> call.addEventListener(null)).isInstanceOf(NullPointerException.class);
        try (Response response = call.execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(call.tag(BUILDER)).isNull();
    }

    // ---- event listeners

    @ParameterizedTest
    @EnumSource(CallMaker.class)
    void anEventListenerHearsEveryAttempt(CallMaker maker) throws IOException {
        bench.fixture.ticker.autoAdvance();
        answersOfTwoAttempts(maker);
        EventLog events = new EventLog();
        Call call = bench.calls(maker).newCall(get("/things"));
        call.addEventListener(events);

        call.execute().close();

        assertThat(events.all())
                .containsExactly(
                        switch (maker) {
                            case OKHTTP -> new String[] {"callStart", "request", "answer", "callEnd"};
                            case WRAP ->
                                new String[] {"callStart", "request", "answer", "request", "answer", "callEnd"};
                            case FACTORY ->
                                new String[] {
                                    "callStart",
                                    "request",
                                    "answer",
                                    "callEnd",
                                    "callStart",
                                    "request",
                                    "answer",
                                    "callEnd"
                                };
                        });
    }

    @ParameterizedTest
    @EnumSource(names = {"WRAP", "FACTORY"})
    void whatIsAddedDuringAWaitHoldsForTheNextAttempt(CallMaker maker) {
        bench.fixture
                .stub
                .when("GET", "/things")
                .respond(StubAnswer.status(429).header("Retry-After", "2"), StubAnswer.json(200, "{}"));
        List<Object> seen = new CopyOnWriteArrayList<>();
        bench.builder().addInterceptor(chain -> {
            String tag = chain.call().tag(String.class);
            seen.add(tag == null ? "none" : tag);
            return chain.proceed(chain.request());
        });
        EventLog events = new EventLog();
        Call call = bench.calls(maker).newCall(get("/things"));
        CountedCallback callback = bench.enqueue(call);
        maker.awaitWaiting(bench.fixture.ticker, 1);

        call.addEventListener(events);
        call.tag(String.class, () -> "late");
        bench.fixture.ticker.advance(ofSeconds(2));
        callback.response().close();

        assertThat(events.of("request")).hasSize(1);
        assertThat(seen).containsExactly("none", "late");
    }

    /** Before its first attempt the cache was asked, by a call that is over. */
    @ParameterizedTest
    @EnumSource(names = {"WRAP", "FACTORY"})
    void whatIsAddedDuringAWaitHoldsForTheFirstAttempt(CallMaker maker, @TempDir File folder) throws IOException {
        bench.fixture
                .stub
                .when("GET", "/things")
                .respond(StubAnswer.status(429).header("Retry-After", "2"), StubAnswer.json(200, "{}"));
        try (Cache cache = new Cache(folder, 1 << 20)) {
            bench.builder().cache(cache);
            Call.Factory calls = bench.calls(maker);
            CountedCallback pausing = bench.enqueue(calls.newCall(get("/things")));
            maker.awaitWaiting(bench.fixture.ticker, 1);
            EventLog events = new EventLog();
            Call call = calls.newCall(get("/things"));
            CountedCallback callback = bench.enqueue(call);
            maker.awaitWaiting(bench.fixture.ticker, 2);

            call.addEventListener(events);
            call.tag(String.class, () -> "late");
            bench.fixture.ticker.advance(ofSeconds(2));

            pausing.response().close();
            callback.response().close();
            assertThat(events.of("request")).hasSize(1);
            assertThat(call.tag(String.class)).isEqualTo("late");
        }
    }
}
