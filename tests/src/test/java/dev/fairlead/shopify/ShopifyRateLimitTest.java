package dev.fairlead.shopify;

import static java.nio.charset.StandardCharsets.UTF_8;
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

class ShopifyRateLimitTest {
    private static final String CALL_LIMIT = "X-Shopify-Shop-Api-Call-Limit";
    private static final String THROTTLED = "\"errors\":[{\"message\":\"T\",\"extensions\":{\"code\":\"THROTTLED\"}}]";

    /** What is used, not what is left. */
    @ParameterizedTest
    @CsvSource({
        "32/40, 40, 8, 2",
        "0/40, 40, 40, 2",
        "40/40, 40, 0, 2",
        "41/40, 40, 0, 2",
        "1/80, 80, 79, 4",
        "399/400, 400, 1, 20",
        "7/800, 800, 793, 40",
        "' 32 / 40 ', 40, 8, 2",
        "1/2147483648, 2147483647, 2147483647, 107374182.4",
        "32.0/40.0, 40, 8, 2",
        "31.5/40.9, 40, 8, 2",
    })
    void theCallLimitIsWhatIsUsed(String header, long limit, long available, double perSecond) {
        for (int status : new int[] {200, 201, 303, 404, 422, 423, 430, 500}) {
            RateLimit read = parse(AnswerHead.of(status).with(CALL_LIMIT, header), "");
            assertThat(read.scope()).isEqualTo(Scope.QUOTA);
            assertThat(read.resource()).isEmpty();
            assertThat(read.limit()).hasValue(limit);
            assertThat(read.remaining()).hasValue(available);
            assertThat(read.perSecond()).hasValue((float) perSecond);
            assertThat(read.reset()).isEmpty();
            assertThat(read.retryAfter()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "40",
                "32/",
                "/40",
                "-1/40",
                "1/-40",
                "1/0",
                "0/0",
                "NaN/40",
                "1.2.3/40",
                "a/b",
                "1/40/2",
                "99999999999999999999/40",
                "1/99999999999999999999",
                "\u0000/ÿ",
            })
    void callLimitsOfOtherShapesSayNothing(String header) {
        assertThat(parse(AnswerHead.of(200).with(CALL_LIMIT, header), "")).isSameAs(RateLimit.NONE);
        RateLimit throttled = parse(AnswerHead.of(429).with(CALL_LIMIT, header).with("Retry-After", "2.0"), "");
        assertThat(throttled.scope()).isEqualTo(Scope.QUOTA);
        assertThat(throttled.retryAfter()).contains(Duration.ofSeconds(2));
        assertThat(throttled.remaining()).isEmpty();
    }

    /** Seconds with a fraction, and never milliseconds. */
    @ParameterizedTest
    @CsvSource({"2.0, 2000", "0.5, 500", "4, 4000", "-1, -1", "NaN, -1", "1e3, -1", "99999999999999999999, -1"})
    void retryAfterIsADecimalOfSeconds(String header, long millis) {
        RateLimit read = parse(AnswerHead.of(429).with(CALL_LIMIT, "40/40").with("Retry-After", header), "");
        assertThat(read.retryAfter().map(Duration::toMillis).orElse(-1L)).isEqualTo(millis);
        assertThat(read.remaining()).hasValue(0);
        assertThat(parse(AnswerHead.of(303).with("Retry-After", header), "")).isSameAs(RateLimit.NONE);
    }

    /** The same value comes under a second name, which counts where a proxy took the first away. */
    @Test
    void theCallLimitHasTwoNames() {
        String second = "http_x_shopify_shop_api_call_limit";
        assertThat(parse(AnswerHead.of(200).with(second, "32/40"), "").remaining())
                .hasValue(8);
        assertThat(parse(AnswerHead.of(200).with(second, "32/40").with(CALL_LIMIT, "33/40"), "")
                        .remaining())
                .hasValue(7);
        assertThat(parse(AnswerHead.of(200).with(CALL_LIMIT, "33/40").with(CALL_LIMIT, "33/40"), "")
                        .remaining())
                .hasValue(7);
    }

    @Test
    void withoutACallLimitAThrottleIsOfTheCallsQuota() {
        assertThat(parse(AnswerHead.of(429), "").scope()).isEqualTo(Scope.QUOTA);
        assertThat(parse(AnswerHead.of(429), "").retryAfter()).isEmpty();
        assertThat(parse(AnswerHead.of(200), "")).isSameAs(RateLimit.NONE);
        assertThat(parse(AnswerHead.of(500), "")).isSameAs(RateLimit.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // requested, actual, maximum, available, rate, and what is read of them
                "12, 3, 1000, 985, 50, 12, 3, 1000, 985, 50",
                "12, 3, 2000.0, 1985.0, 100.0, 12, 3, 2000, 1985, 100",
                // what costs is rounded up, what is there down
                "12.5, 3.01, 1000.9, 985.9, 0.5, 13, 4, 1000, 985, 0.5",
                "0, 0, 40, 0, 2, 0, 0, 40, 0, 2",
                "12, null, 1000, 985, 50, 12, -1, 1000, 985, 50",
                "-, -, 1000, 985, 50, -1, -1, 1000, 985, 50",
                "12, 3, -, -, -, 12, 3, -1, -1, -1",
                "12, 3, 1000, -, 50, 12, 3, 1000, -1, 50",
                "-, -, -, 985, -, -1, -1, -1, 985, -1",
                "\"12\", \"3\", \"1000\", \"985\", \"50\", 12, 3, 1000, 985, 50",
                // garbage is not said, and spoils nothing else
                "-12, 1e3, [1000], {}, true, -1, -1, -1, -1, -1",
                "-12, 3, 1000, 985, 0, -1, 3, 1000, 985, -1",
                "12, 3, 1000, -5, -50, 12, 3, 1000, -1, -1",
                "12, 3, 99999999999999999999, 985, 1e400, 12, 3, -1, 985, -1",
                "4294967296, 3, 9000000000, 985, 9000000000, 2147483647, 3, 2147483647, 985, -1",
                "NaN, Infinity, 1000, 985, 50, -1, -1, -1, -1, -1",
            })
    void theCostOfAQuery(
            String requested,
            String actual,
            String maximum,
            String available,
            String rate,
            long requestedRead,
            long actualRead,
            long maximumRead,
            long availableRead,
            double rateRead) {
        RateLimit read = parse(
                AnswerHead.of(200),
                "{\"data\":{\"shop\":{\"name\":\"A\"}},\"extensions\":{"
                        + cost(requested, actual, maximum, available, rate) + "}}");
        boolean nothing = requestedRead < 0 && actualRead < 0 && maximumRead < 0 && availableRead < 0 && rateRead < 0;
        assertThat(read == RateLimit.NONE).isEqualTo(nothing);
        assertThat(read.requestedCost().orElse(-1)).isEqualTo(requestedRead);
        assertThat(read.cost().orElse(-1)).isEqualTo(actualRead);
        assertThat(read.limitOrNegative()).isEqualTo(maximumRead);
        assertThat(read.remainingOrNegative()).isEqualTo(availableRead);
        assertThat(read.perSecond().orElse(-1)).isEqualTo(rateRead);
        assertThat(read.retryAfter()).isEmpty();
        if (!nothing) {
            assertThat(read.scope()).isEqualTo(Scope.QUOTA);
            assertThat(read.resource()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // requested, available, rate, wait in nanoseconds
                "202, 118, 50.0, 1680000000",
                "200, 100, 50, 2000000000",
                "101, 100, 3, 333333334",
                "1000, 0, 2, 500000000000",
                "100.5, 100, 1, 500000000",
                // it is there, so that is not what the throttle is about
                "100, 100, 50, -1",
                "10, 100, 50, -1",
                // a part is missing
                "-, 100, 50, -1",
                "200, -, 50, -1",
                "200, 100, -, -1",
                "200, 100, 0, -1",
                "200, 100, -50, -1",
                // longer than anything can count
                "200, 100, 0.0000000001, -1",
                "9000000000, 0, 0.000000001, -1",
                "9000000000, 0, 9000000000, 1000000000",
            })
    void theWaitOfAThrottledQuery(String requested, String available, String rate, long nanos) {
        RateLimit read = parse(
                AnswerHead.of(200),
                "{" + THROTTLED + ",\"extensions\":{" + cost(requested, "null", "1000.0", available, rate) + "}}");
        assertThat(read.scope()).isEqualTo(Scope.QUOTA);
        assertThat(read.retryAfter().map(Duration::toNanos).orElse(-1L)).isEqualTo(nanos);
        assertThat(read.limit()).hasValue(1000);
    }

    @Test
    void aThrottleWithoutACostIsOfTheCallsQuota() {
        for (String extensions : new String[] {"", ",\"extensions\":{}", ",\"extensions\":{\"cost\":null}"}) {
            RateLimit read = parse(AnswerHead.of(200), "{" + THROTTLED + extensions + "}");
            assertThat(read.scope()).isEqualTo(Scope.QUOTA);
            assertThat(read.retryAfter()).isEmpty();
            assertThat(read.remaining()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "{\"data\":{\"cost\":7}}",
                "{\"data\":{\"extensions\":{\"cost\":{\"requestedQueryCost\":7}}}}",
                "{\"extensions\":{\"cost\":7}}",
                "{\"extensions\":{\"cost\":[{\"requestedQueryCost\":7}]}}",
                "{\"extensions\":[{\"cost\":{}}]}",
                "{\"extensions\":{\"cost\":{\"throttleStatus\":[1000,985,50]}}}",
                "{\"extensions\":{\"cost\":{\"requestedQueryCost\":",
                "\"cost\"",
                "<html>\"cost\"</html>",
                "\u0000\"cost\"ÿ€😀",
            })
    void bodiesOfOtherShapesSayNothing(String body) {
        assertThat(parse(AnswerHead.of(200), body)).isSameAs(RateLimit.NONE);
    }

    /** The cost stands at the end: where the peek ends before, nothing is said, and nothing is guessed. */
    @Test
    void aCostThatWasCutOffIsNotSaid() {
        String whole = "{\"data\":{\"name\":\"" + "x".repeat(9_000) + "\"},\"extensions\":{"
                + cost("12", "3", "1000", "985", "50") + "}}";
        assertThat(parse(AnswerHead.of(200), whole).remaining()).hasValue(985);
        for (int length : new int[] {1, 100, 8_192, whole.indexOf("\"cost\"") + 20}) {
            byte[] cut = whole.substring(0, length).getBytes(UTF_8);
            assertThat(new ShopifyRateLimit().parse(AnswerHead.of(200), ErrorBody.of(cut, true)))
                    .isSameAs(RateLimit.NONE);
        }
        // Cut in the middle of the state: the numbers that stand there in full count, half a number does not.
        int middle = whole.indexOf("985") + 2;
        RateLimit half = new ShopifyRateLimit()
                .parse(
                        AnswerHead.of(200),
                        ErrorBody.of(whole.substring(0, middle).getBytes(UTF_8), true));
        assertThat(half.limit()).hasValue(1000);
        assertThat(half.remaining()).isEmpty();
    }

    private static String cost(String requested, String actual, String maximum, String available, String rate) {
        return "\"cost\":{" + member("requestedQueryCost", requested) + member("actualQueryCost", actual)
                + "\"throttleStatus\":{" + member("maximumAvailable", maximum)
                + member("currentlyAvailable", available) + member("restoreRate", rate) + "\"x\":null},\"y\":null}";
    }

    private static String member(String name, String value) {
        return value == null ? "" : "\"" + name + "\":" + value + ",";
    }

    private static RateLimit parse(AnswerHead head, String body) {
        return new ShopifyRateLimit().parse(head, ErrorBody.of(body.getBytes(UTF_8), false));
    }
}
