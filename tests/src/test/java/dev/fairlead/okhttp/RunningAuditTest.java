package dev.fairlead.okhttp;

import static dev.fairlead.okhttp.Finding.Code.CREDENTIAL_ADDED_BENEATH;
import static dev.fairlead.okhttp.Finding.Code.DEADLINE_NOT_INHERITED;
import static dev.fairlead.okhttp.Finding.Code.RETRYING_INTERCEPTOR;
import static dev.fairlead.okhttp.Fixture.get;
import static dev.fairlead.okhttp.Fixture.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.CallOptions;
import dev.fairlead.Fairlead;
import dev.fairlead.testkit.StubAnswer;
import java.io.IOException;
import okhttp3.Authenticator;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is noticed of a client while it makes calls. */
class RunningAuditTest {
    private static final String SECRET = "canaryCredential0000000001";

    @AutoClose
    private final Fixture fixture = new Fixture();

    @AutoClose
    private final Warnings warnings = new Warnings();

    @BeforeEach
    void waitsCostNothing() {
        fixture.ticker.autoAdvance();
    }

    private static final Interceptor ADDS_A_CREDENTIAL = chain -> chain.proceed(withCredential(chain.request()));

    private static Request withCredential(Request request) {
        return request.newBuilder().header("Authorization", "Bearer " + SECRET).build();
    }

    private OkHttpClient wrapped(OkHttpClient.Builder base) {
        return fixture.client(base.build(), policy -> policy);
    }

