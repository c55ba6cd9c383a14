package dev.fairlead.okhttp;

import static dev.fairlead.okhttp.Fixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.CallReport;
import dev.fairlead.Fairlead;
import dev.fairlead.Policy;
import dev.fairlead.StopReason;
import dev.fairlead.testkit.StubAnswer;
import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.Cache;
import okhttp3.CacheControl;
import okhttp3.Call;
import okhttp3.Cookie;
import okhttp3.CookieJar;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the client had before it was wrapped goes on working. */
class NeighbourTest {
    @AutoClose
    private final Fixture fixture = new Fixture();

    @BeforeEach
    void waitsCostNothing() {
        fixture.ticker.autoAdvance();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void interceptorsBeforeAndAfterTheWrapSeeEveryAttempt(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.status(502), StubAnswer.json(200, "{}"));
        List<String> seen = new CopyOnWriteArrayList<>();
        OkHttpClient base = new OkHttpClient.Builder()
                .addInterceptor(chain -> {
                    seen.add("before");
                    return chain.proceed(chain.request());
                })
                .build();
        OkHttpClient client = fixture.client(base, policy -> policy)
                .newBuilder()
                .addInterceptor(chain -> {
                    seen.add("after");
                    return chain.proceed(chain.request()
                            .newBuilder()
                            .header("X-Added", "late")
                            .build());
                })
                .addNetworkInterceptor(chain -> {
                    seen.add("network");
                    return chain.proceed(chain.request());
                })
                .build();

        style.answer(style.call(client, get("/things"))).close();

        assertThat(seen).containsExactly("before", "after", "network", "before", "after", "network");
        assertThat(fixture.stub.requests())
                .allSatisfy(
                        request -> assertThat(request.headers().get("X-Added")).isEqualTo("late"));
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void redirectsAreFollowedAndCounted(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/old").respond(StubAnswer.status(301).header("Location", "/new"));
        fixture.stub.when("GET", "/new").respond(StubAnswer.json(200, "{}"));

        try (Response response = style.answer(style.call(fixture.client(), get("/old")))) {
            assertThat(response.code()).isEqualTo(200);
            CallReport report = ResilientOkHttp.report(response);
            assertThat(report.attempts()).hasSize(1);
            assertThat(report.wireRequests()).isEqualTo(2).isEqualTo(fixture.stub.requestCount());
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void theAuthenticatorAnswersAChallenge(CallStyle style) throws IOException {
        fixture.stub
                .when("GET", "/things")
                .respond(StubAnswer.status(401).header("WWW-Authenticate", "Bearer"), StubAnswer.json(200, "{}"));
        OkHttpClient base = new OkHttpClient.Builder()
                .authenticator((route, response) -> response.request()
                        .newBuilder()
                        .header("Authorization", "Bearer fresh")
                        .build())
                .build();

        try (Response response = style.answer(style.call(fixture.client(base, policy -> policy), get("/things")))) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(ResilientOkHttp.report(response).wireRequests()).isEqualTo(2);
        }
        assertThat(fixture.stub.requests().get(1).headers().get("Authorization"))
                .isEqualTo("Bearer fresh");
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void theCacheAnswersWithoutTheWire(CallStyle style, @TempDir File folder) throws IOException {
        fixture.stub
                .when("GET", "/things")
                .respond(StubAnswer.json(200, "{\"a\":1}").header("Cache-Control", "max-age=600"));
        try (Cache cache = new Cache(folder, 1 << 20)) {
            OkHttpClient client =
                    fixture.client(new OkHttpClient.Builder().cache(cache).build(), policy -> policy);
            style.answer(style.call(client, get("/things"))).body().string();

            try (Response response = style.answer(style.call(client, get("/things")))) {
                assertThat(response.cacheResponse()).isNotNull();
                assertThat(response.body().string()).isEqualTo("{\"a\":1}");
                assertThat(ResilientOkHttp.report(response).wireRequests()).isZero();
            }
        }
        assertThat(fixture.stub.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void cookiesAreKeptAndSent(CallStyle style) throws IOException {
        fixture.stub
                .when("GET", "/things")
                .respond(StubAnswer.status(502).header("Set-Cookie", "a=b"), StubAnswer.json(200, "{}"));
        List<Cookie> jar = new ArrayList<>();
        OkHttpClient base = new OkHttpClient.Builder()
                .cookieJar(new CookieJar() {
                    @Override
                    public void saveFromResponse(HttpUrl url, List<Cookie> cookies) {
                        jar.addAll(cookies);
                    }

                    @Override
                    public List<Cookie> loadForRequest(HttpUrl url) {
                        return List.copyOf(jar);
                    }
                })
                .build();

        style.answer(style.call(fixture.client(base, policy -> policy), get("/things")))
                .close();

        assertThat(fixture.stub.requests().get(1).headers().get("Cookie")).isEqualTo("a=b");
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"FACTORY_EXECUTE", "FACTORY_ENQUEUE"})
    void theUsersEventListenerSeesTheWholeCall(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.status(502), StubAnswer.json(200, "{}"));
        List<String> events = new CopyOnWriteArrayList<>();
        OkHttpClient base = new OkHttpClient.Builder()
                .eventListener(new EventListener() {
                    @Override
                    public void callStart(Call call) {
                        events.add("callStart");
                    }

                    @Override
                    public void requestHeadersStart(Call call) {
                        events.add("request");
                    }

                    @Override
                    public void callEnd(Call call) {
                        events.add("callEnd");
                    }
                })
                .build();

        style.answer(style.call(fixture.client(base, policy -> policy), get("/things")))
                .body()
                .string();

        assertThat(events).containsExactly("callStart", "request", "request", "callEnd");
    }

    @ParameterizedTest
    @EnumSource(names = {"FACTORY_EXECUTE", "FACTORY_ENQUEUE"})
    void byAFactoryTheUsersEventListenerSeesEachAttemptAsACall(CallStyle style) throws IOException {
        fixture.ticker.autoAdvance();
        fixture.stub.when("GET", "/things").respond(StubAnswer.status(502), StubAnswer.json(200, "{}"));
        List<String> events = new CopyOnWriteArrayList<>();
        OkHttpClient base = new OkHttpClient.Builder()
                .eventListener(new EventListener() {
                    @Override
                    public void callStart(Call call) {
                        events.add("callStart");
                    }

                    @Override
                    public void callEnd(Call call) {
                        events.add("callEnd");
                    }
                })
                .build();

        style.answer(style.call(fixture.client(base, policy -> policy), get("/things")))
                .body()
                .string();

        assertThat(events).containsExactly("callStart", "callEnd", "callStart", "callEnd");
    }

    @Test
    void dispatcherPoolAndCacheAreShared() {
        OkHttpClient base = new OkHttpClient();
        OkHttpClient client =
                ResilientOkHttp.wrap(base, fixture.rules(policy -> policy).build());
        assertThat(client.dispatcher()).isSameAs(base.dispatcher());
        assertThat(client.connectionPool()).isSameAs(base.connectionPool());
        assertThat(base.interceptors()).as("the client it was made from").isEmpty();
    }

    @Test
    void wrappingTwiceIsWrappingOnceAndTwoSetsOfRulesAreRefused() {
        Fairlead rules = fixture.rules(policy -> policy).build();
        OkHttpClient client = ResilientOkHttp.wrap(new OkHttpClient(), rules);
        assertThat(ResilientOkHttp.wrap(client, rules)).isSameAs(client);
        Fairlead others = fixture.rules(policy -> policy).build();
        assertThatThrownBy(() -> ResilientOkHttp.wrap(client, others))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another Fairlead");
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aHostThatPassesThroughIsLeftAlone(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.status(503).header("Retry-After", "7"));
        OkHttpClient client = ResilientOkHttp.wrap(
                fixture.stub.reroute(new OkHttpClient()),
                Fairlead.builder()
                        .ticker(fixture.ticker)
                        .otherHosts(Policy.PASS_THROUGH)
                        .build());

        try (Response response = style.answer(style.call(client, get("/things")))) {
            assertThat(response.code()).isEqualTo(503);
            assertThat(ResilientOkHttp.error(response)).isEmpty();
        }
        assertThat(fixture.stub.requestCount()).isEqualTo(1);
    }

    @Test
    void aBareClientsAnswerHasNoReport() throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        OkHttpClient bare = fixture.stub.reroute(new OkHttpClient());
        Request request =
                new Request.Builder().url("https://bare.acme.com/things").build();
        try (Response response = bare.newCall(request).execute()) {
            assertThatThrownBy(() -> ResilientOkHttp.report(response))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("ResilientOkHttp.wrap");
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aCopyOfAnAnswerHasItsReport(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.status(502), StubAnswer.status(404));
        try (Response response = style.answer(style.call(fixture.client(), get("/things")))) {
            Response copy = response.newBuilder().header("X-Changed", "yes").build();
            assertThat(ResilientOkHttp.report(copy)).isEqualTo(ResilientOkHttp.report(response));
            assertThat(ResilientOkHttp.report(copy).attempts()).hasSize(2);
            assertThat(ResilientOkHttp.report(copy).stopReason()).isEqualTo(StopReason.NOT_RETRYABLE);
            assertThat(ResilientOkHttp.error(copy)).isPresent();
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"FACTORY_EXECUTE", "FACTORY_ENQUEUE"})
    void anInterceptorOutsideOursThatProceedsTwiceMakesTwoCalls(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.status(404), StubAnswer.json(200, "{}"));
        OkHttpClient.Builder builder = fixture.client().newBuilder();
        List<Integer> wireRequests = new CopyOnWriteArrayList<>();
        builder.interceptors().add(0, chain -> {
            try (Response first = chain.proceed(chain.request())) {
                wireRequests.add(ResilientOkHttp.report(first).wireRequests());
            }
            return chain.proceed(chain.request());
        });

        try (Response response = style.answer(style.call(builder.build(), get("/things")))) {
            wireRequests.add(ResilientOkHttp.report(response).wireRequests());
        }
        assertThat(wireRequests).containsExactly(1, 1);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aHostThatPassesThroughIsRetriedAsTheClientDidBefore(CallStyle style) throws IOException {
        fixture.stub
                .when("GET", "/things")
                .respond(StubAnswer.json(200, "1"), StubAnswer.disconnectBeforeAnswer(), StubAnswer.json(200, "2"));
        OkHttpClient client = ResilientOkHttp.wrap(
                fixture.stub.reroute(new OkHttpClient()),
                Fairlead.builder().otherHosts(Policy.PASS_THROUGH).build());
        style.answer(style.call(client, get("/things"))).body().string();
        assertThat(style.answer(style.call(client, get("/things"))).body().string())
                .isEqualTo("2");
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aCacheThatHasNothingIsNotTheProvidersDistress(CallStyle style, @TempDir File folder) throws IOException {
        Request onlyIfCached = get("/things")
                .newBuilder()
                .cacheControl(CacheControl.FORCE_CACHE)
                .build();
        try (Cache cache = new Cache(folder, 1 << 20)) {
            OkHttpClient client =
                    fixture.client(new OkHttpClient.Builder().cache(cache).build(), policy -> policy);
            for (int call = 0; call < 30; call++) {
                try (Response response = style.answer(style.call(client, onlyIfCached))) {
                    assertThat(response.code()).isEqualTo(504);
                    assertThat(ResilientOkHttp.report(response).attempts()).hasSize(1);
                }
            }
        }
        assertThat(fixture.stub.requestCount()).isZero();
    }

    @Test
    void whatIsKnownOfAnAnswerGoesWithTheAnswer() throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.status(404));
        OkHttpClient client = fixture.client();
        List<WeakReference<Response>> answers = new ArrayList<>();
        for (int call = 0; call < 50; call++) {
            try (Response response = client.newCall(get("/things")).execute()) {
                answers.add(new WeakReference<>(Objects.requireNonNull(response.networkResponse())));
                assertThat(ResilientOkHttp.error(response)).isPresent();
            }
        }
        for (int round = 0; round < 100 && collected(answers) < 49; round++) {
            System.gc();
        }
        assertThat(collected(answers)).isGreaterThanOrEqualTo(49);
    }

    private static long collected(List<WeakReference<Response>> answers) {
        return answers.stream().filter(answer -> answer.refersTo(null)).count();
    }
}
