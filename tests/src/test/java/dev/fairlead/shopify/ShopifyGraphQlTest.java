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

/** GraphQL's errors, which come with 200. */
class ShopifyGraphQlTest {
    private static final AskedHead GRAPHQL =
            new AskedHead("POST", "acme-sails.myshopify.com", "/admin/api/2026-01/graphql.json");
    private static final String COST = "\"extensions\":{\"cost\":{\"requestedQueryCost\":202,\"actualQueryCost\":null,"
            + "\"throttleStatus\":{\"maximumAvailable\":1000.0,\"currentlyAvailable\":118,\"restoreRate\":50.0}}}";

    @Test
    void aThrottledQuery() {
        AnswerHead head = AnswerHead.of(200).with("X-Request-Id", "r-7");
        ApiError error = error(head, throttled("null"));
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
        ApiError error = error(bare);
        assertThat(error.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(error.message()).isEmpty();
        assertThat(error.retryAfter()).isEmpty();
    }

    /** Then a mutation is not repeated. */
    @Test
    void dataBesideAThrottleSaysThatSomethingWasDone() {
        assertThat(error(throttled("{\"a\":null}")).executed()).isEqualTo(Executed.NO);
        assertThat(error(throttled("{\"a\":{\"id\":7}}")).executed()).isEqualTo(Executed.YES);
        assertThat(error(throttled("{\"a\":{\"userErrors\":[]},\"b\":null}")).executed())
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
        assertThat(error(body).message()).isEqualTo("B");
    }

    /** It would be refused tomorrow as well. */
    @Test
    void aQueryThatCostsMoreThanAnyMayIsNoThrottle() {
        String body = "{\"errors\":[{\"message\":\"Query cost is 2003\",\"extensions\":"
                + "{\"code\":\"MAX_COST_EXCEEDED\",\"cost\":2003,\"maxCost\":1000}}]}";
        ApiError error = error(body);
        assertThat(error.kind()).isEqualTo(ErrorKind.VALIDATION);
        assertThat(error.advice()).isEqualTo(RetryAdvice.AFTER_CHANGE);
        assertThat(error.executed()).isEqualTo(Executed.NO);
        assertThat(error.code()).contains("MAX_COST_EXCEEDED");
        assertThat(error.message()).isEqualTo("Query cost is 2003");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // code | data | kind | advice | executed
                "ACCESS_DENIED | {\"boats\":null} | PERMISSION | AFTER_CHANGE | UNKNOWN",
                "ACCESS_DENIED | - | PERMISSION | AFTER_CHANGE | NO",
                "SHOP_INACTIVE | - | ACCOUNT_BLOCKED | NEVER | NO",
                "INTERNAL_SERVER_ERROR | - | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "INTERNAL_SERVER_ERROR | {\"boats\":null} | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "undefinedField | - | VALIDATION | AFTER_CHANGE | NO",
                "argumentLiteralsIncompatible | - | VALIDATION | AFTER_CHANGE | NO",
                "BAD_REQUEST | null | VALIDATION | AFTER_CHANGE | UNKNOWN",
                "- | null | VALIDATION | AFTER_CHANGE | UNKNOWN",
                "- | - | VALIDATION | AFTER_CHANGE | NO",
                "ACCESS_DENIED | {\"boats\":null,\"sails\":{\"id\":7}} | PARTIAL_FAILURE | NEVER | YES",
                "INTERNAL_SERVER_ERROR | {\"sails\":{\"id\":7}} | PARTIAL_FAILURE | NEVER | YES",
                "- | {\"sails\":{\"id\":7}} | PARTIAL_FAILURE | NEVER | YES",
            })
    void errorsOfAQuery(String code, String data, ErrorKind kind, RetryAdvice advice, Executed executed) {
        String extensions = code == null ? "" : ",\"extensions\":{\"code\":\"" + code + "\"}";
        String body = "{" + (data == null ? "" : "\"data\":" + data + ",")
                + "\"errors\":[{\"message\":\"Boats are out\",\"path\":[\"boats\",\"edges\",0]" + extensions + "}]}";
        ApiError error = error(AnswerHead.of(200).with("X-Request-Id", "r-7"), body);
        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error.advice()).isEqualTo(advice);
        assertThat(error.executed()).isEqualTo(executed);
        assertThat(error.code().orElse(null)).isEqualTo(code);
        assertThat(error.message()).isEqualTo("Boats are out");
        assertThat(error.requestId()).contains("r-7");
        assertThat(error.details()).containsEntry("field", "boats.edges.0");
    }

    @Test
    void whatIsMissingIsTold() {
        String body = "{\"errors\":[{\"message\":\"m\",\"extensions\":{\"code\":\"ACCESS_DENIED\","
                + "\"requiredAccess\":\"`read_boats` access scope.\"}}]}";
        assertThat(error(body).details()).containsEntry("required-access", "`read_boats` access scope.");
    }