    private void make(CallStyle style, Call.Factory calls, Request request) throws IOException {
        style.answer(calls.newCall(request)).close();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aGoodClientIsStillFoundGoodAfterAllKindsOfCalls(CallStyle style) throws IOException {
        fixture.stub
                .when("GET", "/things")
                .respond(
                        StubAnswer.json(200, "{}"),
                        StubAnswer.status(503),
                        StubAnswer.json(200, "{}"),
                        StubAnswer.status(404),
                        StubAnswer.status(401).header("WWW-Authenticate", "Bearer"),
                        StubAnswer.json(200, "{}"),
                        StubAnswer.disconnectBeforeAnswer(),
                        StubAnswer.json(200, "{}"),
                        StubAnswer.status(302).header("Location", "https://other.acme.com/elsewhere"),
                        StubAnswer.status(503).header("Retry-After", "0"),
                        StubAnswer.json(200, "{}"));
        fixture.stub.when("GET", "/elsewhere").respond(StubAnswer.json(200, "{}"));
        Authenticator refreshing = (route, response) -> withCredential(response.request());
        Call.Factory calls = style.calls(wrapped(new OkHttpClient.Builder().authenticator(refreshing)));

        for (int call = 0; call < 8; call++) {
            make(style, calls, withCredential(get("/things")));
        }

        assertThat(ResilientOkHttp.findings(calls)).isEmpty();
        assertThat(warnings.lines()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aCredentialAddedBeneathIsNoticedOnce(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        OkHttpClient wrapped = wrapped(new OkHttpClient.Builder().addInterceptor(ADDS_A_CREDENTIAL));
        Call.Factory calls = style.calls(wrapped);
        assertThat(ResilientOkHttp.findings(calls)).as("before the first call").isEmpty();

        for (int call = 0; call < 3; call++) {
            make(style, calls, get("/things"));
        }

        assertThat(ResilientOkHttp.findings(calls)).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo(CREDENTIAL_ADDED_BENEATH);
            assertThat(finding.message())
                    .startsWith("calls of acme at api.acme.com have no credential when they begin and one on the wire")
                    .contains("CallOptions.withTenant", "Provider.Builder.credential")
                    .endsWith(" (docs/troubleshooting.md#audit)")
                    .doesNotContain(SECRET);
        });
        assertThat(ResilientOkHttp.findings(wrapped.newBuilder().build()))
                .as("a client made from it")
                .hasSize(1);
        assertThat(warnings.lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("WARN CREDENTIAL_ADDED_BENEATH: calls of acme")
                        .doesNotContain(SECRET));
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aNetworkInterceptorAndAnAuthenticatorAddItBeneathToo(CallStyle style) throws IOException {
        fixture.stub
                .when("GET", "/things")
                .respond(StubAnswer.status(401).header("WWW-Authenticate", "Bearer"), StubAnswer.json(200, "{}"));
        Authenticator answering = (route, response) -> withCredential(response.request());
        Call.Factory authenticated = style.calls(wrapped(new OkHttpClient.Builder().authenticator(answering)));
        make(style, authenticated, get("/things"));
        assertThat(ResilientOkHttp.findings(authenticated))
                .extracting(Finding::code)
                .containsExactly(CREDENTIAL_ADDED_BENEATH);

        Call.Factory late = style.calls(wrapped(new OkHttpClient.Builder().addNetworkInterceptor(ADDS_A_CREDENTIAL)));
        make(style, late, get("/things"));
        assertThat(ResilientOkHttp.findings(late)).extracting(Finding::code).containsExactly(CREDENTIAL_ADDED_BENEATH);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aCallWithATenantOrItsOwnCredentialIsRight(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        Call.Factory calls = style.calls(wrapped(new OkHttpClient.Builder().addInterceptor(ADDS_A_CREDENTIAL)));
        make(style, calls, withCredential(get("/things")));
        make(
                style,
                calls,
                get("/things")
                        .newBuilder()
                        .tag(CallOptions.class, CallOptions.NONE.withTenant("shop-9"))
                        .build());
        assertThat(ResilientOkHttp.findings(calls)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aCredentialForTheTargetOfARedirectIsNotThisProviders(CallStyle style) throws IOException {
        fixture.stub
                .when("GET", "/things")
                .respond(StubAnswer.status(302).header("Location", "https://other.acme.com/elsewhere"));
        fixture.stub.when("GET", "/elsewhere").respond(StubAnswer.json(200, "{}"));
        Call.Factory calls = style.calls(wrapped(new OkHttpClient.Builder()
                .addNetworkInterceptor(chain -> chain.proceed(
                        chain.request().url().host().equals("other.acme.com")
                                ? withCredential(chain.request())
                                : chain.request()))));
        make(style, calls, get("/things"));
        assertThat(fixture.stub.requests().get(1).headers().get("Authorization"))
                .contains(SECRET);
        assertThat(ResilientOkHttp.findings(calls)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aCredentialForAGatewayBeneathIsOneOfTheCalls(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        Call.Factory calls = style.calls(wrapped(new OkHttpClient.Builder()
                .addInterceptor(chain -> chain.proceed(withCredential(chain.request()
                        .newBuilder()
                        .url("https://other.acme.com/things")
                        .build())))));
        make(style, calls, get("/things"));
        assertThat(ResilientOkHttp.findings(calls)).extracting(Finding::code).containsExactly(CREDENTIAL_ADDED_BENEATH);
    }

    /** Its name does not tell. */
    private static final class Stubborn implements Interceptor {
        @Override
        public Response intercept(Chain chain) throws IOException {
            try {
                Response answer = chain.proceed(chain.request());
                if (answer.isSuccessful()) {
                    return answer;
                }
                answer.close();
            } catch (IOException failure) {
                return chain.proceed(chain.request());
            }
            return chain.proceed(chain.request());
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void anInterceptorThatProceedsAgainAfterAnErrorIsNoticedOnce(CallStyle style) throws IOException {
        fixture.stub
                .when("GET", "/things")
                .respond(
                        StubAnswer.status(502),
                        StubAnswer.json(200, "{}"),
                        StubAnswer.status(503),
                        StubAnswer.json(200, "{}"));
        Call.Factory calls = style.calls(wrapped(new OkHttpClient.Builder().addInterceptor(new Stubborn())));
        make(style, calls, get("/things"));
        make(style, calls, get("/things"));

        assertThat(ResilientOkHttp.findings(calls)).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo(RETRYING_INTERCEPTOR);
            assertThat(finding.message())
                    .startsWith("an interceptor proceeded again after a 502 from api.acme.com, within one attempt")
                    .endsWith(" (docs/troubleshooting.md#audit)");
        });
        assertThat(warnings.lines())
                .singleElement()
                .satisfies(line ->
                        assertThat(line).startsWith("WARN RETRYING_INTERCEPTOR: an interceptor proceeded again"));
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void anInterceptorThatProceedsAgainAfterAFailureIsNoticed(CallStyle style) throws IOException {
        fixture.stub.when("POST", "/charges").respond(StubAnswer.disconnectBeforeAnswer(), StubAnswer.json(200, "{}"));
        Call.Factory calls = style.calls(wrapped(new OkHttpClient.Builder().addInterceptor(new Stubborn())));
        make(style, calls, post("/charges"));

        assertThat(ResilientOkHttp.findings(calls))
                .singleElement()
                .satisfies(finding -> assertThat(finding.message())
                        .startsWith(
                                "an interceptor proceeded again after a request without an answer from api.acme.com"));
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void whatAnInterceptorFetchesBesidesIsNoRepetition(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/token").respond(StubAnswer.json(200, "{}"));
        fixture.stub
                .when("GET", "/things")
                .respond(StubAnswer.status(421), StubAnswer.status(401), StubAnswer.json(200, "{}"));
        Call.Factory calls = style.calls(wrapped(new OkHttpClient.Builder().addInterceptor(chain -> {
            chain.proceed(get("/token")).close();
            // As OkHttp does on an HTTP/2 connection that serves several hosts; and a token that has to be renewed.
            chain.proceed(chain.request()).close();
            chain.proceed(chain.request()).close();
            return chain.proceed(chain.request());
        })));
        make(style, calls, get("/things"));
        assertThat(fixture.stub.requestCount()).isEqualTo(4);
        assertThat(ResilientOkHttp.findings(calls)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"FACTORY_EXECUTE", "FACTORY_ENQUEUE"})
    void anotherEventListenerIsNoticedAtTheFirstCall(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        Fairlead rules = fixture.rules(policy -> policy).build();
        OkHttpClient wrapped = ResilientOkHttp.wrap(fixture.stub.reroute(new OkHttpClient()), rules);
        OkHttpClient derived =
                wrapped.newBuilder().eventListener(new EventListener() {}).build();
        make(style, wrapped, get("/things"));
        assertThat(ResilientOkHttp.findings(wrapped)).isEmpty();

        make(style, derived, get("/things"));
        make(style, derived, get("/things"));

        assertThat(ResilientOkHttp.findings(wrapped))
                .as("it may be all that the service still has of them")
                .extracting(Finding::code)
                .containsExactly(DEADLINE_NOT_INHERITED);
        assertThat(ResilientOkHttp.findings(derived)).hasSize(1);
        ResilientOkHttp.wrap(derived, rules);
        assertThat(warnings.of(DEADLINE_NOT_INHERITED)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void theLogLinesOfSeveralClientsWithTheSameRulesAreWrittenOnce(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        Fairlead rules = fixture.rules(policy -> policy).build();
        OkHttpClient base = fixture.stub.reroute(
                new OkHttpClient.Builder().addInterceptor(ADDS_A_CREDENTIAL).build());
        for (int client = 0; client < 2; client++) {
            Call.Factory calls = style.calls(ResilientOkHttp.wrap(base, rules));
            make(style, calls, get("/things"));
            assertThat(ResilientOkHttp.findings(calls)).hasSize(1);
        }
        assertThat(warnings.of(CREDENTIAL_ADDED_BENEATH)).hasSize(1);
    }
}
