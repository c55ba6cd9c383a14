package dev.fairlead.shopify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.AskedHead;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.RetryAdvice;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShopifyErrorsTest {
    private static final String SHOP = "acme-sails.myshopify.com";
    private static final AskedHead REST = new AskedHead("POST", SHOP, "/admin/api/2026-01/products.json");
    private static final AskedHead GRAPHQL = new AskedHead("POST", SHOP, "/admin/api/2026-01/graphql.json");
    private static final String COST = "\"extensions\":{\"cost\":{\"requestedQueryCost\":202,\"actualQueryCost\":null,"
            + "\"throttleStatus\":{\"maximumAvailable\":1000.0,\"currentlyAvailable\":118,\"restoreRate\":50.0}}}";
    private static final String DAILY = "Daily variant creation limit reached. Please try again later.";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // status | errors | kind | advice | executed
                "429 | \"Exceeded 2 calls per second for api client.\" | RATE_LIMITED | AFTER_WAIT | NO",
                "429 | {\"order\":[\"Exceeded order API rate limit\"]} | RATE_LIMITED | AFTER_WAIT | NO",
                "429 | null | RATE_LIMITED | AFTER_WAIT | NO",
                // item 24 of the checklist: every 429 clears in seconds
                "429 | {\"product\":[\"Daily variant creation limit reached.\"]} | QUOTA_EXHAUSTED | NEVER | NO",
                "429 | {\"variant\":\"daily variant creation limit reached\"} | QUOTA_EXHAUSTED | NEVER | NO",
                "429 | \"Daily variant creation limit reached\" | QUOTA_EXHAUSTED | NEVER | NO",
                "422 | \"Daily variant creation limit reached\" | VALIDATION | NEVER | NO",
                // item 25: 430 is a throttle
                "430 | \"Exceeded 2 calls per second\" | UNKNOWN | NEVER | UNKNOWN",
                "401 | \"Invalid API key\" | AUTHENTICATION | AFTER_CREDENTIAL_FIX | NO",
                "402 | \"This shop is frozen\" | QUOTA_EXHAUSTED | NEVER | NO",
                "403 | \"Forbidden\" | PERMISSION | NEVER | NO",
                "404 | \"Not Found\" | NOT_FOUND | NEVER | NO",
                "423 | \"Locked\" | UNKNOWN | NEVER | UNKNOWN",
                "500 | \"An unexpected error occurred\" | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "503 | \"Unavailable\" | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "540 | \"Temporarily disabled\" | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
            })
    void rest(int status, String errors, ErrorKind kind, RetryAdvice advice, Executed executed) {
        for (AskedHead request : new AskedHead[] {REST, GRAPHQL}) {
            AnswerHead head = AnswerHead.of(status).with("X-Request-Id", "r-7");
            ApiError error = error(request, head, "{\"errors\":" + errors + "}");
            assertThat(error.provider()).isEqualTo("shopify");
            assertThat(error.status()).isEqualTo(status);
            assertThat(error.kind()).isEqualTo(kind);
            assertThat(error.advice()).isEqualTo(advice);
            assertThat(error.executed()).isEqualTo(executed);
            assertThat(error.requestId()).contains("r-7");
            assertThat(error.retryAfter()).isEmpty();
        }
    }

    @Test
    void retryAfterIsADecimalOfSeconds() {
        AnswerHead head = AnswerHead.of(429).with("Retry-After", "2.0");
        assertThat(error(REST, head, "").retryAfter()).contains(Duration.ofSeconds(2));
    }

    @Test
    void aThrottledQuery() {
        AnswerHead head = AnswerHead.of(200).with("X-Request-Id", "r-7");
        ApiError error = error(GRAPHQL, head, throttled("null"));
        assertThat(error.provider()).isEqualTo("shopify");
        assertThat(error.status()).isEqualTo(200);
        assertThat(error.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(error.advice()).isEqualTo(RetryAdvice.AFTER_WAIT);
        assertThat(error.executed()).isEqualTo(Executed.NO);
        assertThat(error.code()).contains("THROTTLED");
        assertThat(error.message()).isEqualTo("Throttled");
        assertThat(error.requestId()).contains("r-7");
        assertThat(error.retryAfter()).contains(Duration.ofMillis(1_680));
    }

    @Test
    void itsWaitMayBeMissing() {
        String bare = "{\"errors\":[{\"extensions\":{\"code\":\"THROTTLED\"}}]}";
        ApiError error = error(GRAPHQL, AnswerHead.of(200), bare);
        assertThat(error.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(error.message()).isEmpty();
        assertThat(error.retryAfter()).isEmpty();
    }

    /** Then nobody knows what was done, and a mutation is not repeated. */
    @Test
    void dataBesideAThrottleIsDoubt() {
        assertThat(error(GRAPHQL, AnswerHead.of(200), throttled("{\"a\":null}")).executed())
                .isEqualTo(Executed.NO);
        assertThat(error(GRAPHQL, AnswerHead.of(200), throttled("{\"a\":{\"id\":7}}"))
                        .executed())
                .isEqualTo(Executed.UNKNOWN);
        byte[] cut = throttled("null").getBytes(UTF_8);
        assertThat(new ShopifyErrors()
                        .normalize(GRAPHQL, AnswerHead.of(200), ErrorBody.of(cut, true))
                        .orElseThrow()
                        .executed())
                .isEqualTo(Executed.UNKNOWN);
    }

    @Test
    void aThrottleMayBeTheSecondOfTheErrors() {
        String body = "{\"errors\":[{\"message\":\"A\",\"extensions\":{\"code\":\"MAX_COST_EXCEEDED\"}},"
                + "{\"message\":\"B\",\"extensions\":{\"code\":\"THROTTLED\"}}]}";
        assertThat(error(GRAPHQL, AnswerHead.of(200), body).message()).isEqualTo("B");
    }

    /** It would be refused tomorrow as well. */
    @Test
    void aQueryThatCostsMoreThanAnyMayIsNoThrottle() {
        String body = "{\"errors\":[{\"message\":\"Query cost is 2003\",\"extensions\":"
                + "{\"code\":\"MAX_COST_EXCEEDED\",\"cost\":2003,\"maxCost\":1000}}]}";
        ApiError error = error(GRAPHQL, AnswerHead.of(200), body);
        assertThat(error.kind()).isEqualTo(ErrorKind.VALIDATION);
        assertThat(error.advice()).isEqualTo(RetryAdvice.AFTER_CHANGE);
        assertThat(error.executed()).isEqualTo(Executed.NO);
        assertThat(error.code()).contains("MAX_COST_EXCEEDED");
        assertThat(error.message()).isEqualTo("Query cost is 2003");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "{\"data\":{\"shop\":{\"name\":\"THROTTLED\"}}}",
                "{\"errors\":\"THROTTLED\"}",
                "{\"errors\":[\"THROTTLED\"]}",
                "{\"errors\":[{\"message\":\"THROTTLED\"}]}",
                "{\"errors\":[{\"code\":\"THROTTLED\"}]}",
                "{\"errors\":[{\"extensions\":{\"code\":[\"THROTTLED\"]}}]}",
                "{\"errors\":[{\"extensions\":{\"code\":\"throttled\"}}]}",
                "{\"errors\":[{\"extensions\":{\"code\":\"ACCESS_DENIED\"}}]}",
                "{\"errors\":{\"extensions\":{\"code\":\"THROTTLED\"}}}",
                "{\"errors\":[{\"extensions\":{\"code\":\"THROTTL",
                "<html>THROTTLED</html>",
                "\u0000THROTTLEDÿ€😀",
            })
    void answersWith200ThatAreNoErrorOfCost(String body) {
        assertThat(normalize(GRAPHQL, AnswerHead.of(200), body)).isEmpty();
    }

    @Test
    void onlyGraphQlIsLookedInto() {
        assertThat(normalize(REST, AnswerHead.of(200), throttled("null"))).isEmpty();
        for (int status : new int[] {201, 202, 204, 303, 304}) {
            assertThat(normalize(REST, AnswerHead.of(status), "{\"errors\":\"" + DAILY + "\"}"))
                    .isEmpty();
        }
    }

    private static String throttled(String data) {
        return "{\"errors\":[{\"message\":\"Throttled\",\"extensions\":{\"code\":\"THROTTLED\"}}],\"data\":" + data
                + "," + COST + "}";
    }

    private static ApiError error(AskedHead request, AnswerHead head, String body) {
        return normalize(request, head, body).orElseThrow();
    }

    private static Optional<ApiError> normalize(AskedHead request, AnswerHead head, String body) {
        return new ShopifyErrors().normalize(request, head, ErrorBody.of(body.getBytes(UTF_8), false));
    }
}