    @Test
    void anInternalErrorHasItsRequestIdInside() {
        String body =
                "{\"errors\":[{\"message\":\"Internal error. Request ID: r-8\",\"extensions\":{\"requestId\":\"r-8\"}}]}";
        ApiError error = error(body);
        assertThat(error.kind()).isEqualTo(ErrorKind.TRANSIENT);
        assertThat(error.advice()).isEqualTo(RetryAdvice.ONLY_IF_IDEMPOTENT);
        assertThat(error.requestId()).contains("r-8");
    }

    /** What was cut off may be data. */
    @Test
    void aCutBodyIsAFailureInPart() {
        String body = "{\"errors\":[{\"message\":\"m\",\"extensions\":{\"code\":\"ACCESS_DENIED\"}}],\"data\":{\"a\":";
        ApiError error = new ShopifyErrors()
                .normalize(GRAPHQL, AnswerHead.of(200), ErrorBody.of(body.getBytes(UTF_8), true))
                .orElseThrow();
        assertThat(error.kind()).isEqualTo(ErrorKind.PARTIAL_FAILURE);
        assertThat(error.executed()).isEqualTo(Executed.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"errors\":\"THROTTLED\"} | THROTTLED",
                "{\"errors\":[\"THROTTLED\"]} | THROTTLED",
                "{\"errors\":[{\"message\":\"THROTTLED\"}]} | THROTTLED",
                "{\"errors\":[{\"code\":\"THROTTLED\"}]} | ''",
                "{\"errors\":[{\"extensions\":{\"code\":[\"THROTTLED\"]}}]} | ''",
                "{\"errors\":[{\"extensions\":{\"code\":\"throttled\"}}]} | ''",
                "{\"errors\":{\"extensions\":{\"code\":\"THROTTLED\"}}} | ''",
            })
    void errorsOfOtherShapesAreNoThrottle(String body, String message) {
        ApiError error = error(body);
        assertThat(error.kind()).isEqualTo(ErrorKind.VALIDATION);
        assertThat(error.message()).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "{\"data\":{\"shop\":{\"name\":\"THROTTLED\"}}}",
                "{\"data\":{\"errors\":[{\"message\":\"m\"}]}}",
                "{\"data\":{\"a\":1},\"errors\":[]}",
                "{\"data\":{\"a\":1},\"errors\":null}",
                "{\"data\":{\"boatCreate\":{\"boat\":{\"id\":\"7\"},\"userErrors\":[]}}}",
                "{\"data\":{\"boatCreate\":{\"userErrors\":null}}}",
                "{\"data\":{\"boatCreate\":{\"userErrors\":[{}]}}}",
                "{\"data\":{\"boatCreate\":{\"userErrors\":\"x\"}}}",
                "{\"data\":[{\"userErrors\":[{\"message\":\"m\"}]}]}",
                "{\"userErrors\":[{\"message\":\"m\"}]}",
                "{\"errors\":[{\"extensions\":{\"code\":\"THROTTL",
                "<html>THROTTLED \"errors\" \"userErrors\"</html>",
                "\u0000THROTTLED\"errors\"\"userErrors\"ÿ€😀",
            })
    void successes(String body) {
        assertThat(normalize(AnswerHead.of(200), body)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "- | VALIDATION | AFTER_CHANGE | NO",
                "INVALID | VALIDATION | AFTER_CHANGE | NO",
                "BLANK | VALIDATION | AFTER_CHANGE | NO",
                "LOCATION_NOT_FOUND | VALIDATION | AFTER_CHANGE | NO",
                "NOT_FOUND | NOT_FOUND | AFTER_CHANGE | NO",
                "TAKEN | DUPLICATE | AFTER_CHANGE | NO",
                "COMPARE_QUANTITY_STALE | CONFLICT | AFTER_CHANGE | NO",
                "CHANGE_FROM_QUANTITY_STALE | CONFLICT | AFTER_CHANGE | NO",
                "INTERNAL_ERROR | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "IDEMPOTENCY_CONCURRENT_REQUEST | IDEMPOTENCY_IN_USE | SAME_REQUEST | NO",
                "IDEMPOTENCY_KEY_PARAMETER_MISMATCH | IDEMPOTENCY_MISMATCH | NEVER | NO",
            })
    void errorsOfAMutation(String code, ErrorKind kind, RetryAdvice advice, Executed executed) {
        String item = "{\"field\":[\"input\",\"masts\",\"0\",\"height\"],\"message\":\"Too high\""
                + (code == null ? "" : ",\"code\":\"" + code + "\"") + "}";
        for (String list : new String[] {"userErrors", "customerUserErrors", "mediaUserErrors"}) {
            String body = "{\"data\":{\"alias\":{\"boat\":null,\"" + list + "\":[" + item + "]}}," + COST + "}";
            ApiError error = error(AnswerHead.of(200).with("X-Request-Id", "r-7"), body);
            assertThat(error.kind()).isEqualTo(kind);
            assertThat(error.advice()).isEqualTo(advice);
            assertThat(error.executed()).isEqualTo(executed);
            assertThat(error.code().orElse(null)).isEqualTo(code);
            assertThat(error.message()).isEqualTo("Too high");
            assertThat(error.requestId()).contains("r-7");
            assertThat(error.details())
                    .containsEntry("field", "input.masts.0.height")
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "{\"field\":null,\"message\":\"m\"} | - | -",
                "{\"field\":\"height\",\"message\":\"m\"} | height | -",
                "{\"field\":[],\"message\":\"m\"} | - | -",
                "{\"field\":[null,{},\"a\"],\"message\":\"m\"} | a | -",
                "{\"field\":[\"a\"],\"message\":\"m\"},{\"field\":null},{\"field\":[\"b\",\"c\"]} | a | a, b.c",
            })
    void fieldsOfAMutation(String items, String field, String fields) {
        ApiError error = error("{\"data\":{\"boatCreate\":{\"userErrors\":[" + items + "]}}}");
        assertThat(error.details().get("field")).isEqualTo(field);
        assertThat(error.details().get("fields")).isEqualTo(fields);
    }

    /** A product may have been created, and only its media be wrong; other mutations show what would have been. */
    @Test
    void errorsBesideAThingLeaveOpenWhatWasDone() {
        for (String code : new String[] {"INVALID", "IDEMPOTENCY_CONCURRENT_REQUEST"}) {
            ApiError error = error("{\"data\":{\"productCreate\":{\"product\":{\"id\":\"7\"},\"mediaUserErrors\":"
                    + "[{\"message\":\"m\",\"code\":\"" + code + "\"}]}}}");
            assertThat(error.executed()).isEqualTo(Executed.UNKNOWN);
            assertThat(error.advice()).isNotEqualTo(RetryAdvice.SAME_REQUEST);
        }
    }

    @Test
    void ofTwoMutationsOneWasDone() {
        String refused = "\"b\":{\"userErrors\":[{\"message\":\"m\",\"code\":\"IDEMPOTENCY_CONCURRENT_REQUEST\"}]}";
        String done = "\"a\":{\"boat\":{\"id\":\"7\"},\"userErrors\":[]}";
        // Of a mutation that was asked for nothing but its errors, there is no more than that.
        String doneWithoutAWord = "\"a\":{\"userErrors\":[]}";
        for (String data : new String[] {
            refused + "," + done,
            done + "," + refused,
            refused + "," + doneWithoutAWord,
            doneWithoutAWord + "," + refused
        }) {
            ApiError error = error("{\"data\":{" + data + "}}");
            assertThat(error.kind()).isEqualTo(ErrorKind.PARTIAL_FAILURE);
            assertThat(error.advice()).isEqualTo(RetryAdvice.NEVER);
            assertThat(error.executed()).isEqualTo(Executed.YES);
            assertThat(error.code()).contains("IDEMPOTENCY_CONCURRENT_REQUEST");
        }
        // What was cut off may be a mutation that was done.
        byte[] cut = ("{\"data\":{" + refused + ",\"a\":{\"boat\":{\"id\"").getBytes(UTF_8);
        ApiError error = new ShopifyErrors()
                .normalize(GRAPHQL, AnswerHead.of(200), ErrorBody.of(cut, true))
                .orElseThrow();
        assertThat(error.kind()).isEqualTo(ErrorKind.IDEMPOTENCY_IN_USE);
        assertThat(error.advice()).isEqualTo(RetryAdvice.ONLY_IF_IDEMPOTENT);
        assertThat(error.executed()).isEqualTo(Executed.UNKNOWN);
    }

    @Test
    void manyMutationsAndFieldsAreLookedAtNoFurther() {
        StringBuilder data = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            data.append("\"m").append(i).append("\":{\"userErrors\":[]},");
        }
        String late = "{\"data\":{" + data + "\"z\":{\"userErrors\":[{\"message\":\"m\"}]}}}";
        assertThat(normalize(AnswerHead.of(200), late)).isEmpty();
        String deep = "\"p\",".repeat(1_000) + "\"p\"";
        assertThat(error("{\"data\":{\"a\":{\"userErrors\":[{\"field\":[" + deep + "]}]}}}")
                        .details())
                .containsEntry("field", "p.".repeat(15) + "p");
    }

    private static String throttled(String data) {
        return "{\"errors\":[{\"message\":\"Throttled\",\"extensions\":{\"code\":\"THROTTLED\"}}],\"data\":" + data
                + "," + COST + "}";
    }

    private static ApiError error(String body) {
        return error(AnswerHead.of(200), body);
    }

    private static ApiError error(AnswerHead head, String body) {
        return normalize(head, body).orElseThrow();
    }

    private static Optional<ApiError> normalize(AnswerHead head, String body) {
        return new ShopifyErrors().normalize(GRAPHQL, head, ErrorBody.of(body.getBytes(UTF_8), false));
    }
}
