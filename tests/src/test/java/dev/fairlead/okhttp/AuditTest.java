package dev.fairlead.okhttp;

import static dev.fairlead.okhttp.Finding.Code.CALL_TIMEOUT_SHORTER_THAN_DEADLINE;
import static dev.fairlead.okhttp.Finding.Code.DEADLINE_NOT_INHERITED;
import static dev.fairlead.okhttp.Finding.Code.DISPATCHER_LIMIT_BELOW_CONCURRENCY;
import static dev.fairlead.okhttp.Finding.Code.NOT_OUTERMOST;
import static dev.fairlead.okhttp.Finding.Code.RETRYING_INTERCEPTOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.Fairlead;
import dev.fairlead.Policy;
import dev.fairlead.Provider;
import dev.fairlead.okhttp.Finding.Code;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import okhttp3.Call;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found of a client when it is wrapped, and no call was made. */
class AuditTest {
    @AutoClose
    private final Fixture fixture = new Fixture();

    @AutoClose
    private final Warnings warnings = new Warnings();

    /** The two ways to put the rules around a client. */
    private enum Way {
        WRAP {
            @Override
            Call.Factory make(OkHttpClient client, Fairlead rules, Audit audit) {
                return ResilientOkHttp.wrap(client, rules, audit);
            }

            @Override
            Call.Factory make(OkHttpClient client, Fairlead rules) {
                return ResilientOkHttp.wrap(client, rules);
            }
        },
        CALL_FACTORY {
            @Override
            Call.Factory make(OkHttpClient client, Fairlead rules, Audit audit) {
                return ResilientOkHttp.callFactory(client, rules, audit);
            }

            @Override
            Call.Factory make(OkHttpClient client, Fairlead rules) {
                return ResilientOkHttp.callFactory(client, rules);
            }
        };

        abstract Call.Factory make(OkHttpClient client, Fairlead rules, Audit audit);

        abstract Call.Factory make(OkHttpClient client, Fairlead rules);
    }

    private static final class PoliteRetryInterceptor implements Interceptor {
        @Override
        public Response intercept(Chain chain) throws IOException {
            return chain.proceed(chain.request());
        }
    }

    private Fairlead rules(UnaryOperator<Policy> change) {
        return fixture.rules(change).build();
    }

    private Fairlead rules() {
        return rules(policy -> policy);
    }

    private static List<Code> codes(Call.Factory calls) {
        return ResilientOkHttp.findings(calls).stream().map(Finding::code).toList();
    }

