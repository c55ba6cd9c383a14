package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.fairlead.testkit.SimulatedQuota.Answer;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every number here is worked out by hand from the vendor's description. */
class SimulatedQuotaTest {
    /** So near the end that the clock wraps half a second into each test. */
    private static final long START = Long.MAX_VALUE - 500_000_000L;
    /** 1,798,761,600 seconds since the epoch, and 300 ms. */
    private static final Instant CLOCK = Instant.parse("2027-01-01T00:00:00.300Z");

    private static long at(double seconds) {
        return START + Math.round(seconds * 1e9);
    }

    private static Answer last(SimulatedQuota quota, int requests, double seconds) {
        Answer answer = null;
        for (int i = 0; i < requests; i++) {
            answer = quota.request(at(seconds), 1);
        }
        return answer;
    }

    @Test
    void aWindowIsFullAgainAtItsEndAndNotBefore() {
        SimulatedQuota quota = SimulatedQuota.gitHub(3, Duration.ofSeconds(10))
                .phase(Duration.ofSeconds(4))
                .startAt(START);
        assertThat(last(quota, 3, 0).admitted()).isTrue();
        assertThat(quota.request(at(5.999_999_999), 1).admitted()).isFalse();
        assertThat(last(quota, 3, 6).admitted()).isTrue();
        assertThat(quota.request(at(6), 1).admitted()).isFalse();
        assertThat(last(quota, 3, 36.5).admitted()).isTrue();
        assertThat(quota.request(at(45.9), 1).admitted()).isFalse();
        assertThat(quota.request(at(46), 1).admitted()).isTrue();
        assertThat(quota.admitted()).isEqualTo(10);
        assertThat(quota.throttled()).isEqualTo(3);
        assertThat(quota.available(at(6))).as("the one under way").isEqualTo(3);
        assertThat(quota.available(at(6.1))).isEqualTo(6);
        assertThat(quota.available(at(46))).isEqualTo(15);
        assertThat(quota.available(START)).as("began before").isEqualTo(3);
    }

    @Test
    void aWindowOnDemandBeginsWithTheFirstRequest() {
        SimulatedQuota quota =
                SimulatedQuota.gitHub(2, Duration.ofSeconds(10)).onDemand().startAt(START);
        assertThat(quota.available(at(100))).as("nobody asked").isZero();
        assertThat(quota.neighbour(at(3), 1)).isTrue();
        assertThat(quota.request(at(12.9), 1).admitted()).isTrue();
        assertThat(quota.request(at(12.9), 1).admitted()).isFalse();
        // Full since 13, but begun only at 15.
        assertThat(last(quota, 2, 15).admitted()).isTrue();
        assertThat(quota.request(at(24.9), 1).admitted()).isFalse();
        assertThat(quota.request(at(25), 1).admitted()).isTrue();
        assertThat(quota.available(at(23))).as("3 to 13 and 13 to 23").isEqualTo(2 + 2 - 1);
        assertThat(quota.available(at(23.1))).isEqualTo(2 + 2 + 2 - 1);
    }

