package dev.fairlead.okhttp;

import static dev.fairlead.okhttp.Finding.Code.NESTED_RETRIES;
import static dev.fairlead.okhttp.Fixture.get;
import static dev.fairlead.okhttp.Fixture.post;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.CallOptions;
import dev.fairlead.ResilienceException;
import dev.fairlead.testkit.StubAnswer;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.ResponseBody;
import okio.BufferedSink;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import retrofit2.Retrofit;
import retrofit2.http.Body;
import retrofit2.http.POST;

/** Somebody retries outside of the rules. */
class NestedRetriesTest {
    private static final MediaType TEXT = MediaType.get("text/plain");

    @AutoClose
    private final Fixture fixture = new Fixture();

    @AutoClose
    private final Warnings warnings = new Warnings();

    @BeforeEach
    void theProviderIsDown() {
        fixture.ticker.autoAdvance();
        fixture.stub.when("*", ".*").respond(StubAnswer.status(503));
    }

    private OkHttpClient client() {
        return fixture.client(policy -> policy.withBreakerThreshold(100, 10_000, ofSeconds(30)));
    }

    private static void make(CallStyle style, Call.Factory calls, Request request) throws IOException {
        style.answer(calls.newCall(request)).close();
    }

    private static void makeTwice(CallStyle style, Call.Factory calls, Request request) throws IOException {
        make(style, calls, request);
        make(style, calls, request);
    }

