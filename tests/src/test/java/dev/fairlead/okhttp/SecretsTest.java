package dev.fairlead.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.fairlead.ApiError;
import dev.fairlead.CallInfo;
import dev.fairlead.CallListener;
import dev.fairlead.CallOptions;
import dev.fairlead.CallReport;
import dev.fairlead.CircuitBreaker;
import dev.fairlead.Fairlead;
import dev.fairlead.KeyInfo;
import dev.fairlead.Provider;
import dev.fairlead.Reach;
import dev.fairlead.ResilienceException;
import dev.fairlead.StopReason;
import dev.fairlead.WaitReason;
import dev.fairlead.github.GitHubProvider;
import dev.fairlead.testkit.StubAnswer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Canaries wherever a credential can stand; none of them may be found in anything that is written down. */
class SecretsTest {
    private static final String BEARER = "ghp_canaryBearer000000000000000000000001";
    private static final String API_KEY = "key-canaryHeader-000000000000000002";
    private static final String QUERY = "canaryQuery000000000000000000000003";
    private static final String PATH = "canaryPath0000000000000000000000004";
    private static final String TENANT = "canaryTenant00000000000000000000005";
    private static final String IDEMPOTENCY = "canaryIdempotency00000000000000006";
    private static final String COOKIE = "canaryCookie00000000000000000000007";
    private static final String BODY = "canaryBody0000000000000000000000008";
    private static final List<String> CANARIES =
            List.of(BEARER, API_KEY, QUERY, PATH, TENANT, IDEMPOTENCY, COOKIE, BODY);

    @AutoClose
    private final Fixture fixture = new Fixture();

    private final List<String> written = new CopyOnWriteArrayList<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void writeEverythingDown() {
        fixture.ticker.autoAdvance();
        Logger root = (Logger) LoggerFactory.getLogger("dev.fairlead");
        root.setLevel(Level.TRACE);
        log.start();
        root.addAppender(log);
    }

    /** Writes down all that a listener is given. */
    private final class Scribe implements CallListener {
        private void note(Object... things) {
            for (Object thing : things) {
                written.add(String.valueOf(thing));
                if (thing instanceof CallInfo call) {
                    written.add(call.provider() + call.host() + call.method() + call.report());
                }
            }
            throw new IllegalStateException("listeners may throw " + BEARER);
        }

        @Override
        public void attemptStarted(CallInfo call) {
            note(call);
        }

        @Override
        public void attemptAnswered(CallInfo call, int status, @Nullable ApiError error) {
            note(call, error);
        }

        @Override
        public void attemptFailed(CallInfo call, IOException failure, Reach reach) {
            note(call, reach);
        }

        @Override
        public void waitStarted(CallInfo call, WaitReason reason, Duration atMost) {
            note(call, reason);
        }

        @Override
        public void retryScheduled(CallInfo call, Duration pause) {
            note(call, pause);
        }

        @Override
        public void keyPaused(KeyInfo key, Duration pause) {
            note(key);
        }

        @Override
        public void breakerChanged(String provider, String host, CircuitBreaker.State from, CircuitBreaker.State to) {
            note(provider, host);
        }

        @Override
        public void callEnded(CallInfo call, StopReason reason) {
            note(call);
        }
    }

    private static Request request(String method) {
        CallOptions options = CallOptions.NONE.withIdempotencyKey(IDEMPOTENCY).withTenant(TENANT);
        return new Request.Builder()
                .url("https://" + Fixture.HOST + "/hooks/" + PATH + "?access_token=" + QUERY)
                .header("Authorization", "Bearer " + BEARER)
                .header("X-Api-Key", API_KEY)
                .header("Cookie", "session=" + COOKIE)
                .method(method, method.equals("GET") ? null : RequestBody.create(BODY, MediaType.get("text/plain")))
                .tag(CallOptions.class, options)
                .build();
    }

    private void call(CallStyle style, OkHttpClient client, Request request) {
        try (Response response = style.answer(style.call(client, request))) {
            CallReport report = ResilientOkHttp.report(response);
            written.add(report.toString());
            written.add(report.explain());
            ResilientOkHttp.error(response).ifPresent(error -> {
                written.add(error.toString());
                written.add(error.message() + error.details() + error.code());
            });
        } catch (IOException failure) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            written.add(trace.toString());
            ResilienceException.findIn(failure).ifPresent(ours -> {
                written.add(ours.report().toString());
                written.add(ours.lastAnswer().toString());
            });
        }
        written.add(String.valueOf(request.tag(CallOptions.class)));
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void noCanaryIsFoundInAnythingWritten(CallStyle style) {
        // A provider that repeats the credential in its complaint, as some do.
        String echo = "{\"message\":\"bad token " + BEARER + "\",\"code\":\"" + BEARER + "\",\"errors\":[{\"field\":\""
                + BEARER + "\",\"code\":\"" + BEARER + "\"}]}";
        Provider byHeader = Provider.builder("keyed")
                .hosts(Fixture.HOST)
                .credential(head -> head.header("X-Api-Key"))
                .errors((request, response, body) -> {
                    throw new IllegalStateException("parser fails on " + request.header("X-Api-Key") + body.raw());
                })
                .build();
        List<Provider> providers = List.of(
                Provider.builder("acme").hosts(Fixture.HOST).build(),
                GitHubProvider.create().host(Fixture.HOST),
                byHeader,
                Provider.builder("tenants")
                        .hosts(Fixture.HOST)
                        .credential(head -> null)
                        .build());
        for (Provider provider : providers) {
            fixture.stub
                    .when("*", ".*")
                    .respond(
                            StubAnswer.json(401, echo),
                            StubAnswer.json(403, echo),
                            StubAnswer.json(429, echo).header("Retry-After", "2"),
                            StubAnswer.json(429, echo).header("Retry-After", "999999999"),
                            StubAnswer.json(503, echo),
                            StubAnswer.json(422, echo),
                            StubAnswer.disconnectBeforeAnswer(),
                            StubAnswer.disconnectBeforeAnswer(),
                            StubAnswer.json(200, "{}"),
                            StubAnswer.status(500));
            Fairlead rules = Fairlead.builder()
                    .ticker(fixture.ticker)
                    .provider(provider, policy -> policy.withBreakerThreshold(50, 5, Duration.ofSeconds(30)))
                    .listener(new Scribe())
                    .build();
            OkHttpClient client = ResilientOkHttp.wrap(fixture.stub.reroute(new OkHttpClient()), rules);
            for (int round = 0; round < 6; round++) {
                call(style, client, request("GET"));
                call(style, client, request("POST"));
            }
            List<Finding> findings = ResilientOkHttp.findings(client);
            assertThat(findings).as("six times the same call").isNotEmpty();
            written.add(findings.toString());
            written.add(rules.toString());
            written.add(rules.keys().toString());
            written.add(rules.describe(Fixture.HOST));
            written.add(provider.toString());
        }
        log.list.forEach(event -> {
            written.add(event.getFormattedMessage());
            if (event.getThrowableProxy() != null) {
                written.add(event.getThrowableProxy().getMessage());
            }
        });

        assertThat(fixture.stub.requests().get(0).headers().get("Authorization"))
                .as("the hunt is on: the canary does travel")
                .contains(BEARER);
        assertThat(log.list).as("there was something to log").isNotEmpty();
        assertThat(written).hasSizeGreaterThan(300);
        for (String canary : CANARIES) {
            assertThat(written).noneMatch(text -> text.contains(canary));
        }
    }
}
