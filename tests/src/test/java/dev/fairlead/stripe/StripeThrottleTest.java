package dev.fairlead.stripe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.AskedHead;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.RateLimit;
import dev.fairlead.RateLimit.Scope;
import dev.fairlead.RetryAdvice;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stripe's throttles, and what looks like one, by normalizer and parser, which must agree. */
class StripeThrottleTest {
    private static final AskedHead POST = new AskedHead("POST", "api.stripe.com", "/v1/charges");
    private static final String SHOULD_RETRY = "Stripe-Should-Retry";

    /** Item 2 of the checklist: the type says nothing, whatever it is. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // status | reason | code | kind | scope
                "429 | global-rate | rate_limit | RATE_LIMITED | CREDENTIAL",
                "429 | global-concurrency | rate_limit | CONCURRENCY_LIMITED | CREDENTIAL",
                "429 | endpoint-rate | rate_limit | RATE_LIMITED | NONE",
                "429 | endpoint-concurrency | rate_limit | CONCURRENCY_LIMITED | NONE",
                "429 | resource-specific | rate_limit | RATE_LIMITED | NONE",
                "429 | - | rate_limit | RATE_LIMITED | CREDENTIAL",
                "429 | - | - | RATE_LIMITED | CREDENTIAL",
                "429 | - | something_new | RATE_LIMITED | CREDENTIAL",
                "429 | something-new | - | RATE_LIMITED | CREDENTIAL",
                // with a reason it is a limit, whatever the code
                "429 | global-rate | lock_timeout | RATE_LIMITED | CREDENTIAL",
                "429 | resource-specific | lock_timeout | RATE_LIMITED | NONE",
                // API versions before 2015-09-18
                "400 | - | rate_limit | RATE_LIMITED | CREDENTIAL",
                "400 | endpoint-rate | rate_limit | RATE_LIMITED | NONE",
            })
    void throttles(int status, String reason, String code, ErrorKind kind, Scope scope) {
        AnswerHead bare = AnswerHead.of(status);
        AnswerHead head = reason == null ? bare : bare.with("stripe-rate-limited-reason", reason);
        for (String type : new String[] {"invalid_request_error", "rate_limit_error", "api_error", ""}) {
            ApiError error = error(head, body(code, type));
            assertThat(error.kind()).isEqualTo(kind);
            assertThat(error.advice()).isEqualTo(RetryAdvice.AFTER_WAIT);
            assertThat(error.executed()).isEqualTo(Executed.NO);
            assertThat(error.retryAfter()).isEmpty();
            assertThat(error.message()).isEqualTo("Slow down");

            RateLimit limit = limit(head, body(code, type));
            assertThat(limit).isNotSameAs(RateLimit.NONE);
            assertThat(limit.scope()).isEqualTo(scope);
            assertThat(limit.resource()).isEmpty();
            assertThat(limit.limit()).isEmpty();
            assertThat(limit.remaining()).isEmpty();
            assertThat(limit.reset()).isEmpty();
            assertThat(limit.retryAfter()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // status, code, kind, advice, executed
                "429, lock_timeout, LOCK_CONTENTION, SAME_REQUEST, NO",
                "400, lock_timeout, VALIDATION, NEVER, NO",
                "400, parameter_missing, VALIDATION, NEVER, NO",
                "401, -, AUTHENTICATION, AFTER_CREDENTIAL_FIX, NO",
                "402, card_declined, PAYMENT_DECLINED, NEVER, NO",
                "402, rate_limit, PAYMENT_DECLINED, NEVER, NO",
                "429, card_decline_rate_limit_exceeded, PAYMENT_DECLINED, NEVER, NO",
                "403, account_invalid, PERMISSION, AFTER_CREDENTIAL_FIX, NO",
                "404, resource_missing, NOT_FOUND, NEVER, NO",
                "409, idempotency_key_in_use, IDEMPOTENCY_IN_USE, SAME_REQUEST, NO",
                "424, -, TRANSIENT, ONLY_IF_IDEMPOTENT, UNKNOWN",
                "500, -, TRANSIENT, ONLY_IF_IDEMPOTENT, UNKNOWN",
                "503, rate_limit, TRANSIENT, ONLY_IF_IDEMPOTENT, UNKNOWN",
            })
    void errorsThatAreNone(int status, String code, ErrorKind kind, RetryAdvice advice, Executed executed) {
        // Not even one that calls itself a throttle.
        String body = body(code, "rate_limit_error");
        ApiError error = error(AnswerHead.of(status).with("Request-Id", "req_7"), body);
        assertThat(error.provider()).isEqualTo("stripe");
        assertThat(error.status()).isEqualTo(status);
        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error.advice()).isEqualTo(advice);
        assertThat(error.executed()).isEqualTo(executed);
        assertThat(error.code()).contains(code == null ? "rate_limit_error" : code);
        assertThat(error.requestId()).contains("req_7");
        assertThat(limit(AnswerHead.of(status), body)).isSameAs(RateLimit.NONE);
    }

    /** Connect's limit on new accounts says so in its words alone, and concerns nothing else. */
    @Test
    void accountsCreatedTooQuickly() {
        String body = "{\"error\":{\"message\":\"Sorry, you're creating accounts too quickly. Wait\"}}";
        ApiError error = error(AnswerHead.of(400), body);
        assertThat(error.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(error.advice()).isEqualTo(RetryAdvice.AFTER_WAIT);
        assertThat(error.executed()).isEqualTo(Executed.NO);
        assertThat(limit(AnswerHead.of(400), body)).isNotSameAs(RateLimit.NONE);
        assertThat(limit(AnswerHead.of(400), body).scope()).isEqualTo(Scope.NONE);
        assertThat(error(AnswerHead.of(403), body).kind()).isEqualTo(ErrorKind.PERMISSION);
    }

    /** Item 3 of the checklist: a POST that succeeded says false. */
    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 302, 304})
    void successes(int status) {
        for (String hint : new String[] {"true", "false"}) {
            AnswerHead head = AnswerHead.of(status)
                    .with(SHOULD_RETRY, hint)
                    .with("Stripe-Rate-Limited-Reason", "global-rate")
                    .with("X-RateLimit-Remaining", "0")
                    .with("Retry-After", "7");
            assertThat(normalize(head, body("rate_limit", "rate_limit_error"))).isEmpty();
            assertThat(limit(head, body("rate_limit", "rate_limit_error"))).isSameAs(RateLimit.NONE);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // status | code | hint | advice
                "429 | rate_limit | true | AFTER_WAIT",
                "429 | rate_limit | false | NEVER",
                "429 | lock_timeout | true | SAME_REQUEST",
                "429 | lock_timeout | false | NEVER",
                "409 | idempotency_key_in_use | true | SAME_REQUEST",
                "409 | idempotency_key_in_use | false | NEVER",
                "402 | card_declined | true | ONLY_IF_IDEMPOTENT",
                "402 | card_declined | false | NEVER",
                "500 | - | true | ONLY_IF_IDEMPOTENT",
                "500 | - | false | NEVER",
                "401 | - | true | AFTER_CREDENTIAL_FIX",
                "401 | - | false | AFTER_CREDENTIAL_FIX",
                "404 | - | maybe | NEVER",
                "500 | - | TRUE | ONLY_IF_IDEMPOTENT",
                "500 | - | '' | ONLY_IF_IDEMPOTENT",
            })
    void shouldRetryIsAHint(int status, String code, String hint, RetryAdvice advice) {
        ApiError plain = error(AnswerHead.of(status), body(code, "x"));
        ApiError error = error(AnswerHead.of(status).with(SHOULD_RETRY, hint), body(code, "x"));
        assertThat(error.advice()).isEqualTo(advice);
        assertThat(error.kind()).as("is not changed by it").isEqualTo(plain.kind());
        assertThat(error.executed()).as("nor is this").isEqualTo(plain.executed());
    }

    @Test
    void aRetryAfterIsBelievedShouldThereBeOne() {
        AnswerHead head = AnswerHead.of(429).with("Retry-After", "3");
        assertThat(error(head, body("rate_limit", "x")).retryAfter()).contains(Duration.ofSeconds(3));
        assertThat(limit(head, body("rate_limit", "x")).retryAfter()).contains(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "{\"error\":\"invalid_request\",\"error_description\":\"Used\"}",
                "{\"error\":[{\"code\":\"lock_timeout\"}]}",
                "{\"error\":{\"code\":[\"lock_timeout\"]}}",
                "{\"error\":{\"code\":{\"lock_timeout\":1}}}",
                "{\"error\":{\"code\":null}}",
                "{\"error\":{\"code\":-1e400}}",
                "{\"error\":{\"code\":\"rate_lim",
                "<html>Too many</html>",
                "\u0000ÿ€😀",
            })
    void bodiesOfOtherShapes(String body) {
        assertThat(error(AnswerHead.of(429), body).kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(limit(AnswerHead.of(429), body).scope()).isEqualTo(Scope.CREDENTIAL);
        assertThat(error(AnswerHead.of(400), body).kind()).isEqualTo(ErrorKind.VALIDATION);
        assertThat(limit(AnswerHead.of(400), body)).isSameAs(RateLimit.NONE);
        assertThat(normalize(AnswerHead.of(200), body)).isEmpty();
    }

    private static String body(String code, String type) {
        return "{\"error\":{" + (code == null ? "" : "\"code\":\"" + code + "\",")
                + "\"message\":\"Slow down\",\"type\":\"" + type + "\"}}";
    }

    private static ApiError error(AnswerHead head, String body) {
        return normalize(head, body).orElseThrow();
    }

    private static Optional<ApiError> normalize(AnswerHead head, String body) {
        return new StripeErrors().normalize(POST, head, ErrorBody.of(body.getBytes(UTF_8), false));
    }

    private static RateLimit limit(AnswerHead head, String body) {
        return new StripeRateLimit().parse(head, ErrorBody.of(body.getBytes(UTF_8), false));
    }
}
