package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FairleadTest {
    private static Provider provider(String name, String... hosts) {
        return Provider.builder(name).hosts(hosts).build();
    }

    private static Execution begin(Fairlead fairlead, String host) {
        return fairlead.begin(
                new AskedHead("GET", host, "/"), CallOptions.NONE, 0, Fairlead.NO_CLIENT_TIMEOUT, null, () -> {});
    }

    @Test
    void oneHostBelongsToOneProvider() {
        assertThatThrownBy(() -> Fairlead.builder()
                        .provider(provider("acme", "api.acme.test"))
                        .provider(provider("bolt", "API.acme.test"))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the host api.acme.test is claimed by bolt and by acme");
        assertThatThrownBy(() -> Fairlead.builder()
                        .provider(provider("acme", "*.acme.test"))
                        .provider(provider("bolt", "*.acme.test"))
                        .build())
                .hasMessage("the host *.acme.test is claimed by bolt and by acme");
    }

    @Test
    void oneNameBelongsToOneProvider() {
        assertThatThrownBy(() -> Fairlead.builder()
                        .provider(provider("acme", "one.test"))
                        .provider(provider("acme", "two.test"))
                        .build())
                .hasMessageContaining("two providers are called \"acme\"");
    }

    @Test
    void aProviderHasAHost() {
        assertThatThrownBy(() -> Fairlead.builder().provider(provider("acme")).build())
                .hasMessageContaining("provider acme has no host")
                .hasMessageContaining("Provider.host");
    }

    @ParameterizedTest
    @CsvSource({
        "api.acme.test, exact",
        "eu.acme.test, wide",
        "a.b.eu.acme.test, narrow",
        "x.eu.acme.test, narrow",
        "acme.test, generic",
        "notacme.test, generic",
        "elsewhere.test, generic"
    })
    void theMostExactHostWins(String host, String provider) {
        Fairlead fairlead = Fairlead.builder()
                .provider(provider("wide", "*.acme.test"))
                .provider(provider("narrow", "*.eu.acme.test"))
                .provider(provider("exact", "api.acme.test"))
                .build();
        assertThat(begin(fairlead, host).provider()).isEqualTo(provider);
        assertThat(begin(fairlead, host).host()).isEqualTo(host);
    }

    @Test
    void thePoliciesAreKnownByTheirProvidersNames() {
        Fairlead fairlead = Fairlead.builder()
                .provider(provider("acme", "acme.test"), policy -> policy.withMaxConcurrency(7))
                .provider(provider("bolt", "bolt.test"), policy -> policy.withDeadline(Duration.ofSeconds(20)))
                .otherHosts(Policy.PASS_THROUGH)
                .build();
        assertThat(fairlead.policies().keySet()).containsExactly("acme", "bolt", "other hosts");
        assertThat(fairlead.policies().get("acme").maxConcurrency()).isEqualTo(7);
        assertThat(fairlead.policies().get("bolt").maxConcurrency()).isZero();
        assertThat(fairlead.policies().get("bolt").deadline()).isEqualTo(Duration.ofSeconds(20));
        assertThat(fairlead.policies().get("other hosts")).isSameAs(Policy.PASS_THROUGH);
    }

    @Test
    void aHostPassesThroughWhereThePolicySaysSo() {
        Fairlead fairlead = Fairlead.builder()
                .provider(provider("acme", "api.acme.test"))
                .provider(provider("bare", "bare.test"), policy -> Policy.PASS_THROUGH)
                .otherHosts(Policy.PASS_THROUGH)
                .build();
        assertThat(begin(fairlead, "api.acme.test")).isNotNull();
        assertThat(begin(fairlead, "bare.test")).isNull();
        assertThat(begin(fairlead, "elsewhere.test")).isNull();
        assertThat(fairlead.describe("bare.test")).isEqualTo("bare at bare.test\npass-through: no rules");
        assertThat(fairlead.toString()).contains("api.acme.test");
    }

    @Test
    void theBreakerIsOneForAProviderAtAHost() {
        Stage stage = Stage.set().openBreaker();
        assertThat(stage.fairlead().breakerState(Stage.HOST)).contains(CircuitBreaker.State.OPEN);
        assertThat(stage.fairlead().breakerState("never.called.test")).isEmpty();
        assertThat(stage.run(Stage.as(GET, "another"), Reply.status(200)).thrown)
                .isInstanceOf(CircuitOpenException.class);
        assertThat(stage.run(new AskedHead("GET", "other.acme.test", "/"), Reply.status(200))
                        .stopReason())
                .isEqualTo(StopReason.SUCCESS);
    }

    @Test
    void aResetClosesTheBreakerAndFillsBucketAndBudget() {
        Stage stage = Stage.set().openBreaker();
        stage.rules().budget().tryTake(500);
        stage.run(GET, Reply.left(0, 1000));
        stage.keys(GET)[0].pause(1_000_000_000_000L);
        stage.fairlead().reset(stage.fairlead().keys().get(0));
        assertThat(stage.fairlead().breakerState(Stage.HOST)).contains(CircuitBreaker.State.CLOSED);
        assertThat(stage.run(GET, Reply.status(503), Reply.status(200)).sentAt).containsExactly(0L, 200L);
    }

    @Test
    void aKeyIsSeenWithoutWhatItIsMadeOf() {
        Stage stage = Stage.set().provider(acme -> acme.quotas(request -> List.of("search")));
        stage.run(Stage.as(GET, "secret"), Reply.status(200));
        assertThat(stage.fairlead().keys())
                .extracting(key -> key.provider() + " " + key.host() + " " + key.quota())
                .containsExactlyInAnyOrder("acme api.acme.test ", "acme api.acme.test search");
        assertThat(stage.fairlead().keys())
                .extracting(KeyInfo::id)
                .doesNotHaveDuplicates()
                .noneMatch(id -> id.contains("secret"));
    }

    @Test
    void aCircuitBreakerOfOnesOwnIsMadeOncePerHost() {
        List<String> made = new java.util.ArrayList<>();
        Stage stage = Stage.set()
                .policy(policy -> policy.withBreaker(key -> {
                    made.add(key.id());
                    return new EngineBreaker("own", Policy.defaults(), false, Ticker.system(), (from, to) -> {});
                }));
        stage.run(GET, Reply.status(200));
        stage.run(Stage.as(GET, "another"), Reply.status(200));
        stage.run(new AskedHead("GET", "other.acme.test", "/"), Reply.status(200));
        assertThat(made).containsExactly("acme@api.acme.test", "acme@other.acme.test");
    }
}
