package dev.fairlead.okhttp;

import static dev.fairlead.okhttp.Fixture.get;
import static dev.fairlead.okhttp.Fixture.post;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.ApiError;
import dev.fairlead.CallInfo;
import dev.fairlead.CallListener;
import dev.fairlead.CallOptions;
import dev.fairlead.CircuitBreaker;
import dev.fairlead.Policy;
import dev.fairlead.RateLimit;
import dev.fairlead.Reach;
import dev.fairlead.ResilienceException;
import dev.fairlead.StopReason;
import dev.fairlead.Ticker;
import dev.fairlead.TokenBucket;
import dev.fairlead.WaitReason;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Hundreds of calls at once against a provider in distress, with deadlines, cancels and callers who do not wait. Chance
 * decides who meets what; whatever that is, each call ends once, and gives back what it took.
 */
class StressTest {
    private static final int THREADS = 8;
    private static final int CALLS_PER_THREAD = 50;
    private static final int PLACES = 4;

    private final ExecutorService callers = Executors.newFixedThreadPool(THREADS);
    private final ScheduledExecutorService cancels = Executors.newSingleThreadScheduledExecutor();

    /** The client's and the server's, who tell at length of each stream that is reset, which here are hundreds. */
    private final List<Logger> loggers =
            List.of(Logger.getLogger("okhttp3.OkHttpClient"), Logger.getLogger("mockwebserver3.MockWebServer"));

    @BeforeEach
    void quieten() {
        loggers.forEach(logger -> logger.setLevel(Level.OFF));
    }

    @AfterEach
    void stop() throws InterruptedException {
        loggers.forEach(logger -> logger.setLevel(null));
        callers.shutdownNow();
        cancels.shutdownNow();
        assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(cancels.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "WRAP, 6, false, 1",
        "WRAP, 6, true, 2",
        "FACTORY, 6, false, 3",
        "FACTORY, 6, true, 4",
        "FACTORY, 1, false, 5"
    })
    void everyCallEndsOnceAndGivesBackWhatItTook(CallMaker maker, int perHost, boolean http2, long seed)
            throws Exception {
        Ledger ledger = new Ledger(seed);
        try (CallBench bench = bench(http2)) {
            Call.Factory calls = calls(
                    bench,
                    maker,
                    ledger,
                    policy -> policy.withTokenBucket(key -> ledger.new Bucket())
                            .withBreaker(key -> ledger.new Breaker()));
            distress(bench, http2, seed);
            bench.dispatcher.setMaxRequestsPerHost(perHost);

            callAtRandom(bench, calls, seed);

            assertEveryPlaceIsFree(bench, calls);
            bench.settle();
        }
        ledger.assertBalanced();
    }

    @ParameterizedTest
    @CsvSource({"WRAP, 6", "FACTORY, 7"})
    void theBreakerAndTheBucketsOfTheLibraryComeThroughIt(CallMaker maker, long seed) throws Exception {
        Ledger ledger = new Ledger(seed);
        try (CallBench bench = bench(false)) {
            Call.Factory calls = calls(
                    bench,
                    maker,
                    ledger,
                    policy -> policy.withBreakerThreshold(30, 10, ofSeconds(1))
                            .withBreakerOpen(ofMillis(10), ofMillis(40))
                            .withRateLimit(2_000, ofSeconds(1), 10));
            distress(bench, false, seed);

            callAtRandom(bench, calls, seed);

            assertEveryPlaceIsFree(bench, calls);
            bench.settle();
        }
        ledger.assertEventsAreWhole();
    }

    private static CallBench bench(boolean http2) {
        StubProvider.Builder stub = StubProvider.builder().hosts(Fixture.HOST, "other.acme.com");
        return new CallBench(new Fixture(http2 ? stub : stub.http1()));
    }

    private static Call.Factory calls(CallBench bench, CallMaker maker, Ledger ledger, UnaryOperator<Policy> change) {
        return bench.calls(
                maker,
                bench.fixture
                        .rules(policy -> change.apply(policy.withMaxConcurrency(PLACES)
                                .withMaxAttempts(4)
                                .withAttemptTimeout(ofMillis(100))
                                .withBackoff(ofMillis(1), 2, ofMillis(5))
                                .withRetryBudget(100_000, 1, 1, 1)))
                        .ticker(Ticker.system())
                        .listener(ledger)
                        .build());
    }

