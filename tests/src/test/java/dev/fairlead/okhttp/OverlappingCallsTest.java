package dev.fairlead.okhttp;

import static dev.fairlead.okhttp.Finding.Code.NESTED_RETRIES;
import static dev.fairlead.okhttp.Fixture.get;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.StubAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Callers that know nothing of each other ask for the same, and it fails for all: nobody retries outside of the rules. */
class OverlappingCallsTest {
    private static final int MOST_REQUESTS = 10;

    @AutoClose
    private final Fixture fixture = new Fixture();

    @AutoClose
    private final Warnings warnings = new Warnings();

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final Semaphore arrived = new Semaphore(0);
    private final AtomicInteger next = new AtomicInteger();
    /** The server answers the nth request when the nth of these is there. */
    private final List<CompletableFuture<StubAnswer>> answers = IntStream.range(0, MOST_REQUESTS)
            .mapToObj(index -> new CompletableFuture<StubAnswer>())
            .toList();

    @AfterEach
    void stopCallers() throws InterruptedException {
        answers.forEach(answer -> answer.complete(StubAnswer.status(503)));
        callers.shutdownNow();
        assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    /** One attempt for each call, so that a request is a call. */
    private OkHttpClient client() {
        return client(new OkHttpClient.Builder());
    }

    private OkHttpClient client(OkHttpClient.Builder base) {
        fixture.stub.when("GET", "/things").respond(request -> {
            CompletableFuture<StubAnswer> answer = answers.get(next.getAndIncrement());
            arrived.release();
            return answer.get(30, TimeUnit.SECONDS);
        });
        return fixture.client(
                base.build(), policy -> policy.withMaxAttempts(1).withBreakerThreshold(100, 10_000, ofSeconds(30)));
    }

    /** Begins a call, and returns when its request is at the server. */
    private Future<Integer> begin(CallStyle style, Call.Factory calls) throws InterruptedException {
        Future<Integer> status = callers.submit(() -> {
            try (Response response = style.answer(calls.newCall(get("/things")))) {
                return response.code();
            }
        });
        assertThat(arrived.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        return status;
    }

    /** Lets the nth request fail, and returns when its call has. */
    private void fail(int request, Future<Integer> call) throws Exception {
        answers.get(request).complete(StubAnswer.status(503));
        assertThat(call.get(30, TimeUnit.SECONDS)).isEqualTo(503);
    }

    private static boolean isFound(Call.Factory calls) {
        return ResilientOkHttp.findings(calls).stream().anyMatch(finding -> finding.code() == NESTED_RETRIES);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void callsOneAfterTheOtherAreNoticedHereToo(CallStyle style) throws Exception {
        Call.Factory calls = style.calls(client());
        fail(0, begin(style, calls));
        fail(1, begin(style, calls));
        assertThat(isFound(calls)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void whoComesAfterTwoThatFailedAtOnceRepeatsNeither(CallStyle style) throws Exception {
        Call.Factory calls = style.calls(client());
        Future<Integer> first = begin(style, calls);
        Future<Integer> second = begin(style, calls);
        fail(0, first);
        fail(1, second);
        fail(2, begin(style, calls));
        assertThat(isFound(calls)).isFalse();
        assertThat(warnings.lines()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void whoComesWhenTheProviderIsBackRepeatsNobody(CallStyle style) throws Exception {
        Call.Factory calls = style.calls(client());
        Future<Integer> first = begin(style, calls);
        Future<Integer> second = begin(style, calls);
        fail(0, first);
        fail(1, second);
        for (int request = 2; request < 6; request++) {
            answers.get(request).complete(StubAnswer.status(200));
            begin(style, calls).get(30, TimeUnit.SECONDS);
        }
        assertThat(isFound(calls)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aRepetitionIsNotForgottenWhileOtherCallsAreMade(CallStyle style) throws Exception {
        Call.Factory calls = style.calls(client());
        fixture.stub.when("GET", "/others").respond(StubAnswer.status(200));
        fail(0, begin(style, calls));
        Future<Integer> repetition = begin(style, calls);
        style.answer(calls.newCall(get("/others"))).close();
        answers.get(1).complete(StubAnswer.status(200));
        repetition.get(30, TimeUnit.SECONDS);
        assertThat(isFound(calls)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void whoSeemsToRepeatDoesNotIfAnotherFailsMeanwhile(CallStyle style) throws Exception {
        Call.Factory calls = style.calls(client());
        Future<Integer> first = begin(style, calls);
        Future<Integer> second = begin(style, calls);
        fail(0, first);
        Future<Integer> third = begin(style, calls);
        fail(1, second);
        fail(2, third);
        assertThat(isFound(calls)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void twoThatSeemToRepeatAtTheSameTimeDoNot(CallStyle style) throws Exception {
        Call.Factory calls = style.calls(client());
        Future<Integer> first = begin(style, calls);
        Future<Integer> second = begin(style, calls);
        fail(0, first);
        Future<Integer> third = begin(style, calls);
        fail(1, second);
        Future<Integer> fourth = begin(style, calls);
        fail(3, fourth);
        fail(2, third);
        assertThat(isFound(calls)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"ENQUEUE", "FACTORY_ENQUEUE"})
    void whoStoodInTheQueueWhileTheFirstFailedDoesNotRepeatIt(CallStyle style) throws Exception {
        Dispatcher dispatcher = new Dispatcher();
        dispatcher.setMaxRequestsPerHost(1);
        Call.Factory calls = style.calls(client(new OkHttpClient.Builder().dispatcher(dispatcher)));
        Future<Integer> first = begin(style, calls);
        CompletableFuture<Integer> second = new CompletableFuture<>();
        calls.newCall(get("/things")).enqueue(new Callback() {
            @Override
            public void onFailure(Call call, IOException failure) {
                second.completeExceptionally(failure);
            }

            @Override
            public void onResponse(Call call, Response response) {
                response.close();
                second.complete(response.code());
            }
        });
        assertThat(dispatcher.queuedCallsCount()).isEqualTo(1);
        fixture.ticker.advance(ofSeconds(1));
        fail(0, first);
        fail(1, second);
        assertThat(isFound(calls)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void manyThatRetryEachTheirOwnAreToldApart(CallStyle style) throws Exception {
        int loops = 8;
        fixture.stub.when("GET", "/own/.*").respond(StubAnswer.status(503));
        Dispatcher dispatcher = new Dispatcher();
        dispatcher.setMaxRequestsPerHost(64);
        Call.Factory calls =
                style.calls(client().newBuilder().dispatcher(dispatcher).build());
        List<Future<?>> done = new ArrayList<>();
        for (int loop = 0; loop < loops; loop++) {
            String path = "/own/" + loop;
            done.add(callers.submit(() -> {
                for (int call = 0; call < 5; call++) {
                    style.answer(calls.newCall(get(path))).close();
                }
                return null;
            }));
        }
        for (Future<?> loop : done) {
            loop.get(60, TimeUnit.SECONDS);
        }
        assertThat(ResilientOkHttp.findings(calls))
                .singleElement()
                .extracting(Finding::message)
                .asString()
                .contains("5 calls", "5 attempts in all where the first call made 1: factor 5.0");
        assertThat(warnings.lines()).hasSize(1);
    }
}