    @ParameterizedTest
    // The window ends 10 s after the start: at …610.3 by the server's clock.
    @CsvSource({"FLOOR, 1798761610", "CEILING, 1798761611", "HALF_UP, 1798761610"})
    void aGitHubWindowSaysItsState(RoundingMode rounding, String reset) {
        SimulatedQuota quota = SimulatedQuota.gitHub(60, Duration.ofSeconds(10))
                .serverClock(CLOCK)
                .resetRounding(rounding)
                .startAt(START);
        quota.neighbour(START, 1);
        Answer answer = quota.request(at(1.5), 2);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers())
                .containsExactly(
                        entry("Date", "Fri, 01 Jan 2027 00:00:01 GMT"),
                        entry("x-ratelimit-limit", "60"),
                        entry("x-ratelimit-remaining", "57"),
                        entry("x-ratelimit-used", "3"),
                        entry("x-ratelimit-reset", reset),
                        entry("x-ratelimit-resource", "core"));
    }

    @ParameterizedTest
    // The clock says 1.8 s.
    @CsvSource({"FLOOR, 01", "CEILING, 02", "HALF_UP, 02"})
    void aDateIsAWholeSecond(RoundingMode rounding, String second) {
        SimulatedQuota quota = SimulatedQuota.gitHub(60, Duration.ofSeconds(10))
                .serverClock(CLOCK)
                .dateRounding(rounding)
                .startAt(START);
        assertThat(quota.request(at(1.5), 1).headers())
                .containsEntry("Date", "Fri, 01 Jan 2027 00:00:" + second + " GMT");
    }

    @Test
    void gitHubRefusesWithoutAWait() {
        SimulatedQuota quota =
                SimulatedQuota.gitHub(1, Duration.ofHours(1)).serverClock(CLOCK).startAt(START);
        Answer refused = last(quota, 2, 0);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.headers())
                .containsEntry("x-ratelimit-remaining", "0")
                .containsEntry("x-ratelimit-used", "1")
                .doesNotContainKey("Retry-After");
        assertThat(refused.body())
                .isEqualTo("{\"message\":\"API rate limit exceeded for user ID 1.\",\"documentation_url\":"
                        + "\"https://docs.github.com/rest/overview/rate-limits-for-the-rest-api\"}");
        SimulatedQuota other =
                SimulatedQuota.gitHub(1, Duration.ofHours(1)).refusalStatus(429).startAt(START);
        assertThat(last(other, 2, 0).status()).isEqualTo(429);
    }

    @Test
    void sendGridsMinuteIsTheServers() {
        // 59.3 s past the minute: the first window has 0.7 s left.
        SimulatedQuota quota = SimulatedQuota.sendGrid(600, Duration.ofMinutes(1))
                .serverClock(CLOCK.minusSeconds(1))
                .startAt(START);
        assertThat(quota.request(at(0.699), 1).headers())
                .containsExactly(
                        entry("Date", "Thu, 31 Dec 2026 23:59:59 GMT"),
                        entry("X-RateLimit-Limit", "600"),
                        entry("X-RateLimit-Remaining", "599"),
                        entry("X-RateLimit-Reset", "1798761600"));
        assertThat(quota.request(at(0.7), 600).headers())
                .containsEntry("X-RateLimit-Remaining", "0")
                .containsEntry("X-RateLimit-Reset", "1798761660");
        Answer refused = quota.request(at(0.7), 1);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.body()).isEqualTo("{\"errors\":[{\"field\":null,\"message\":\"too many requests\"}]}");
        assertThat(quota.available(at(60))).isEqualTo(1_200);
    }

    @Test
    void theIetfsFieldsSayTheSecondsToGo() {
        SimulatedQuota quota = SimulatedQuota.ietf(100, Duration.ofSeconds(60)).startAt(START);
        assertThat(quota.request(at(29.5), 1).headers())
                .containsEntry("RateLimit-Policy", "\"default\";q=100;w=60")
                .containsEntry("RateLimit", "\"default\";r=99;t=31");
        Answer refused = quota.request(at(30), 100);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers()).containsEntry("RateLimit", "\"default\";r=99;t=30");
        assertThat(refused.body()).contains("#quota-exceeded").contains("\"violated-policies\":[\"default\"]");
    }

    @Test
    void aTokenBucketIsRefilledInFractions() {
        SimulatedQuota quota = SimulatedQuota.stripe(2.5, 2).startAt(START);
        assertThat(last(quota, 2, 0).admitted()).isTrue();
        assertThat(quota.request(at(0.3), 1).admitted()).as("0.75").isFalse();
        assertThat(quota.request(at(0.399_999_999), 1).admitted()).isFalse();
        assertThat(quota.request(at(0.4), 1).admitted()).as("exactly 1").isTrue();
        assertThat(quota.neighbour(at(0.9), 1)).as("1.25").isTrue();
        assertThat(quota.request(at(1.2), 1).admitted()).as("0.25 + 0.75").isTrue();
        assertThat(last(quota, 2, 100).admitted()).isTrue();
        assertThat(quota.request(at(100), 1).admitted())
                .as("never more than the burst")
                .isFalse();
        assertThat(quota.available(at(2))).isEqualTo(2 + 5 - 1);
        assertThat(quota.admitted()).isEqualTo(6);
        assertThat(quota.throttled()).isEqualTo(3);
    }

    @Test
    void stripeSaysNothingUntilItRefuses() {
        SimulatedQuota quota = SimulatedQuota.stripe(25, 1).startAt(START);
        assertThat(quota.request(START, 1))
                .isEqualTo(new Answer(true, 200, Map.of("Date", "Thu, 01 Jan 2026 00:00:00 GMT"), "{}"));
        Answer refused = quota.request(START, 1);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers()).containsOnlyKeys("Date", "Stripe-Rate-Limited-Reason");
        assertThat(refused.body()).contains("\"type\":\"invalid_request_error\",\"code\":\"rate_limit\"");
    }

    @Test
    void shopifysRestBucketSaysWhatIsInIt() {
        SimulatedQuota quota = SimulatedQuota.shopifyRest(40, 2).startAt(START);
        assertThat(last(quota, 32, 0).headers()).containsEntry("X-Shopify-Shop-Api-Call-Limit", "32/40");
        // 1.5 have leaked and one has come, which makes 31.5: a part of a call fills a place.
        assertThat(quota.request(at(0.75), 1).headers()).containsEntry("X-Shopify-Shop-Api-Call-Limit", "32/40");
        Answer refused = last(quota, 9, 0.75);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers())
                .containsEntry("Retry-After", "2.0")
                .containsEntry("X-Shopify-Shop-Api-Call-Limit", "40/40");
        assertThat(refused.body()).startsWith("{\"errors\":\"Exceeded 2 calls per second");
        assertThat(quota.admitted()).isEqualTo(41);
    }

    @Test
    void aGraphQlQueryMustFindWhatItAsksForAndPaysWhatItTakes() {
        SimulatedQuota quota = SimulatedQuota.shopifyGraphQl(1_000, 50)
                .actualCost(requested -> requested / 2)
                .startAt(START);
        assertThat(quota.request(START, 101).body())
                .isEqualTo(
                        "{\"data\":{\"shop\":{\"name\":\"Acme\"}},\"extensions\":{\"cost\":{\"requestedQueryCost\":101,"
                                + "\"actualQueryCost\":50,\"throttleStatus\":{\"maximumAvailable\":1000.0,"
                                + "\"currentlyAvailable\":950,\"restoreRate\":50.0}}}}");
        Answer refused = quota.request(START, 951);
        assertThat(refused.status()).isEqualTo(200);
        assertThat(refused.admitted()).isFalse();
        assertThat(refused.body())
                .startsWith("{\"errors\":[{\"message\":\"Throttled\",\"extensions\":{\"code\":\"THROTTLED\"")
                .endsWith(
                        "\"requestedQueryCost\":951,\"actualQueryCost\":null,\"throttleStatus\":{\"maximumAvailable\":"
                                + "1000.0,\"currentlyAvailable\":950,\"restoreRate\":50.0}}}}");
        assertThat(quota.request(at(0.02), 951).admitted()).isTrue();
        assertThat(quota.neighbour(at(0.02), 400)).isTrue();
        assertThat(quota.admitted()).isEqualTo(50 + 475);
        assertThat(quota.available(at(2))).isEqualTo(1_000 + 100 - 200);
    }

    @Test
    void whoeverComesWithAnEarlierTimeCameTogetherWithTheLast() {
        SimulatedQuota quota = SimulatedQuota.gitHub(1, Duration.ofSeconds(1)).startAt(START);
        assertThat(quota.request(at(1), 1).admitted()).isTrue();
        assertThat(quota.request(at(0.5), 1).admitted()).isFalse();
    }

    @Test
    void threadsGetNoMoreThanThereIs() {
        SimulatedQuota quota = SimulatedQuota.stripe(1, 1_000).startAt(START);
        long neighbours = IntStream.range(0, 4_000)
                .parallel()
                .filter(i -> i % 2 == 0
                        ? quota.neighbour(START, 1)
                        : !quota.request(START, 1).headers().containsKey("Date"))
                .count();
        assertThat(quota.admitted() + neighbours).isEqualTo(1_000);
        assertThat(quota.admitted() + quota.throttled()).isEqualTo(2_000);
        assertThat(quota.available(START + 1)).isEqualTo(1_000 - neighbours);
    }

    @Test
    void anAnswerGoesIntoAStub() {
        SimulatedQuota quota = SimulatedQuota.shopifyRest(1, 2).startAt(START);
        StubAnswer stub = last(quota, 2, 0).toStubAnswer();
        assertThat(stub.status()).isEqualTo(429);
        assertThat(stub.headers().get("Retry-After")).isEqualTo("2.0");
    }

    @Test
    void whatCannotBeIsRefused() {
        SimulatedQuota quota = SimulatedQuota.stripe(1, 1).startAt(START);
        assertThatThrownBy(() -> quota.request(START, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SimulatedQuota.gitHub(0, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SimulatedQuota.gitHub(1, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SimulatedQuota.stripe(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SimulatedQuota.gitHub(1, Duration.ofSeconds(1))
                        .dateRounding(RoundingMode.HALF_EVEN)
                        .startAt(START))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