    private static void distress(CallBench bench, boolean http2, long seed) {
        Random chance = new Random(seed);
        // A connection that is lost takes all streams of the others with it.
        StubAnswer lost = http2 ? StubAnswer.resetStream(2) : StubAnswer.disconnectBeforeAnswer();
        StubAnswer cut = http2
                ? StubAnswer.resetStream(8)
                : StubAnswer.text(200, "half of it").disconnectDuringBody();
        bench.fixture.stub.when("*", "/.*").respond(request -> {
            int fate;
            synchronized (chance) {
                fate = chance.nextInt(100);
            }
            if (fate < 55) {
                return StubAnswer.json(200, "{}");
            } else if (fate < 65) {
                return StubAnswer.status(429).header("Retry-After", "0.01");
            } else if (fate < 75) {
                return StubAnswer.text(503, "busy");
            } else if (fate < 80) {
                return lost;
            } else if (fate < 85) {
                return cut;
            } else if (fate < 90) {
                return StubAnswer.json(200, "{}").headersDelay(ofMillis(5));
            } else if (fate < 95) {
                return StubAnswer.text(200, "half of it").bodyDelay(ofMillis(5));
            } else {
                return StubAnswer.stall();
            }
        });
    }

    private void callAtRandom(CallBench bench, Call.Factory calls, long seed) throws Exception {
        List<Future<List<CountedCallback>>> threads = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            Random chance = new Random(seed * THREADS + thread);
            threads.add(callers.submit(() -> {
                List<CountedCallback> enqueued = new ArrayList<>();
                for (int number = 0; number < CALLS_PER_THREAD; number++) {
                    Call call = calls.newCall(request(chance));
                    if (chance.nextInt(4) == 0) {
                        cancels.schedule(call::cancel, chance.nextInt(15_000), TimeUnit.MICROSECONDS);
                    }
                    if (chance.nextBoolean()) {
                        // Read at once: until then the answer keeps its place, and each of the threads may wait for
                        // one.
                        CountedCallback[] callback = new CountedCallback[1];
                        callback[0] = bench.callback(() -> check(callback[0]));
                        call.enqueue(callback[0]);
                        enqueued.add(callback[0]);
                    } else {
                        execute(call);
                    }
                }
                return enqueued;
            }));
        }
        for (Future<List<CountedCallback>> thread : threads) {
            for (CountedCallback callback : thread.get(120, TimeUnit.SECONDS)) {
                callback.await();
            }
        }
    }

    private static Request request(Random chance) {
        Request.Builder request = (chance.nextInt(3) == 0 ? post("/charges") : get("/things")).newBuilder();
        if (chance.nextInt(10) == 0) {
            request.url("https://other.acme.com/things");
        }
        request.header("Authorization", "Bearer " + chance.nextInt(3));
        // Also so that no call outlasts the test's patience, whatever else happens.
        Duration deadline = chance.nextInt(3) == 0 ? ofMillis(20 + chance.nextInt(80)) : ofSeconds(20);
        return request.tag(CallOptions.class, CallOptions.deadline(deadline)).build();
    }

    private static void execute(Call call) {
        try (Response response = call.execute()) {
            read(response);
        } catch (IOException failure) {
            check(call, failure);
        }
    }

    private static void check(CountedCallback callback) {
        if (callback.isAnswered()) {
            try (Response response = callback.response()) {
                read(response);
            }
        } else {
            check(callback.call(), callback.failure());
        }
    }

    private static void read(Response response) {
        try {
            assertThat(response.body().string()).isNotNull();
        } catch (IOException brokenOff) {
            // As it is meant to be, or by the deadline, or by a cancel.
            assertThat(brokenOff).isNotNull();
        }
    }

    /** Nobody is told of a cancel but who asked for one. */
    private static void check(Call call, IOException failure) {
        assertThat(ResilienceException.findIn(failure).isPresent() || call.isCanceled())
                .as("a failure that nobody can explain: %s", failure)
                .isTrue();
    }

    /** As many requests as may be under way at once are, when the storm is over. */
    private static void assertEveryPlaceIsFree(CallBench bench, Call.Factory calls) throws InterruptedException {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        AtomicInteger inside = new AtomicInteger();
        bench.fixture.stub.when("*", "/.*").respond(StubAnswer.json(200, "{}"));
        // Till breaker and pauses let calls go as they please.
        for (int inARow = 0; inARow < 10; ) {
            try (Response response = calls.newCall(get("/things")).execute()) {
                inARow = response.code() == 200 ? inARow + 1 : 0;
            } catch (IOException notYet) {
                assertThat(notYet).isInstanceOf(ResilienceException.class);
                inARow = 0;
            }
        }
        List<CountedCallback> callbacks = new ArrayList<>();
        bench.dispatcher.setMaxRequestsPerHost(PLACES);
        bench.fixture.stub.when("GET", "/held").respond(request -> {
            inside.incrementAndGet();
            assertThat(mayAnswer.await(30, TimeUnit.SECONDS)).isTrue();
            return StubAnswer.json(200, "{}");
        });
        for (int call = 0; call < PLACES; call++) {
            callbacks.add(bench.enqueue(calls.newCall(get("/held"))));
        }
        CallBench.await("every place to be taken", () -> inside.get() >= PLACES);
        mayAnswer.countDown();
        callbacks.forEach(CountedCallback::close);
    }

    /** What was taken and given back, and what was told of each call. Thread-safe. */
    private static final class Ledger implements CallListener {
        private final Random chance;
        private final AtomicInteger tokens = new AtomicInteger();
        private final AtomicInteger permits = new AtomicInteger();
        private final AtomicInteger settledTwice = new AtomicInteger();
        private final Map<CallInfo, Story> stories = new ConcurrentHashMap<>();

        /** Of one call, by one thread at a time. */
        private static final class Story {
            volatile int started;
            volatile int ended;
            volatile int notSent;
            volatile int waits;
            volatile int over;
            volatile boolean afterTheEnd;
            volatile StopReason reason = StopReason.IN_PROGRESS;
        }

        Ledger(long seed) {
            chance = new Random(seed);
        }

        private Story story(CallInfo call) {
            Story story = stories.computeIfAbsent(call, key -> new Story());
            story.afterTheEnd |= story.over > 0;
            return story;
        }

        @Override
        public void attemptStarted(CallInfo call) {
            story(call).started++;
        }

        @Override
        public void attemptAnswered(CallInfo call, int status, ApiError error) {
            story(call).ended++;
        }

        @Override
        public void attemptFailed(CallInfo call, IOException failure, Reach reach) {
            Story story = story(call);
            story.ended++;
            if (reach == Reach.NOT_SENT) {
                story.notSent++;
            }
        }

        @Override
        public void waitStarted(CallInfo call, WaitReason reason, Duration atMost) {
            story(call).waits++;
        }

        @Override
        public void waitEnded(CallInfo call, WaitReason reason, Duration took) {
            story(call).waits--;
        }

        @Override
        public void callEnded(CallInfo call, StopReason reason) {
            Story story = story(call);
            story.over++;
            story.reason = reason;
        }

        void assertEventsAreWhole() {
            assertThat(stories).hasSizeGreaterThanOrEqualTo(THREADS * CALLS_PER_THREAD);
            assertThat(stories.values()).allSatisfy(story -> {
                assertThat(story.over).as("ends").isEqualTo(1);
                assertThat(story.afterTheEnd).as("told after the end").isFalse();
                assertThat(story.waits).as("waits without an end").isZero();
                // OkHttp looks for a cancel after the attempt, too.
                int lost = story.reason == StopReason.CANCELED ? 1 : 0;
                assertThat(story.started - story.ended)
                        .as("attempts without an end, %s", story.reason)
                        .isBetween(0, lost);
            });
        }

        void assertBalanced() {
            assertEventsAreWhole();
            int sent = stories.values().stream()
                    .mapToInt(story -> story.started - story.notSent)
                    .sum();
            assertThat(settledTwice).as("permits settled twice").hasValue(0);
            assertThat(permits).as("permits held").hasValue(0);
            assertThat(tokens).as("tokens of requests that were sent").hasValue(sent);
        }

        private final class Bucket implements TokenBucket {
            @Override
            public long reserve(int count) {
                tokens.addAndGet(count);
                synchronized (chance) {
                    return chance.nextInt(4) == 0 ? chance.nextInt(2_000_000) : 0;
                }
            }

            @Override
            public void giveBack(int count) {
                tokens.addAndGet(-count);
            }

            @Override
            public void observe(RateLimit state) {}

            @Override
            public void reset() {}
        }

        /** Never opens. */
        private final class Breaker implements CircuitBreaker {
            @Override
            public State state() {
                return State.CLOSED;
            }

            @Override
            public long nanosUntilTry(boolean replaySafe) {
                return 0;
            }

            @Override
            public Permit tryAcquire(boolean replaySafe) {
                permits.incrementAndGet();
                AtomicInteger settled = new AtomicInteger();
                return new Permit() {
                    private void settle() {
                        permits.decrementAndGet();
                        if (settled.incrementAndGet() > 1) {
                            settledTwice.incrementAndGet();
                        }
                    }

                    @Override
                    public void success(long elapsedNanos) {
                        settle();
                    }

                    @Override
                    public void failure(long elapsedNanos) {
                        settle();
                    }

                    @Override
                    public void ignored() {
                        settle();
                    }
                };
            }

            @Override
            public void reset() {}
        }
    }
}
