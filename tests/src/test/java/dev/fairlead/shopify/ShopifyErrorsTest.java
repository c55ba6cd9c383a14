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

class ShopifyErrorsTest {
    private static final String SHOP = "acme-sails.myshopify.com";
    private static final AskedHead REST = new AskedHead("POST", SHOP, "/admin/api/2026-01/products.json");
    private static final AskedHead GRAPHQL = new AskedHead("POST", SHOP, "/admin/api/2026-01/graphql.json");
    private static final String THROTTLED = "{\"errors\":[{\"extensions\":{\"code\":\"THROTTLED\"}}]}";
    private static final String DAILY = "Daily variant creation limit reached. Please try again later.";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // status | errors | kind | advice | executed
                "429 | \"Exceeded 2 calls per second for api client.\" | RATE_LIMITED | AFTER_WAIT | NO",
                "429 | {\"order\":[\"Exceeded order API rate limit\"]} | RATE_LIMITED | AFTER_WAIT | NO",
                "429 | null | RATE_LIMITED | AFTER_WAIT | NO",
                // not every 429 clears in seconds
                "429 | {\"product\":[\"Daily variant creation limit reached.\"]} | QUOTA_EXHAUSTED | NEVER | NO",
                "429 | {\"variant\":\"daily variant creation limit reached\"} | QUOTA_EXHAUSTED | NEVER | NO",
                "429 | \"Daily variant creation limit reached\" | QUOTA_EXHAUSTED | NEVER | NO",
                "422 | \"Daily variant creation limit reached\" | VALIDATION | NEVER | NO",
                // no throttle
                "430 | \"Exceeded 2 calls per second\" | ACCOUNT_BLOCKED | NEVER | NO",
                "400 | {\"order\":\"Required parameter missing or invalid\"} | VALIDATION | NEVER | NO",
                "401 | \"Invalid API key\" | AUTHENTICATION | AFTER_CREDENTIAL_FIX | NO",
                "402 | \"This shop is frozen\" | ACCOUNT_BLOCKED | NEVER | NO",
                "402 | \"Unavailable Shop\" | ACCOUNT_BLOCKED | NEVER | NO",
                "403 | \"Forbidden\" | PERMISSION | NEVER | NO",
                "403 | \"[API] This action requires merchant approval for write_sails scope.\" | PERMISSION | NEVER | NO",
                "403 | \"Unavailable Shop\" | ACCOUNT_BLOCKED | NEVER | NO",
                "404 | \"Not Found\" | NOT_FOUND | NEVER | NO",
                "405 | \"Method Not Allowed\" | VALIDATION | NEVER | NO",
                "406 | \"Not Acceptable\" | VALIDATION | NEVER | NO",
                "409 | \"Conflict\" | CONFLICT | NEVER | NO",
                "422 | {\"title\":[\"can't be blank\"]} | VALIDATION | NEVER | NO",
                "422 | {\"title\":[],\"handle\":[\"has already been taken\"]} | DUPLICATE | NEVER | NO",
                "423 | \"Locked\" | ACCOUNT_BLOCKED | NEVER | NO",
                "500 | \"An unexpected error occurred\" | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "503 | \"Unavailable\" | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "504 | \"Gateway Timeout\" | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "530 | \"Origin DNS Error\" | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "540 | \"Temporarily disabled\" | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "783 | \"Unexpected Error\" | VALIDATION | NEVER | NO",
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "{\"errors\":\"Not Found\"} | Not Found | -",
                "{\"errors\":{\"rigging\":[\"can't be blank\",\"is too short\"]}} | can't be blank | rigging",
                "{\"errors\":{\"rigging\":\"is missing\",\"a\":\"b\"}} | is missing | rigging",
                "{\"errors\":{\"base\":[\"Cannot be cancelled\"]}} | Cannot be cancelled | base",
                "{\"errors\":[\"Rigging is missing\",\"B\"]} | Rigging is missing | -",
                "{\"errors\":[{\"message\":\"Parse error\",\"extensions\":{\"code\":\"P\"}}]} | Parse error | -",
                "{\"error\":\"Bad sail\"} | Bad sail | -",
                "{\"errors\":{\"rigging\":{\"deep\":\"x\"}}} | - | rigging",
                "{\"errors\":{}} | - | -",
                "{\"errors\":[]} | - | -",
                "{\"errors\":[[\"x\"]]} | - | -",
                "{\"errors\":null} | - | -",
                "<html>Bad</html> | - | -",
                "\u0000{ÿ€😀 | - | -",
            })
    void errorsComeInSeveralShapes(String body, String message, String field) {
        ApiError error = error(REST, AnswerHead.of(422), body);
        assertThat(error.kind()).isEqualTo(ErrorKind.VALIDATION);
        assertThat(error.message()).isEqualTo(message == null ? "" : message);
        assertThat(error.details().get("field")).isEqualTo(field);
    }

    @Test
    void theCodeOfAQueryThatIsRefusedWithAStatusOfItsOwn() {
        String body = "{\"errors\":[{\"message\":\"m\",\"extensions\":{\"code\":\"BAD_REQUEST\"}}]}";
        assertThat(error(GRAPHQL, AnswerHead.of(400), body).code()).contains("BAD_REQUEST");
    }

    /** What stands first in a fault's object is no field of the request. */
    @Test
    void aServersFaultHasNoField() {
        ApiError error = error(REST, AnswerHead.of(500), "{\"errors\":{\"title\":\"T\",\"description\":\"D\"}}");
        assertThat(error.message()).isEqualTo("T");
        assertThat(error.details()).isEmpty();
        assertThat(error(REST, AnswerHead.of(502), "<html>Bad gateway</html>").kind())
                .isEqualTo(ErrorKind.TRANSIENT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | invalid_subject_token | The subject token is wrong | AUTHENTICATION | AFTER_CREDENTIAL_FIX",
                "400 | invalid_grant | This request requires an active refresh_token | AUTHENTICATION | AFTER_CREDENTIAL_FIX",
                "400 | invalid_client | Unknown app | AUTHENTICATION | AFTER_CREDENTIAL_FIX",
                "400 | invalid_request | The authorization code was used already | AUTHENTICATION | AFTER_CREDENTIAL_FIX",
                "400 | invalid_request | Could not find client_id | VALIDATION | NEVER",
                "400 | unsupported_grant_type | No such grant | VALIDATION | NEVER",
                "400 | invalid_scope | No such scope | VALIDATION | NEVER",
                "400 | access_denied | The merchant said no | PERMISSION | NEVER",
                "401 | invalid_client | Unknown app | AUTHENTICATION | AFTER_CREDENTIAL_FIX",
                "500 | server_error | Later | TRANSIENT | ONLY_IF_IDEMPOTENT",
            })
    void oauth(int status, String code, String description, ErrorKind kind, RetryAdvice advice) {
        AskedHead token = new AskedHead("POST", SHOP, "/admin/oauth/access_token");
        String body = "{\"error\":\"" + code + "\",\"error_description\":\"" + description + "\"}";
        ApiError error = error(token, AnswerHead.of(status).with("x-request-id", "r-9"), body);
        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error.advice()).isEqualTo(advice);
        assertThat(error.code()).contains(code);
        assertThat(error.message()).isEqualTo(description);
        assertThat(error.requestId()).contains("r-9");
    }

    @Test
    void onlyGraphQlIsLookedInto() {
        assertThat(normalize(REST, AnswerHead.of(200), THROTTLED)).isEmpty();
        for (int status : new int[] {201, 202, 204, 303, 304}) {
            assertThat(normalize(REST, AnswerHead.of(status), "{\"errors\":\"" + DAILY + "\"}"))
                    .isEmpty();
        }
    }

    private static ApiError error(AskedHead request, AnswerHead head, String body) {
        return normalize(request, head, body).orElseThrow();
    }

    private static Optional<ApiError> normalize(AskedHead request, AnswerHead head, String body) {
        return new ShopifyErrors().normalize(request, head, ErrorBody.of(body.getBytes(UTF_8), false));
    }
}
