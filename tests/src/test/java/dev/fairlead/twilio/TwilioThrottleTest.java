package dev.fairlead.twilio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.ApiError;
import dev.fairlead.AskedHead;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.RateLimit;
import dev.fairlead.RateLimit.Scope;
import dev.fairlead.RetryAdvice;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwilioThrottleTest {
    private static final String CLASSIC = "{\"code\":20429,\"message\":\"Too Many Requests\",\"more_info\":\"x\"}";

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // code, scope
                "20429, CREDENTIAL",
                "45780, CREDENTIAL",
                "45719, CREDENTIAL",
                "31429, CREDENTIAL",
                "25021, CREDENTIAL",
                "99999, CREDENTIAL",
                // another number's verification, message or call need not wait
                "60212, NONE",
                "21611, NONE",
                "10004, NONE",
                // no throttles
                "63038, -",
                "60202, -",
                "60203, -",
            })
    void whoHasToWait(String code, Scope scope) {
        RateLimit limit = parse(AnswerHead.of(429), "{\"code\":" + code + "}");
        if (scope == null) {
            assertThat(limit).isSameAs(RateLimit.NONE);
        } else {
            assertThat(limit.scope()).isEqualTo(scope);
            assertThat(limit).isNotSameAs(RateLimit.NONE);
            assertThat(limit.remaining()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // concurrent requests | retry after | body | kind
                "61 | - | {} | RATE_LIMITED",
                "61 | - | {'code':20429} | CONCURRENCY_LIMITED",
                "2 | 3 | {'code':20429,'moreInfo':'x'} | CONCURRENCY_LIMITED",
                // the only one cannot have been one too many
                "1 | - | {'code':20429,'more_info':'x'} | RATE_LIMITED",
                "0 | - | {'code':20429,'more_info':'x'} | RATE_LIMITED",
                "- | - | {'code':20429,'more_info':'x'} | CONCURRENCY_LIMITED",
                "many | - | {'code':20429,'more_info':'x'} | CONCURRENCY_LIMITED",
                "- | 3 | {'code':20429,'more_info':'x'} | RATE_LIMITED",
                "- | - | {'code':20429,'moreInfo':'x'} | RATE_LIMITED",
                "- | - | {'errors':[{'code':20429}]} | RATE_LIMITED",
                "- | - | <TwilioResponse><RestException><Code>20429</Code></RestException></TwilioResponse>"
                        + " | CONCURRENCY_LIMITED",
                "- | - | <TwilioResponse/> | RATE_LIMITED",
            })
    void aRateOrTooManyAtOnce(String concurrent, String retryAfter, String body, ErrorKind kind) {
        AnswerHead head = AnswerHead.of(429);
        head = concurrent == null ? head : head.with("Twilio-Concurrent-Requests", concurrent);
        head = retryAfter == null ? head : head.with("Retry-After", retryAfter);
        assertThat(error(head, body.replace('\'', '"')).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, SAME_REQUEST",
                "7, 7, AFTER_WAIT",
                "0, 0, AFTER_WAIT",
                "'Fri, 15 Jan 2027 08:00:09 GMT', 9, AFTER_WAIT",
                "soon, -, SAME_REQUEST",
                "-7, -, SAME_REQUEST",
                "99999999999999999999, -, SAME_REQUEST",
            })
    void howLong(String retryAfter, Long seconds, RetryAdvice advice) {
        AnswerHead head = AnswerHead.of(429);
        head = retryAfter == null ? head : head.with("Retry-After", retryAfter);
        ApiError error = error(head, CLASSIC);
        assertThat(error.advice()).isEqualTo(advice);
        assertThat(error.retryAfter().map(Duration::toSeconds).orElse(null)).isEqualTo(seconds);
        assertThat(parse(head, CLASSIC).retryAfter()).isEqualTo(error.retryAfter());
    }

    /** Verify's, for each key that its user chose: another number is not held up. */
    @Test
    void aLimitOfOnesOwn() {
        AnswerHead head = AnswerHead.of(429)
                .with("Twilio-Reached-Rate-Limit", "per_number")
                .with("Retry-After", "40");
        assertThat(parse(head, CLASSIC).scope()).isEqualTo(Scope.NONE);
        assertThat(error(head, CLASSIC).kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(error(head, CLASSIC).retryAfter()).contains(Duration.ofSeconds(40));
    }

    @ParameterizedTest
    @CsvSource({"200", "302", "404", "500", "503"})
    void otherAnswersSayNothingOfALimit(int status) {
        AnswerHead head = AnswerHead.of(status)
                .with("Twilio-Concurrent-Requests", "99")
                .with("X-Rate-Limit-Remaining", "0")
                .with("Retry-After", "30");
        assertThat(parse(head, "{\"code\":20404}")).isSameAs(RateLimit.NONE);
    }

    /** The Email API says when it is back. */
    @Test
    void aWaitOfAnUnavailableServer() {
        ApiError error = error(AnswerHead.of(503).with("Retry-After", "30"), "{\"errors\":[{\"code\":20503}]}");
        assertThat(error.advice()).isEqualTo(RetryAdvice.AFTER_WAIT);
        assertThat(error.executed()).as("so no POST is repeated").isEqualTo(ApiError.Executed.UNKNOWN);
        assertThat(error.retryAfter()).contains(Duration.ofSeconds(30));
    }

    private static ApiError error(AnswerHead head, String body) {
        return new TwilioErrors().normalize(AskedHead.ANY, head, body(body)).orElseThrow();
    }

    private static RateLimit parse(AnswerHead head, String body) {
        return new TwilioRateLimit().parse(head, body(body));
    }

    private static ErrorBody body(String body) {
        return ErrorBody.of(body.getBytes(UTF_8), false);
    }
}
