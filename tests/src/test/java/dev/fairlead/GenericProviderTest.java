package dev.fairlead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.ApiError.Executed;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenericProviderTest {
    private static final String PROBLEM_TYPES = "https://iana.org/assignments/http-problem-types#";

    @ParameterizedTest
    @ValueSource(ints = {100, 101, 200, 201, 202, 204, 206, 299, 300, 301, 302, 303, 304, 307, 308, 399})
    void noError(int status) {
        assertThat(ErrorNormalizer.byStatus("acme").normalize(AskedHead.ANY, AnswerHead.of(status), ErrorBody.NONE))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "400, VALIDATION, NEVER, NO",
        "401, AUTHENTICATION, AFTER_CREDENTIAL_FIX, NO",
        "402, QUOTA_EXHAUSTED, NEVER, NO",
        "403, PERMISSION, NEVER, NO",
        "404, NOT_FOUND, NEVER, NO",
        "405, UNKNOWN, NEVER, UNKNOWN",
        "408, TRANSIENT, ONLY_IF_IDEMPOTENT, UNKNOWN",
        "409, CONFLICT, NEVER, NO",
        "410, NOT_FOUND, NEVER, NO",
        "412, CONFLICT, NEVER, NO",
        "413, VALIDATION, NEVER, NO",
        "414, VALIDATION, NEVER, NO",
        "415, VALIDATION, NEVER, NO",
        "418, UNKNOWN, NEVER, UNKNOWN",
        "421, UNKNOWN, NEVER, NO",
        "422, VALIDATION, NEVER, NO",
        "425, TRANSIENT, SAME_REQUEST, NO",
        "429, RATE_LIMITED, AFTER_WAIT, NO",
        "431, VALIDATION, NEVER, NO",
        "451, UNKNOWN, NEVER, UNKNOWN",
        "500, TRANSIENT, ONLY_IF_IDEMPOTENT, UNKNOWN",
        "501, UNKNOWN, NEVER, NO",
        "502, TRANSIENT, ONLY_IF_IDEMPOTENT, UNKNOWN",
        "503, TRANSIENT, ONLY_IF_IDEMPOTENT, UNKNOWN",
        "504, TRANSIENT, ONLY_IF_IDEMPOTENT, UNKNOWN",
        "505, UNKNOWN, NEVER, NO",
        "529, TRANSIENT, ONLY_IF_IDEMPOTENT, UNKNOWN",
        "599, TRANSIENT, ONLY_IF_IDEMPOTENT, UNKNOWN",
        "600, UNKNOWN, NEVER, UNKNOWN",
        "783, UNKNOWN, NEVER, UNKNOWN",
    })
    void byStatus(int status, ErrorKind kind, RetryAdvice advice, Executed executed) {
        ApiError error = error(AnswerHead.of(status), "");
        assertThat(error.provider()).isEqualTo("acme");
        assertThat(error.status()).isEqualTo(status);
        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error.advice()).isEqualTo(advice);
        assertThat(error.executed()).isEqualTo(executed);
        assertThat(error.retryAfter()).isEmpty();
        assertThat(error.code()).isEmpty();
        assertThat(error.message()).isEmpty();
        assertThat(error.details()).isEmpty();
    }

    @Test
    void retryAfterTellsTheWaitOfAThrottleAndOfAnOutage() {
        assertThat(error(AnswerHead.of(429).with("Retry-After", "2.5"), "").retryAfter())
                .contains(Duration.ofMillis(2500));
        ApiError outage = error(AnswerHead.of(503).with("Retry-After", "0"), "");
        assertThat(outage.advice()).isEqualTo(RetryAdvice.AFTER_WAIT);
        assertThat(outage.retryAfter()).contains(Duration.ZERO);
        // Said with others too, but it does not make them safe to repeat.
        ApiError overloaded = error(AnswerHead.of(529).with("Retry-After", "9"), "");
        assertThat(overloaded.advice()).isEqualTo(RetryAdvice.ONLY_IF_IDEMPOTENT);
        assertThat(overloaded.retryAfter()).contains(Duration.ofSeconds(9));
        assertThat(error(AnswerHead.of(404).with("Retry-After", "9"), "").retryAfter())
                .isEmpty();
    }

    @Test
    void theResetIsTheWaitOnlyWhereNothingRemains() {
        AnswerHead head = AnswerHead.of(429);
        assertThat(error(head.with("RateLimit", "\"a\";r=0;t=14"), "").retryAfter())
                .contains(Duration.ofSeconds(14));
        assertThat(error(head.with("RateLimit", "\"a\";r=1;t=14"), "").retryAfter())
                .isEmpty();
        for (int seconds : new int[] {0, 3}) {
            AnswerHead both = head.with("RateLimit", "\"a\";r=0;t=14").with("Retry-After", Integer.toString(seconds));
            assertThat(error(both, "").retryAfter()).contains(Duration.ofSeconds(seconds));
        }
    }

    @Test
    void problemDetails() {
        ApiError error = error(AnswerHead.of(422).with("Content-Type", "application/problem+json"), """
                {"type": "https://acme.example/problems/age", "title": "Not valid", "detail": "Age is negative",
                 "status": 400, "errors": [{"detail": "must be positive", "pointer": "#/age"}]}""");
        assertThat(error.code()).contains("https://acme.example/problems/age");
        assertThat(error.message()).isEqualTo("Age is negative");
        assertThat(error.details()).containsEntry("field", "#/age");
        // The status in the body is advisory (RFC 9457 section 3.1.2).
        assertThat(error.status()).isEqualTo(422);
    }

    @Test
    void aboutBlankIsNoCode() {
        ApiError error = error(AnswerHead.of(404), "{\"type\":\"about:blank\",\"title\":\"Not Found\"}");
        assertThat(error.code()).isEmpty();
        assertThat(error.message()).isEqualTo("Not Found");
    }

    @Test
    void problemTypesOfTheRateLimitDraft() {
        ApiError quota = error(
                AnswerHead.of(429),
                "{\"type\":\"" + PROBLEM_TYPES + "quota-exceeded\",\"violated-policies\":[\"hour\",\"day\"]}");
        assertThat(quota.advice()).isEqualTo(RetryAdvice.AFTER_WAIT);
        assertThat(quota.details()).containsEntry("violated-policies", "hour, day");

        String abnormal = "{\"type\":\"" + PROBLEM_TYPES + "abnormal-usage-detected\"}";
        assertThat(error(AnswerHead.of(429), abnormal).advice()).isEqualTo(RetryAdvice.NEVER);
        assertThat(error(AnswerHead.of(429), abnormal).kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        for (String wait : new String[] {"0", "60"}) {
            assertThat(error(AnswerHead.of(429).with("Retry-After", wait), abnormal)
                            .advice())
                    .isEqualTo(RetryAdvice.AFTER_WAIT);
        }

        // With 429 it is only recommended; and another's type of that name need be no throttle.
        ApiError forbidden = error(
                AnswerHead.of(403).with("Retry-After", "9"), "{\"type\":\"" + PROBLEM_TYPES + "quota-exceeded\"}");
        assertThat(forbidden.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(forbidden.status()).isEqualTo(403);
        assertThat(forbidden.executed()).isEqualTo(Executed.NO);
        assertThat(forbidden.retryAfter()).contains(Duration.ofSeconds(9));
        assertThat(error(AnswerHead.of(403), "{\"type\":\"https://acme.example/probs#quota-exceeded\"}")
                        .kind())
                .isEqualTo(ErrorKind.PERMISSION);

        ApiError reduced = error(AnswerHead.of(503), "{\"type\":\"" + PROBLEM_TYPES + "temporary-reduced-capacity\"}");
        assertThat(reduced.kind()).isEqualTo(ErrorKind.TRANSIENT);

        assertThat(error(AnswerHead.of(403), "{\"type\":\"https://acme.example/probs/out-of-credit\"}")
                        .kind())
                .isEqualTo(ErrorKind.QUOTA_EXHAUSTED);
        assertThat(error(AnswerHead.of(403), "{\"type\":\"not-out-of-credit\"}").kind())
                .isEqualTo(ErrorKind.PERMISSION);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "{\"message\":\"No such thing\",\"code\":20404} | 20404 | No such thing",
                "{\"error\":{\"message\":\"No\",\"code\":\"missing\",\"type\":\"x\",\"param\":\"id\"}} | missing | No",
                "{\"error\":{\"message\":\"No\",\"type\":\"invalid\"}} | invalid | No",
                "{\"error\":\"invalid_grant\",\"error_description\":\"Expired\"} | invalid_grant | Expired",
                "{\"error\":\"invalid_grant\"} | invalid_grant | invalid_grant",
                "{\"error\":\"No such thing\"} | - | No such thing",
                "{\"errors\":[{\"message\":\"too long\",\"code\":\"max\",\"field\":\"name\"}]} | max | too long",
                "{\"errors\":\"Not Found\"} | - | Not Found",
                "{\"message\":null,\"title\":\"T\"} | - | T",
                "{} | - | ''",
                "[] | - | ''",
                "<h1>Bad Gateway</h1> | - | ''",
            })
    void commonShapes(String body, String code, String message) {
        ApiError error = error(AnswerHead.of(400), body);
        assertThat(error.code().orElse(null)).isEqualTo(code);
        assertThat(error.message()).isEqualTo(message);
    }

    @Test
    void aCodeIsOneWord() {
        String word = "x".repeat(64);
        assertThat(error(AnswerHead.of(400), "{\"error\":\"" + word + "\"}").code())
                .contains(word);
        assertThat(error(AnswerHead.of(400), "{\"error\":\"" + word + "x\"}").code())
                .isEmpty();
        assertThat(error(AnswerHead.of(400), "{\"error\":\"nicht_verfügbar\"}").code())
                .isEmpty();
    }

    @Test
    void noMorePoliciesAreListedThanHelp() {
        ApiError error = error(
                AnswerHead.of(429), "{\"violated-policies\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]}");
        assertThat(error.details()).containsEntry("violated-policies", "1, 2, 3, 4, 5, 6, 7, 8");
    }

    @Test
    void requestIds() {
        assertThat(error(AnswerHead.of(500).with("x-request-id", "r-1").with("Request-Id", "r-2"), "")
                        .requestId())
                .contains("r-1");
        assertThat(error(AnswerHead.of(500).with("Request-Id", "r-2"), "").requestId())
                .contains("r-2");
    }

    @Test
    void anErrorJudgedOtherwiseSaysTheSame() {
        ApiError byStatus = error(
                AnswerHead.of(429).with("Retry-After", "7").with("X-Request-Id", "r-1"),
                "{\"error\":{\"message\":\"Locked\",\"code\":\"lock\",\"param\":\"id\"}}");
        ApiError otherwise = byStatus.toBuilder(ErrorKind.LOCK_CONTENTION, RetryAdvice.SAME_REQUEST)
                .build();
        assertThat(otherwise)
                .usingRecursiveComparison()
                .ignoringFields("kind", "advice")
                .isEqualTo(byStatus);
        assertThat(otherwise.kind()).isEqualTo(ErrorKind.LOCK_CONTENTION);
        assertThat(otherwise.advice()).isEqualTo(RetryAdvice.SAME_REQUEST);
        assertThat(otherwise.details()).containsEntry("field", "id");
    }

    @Test
    void theProviderForHostsNobodyClaims() {
        assertThat(Provider.generic().name()).isEqualTo("generic");
        assertThat(Provider.generic().hosts()).isEmpty();
        assertThat(Provider.generic().rateLimit()).isSameAs(RateLimits.ietf());
        assertThat(Provider.generic()
                        .errors()
                        .normalize(AskedHead.ANY, AnswerHead.of(500), ErrorBody.NONE)
                        .orElseThrow()
                        .provider())
                .isEqualTo("generic");
    }

    private static ApiError error(AnswerHead head, String body) {
        return ErrorNormalizer.byStatus("acme")
                .normalize(AskedHead.ANY, head, ErrorBody.of(body.getBytes(UTF_8), false))
                .orElseThrow();
    }
}
