package dev.fairlead.okhttp;

import static dev.fairlead.okhttp.Fixture.get;
import static dev.fairlead.okhttp.Fixture.post;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.CallFailedException;
import dev.fairlead.CallReport;
import dev.fairlead.ErrorKind;
import dev.fairlead.LastAnswer;
import dev.fairlead.RateLimitedException;
import dev.fairlead.StopReason;
import dev.fairlead.WaitReason;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Waits: whom they hold, what ends them, and what is returned instead of one that would be too long. */
class WaitingTest {
    @AutoClose
    private final Fixture fixture = new Fixture();

    private final ExecutorService callers = Executors.newCachedThreadPool();

    @AfterEach
    void stopCallers() throws InterruptedException {
        callers.shutdownNow();
        assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    private Future<Response> begin(CallStyle style, OkHttpClient client, Request request) {
        return callers.submit(() -> style.answer(style.call(client, request)));
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void oneThrottleHoldsFiftyCallersOfTheKeyAndNobodyElse(CallStyle style) throws Exception {
        int others = 49;
        fixture.stub
                .when("GET", "/things")
                .respond(StubAnswer.status(429).header("Retry-After", "2"), StubAnswer.json(200, "{}"));
        Dispatcher dispatcher = new Dispatcher();
        dispatcher.setMaxRequestsPerHost(64);
        OkHttpClient client =
                fixture.client(new OkHttpClient.Builder().dispatcher(dispatcher).build(), policy -> policy);
        List<Future<Response>> calls = new ArrayList<>();

        calls.add(begin(style, client, get("/things")));
        style.awaitWaiting(fixture.ticker, 1);
        for (int caller = 0; caller < others; caller++) {
            calls.add(begin(style, client, get("/things")));
        }
        style.awaitWaiting(fixture.ticker, 1 + others);

        Request elsewhere =
                new Request.Builder().url("https://other.acme.com/things").build();
        style.answer(style.call(client, elsewhere)).close();
        assertThat(fixture.ticker.elapsed()).as("another key is not delayed").isZero();

        fixture.ticker.advance(Duration.ofMillis(1_999));
        assertThat(sentTo(Fixture.HOST)).as("before the time").hasSize(1);
        assertThat(style.waiting(fixture.ticker)).isEqualTo(1 + others);

        fixture.ticker.advance(Duration.ofMillis(1));
        for (Future<Response> call : calls) {
            try (Response response = call.get(30, TimeUnit.SECONDS)) {
                assertThat(response.code()).isEqualTo(200);
                assertThat(ResilientOkHttp.report(response).waits())
                        .first()
                        .extracting(CallReport.Wait::reason, CallReport.Wait::took)
                        .containsExactly(WaitReason.PAUSED, ofSeconds(2));
            }
        }
        List<StubRequest> sent = sentTo(Fixture.HOST);
        assertThat(sent.subList(1, sent.size()))
                .hasSize(1 + others)
                .allSatisfy(request -> assertThat(request.at()).isGreaterThanOrEqualTo(ofSeconds(2)));
    }

    private List<StubRequest> sentTo(String host) {
        return fixture.stub.requests().stream()
                .filter(request -> request.host().equals(host))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void afterAPauseOneGoesAloneThenTwoThenFour(CallStyle style) throws Exception {
        OkHttpClient client = fixture.client();
        fixture.stub
                .when("GET", "/things")
                .respond(StubAnswer.status(429).header("Retry-After", "2"), StubAnswer.stall());
        List<Call> calls = new ArrayList<>();
        for (int caller = 0; caller < 4; caller++) {
            Call call = style.call(client, get("/things"));
            calls.add(call);
            callers.submit(() -> style.answer(call));
            style.awaitWaiting(fixture.ticker, caller + 1);
        }
        fixture.ticker.advance(ofSeconds(2));
        fixture.stub.awaitRequests(2);
        // The one that goes alone gets no answer, so the others go on waiting, now for it.
        style.awaitWaiting(fixture.ticker, 3);
        assertThat(fixture.stub.requestCount()).isEqualTo(2);

        calls.get(0).cancel();
        fixture.stub.awaitRequests(4);
        style.awaitWaiting(fixture.ticker, 1);
        assertThat(fixture.stub.requestCount()).isEqualTo(4);
        calls.forEach(Call::cancel);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aCancelEndsAWaitAtOnce(CallStyle style) throws Exception {
        fixture.stub.when("GET", "/things").respond(StubAnswer.status(429).header("Retry-After", "20"));
        Call call = style.call(fixture.client(), get("/things"));
        Future<Response> answer = callers.submit(() -> style.answer(call));
        style.awaitWaiting(fixture.ticker, 1);

        call.cancel();

        assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(IOException.class)
                .hasRootCauseMessage("Canceled");
        assertThat(fixture.ticker.elapsed()).isZero();
        assertThat(fixture.stub.requestCount()).isEqualTo(1);
    }

    @Test
    void anInterruptEndsAWaitAndStaysSet() throws Exception {
        fixture.stub.when("GET", "/things").respond(StubAnswer.status(429).header("Retry-After", "20"));
        OkHttpClient client = fixture.client();
        Future<Boolean> stillInterrupted = callers.submit(() -> {
            assertThatThrownBy(() -> client.newCall(get("/things")).execute())
                    .isInstanceOf(InterruptedIOException.class);
            return Thread.currentThread().isInterrupted();
        });
        fixture.ticker.awaitParked(1);
        fixture.ticker.parkedThreads().get(0).interrupt();
        assertThat(stillInterrupted.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aWaitBeyondTheDeadlineReturnsTheReal429AtOnce(CallStyle style) throws IOException {
        fixture.stub
                .when("GET", "/things")
                .respond(StubAnswer.text(429, "slow down, please").header("Retry-After", "3600"));

        OkHttpClient client = fixture.client(policy -> policy.withDeadline(ofSeconds(15)));
        try (Response response = style.answer(style.call(client, get("/things")))) {
            assertThat(response.code()).isEqualTo(429);
            assertThat(response.body().string()).isEqualTo("slow down, please");
            assertThat(response.header("Retry-After")).isEqualTo("3600");
            assertThat(ResilientOkHttp.report(response).stopReason()).isEqualTo(StopReason.DEADLINE);
            assertThat(ResilientOkHttp.error(response).orElseThrow().retryAfter())
                    .contains(ofSeconds(3600));
        }
        assertThat(fixture.ticker.elapsed()).isZero();

        RateLimitedException refused = catchThrowableOfType(
                RateLimitedException.class, () -> style.answer(style.call(client, get("/things"))));
        assertThat(refused.retryAfter()).isEqualTo(ofSeconds(3600));
        assertThat(refused).hasMessageContaining("60 min").hasMessageContaining("withDeadline");
        assertThat(fixture.stub.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void anAnswerHeldDuringAWaitIsReturnedWhole(CallStyle style) throws Exception {
        String body = "{\"title\":\"busy\"}";
        fixture.stub.when("GET", "/things").respond(StubAnswer.json(503, body).header("Retry-After", "5"));
        OkHttpClient client = fixture.client(policy -> policy.withBreakerThreshold(50, 2, ofSeconds(30)));
        Future<Response> answer = begin(style, client, get("/things"));
        style.awaitWaiting(fixture.ticker, 1);

        // Another call's 503 opens the breaker, so when the wait is over the answer in hand is the best there is.
        style.answer(style.call(client, get("/things"))).close();
        fixture.ticker.advance(ofSeconds(5));
        try (Response response = answer.get(30, TimeUnit.SECONDS)) {
            assertThat(response.code()).isEqualTo(503);
            assertThat(response.body().string()).isEqualTo(body);
            assertThat(ResilientOkHttp.report(response).stopReason()).isEqualTo(StopReason.CIRCUIT_OPEN);
        }
        assertThat(fixture.stub.requestCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aBodyTooLongToKeepEndsInAnExceptionNotInSilence(CallStyle style) throws IOException {
        fixture.ticker.autoAdvance();
        String body = "x".repeat(100_000);
        fixture.stub.when("GET", "/things").respond(StubAnswer.text(503, body), StubAnswer.disconnectBeforeAnswer());
        OkHttpClient client = fixture.client(policy -> policy.withMaxAttempts(9)
                .withBackoff(Duration.ofMillis(100), 2, ofSeconds(10))
                .withRetryBudget(28, 14, 5, 1));

        try (Response response = style.answer(style.call(client, get("/things")))) {
            assertThat(response.code()).as("only failures came after it").isEqualTo(503);
            assertThat(ResilientOkHttp.report(response).stopReason()).isEqualTo(StopReason.RETRY_BUDGET_EXHAUSTED);
            assertThat(response.body().source().readByteArray(65_536)).hasSize(65_536);
            assertThatThrownBy(() -> response.body().source().readByte())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cut at 65536 bytes");
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aThrottledPostIsRepeatedSinceItWasNotExecuted(CallStyle style) throws IOException {
        fixture.ticker.autoAdvance();
        fixture.stub
                .when("POST", "/charges")
                .respond(StubAnswer.status(429).header("Retry-After", "2"), StubAnswer.json(201, "{}"));
        try (Response response = style.answer(style.call(fixture.client(), post("/charges")))) {
            assertThat(response.code()).isEqualTo(201);
            CallReport report = ResilientOkHttp.report(response);
            assertThat(report.waited()).isEqualTo(ofSeconds(2));
            assertThat(report.attempts().get(0).kind()).contains(ErrorKind.RATE_LIMITED);
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void anAnswerHeldInsideAnExceptionCanBeReadAlsoWhereTheCallerAskedForGzip(CallStyle style) {
        fixture.ticker.autoAdvance();
        fixture.stub
                .when("GET", "/things")
                .respond(StubAnswer.text(503, "x".repeat(200_000)).gzip(), StubAnswer.disconnectBeforeAnswer());
        Request gzip =
                get("/things").newBuilder().header("Accept-Encoding", "gzip").build();
        OkHttpClient client = fixture.client(policy -> policy.withMaxAttempts(2));

        LastAnswer held = catchThrowableOfType(CallFailedException.class, () -> style.answer(style.call(client, gzip)))
                .lastAnswer()
                .orElseThrow();
        assertThat(held.isTruncated()).isTrue();
        assertThat(held.bodyText()).isEqualTo("x".repeat(65_536));
    }
}