    private static String message(Call.Factory calls, Code code) {
        return ResilientOkHttp.findings(calls).stream()
                .filter(finding -> finding.code() == code)
                .map(Finding::message)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + code));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aClientWithoutPeculiaritiesIsFoundGoodAndNotRefused(Way way) {
        OkHttpClient base = new OkHttpClient.Builder()
                .addInterceptor(chain -> chain.proceed(chain.request()))
                .addNetworkInterceptor(new PoliteRetryInterceptor())
                .eventListener(new EventListener() {})
                .build();
        Call.Factory calls = way.make(base, rules(), Audit.REFUSE);
        assertThat(ResilientOkHttp.findings(calls)).isEmpty();
        assertThat(warnings.lines()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aCallTimeoutThatEndsCallsBeforeTheirDeadlineIsFound(Way way) {
        OkHttpClient base =
                new OkHttpClient.Builder().callTimeout(Duration.ofMillis(2_500)).build();
        Fairlead rules = rules(policy -> policy.withDeadline(Duration.ofSeconds(20)));
        assertThat(message(way.make(base, rules), CALL_TIMEOUT_SHORTER_THAN_DEADLINE))
                .startsWith(
                        "the client's callTimeout of 2500 ms is shorter than the deadline of acme (20 s), other hosts"
                                + " (30 s), so calls end before the policy says")
                .contains("Leave callTimeout off (0)", "Policy.withDeadline")
                .endsWith(" (docs/troubleshooting.md#audit)");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aCallTimeoutAsLongAsTheDeadlineIsNotFound(Way way) {
        OkHttpClient base =
                new OkHttpClient.Builder().callTimeout(Duration.ofSeconds(5)).build();
        Fairlead rules = fixture.rules(policy -> policy.withDeadline(Duration.ofSeconds(5)))
                .otherHosts(Policy.PASS_THROUGH)
                .build();
        assertThat(ResilientOkHttp.findings(way.make(base, rules))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void anInterceptorThatSaysItRetriesIsFound(Way way) {
        OkHttpClient base = new OkHttpClient.Builder()
                .addInterceptor(chain -> chain.proceed(chain.request()))
                .addInterceptor(new PoliteRetryInterceptor())
                .build();
        assertThat(message(way.make(base, rules()), RETRYING_INTERCEPTOR))
                .startsWith(PoliteRetryInterceptor.class.getName() + ": repeats requests on its own")
                .contains("Policy.withMaxAttempts")
                .endsWith(" (docs/troubleshooting.md#audit)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.microsoft.kiota.http.middleware.RetryHandler",
                "com.algolia.internal.interceptors.RetryStrategy",
                "com.ibm.cloud.sdk.core.http.RetryInterceptor",
                "com.acme.ExponentialBackoffInterceptor",
                "com.acme.MaxRetriesInterceptor",
                "com.tencentcloudapi.common.EndpointFailoverInterceptor",
                "com.auth0.net.RateLimitInterceptor"
            })
    void namesOfInterceptorsThatRetryAreKnown(String name) {
        assertThat(ClientAudit.isRetrying(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.retrying.http.LoggingInterceptor",
                "okhttp3.logging.HttpLoggingInterceptor",
                "retrofit2.RetrofitInterceptor",
                "com.acme.RateLimitInterceptor"
            })
    void othersAreNot(String name) {
        assertThat(ClientAudit.isRetrying(name)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aDispatcherThatLetsFewerThroughThanThePolicyIsFound(Way way) {
        Fairlead rules = rules(policy -> policy.withMaxConcurrency(20));
        Call.Factory calls = way.make(new OkHttpClient(), rules);
        assertThat(message(calls, DISPATCHER_LIMIT_BELOW_CONCURRENCY))
                .startsWith(
                        "the client's dispatcher runs 5 enqueued calls of one host at a time and 64 in all, fewer than"
                                + " the maxConcurrency of acme (20), so")
                .contains("Dispatcher.setMaxRequestsPerHost", "Policy.withMaxConcurrency")
                .endsWith(" (docs/troubleshooting.md#audit)");
    }

    /** GitHub's ten at once are twice what a new dispatcher lets through: no reason to warn everybody. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void ofABoundThatTheProviderBringsNothingIsSaid(Way way) {
        Provider polite = Provider.builder("polite")
                .hosts("api.polite.test")
                .defaultPolicy(policy -> policy.withMaxConcurrency(10))
                .build();
        assertThat(polite.defaultPolicy().maxConcurrency()).isEqualTo(10);
        assertThat(codes(way.make(
                        new OkHttpClient(), Fairlead.builder().provider(polite).build())))
                .isEmpty();
        Fairlead chosen = Fairlead.builder()
                .provider(polite, policy -> policy.withMaxConcurrency(10))
                .build();
        assertThat(codes(way.make(new OkHttpClient(), chosen))).containsExactly(DISPATCHER_LIMIT_BELOW_CONCURRENCY);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theDispatchersBoundForAllHostsCountsToo(Way way) {
        Dispatcher dispatcher = new Dispatcher();
        dispatcher.setMaxRequestsPerHost(100);
        OkHttpClient base = new OkHttpClient.Builder().dispatcher(dispatcher).build();
        Call.Factory calls = way.make(base, rules(policy -> policy.withMaxConcurrency(65)));
        assertThat(codes(calls)).containsExactly(DISPATCHER_LIMIT_BELOW_CONCURRENCY);

        dispatcher.setMaxRequests(65);
        assertThat(codes(calls)).as("after the cure").isEmpty();
    }

    @Test
    void anInterceptorOutsideOfOursIsFound() {
        Fairlead rules = rules();
        OkHttpClient.Builder builder =
                ResilientOkHttp.wrap(new OkHttpClient(), rules).newBuilder();
        builder.interceptors().add(0, chain -> chain.proceed(chain.request()));
        OkHttpClient derived = builder.build();

        assertThat(message(derived, NOT_OUTERMOST))
                .startsWith(AuditTest.class.getName() + " (a lambda): stands outside of Fairlead's interceptor")
                .contains("newBuilder().addInterceptor")
                .endsWith(" (docs/troubleshooting.md#audit)");
        assertThat(warnings.lines()).as("nobody was asked to look").isEmpty();

        assertThat(ResilientOkHttp.wrap(derived, rules)).isSameAs(derived);
        assertThat(warnings.of(NOT_OUTERMOST)).hasSize(1);
        assertThatThrownBy(() -> ResilientOkHttp.wrap(derived, rules, Audit.REFUSE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NOT_OUTERMOST");

        assertThat(ResilientOkHttp.findings(ResilientOkHttp.callFactory(derived, rules)))
                .as("a factory puts ours outermost itself")
                .isEmpty();
    }

    @Test
    void anotherEventListenerOnAClientMadeFromTheWrappedOneIsFound() {
        Fairlead rules = rules();
        OkHttpClient wrapped = ResilientOkHttp.wrap(new OkHttpClient(), rules);
        OkHttpClient derived =
                wrapped.newBuilder().eventListener(new EventListener() {}).build();

        assertThat(message(derived, DEADLINE_NOT_INHERITED))
                .contains("does not know its caller's DeadlineContext", "before it is wrapped")
                .endsWith(" (docs/troubleshooting.md#audit)");
        assertThat(ResilientOkHttp.findings(wrapped)).isEmpty();
        assertThat(ResilientOkHttp.findings(ResilientOkHttp.callFactory(derived, rules)))
                .as("a factory tells of deadlines itself")
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void whoRefusesIsToldOfAllFindingsAtOnceAndNothingIsLogged(Way way) {
        OkHttpClient base = new OkHttpClient.Builder()
                .callTimeout(Duration.ofSeconds(1))
                .addInterceptor(new PoliteRetryInterceptor())
                .build();
        Fairlead rules = rules(policy -> policy.withMaxConcurrency(20));
        assertThatThrownBy(() -> way.make(base, rules, Audit.REFUSE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("this client is refused, as Audit.REFUSE asks for:\n- CALL_TIMEOUT")
                .hasMessageContainingAll("\n- RETRYING_INTERCEPTOR: ", "\n- DISPATCHER_LIMIT_BELOW_CONCURRENCY: ");
        assertThat(warnings.lines()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void eachFindingIsLoggedOnceForOneSetOfRules(Way way) {
        OkHttpClient base = new OkHttpClient.Builder()
                .callTimeout(Duration.ofSeconds(1))
                .addInterceptor(new PoliteRetryInterceptor())
                .build();
        Fairlead rules = rules();
        Call.Factory calls = way.make(base, rules);
        way.make(base, rules);
        way.make(base.newBuilder().build(), rules);

        assertThat(warnings.lines())
                .containsExactlyElementsOf(ResilientOkHttp.findings(calls).stream()
                        .map(finding -> "WARN " + finding.code() + ": " + finding.message())
                        .toList())
                .hasSize(2);
        way.make(base, rules());
        assertThat(warnings.lines()).as("other rules, another log").hasSize(4);
    }

    @Test
    void whatHasNoRulesHasNoFindings() {
        Call.Factory foreign = request -> new OkHttpClient().newCall(request);
        for (Call.Factory calls : List.of(new OkHttpClient(), foreign)) {
            assertThatThrownBy(() -> ResilientOkHttp.findings(calls))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("ResilientOkHttp.wrap");
        }
    }
}
