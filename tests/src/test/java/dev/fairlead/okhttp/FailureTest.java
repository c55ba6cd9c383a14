package dev.fairlead.okhttp;

import static dev.fairlead.okhttp.Fixture.get;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.CircuitBreaker;
import dev.fairlead.CircuitOpenException;
import dev.fairlead.Fairlead;
import dev.fairlead.Provider;
import dev.fairlead.ResilienceException;
import dev.fairlead.StopReason;
import dev.fairlead.TokenBucket;
import dev.fairlead.testkit.StubAnswer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What callers see when there is no answer, and what is left behind by code that throws. */
class FailureTest {
    /** One of the user's own, such as a token that cannot be had. */
    private static final class OwnException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    @AutoClose
    private final Fixture fixture = new Fixture();

    @BeforeEach
    void waitsCostNothing() {
        fixture.ticker.autoAdvance();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void anOpenBreakerRefusesWithoutSendingAndLetsOneProbeGoLater(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.status(500));
        Fairlead rules = fixture.rules(policy -> policy.withMaxAttempts(1)).build();
        OkHttpClient client = ResilientOkHttp.wrap(fixture.stub.reroute(new OkHttpClient()), rules);
        for (int call = 0; call < 20; call++) {
            style.answer(style.call(client, get("/things"))).close();
        }
        assertThat(rules.breakerState(Fixture.HOST)).contains(CircuitBreaker.State.OPEN);

        CircuitOpenException refused = catchThrowableOfType(
                CircuitOpenException.class, () -> style.answer(style.call(client, get("/things"))));
        assertThat(refused.retryAfter()).isEqualTo(ofSeconds(10));
        assertThat(refused.report().stopReason()).isEqualTo(StopReason.CIRCUIT_OPEN);
        assertThat(refused.report().wireRequests()).isZero();
        assertThat(fixture.stub.requestCount()).isEqualTo(20);

        fixture.ticker.advance(ofSeconds(10));
        fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        style.answer(style.call(client, get("/things"))).close();
        assertThat(rules.breakerState(Fixture.HOST)).contains(CircuitBreaker.State.CLOSED);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void whatTheUsersOwnInterceptorThrowsPassesThrough(CallStyle style) {
        OkHttpClient client = fixture.client()
                .newBuilder()
                .addInterceptor(chain -> {
                    throw new OwnException();
                })
                .build();
        assertThatThrownBy(() -> style.answer(style.call(client, get("/things"))))
                .isInstanceOf(OwnException.class);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aPlainIOExceptionOfTheUsersOwnPassesThroughToo(CallStyle style) {
        OkHttpClient client = fixture.client()
                .newBuilder()
                .addInterceptor(chain -> {
                    throw new IOException("token refresh failed");
                })
                .build();
        assertThatThrownBy(() -> style.answer(style.call(client, get("/things"))))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("token refresh failed");
    }

    @Test
    void aRuntimeExceptionOrErrorPassesThroughAndLeavesTheProbesPlaceFree() throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.status(500));
        OkHttpClient client = fixture.client(policy -> policy.withMaxAttempts(1).withMaxConcurrency(1));
        for (int call = 0; call < 20; call++) {
            client.newCall(get("/things")).execute().close();
        }
        fixture.ticker.advance(ofSeconds(10));
        fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        OkHttpClient broken = client.newBuilder()
                .addInterceptor(chain -> {
                    throw new StackOverflowError("in half-open");
                })
                .build();

        assertThatThrownBy(() -> broken.newCall(get("/things")).execute()).isInstanceOf(StackOverflowError.class);

        try (Response response = client.newCall(get("/things")).execute()) {
            assertThat(response.code()).as("the next probe").isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aParserThatThrowsHarmsNothing(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{\"a\":1}"));
        Provider broken = Provider.builder("broken")
                .hosts(Fixture.HOST)
                .rateLimit((head, body) -> {
                    throw new IllegalStateException("no");
                })
                .errors((request, response, body) -> {
                    throw new IllegalStateException("no");
                })
                .quotas(request -> {
                    throw new IllegalStateException("no");
                })
                .credential(request -> {
                    throw new IllegalStateException("no");
                })
                .build();
        OkHttpClient client = ResilientOkHttp.wrap(
                fixture.stub.reroute(new OkHttpClient()),
                Fairlead.builder().ticker(fixture.ticker).provider(broken).build());

        try (Response response = style.answer(style.call(client, get("/things")))) {
            assertThat(response.body().string()).isEqualTo("{\"a\":1}");
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aBreakerOrBucketOfTheUsersOwnThatThrowsStopsNoCall(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.status(500), StubAnswer.json(200, "{}"));
        CircuitBreaker brokenBreaker = (CircuitBreaker) broken(CircuitBreaker.class);
        TokenBucket brokenBucket = (TokenBucket) broken(TokenBucket.class);
        for (OkHttpClient client : List.of(
                fixture.client(policy -> policy.withBreaker(key -> brokenBreaker)
                        .withTokenBucket(key -> brokenBucket)
                        .withRetry(attempt -> {
                            throw new IllegalStateException("no");
                        })),
                fixture.client(policy -> policy.withBreaker(key -> nothing()).withTokenBucket(key -> nothing())))) {
            style.answer(style.call(client, get("/things"))).close();
            try (Response response = style.answer(style.call(client, get("/things")))) {
                assertThat(response.code()).isEqualTo(200);
            }
        }
    }

    private static Object broken(Class<?> type) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            throw new IllegalStateException("broken");
        });
    }

    /** What a factory must not return, and one day will. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void theFamilyIsFoundBeneathWhateverAnSdkWraps(CallStyle style) {
        fixture.stub.when("GET", "/things").respond(StubAnswer.disconnectBeforeAnswer());
        Throwable wrapped = new IllegalStateException(new RuntimeException(catchThrowableOfType(
                IOException.class, () -> style.answer(style.call(fixture.client(), get("/things"))))));
        assertThat(ResilienceException.findIn(wrapped)).isPresent();
    }
}
