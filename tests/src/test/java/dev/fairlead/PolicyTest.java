package dev.fairlead;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PolicyTest {
    private static final Policy DEFAULTS = Policy.defaults();

    @Test
    void describeSaysEveryValue() {
        assertThat(DEFAULTS.describe()).hasLineCount(DEFAULTS.table().size()).startsWith("deadline = 30 s\n");
        assertThat(DEFAULTS.toString()).startsWith("Policy{deadline = 30 s; attempt timeout = 10 s;");
        assertThat(Policy.PASS_THROUGH.describe()).isEqualTo("pass-through: no rules");
    }

    private static DynamicTest setting(String name, String expected, UnaryOperator<Policy> change) {
        return DynamicTest.dynamicTest(name + " = " + expected, () -> {
            Policy changed = change.apply(DEFAULTS);
            Map<String, String> wanted = new LinkedHashMap<>(DEFAULTS.table());
            assertThat(wanted).containsKey(name);
            wanted.put(name, expected);
            assertThat(changed.table()).as("this value and no other").containsExactlyEntriesOf(wanted);
            assertThat(change.apply(DEFAULTS.withJitter(0.25)).table())
                    .containsEntry("jitter", name.equals("jitter") ? expected : "+0 to 25 %");
        });
    }

    @TestFactory
    List<DynamicTest> everySettingChangesItsValueAndNoOther() {
        return List.of(
                setting("deadline", "45 s", policy -> policy.withDeadline(ofSeconds(45))),
                setting("attempt timeout", "2500 ms", policy -> policy.withAttemptTimeout(ofMillis(2_500))),
                setting("max attempts", "5", policy -> policy.withMaxAttempts(5)),
                setting(
                        "backoff",
                        "50 ms × 1.5 up to 2 s",
                        policy -> policy.withBackoff(ofMillis(50), 1.5, ofSeconds(2))),
                setting("jitter", "+0 to 100 %", policy -> policy.withJitter(1)),
                setting("longest wait", "3 s", policy -> policy.withLongestWait(ofSeconds(3))),
                setting(
                        "pause when throttled without a time",
                        "4 s",
                        policy -> policy.withUnspecifiedThrottlePause(ofSeconds(4))),
                setting("retry rules", "custom", policy -> policy.withRetry(attempt -> null)),
                setting(
                        "retry budget",
                        "100 tokens, transient 10, throttle 2, success +3",
                        policy -> policy.withRetryBudget(100, 10, 2, 3)),
                setting(
                        "breaker opens at",
                        "30 % of >= 9 calls in 60 s",
                        policy -> policy.withBreakerThreshold(30, 9, ofSeconds(60))),
                setting(
                        "breaker slow call",
                        "2 s, opens at 80 %",
                        policy -> policy.withBreakerSlowCalls(ofSeconds(2), 80)),
                setting(
                        "breaker open for",
                        "5 s growing to 40 s",
                        policy -> policy.withBreakerOpen(ofSeconds(5), ofSeconds(40))),
                setting("breaker", "custom", policy -> policy.withBreaker(key -> null)),
                setting("max concurrency", "7", policy -> policy.withMaxConcurrency(7)),
                setting("rate limit", "100 per 60 s, burst 10", policy -> policy.withRateLimit(100, ofSeconds(60), 10)),
                setting("token bucket", "custom", policy -> policy.withTokenBucket(key -> null)));
    }

    private static DynamicTest refused(String why, UnaryOperator<Policy> change) {
        return DynamicTest.dynamicTest(
                why,
                () -> assertThatThrownBy(() -> change.apply(DEFAULTS))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(why));
    }

    @TestFactory
    List<DynamicTest> aValueThatCannotBeIsRefusedAtOnce() {
        return List.of(
                refused("deadline must be more than zero", policy -> policy.withDeadline(Duration.ZERO)),
                refused("deadline must be more than zero", policy -> policy.withDeadline(ofSeconds(-1))),
                refused("at most 365 days", policy -> policy.withDeadline(ofDays(366))),
                refused("attemptTimeout", policy -> policy.withAttemptTimeout(Duration.ZERO)),
                refused("maxAttempts must be at least 1, but is 0", policy -> policy.withMaxAttempts(0)),
                refused("multiplier", policy -> policy.withBackoff(ofMillis(1), 0.9, ofMillis(2))),
                refused("multiplier", policy -> policy.withBackoff(ofMillis(1), Double.NaN, ofMillis(2))),
                refused("multiplier", policy -> policy.withBackoff(ofMillis(1), 101, ofMillis(2))),
                refused("first backoff", policy -> policy.withBackoff(Duration.ZERO, 2, ofMillis(2))),
                refused("longest backoff", policy -> policy.withBackoff(ofMillis(1), 2, Duration.ZERO)),
                refused("jitter", policy -> policy.withJitter(-0.1)),
                refused("jitter", policy -> policy.withJitter(1.1)),
                refused("jitter", policy -> policy.withJitter(Double.NaN)),
                refused("longestWait", policy -> policy.withLongestWait(Duration.ZERO)),
                refused("unspecifiedThrottlePause", policy -> policy.withUnspecifiedThrottlePause(Duration.ZERO)),
                refused("failure share", policy -> policy.withBreakerThreshold(0, 1, ofSeconds(1))),
                refused("failure share", policy -> policy.withBreakerThreshold(101, 1, ofSeconds(1))),
                refused("minimum calls", policy -> policy.withBreakerThreshold(50, 0, ofSeconds(1))),
                refused("whole seconds", policy -> policy.withBreakerThreshold(50, 1, ofMillis(1_500))),
                refused("whole seconds", policy -> policy.withBreakerThreshold(50, 1, ofSeconds(3_601))),
                refused("breaker open time", policy -> policy.withBreakerOpen(Duration.ZERO, ofSeconds(1))),
                refused("breaker longest open time", policy -> policy.withBreakerOpen(ofSeconds(1), Duration.ZERO)),
                refused("slow-call share", policy -> policy.withBreakerSlowCalls(ofSeconds(1), 0)),
                refused("slow-call share", policy -> policy.withBreakerSlowCalls(ofSeconds(1), 101)),
                refused("breaker slow call", policy -> policy.withBreakerSlowCalls(Duration.ZERO, 50)),
                refused("retry budget", policy -> policy.withRetryBudget(-1, 1, 1, 1)),
                refused("transient cost", policy -> policy.withRetryBudget(1, -1, 1, 1)),
                refused("throttle cost", policy -> policy.withRetryBudget(1, 1, -1, 1)),
                refused("budget refund", policy -> policy.withRetryBudget(1, 1, 1, -1)),
                refused("maxConcurrency", policy -> policy.withMaxConcurrency(0)),
                refused("permits", policy -> policy.withRateLimit(0, ofSeconds(1), 1)),
                refused("period", policy -> policy.withRateLimit(1, Duration.ZERO, 1)),
                refused("burst", policy -> policy.withRateLimit(1, ofSeconds(1), 0)));
    }

    @Test
    void aVendorsPlacesCanBeTakenAway() {
        Policy etiquette = DEFAULTS.withMaxConcurrency(10);
        assertThat(etiquette.withoutMaxConcurrency().table()).isEqualTo(DEFAULTS.table());
        assertThat(etiquette.table()).isNotEqualTo(DEFAULTS.table());
    }

    @Test
    void passThroughHasNothingToChange() {
        assertThatThrownBy(() -> Policy.PASS_THROUGH.withMaxAttempts(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Policy.defaults()");
        Policy.PASS_THROUGH.check("acme");
    }

    private static DynamicTest cannotWork(String reason, String setting, UnaryOperator<Policy> change) {
        return DynamicTest.dynamicTest(reason, () -> {
            Provider acme = Provider.builder("acme").hosts("api.acme.test").build();
            assertThatThrownBy(() -> Fairlead.builder().provider(acme, change).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("policy of acme: ")
                    .hasMessageContaining(reason)
                    .hasMessageContaining(setting);
            assertThatThrownBy(() -> Fairlead.builder()
                            .otherHosts(change.apply(DEFAULTS))
                            .build())
                    .hasMessageStartingWith("policy of other hosts: ");
        });
    }

    @Test
    void anAttemptTimeoutThatNobodyChoseFollowsAShorterDeadline() {
        Provider slow = Provider.builder("slow")
                .hosts("api.slow.com")
                .defaultPolicy(policy -> policy.withAttemptTimeout(ofSeconds(12)))
                .build();
        Fairlead fairlead = Fairlead.builder()
                .provider(slow, policy -> policy.withDeadline(ofSeconds(5)))
                .build();
        assertThat(fairlead.describe("API.slow.com")).contains("deadline = 5 s\nattempt timeout = 5 s");
        assertThat(slow.defaultPolicy().describe()).contains("attempt timeout = 12 s");
    }

    @TestFactory
    List<DynamicTest> whatCannotWorkTogetherIsRefusedWithTheSettingToChange() {
        return List.of(
                cannotWork(
                        "the attempt timeout (10 s) is longer than the deadline (9 s)",
                        "withAttemptTimeout",
                        policy -> policy.withDeadline(ofSeconds(9)).withAttemptTimeout(ofSeconds(10))),
                cannotWork(
                        "the first backoff (2 s) is longer than the longest (1 s)",
                        "withBackoff",
                        policy -> policy.withBackoff(ofSeconds(2), 2, ofSeconds(1))),
                cannotWork(
                        "the first backoff (30 s) does not fit into the deadline (30 s)",
                        "withMaxAttempts(1)",
                        policy -> policy.withBackoff(ofSeconds(30), 2, ofSeconds(60))),
                cannotWork(
                        "the longest wait (31 s) is longer than the deadline (30 s)",
                        "withLongestWait",
                        policy -> policy.withLongestWait(ofSeconds(31))),
                cannotWork(
                        "the breaker's first open time (70 s) is longer than its longest (60 s)",
                        "withBreakerOpen",
                        policy -> policy.withBreakerOpen(ofSeconds(70), ofSeconds(60))),
                cannotWork(
                        "the breaker's window (9 s) is shorter than one attempt (10 s)",
                        "withBreakerThreshold",
                        policy -> policy.withBreakerThreshold(50, 20, ofSeconds(9))),
                cannotWork(
                        "one retry (14 tokens) costs more than the whole retry budget (13)",
                        "withRetryBudget",
                        policy -> policy.withRetryBudget(13, 14, 5, 1)),
                cannotWork(
                        "costs more than the whole retry budget (13)",
                        "withRetryBudget",
                        policy -> policy.withRetryBudget(13, 13, 14, 1)));
    }

    @Test
    void theLastValuesThatWorkTogetherAreAccepted() {
        Policy tight = DEFAULTS.withDeadline(ofSeconds(10))
                .withLongestWait(ofSeconds(10))
                .withBackoff(ofSeconds(9), 1, ofSeconds(9))
                .withBreakerThreshold(100, 1, ofSeconds(10))
                .withBreakerOpen(ofSeconds(60), ofSeconds(60))
                .withRetryBudget(14, 14, 14, 0);
        assertThatCode(() -> tight.check("acme")).doesNotThrowAnyException();
        assertThatCode(() -> DEFAULTS.withRetryBudget(0, 14, 5, 1).check("acme"))
                .doesNotThrowAnyException();
        assertThatCode(() -> DEFAULTS.withBackoff(ofSeconds(30), 2, ofSeconds(60))
                        .withMaxAttempts(1)
                        .check("acme"))
                .doesNotThrowAnyException();
    }

    @Test
    void layersLieOverEachOther() {
        Provider acme = Provider.builder("acme")
                .hosts("api.acme.test")
                .defaultPolicy(policy -> policy.withMaxAttempts(7).withDeadline(ofSeconds(20)))
                .build();
        Fairlead fairlead = Fairlead.builder()
                .provider(acme, policy -> policy.withDeadline(ofSeconds(15)))
                .build();
        assertThat(fairlead.describe("api.acme.test"))
                .startsWith("acme at api.acme.test\n")
                .contains("deadline = 15 s", "max attempts = 7", "jitter = +0 to 50 %");
        assertThat(fairlead.describe("elsewhere.test"))
                .startsWith("generic at elsewhere.test\n")
                .contains("deadline = 30 s");
    }
}
