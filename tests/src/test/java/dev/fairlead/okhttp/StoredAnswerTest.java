package dev.fairlead.okhttp;

import static dev.fairlead.okhttp.Fixture.get;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.ApiError.Executed;
import dev.fairlead.CallReport;
import dev.fairlead.CircuitBreaker;
import dev.fairlead.Fairlead;
import dev.fairlead.StopReason;
import dev.fairlead.testkit.StubAnswer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import okhttp3.Cache;
import okhttp3.CacheControl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the cache knows neither waits for a quota nor needs a provider in good health. */
class StoredAnswerTest {
    @AutoClose
    private final Fixture fixture = new Fixture();

    private final ExecutorService callers = Executors.newCachedThreadPool();

    @TempDir
    private Path directory;

    private Cache cache;
    private Fairlead rules;
    private OkHttpClient client;

    @BeforeEach
    void setUp() {
        cache = new Cache(directory.toFile(), 1_000_000);
        rules = fixture.rules(policy ->
                        policy.withBreakerThreshold(50, 2, ofSeconds(30)).withMaxAttempts(1))
                .build();
        client = ResilientOkHttp.wrap(
                fixture.stub.reroute(new OkHttpClient.Builder().cache(cache).build()), rules);
        fixture.stub
                .when("GET", "/stored")
                .respond(StubAnswer.text(200, "stored").header("Cache-Control", "max-age=600"));
        fixture.stub.when("GET", "/stale").respond(StubAnswer.text(200, "stale").header("Cache-Control", "max-age=0"));
        fixture.stub.when("GET", "/broken").respond(StubAnswer.status(500));
    }

    @AfterEach
    void close() throws Exception {
        callers.shutdownNow();
        assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        cache.close();
    }

    private String body(CallStyle style, Request request) throws IOException {
        try (Response response = style.answer(style.call(client, request))) {
            return response.body().string();
        }
    }

    private void pause() {
        rules.pause(rules.keys().get(0), ofMinutes(10));
    }

    private void assertIsOfTheCache(Response response) {
        CallReport report = ResilientOkHttp.report(response);
        assertThat(report.stopReason()).isEqualTo(StopReason.SUCCESS);
        assertThat(report.wireRequests()).isZero();
        assertThat(report.executed()).isEqualTo(Executed.NO);
        assertThat(report.attempts()).singleElement().returns(true, CallReport.Attempt::fromCache);
        assertThat(report.explain()).contains("200 from cache").contains("0 on the wire");
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void isListedAsSuchOnAPlainCall(CallStyle style) throws IOException {
        body(style, get("/stored"));
        try (Response response = style.answer(style.call(client, get("/stored")))) {
            assertIsOfTheCache(response);
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void isGivenAtOnceWhileTheKeyIsPaused(CallStyle style) throws IOException {
        body(style, get("/stored"));
        pause();
        try (Response response = style.answer(style.call(client, get("/stored")))) {
            assertThat(response.body().string()).isEqualTo("stored");
            assertThat(response.request().header("Cache-Control")).isNull();
            assertIsOfTheCache(response);
        }
        assertThat(fixture.ticker.elapsed()).isZero();
        assertThat(fixture.stub.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void isGivenWhileTheBreakerIsOpen(CallStyle style) throws IOException {
        body(style, get("/stored"));
        body(style, get("/broken"));
        assertThat(rules.breakerState(Fixture.HOST)).contains(CircuitBreaker.State.OPEN);
        assertThat(body(style, get("/stored"))).isEqualTo("stored");
        assertThat(fixture.stub.requests("GET", "/stored")).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void doesNotStandInForOneThatMustBeAskedFor(CallStyle style) throws Exception {
        body(style, get("/stale"));
        body(style, get("/stored"));
        pause();
        Request anew = get("/stored")
                .newBuilder()
                .cacheControl(CacheControl.FORCE_NETWORK)
                .build();
        rules.reset(rules.keys().get(0));
        rules.pause(rules.keys().get(0), ofSeconds(5));
        Future<String> stale = callers.submit(() -> body(style, get("/stale")));
        Future<String> asked = callers.submit(() -> body(style, anew));
        style.awaitWaiting(fixture.ticker, 2);
        assertThat(fixture.stub.requestCount()).isEqualTo(2);

        fixture.ticker.advance(ofSeconds(5));
        assertThat(stale.get(30, TimeUnit.SECONDS)).isEqualTo("stale");
        assertThat(asked.get(30, TimeUnit.SECONDS)).isEqualTo("stored");
        assertThat(fixture.stub.requestCount()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void whoWantsNothingElseIsToldAtOnceThatThereIsNone(CallStyle style) throws IOException {
        body(style, get("/stored"));
        pause();
        Request onlyStored = get("/stale")
                .newBuilder()
                .cacheControl(new CacheControl.Builder().onlyIfCached().build())
                .build();
        try (Response response = style.answer(style.call(client, onlyStored))) {
            assertThat(response.code()).isEqualTo(504);
        }
        assertThat(fixture.ticker.elapsed()).isZero();
        assertThat(fixture.stub.requestCount()).isEqualTo(1);
    }
}