    private static List<String> found(Call.Factory calls) {
        return ResilientOkHttp.findings(calls).stream()
                .filter(finding -> finding.code() == NESTED_RETRIES)
                .map(Finding::message)
                .toList();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aLoopAroundClonesIsNoticedWithItsFactorWhichGrows(CallStyle style) throws IOException {
        Call.Factory calls = style.calls(client());
        Call call = calls.newCall(get("/things"));
        style.answer(call).close();
        assertThat(found(calls)).as("a failed call is no retry").isEmpty();

        style.answer(call.clone()).close();
        assertThat(found(calls))
                .singleElement()
                .asString()
                .startsWith(
                        "a GET to api.acme.com that had failed was made again by a layer outside of Fairlead: 2 calls"
                                + " within 0.6 s, each begun when the one before had failed, with 6 attempts in all where the"
                                + " first call made 3: factor 2.0.")
                .contains("maxRetries", "Policy.withMaxAttempts")
                .endsWith(" (docs/troubleshooting.md#audit)");

        style.answer(call.clone()).close();
        assertThat(found(calls))
                .singleElement()
                .asString()
                .contains("3 calls within 1.2 s", "9 attempts in all where the first call made 3: factor 3.0");
        assertThat(fixture.stub.requestCount()).isEqualTo(9);
        assertThat(warnings.lines())
                .singleElement()
                .asString()
                .startsWith("WARN NESTED_RETRIES: a GET to api.acme.com that had failed was made again")
                .contains("2 calls");
    }

    @ParameterizedTest
    @EnumSource(names = {"EXECUTE", "ENQUEUE"})
    void anInterceptorOutsideOfOursThatProceedsAgainIsNoticed(CallStyle style) throws IOException {
        OkHttpClient.Builder builder = client().newBuilder();
        builder.interceptors().add(0, chain -> {
            chain.proceed(chain.request()).close();
            return chain.proceed(chain.request());
        });
        OkHttpClient derived = builder.build();
        make(style, derived, get("/things"));
        assertThat(found(derived)).singleElement().asString().contains("2 calls within 0.6 s");
    }

    interface Charges {
        @POST("charges")
        retrofit2.Call<ResponseBody> charge(@Body RequestBody body);
    }

    @ParameterizedTest
    @EnumSource(names = {"EXECUTE", "FACTORY_EXECUTE"})
    void aLoopAroundRetrofitIsNoticedThoughEachRequestIsBuiltAnew(CallStyle style) throws IOException {
        Call.Factory calls = style.calls(client());
        Charges charges = new Retrofit.Builder()
                .baseUrl("https://" + Fixture.HOST)
                .callFactory(calls)
                .build()
                .create(Charges.class);
        for (int call = 0; call < 2; call++) {
            charges.charge(RequestBody.create("{\"amount\":1}", MediaType.get("application/json")))
                    .execute();
        }
        assertThat(found(calls))
                .singleElement()
                .asString()
                .contains(
                        "a POST to api.acme.com",
                        "2 calls",
                        "2 attempts in all where the first call made 1: factor 2.0");
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aRepetitionThatSucceedsIsOneAllTheSame(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.status(503));
        Call.Factory calls = style.calls(client());
        make(style, calls, get("/things"));
        fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        make(style, calls, get("/things"));
        make(style, calls, get("/things"));
        assertThat(found(calls))
                .singleElement()
                .asString()
                .contains("2 calls", "4 attempts in all where the first call made 3: factor 1.3");
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void callsThatEndInExceptionsCountToo(CallStyle style) {
        fixture.stub.when("POST", "/charges").respond(StubAnswer.disconnectBeforeAnswer());
        Call.Factory calls = style.calls(client());
        Request charge = post("/charges");
        for (int call = 0; call < 2; call++) {
            assertThatThrownBy(() -> make(style, calls, charge)).isInstanceOf(ResilienceException.class);
        }
        assertThat(found(calls)).singleElement().asString().contains("2 calls", "2 attempts in all");
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void whoHammersAnOpenBreakerIsNoticedThoughNothingIsSent(CallStyle style) throws IOException {
        Call.Factory calls = style.calls(fixture.client(policy -> policy.withBreakerThreshold(50, 3, ofSeconds(30))));
        make(style, calls, get("/things"));
        for (int call = 0; call < 2; call++) {
            assertThatThrownBy(() -> make(style, calls, get("/others"))).isInstanceOf(ResilienceException.class);
        }
        assertThat(found(calls))
                .singleElement()
                .asString()
                .contains("2 calls within 0.0 s", "0 attempts in all where the first call made 0: factor 2.0");
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void anAnswerThatIsAnErrorForGoodIsRepeatedByNobody(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.status(404));
        Call.Factory calls = style.calls(client());
        makeTwice(style, calls, get("/things"));
        assertThat(found(calls)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aCallThatWasCancelledHasNotFailed(CallStyle style) {
        Call.Factory calls = style.calls(client());
        for (int call = 0; call < 2; call++) {
            Call canceled = calls.newCall(get("/things"));
            canceled.cancel();
            assertThatThrownBy(() -> style.answer(canceled)).hasMessage("Canceled");
        }
        assertThat(found(calls)).isEmpty();
    }

    private static Request with(Request request, UnaryOperator<Request.Builder> change) {
        return change.apply(request.newBuilder()).build();
    }

    private static Request posted(String body) {
        return with(get("/things"), builder -> builder.post(RequestBody.create(body, TEXT)));
    }

    private static Request keyed(String key) {
        return with(posted("1"), builder -> builder.tag(CallOptions.class, CallOptions.NONE.withIdempotencyKey(key)));
    }

    private static Request multipart() {
        return with(
                get("/things"),
                builder -> builder.post(
                        new MultipartBody.Builder().addFormDataPart("a", "b").build()));
    }

    @Test
    void sameIsTheSameMethodUrlBodyCallerAndKey() throws IOException {
        List<List<Request>> same = List.of(
                List.of(get("/same?a=1"), get("/same?a=1")),
                List.of(posted("12"), posted("34")),
                List.of(keyed("k1"), keyed("k1")),
                List.of(multipart(), multipart()));
        List<List<Request>> different = List.of(
                List.of(get("/things"), get("/other")),
                List.of(get("/things?a=1"), get("/things?a=2")),
                List.of(get("/things"), with(get("/things"), builder -> builder.head())),
                List.of(
                        with(get("/things"), builder -> builder.header("Authorization", "Bearer one")),
                        with(get("/things"), builder -> builder.header("Authorization", "Bearer two"))),
                List.of(keyed("k1"), keyed("k2")),
                List.of(posted("1"), posted("12")),
                List.of(
                        posted("1"),
                        with(
                                posted("1"),
                                builder -> builder.post(RequestBody.create("1", MediaType.get("text/html"))))),
                List.of(posted(""), with(posted(""), builder -> builder.get())));
        for (CallStyle style : CallStyle.values()) {
            for (List<Request> pair : same) {
                Call.Factory calls = style.calls(client());
                make(style, calls, pair.get(0));
                make(style, calls, pair.get(1));
                assertThat(found(calls)).as("%s", pair).hasSize(1);
            }
            for (List<Request> pair : different) {
                Call.Factory calls = style.calls(client());
                make(style, calls, pair.get(0));
                make(style, calls, pair.get(1));
                assertThat(found(calls)).as("%s", pair).isEmpty();
            }
        }
    }

    /** Of unknown length, and written once: a stream of the user's own. */
    private static RequestBody stream() {
        return new RequestBody() {
            @Override
            public MediaType contentType() {
                return TEXT;
            }

            @Override
            public boolean isOneShot() {
                return true;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                sink.writeUtf8("streamed");
            }
        };
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aBodyOfUnknownLengthIsTheSameOnlyIfItIsTheSameObject(CallStyle style) throws IOException {
        Call.Factory calls = style.calls(client());
        make(style, calls, with(get("/things"), builder -> builder.put(stream())));
        make(style, calls, with(get("/things"), builder -> builder.put(stream())));
        assertThat(found(calls)).isEmpty();

        RequestBody one = stream();
        make(style, calls, with(get("/things"), builder -> builder.put(one)));
        make(style, calls, with(get("/things"), builder -> builder.put(one)));
        assertThat(found(calls)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"10000, true", "10001, false"})
    void theFirstRepetitionComesSoon(long pauseMillis, boolean noticed) throws IOException {
        for (CallStyle style : CallStyle.values()) {
            Call.Factory calls = style.calls(client());
            make(style, calls, get("/things"));
            fixture.ticker.advance(ofMillis(pauseMillis));
            make(style, calls, get("/things"));
            assertThat(!found(calls).isEmpty()).isEqualTo(noticed);
        }
    }

    @ParameterizedTest
    @CsvSource({"60000, 3", "60001, 2"})
    void theNextOnesMayTakeLonger(long pauseMillis, int noticed) throws IOException {
        for (CallStyle style : CallStyle.values()) {
            Call.Factory calls = style.calls(client());
            makeTwice(style, calls, get("/things"));
            fixture.ticker.advance(ofMillis(pauseMillis));
            make(style, calls, get("/things"));
            assertThat(found(calls)).singleElement().asString().contains(noticed + " calls within");
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void eachHostIsReportedOnceAndWithItsWorst(CallStyle style) throws IOException {
        Call.Factory calls = style.calls(client());
        Request other =
                new Request.Builder().url("https://other.acme.com/things").build();
        makeTwice(style, calls, get("/things"));
        makeTwice(style, calls, get("/things/2"));
        makeTwice(style, calls, other);
        make(style, calls, other);
        makeTwice(style, calls, with(other, builder -> builder.url("https://other.acme.com/2")));

        assertThat(found(calls))
                .satisfiesExactly(
                        message -> assertThat(message).contains("to api.acme.com", "2 calls"),
                        message -> assertThat(message).contains("to other.acme.com", "3 calls"));
        assertThat(warnings.of(NESTED_RETRIES)).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void nothingOfTheRequestIsToldNorKept(CallStyle style) throws IOException {
        Call.Factory calls = style.calls(client());
        Made made = madeTwiceWithSecrets(style, calls);
        for (String line : List.of(String.join("", warnings.lines()), String.join("", found(calls)))) {
            assertThat(line).contains("a PUT to api.acme.com").doesNotContain("canary");
        }
        for (int round = 0; round < 100 && !made.isGone(); round++) {
            System.gc();
        }
        assertThat(made.isGone()).isTrue();
    }

    private record Made(WeakReference<Request> request, WeakReference<RequestBody> body) {
        boolean isGone() {
            return request.refersTo(null) && body.refersTo(null);
        }
    }

    private static Made madeTwiceWithSecrets(CallStyle style, Call.Factory calls) throws IOException {
        RequestBody body = RequestBody.create("canaryBody", TEXT);
        Request request = new Request.Builder()
                .url("https://" + Fixture.HOST + "/canaryPath?token=canaryQuery")
                .header("Authorization", "Bearer canaryBearer")
                .header("Idempotency-Key", "canaryKey")
                .put(body)
                .build();
        makeTwice(style, calls, request);
        return new Made(new WeakReference<>(request), new WeakReference<>(body));
    }

    @ParameterizedTest
    @CsvSource({"63, true", "64, false"})
    void theLast64FailuresAreRemembered(int others, boolean noticed) throws IOException {
        OkHttpClient calls =
                fixture.client(policy -> policy.withMaxAttempts(1).withBreakerThreshold(100, 10_000, ofSeconds(30)));
        make(CallStyle.EXECUTE, calls, get("/things"));
        for (int other = 0; other < others; other++) {
            make(CallStyle.EXECUTE, calls, get("/others/" + other));
        }
        make(CallStyle.EXECUTE, calls, get("/things"));
        assertThat(!found(calls).isEmpty()).isEqualTo(noticed);
    }

    /** Counts how often it is asked for its length. */
    private static final class Measured extends RequestBody {
        private final AtomicInteger measurements = new AtomicInteger();

        @Override
        public MediaType contentType() {
            return TEXT;
        }

        @Override
        public long contentLength() {
            measurements.incrementAndGet();
            return 1;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.writeByte('a');
        }
    }

    private static int measurements(CallStyle style, Call.Factory calls) throws IOException {
        Measured body = new Measured();
        make(style, calls, with(get("/fine"), builder -> builder.put(body)));
        return body.measurements.get();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aGoodCallIsLookedAtOnlyWhileAFailureIsRemembered(CallStyle style) throws IOException {
        fixture.stub.when("PUT", "/fine").respond(StubAnswer.json(200, "{}"));
        Call.Factory calls = style.calls(client());
        int byOkHttpAlone = measurements(style, calls);

        make(style, calls, get("/things"));
        assertThat(measurements(style, calls)).isGreaterThan(byOkHttpAlone);
        fixture.ticker.advance(ofSeconds(60));
        assertThat(measurements(style, calls)).isGreaterThan(byOkHttpAlone);

        fixture.ticker.advance(ofMillis(1));
        measurements(style, calls);
        assertThat(measurements(style, calls)).isEqualTo(byOkHttpAlone);
    }
}
