package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is commonly believed of the standard fields, and is wrong. */
class GenericMisconceptionsTest {
    private static RateLimit parse(AnswerHead head) {
        return Provider.generic().rateLimit().parse(head, ErrorBody.NONE);
    }

    @Test
    @DisplayName("37. The RateLimit field has one syntax: it has had three, which do not fit each other")
    void theRateLimitFieldHasOneSyntax() {
        RateLimit draft10 = parse(AnswerHead.of(200)
                .with("RateLimit", "\"default\";r=50;t=30")
                .with("RateLimit-Policy", "\"default\";q=100;w=60"));
        RateLimit draft7 = parse(AnswerHead.of(200).with("RateLimit", "limit=100, remaining=50, reset=30"));
        RateLimit draft6 = parse(AnswerHead.of(200)
                .with("RateLimit-Limit", "100")
                .with("RateLimit-Remaining", "50")
                .with("RateLimit-Reset", "30"));
        assertThat(draft10).hasToString(draft7.toString()).hasToString(draft6.toString());
        assertThat(draft10.limit()).hasValue(100);
        assertThat(draft10.remaining()).hasValue(50);
        assertThat(draft10.reset()).contains(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @CsvSource({"'Fri, 15 Jan 2027 08:00:20 GMT'", "'Mon, 15 Jan 2027 08:00:20 GMT'", "'Sun, 15 Jan 2027 08:00:20 GMT'"
    })
    @DisplayName("38. The weekday of a date is right: even that of RFC 8594's own example is not")
    void theWeekdayOfADateIsRight(String date) {
        AnswerHead throttle = AnswerHead.of(429).with("Retry-After", date);
        assertThat(parse(throttle).retryAfter()).contains(Duration.ofSeconds(20));
    }
}
