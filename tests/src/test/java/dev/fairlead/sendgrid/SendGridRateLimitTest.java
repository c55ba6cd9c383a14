package dev.fairlead.sendgrid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.ErrorBody;
import dev.fairlead.RateLimit;
import dev.fairlead.RateLimit.Scope;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SendGridRateLimitTest {
    @ParameterizedTest
    @ValueSource(ints = {200, 201, 204, 400, 401, 403, 404, 500})
    void theWindowOfTheEndpoint(int status) {
        RateLimit limit = parse(answer(status, "600", "599", "1800000045"));
        assertThat(limit.scope()).isEqualTo(Scope.QUOTA);
        assertThat(limit.resource()).isEmpty();
        assertThat(limit.limit()).hasValue(600);
        assertThat(limit.remaining()).hasValue(599);
        assertThat(limit.reset()).contains(Duration.ofSeconds(45));
        assertThat(limit.retryAfter()).isEmpty();
        assertThat(limit.perSecond()).isEmpty();
    }

    /** Item 11 of the checklist. */
    @ParameterizedTest
    @ValueSource(ints = {202, 400, 401, 413, 500, 503})
    void wrongThatEveryAnswerHasHeaders(int status) {
        assertThat(parse(AnswerHead.of(status).with("X-Message-Id", "m-7"))).isSameAs(RateLimit.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // remaining, reset, retry-after, wait
                "0, 1800000010, -, 10",
                // whatever is said to remain: it was refused
                "5, 1800000010, -, 10",
                "-, 1800000010, -, 10",
                "0, -, -, -",
                "-, -, -, -",
                "0, 1800000010, 3, 10",
                "0, 1800000010, 30, 30",
                "-, -, 7, 7",
                // over already
                "0, 1799999990, -, 0",
                // beyond belief
                "0, 1800000121, -, -",
                "0, 1800000010000, -, -",
                "0, 99999999999999999999, -, -",
                "0, -60, -, -",
                "0, NaN, -, -",
                "0, 1800000010, 99999, 10",
            })
    void aThrottleLastsUntilTheWindowEnds(String remaining, String reset, String retryAfter, Long wait) {
        AnswerHead head = answer(429, "600", remaining, reset);
        RateLimit limit = parse(retryAfter == null ? head : head.with("Retry-After", retryAfter));
        assertThat(limit.scope()).as("no other endpoint is held up").isEqualTo(Scope.QUOTA);
        assertThat(limit.retryAfter().map(Duration::toSeconds).orElse(null)).isEqualTo(wait);
    }

    @Test
    void aThrottleWithoutHeadersIsTheEndpointsToo() {
        RateLimit limit = parse(AnswerHead.of(429));
        assertThat(limit.scope()).isEqualTo(Scope.QUOTA);
        assertThat(limit.retryAfter()).isEmpty();
        assertThat(limit.remaining()).isEmpty();
    }

    @Test
    void theResetCountsBySendGridsClock() {
        AnswerHead head = answer(200, "600", "7", "1800000060")
                .receivedAt(AnswerHead.RECEIVED_AT_MILLIS + 600_000)
                .with("Date", "Fri, 15 Jan 2027 08:00:20 GMT");
        assertThat(parse(head).reset()).contains(Duration.ofSeconds(40));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // limit, remaining, reset, and what is read of them
                "600, 599, 1800000120, 600, 599, 120",
                "600, 599, 1800000121, 600, 599, -1",
                "600, 599, 60, 600, 599, 0",
                "600, 599, soon, 600, 599, -1",
                "600, -1, 1800000045, 600, -1, 45",
                "600, 1e3, 1800000045, 600, -1, 45",
                "600, NaN, 1800000045, 600, -1, 45",
                "-, 599, -, -1, 599, -1",
                "'600, 600', '', '', -1, -1, -1",
                "9999999999, 9999999999, -, 2147483647, 2147483647, -1",
                "99999999999999999999, 99999999999999999999, 99999999999999999999, -1, -1, -1",
            })
    void valuesOfOtherShapes(
            String limit, String remaining, String reset, long limitRead, long remainingRead, long resetRead) {
        RateLimit read = parse(answer(200, limit, remaining, reset));
        assertThat(read.limitOrNegative()).isEqualTo(limitRead);
        assertThat(read.remainingOrNegative()).isEqualTo(remainingRead);
        assertThat(read.reset().map(Duration::toSeconds).orElse(-1L)).isEqualTo(resetRead);
        boolean nothing = limitRead < 0 && remainingRead < 0 && resetRead < 0;
        assertThat(read == RateLimit.NONE).isEqualTo(nothing);
    }

    private static AnswerHead answer(int status, String limit, String remaining, String reset) {
        AnswerHead head = AnswerHead.of(status);
        head = limit == null ? head : head.with("X-RateLimit-Limit", limit);
        head = remaining == null ? head : head.with("x-ratelimit-remaining", remaining);
        return reset == null ? head : head.with("X-RateLimit-Reset", reset);
    }

    private static RateLimit parse(AnswerHead head) {
        return new SendGridRateLimit().parse(head, ErrorBody.NONE);
    }
}
