package dev.fairlead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.github.GitHubProvider;
import dev.fairlead.sendgrid.SendGridProvider;
import dev.fairlead.shopify.ShopifyProvider;
import dev.fairlead.stripe.StripeProvider;
import dev.fairlead.twilio.TwilioProvider;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever comes from outside, parsers and normalizers give a value or nothing. The inputs are pieces of real answers,
 * put together and damaged by a seeded generator: a failure's seed and number bring it back.
 */
class HostileInputTest {
    private static final int ROUNDS = 10_000;

    private static final List<String> NAMES = List.of(
            "Age",
            "Date",
            "Retry-After",
            "RateLimit",
            "RateLimit-Policy",
            "RateLimit-Limit",
            "RateLimit-Remaining",
            "RateLimit-Reset",
            "X-RateLimit-Limit",
            "X-RateLimit-Remaining",
            "X-RateLimit-Reset",
            "X-RateLimit-Resource",
            "X-Rate-Limit-Reset",
            "gh-limited-by",
            "X-GitHub-Request-Id",
            "X-GitHub-OTP",
            "Stripe-Rate-Limited-Reason",
            "Stripe-Should-Retry",
            "X-Shopify-Shop-Api-Call-Limit",
            "X-Request-Id");

    private static final List<String> VALUES = List.of(
            "",
            "0",
            "1",
            "60",
            "2.0",
            "0.5",
            "-1",
            "1e9",
            "NaN",
            "1800000030",
            "1800000030000",
            "99999999999999999999",
            "9223372036",
            "9223372035",
            "Fri, 15 Jan 2027 08:00:40 GMT",
            "Friday, 15-Jan-27 08:00:40 GMT",
            "Fri Jan 15 08:00:40 2027",
            "2027-01-15T08:00:45Z",
            "2027-01-15T08:00:45.123456789+23:59",
            "\"a\";r=5;t=10",
            "\"a\";r=0;t=10, \"b\";r=3;t=900",
            "\"a\";q=50;w=60",
            "limit=40, remaining=0, reset=6",
            "10, 10;w=1, 50;w=60",
            "a;pk=:cHJvamVjdA==:;t=1",
            "core",
            "required; sms",
            "global-concurrency",
            "resource-specific",
            "true",
            "32/40",
            "1/2147483648",
            "Bearer sk_live_x",
            "Basic c2tfbGl2ZV94Og==",
            "A1B2:C3D4E5:F60718:29304152:637485A6",
            "\u0000",
            "ÿ€😀");

    private static final List<String> BODIES = List.of(
            "",
            "{}",
            "[]",
            "null",
            "{\"message\":\"You have exceeded a secondary rate limit.\"}",
            "{\"message\":\"Validation Failed\",\"errors\":[{\"resource\":\"Label\",\"code\":\"already_exists\",\"field\":\"n\"}]}",
            "{\"errors\":[{\"type\":\"RATE_LIMITED\",\"message\":\"API rate limit exceeded\"}]}",
            "{\"data\":{\"a\":null},\"errors\":[{\"type\":\"NOT_FOUND\",\"path\":[\"a\"]}]}",
            "{\"error\":\"slow_down\",\"interval\":99999999999999999999}",
            "error=bad_verification_code&x=%zz",
            "{\"error\":{\"message\":\"No\",\"code\":-1e400}}",
            "{\"error\":{\"code\":\"lock_timeout\",\"type\":\"rate_limit_error\"}}",
            "{\"error\":{\"code\":\"rate_limit\",\"param\":\"\"}}",
            "{\"errors\":[{\"message\":\"Maximum credits exceeded\",\"field\":null},]}",
            "{\"errors\":{\"product\":[\"Daily variant creation limit reached\"]}}",
            "{\"errors\":[{\"extensions\":{\"code\":\"THROTTLED\"}}],\"extensions\":{\"cost\":{\"requestedQueryCost\":202,"
                    + "\"throttleStatus\":{\"maximumAvailable\":1e3,\"currentlyAvailable\":0.5,\"restoreRate\":50.0}}}}",
            "{\"data\":[],\"extensions\":{\"cost\":{\"requestedQueryCost\":99999999999999999999,\"actualQueryCost\":-1,"
                    + "\"throttleStatus\":{\"maximumAvailable\":[],\"currentlyAvailable\":\"NaN\",\"restoreRate\":0}}}}",
            "<!DOCTYPE html><title>Unicorn!</title>",
            "{\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\",\"violated-policies\":[\"d\",null]}",
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[");

    private static final List<AskedHead> REQUESTS = List.of(
            new AskedHead("POST", "api.github.com", "/graphql"),
            new AskedHead("POST", "github.com", "/login/oauth/access_token"),
            new AskedHead("PUT", "api.github.com", "/repos/acme/rocket/pulls/9/merge"),
            new AskedHead("POST", "api.stripe.com", "/v1/charges"),
            new AskedHead("POST", "acme-sails.myshopify.com", "/admin/api/2026-01/graphql.json"),
            new AskedHead("DELETE", "api.sendgrid.com", "/v3/suppression/bounces/someone@example.com"),
            new AskedHead("POST", "api.twilio.com", "/2010-04-01/Accounts/AC7/Messages.json"),
            new AskedHead("GET", "", ""));

    private static final int[] STATUSES = {
        -1, 0, 100, 200, 202, 301, 304, 400, 401, 403, 404, 405, 408, 409, 410, 422, 425, 429, 451, 500, 501, 503, 599,
        999
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 20_270_115, 3_141_592_653L})
    void parsersAndNormalizersGiveAValueOrNothing(long seed) {
        Random random = new Random(seed);
        List<Provider> providers = List.of(
                Provider.generic(),
                GitHubProvider.create(),
                SendGridProvider.create(),
                ShopifyProvider.create(),
                StripeProvider.create(),
                TwilioProvider.create());
        for (int round = 0; round < ROUNDS; round++) {
            AskedHead request = REQUESTS.get(random.nextInt(REQUESTS.size()))
                    .with("Authorization", damaged(random, VALUES.get(random.nextInt(VALUES.size()))));
            AnswerHead head = head(random);
            ErrorBody body = body(random);
            String input = "seed " + seed + " round " + round + ": " + head + " " + body.raw();
            for (Provider provider : providers) {
                try {
                    checkLimit(provider.rateLimit().parse(head, body));
                    checkError(provider.errors().normalize(request, head, body), head.status());
                    assertThat(provider.quotas(request)).hasSizeLessThanOrEqualTo(2);
                    provider.credential(request);
                    provider.peekBytes(request, head);
                } catch (RuntimeException | AssertionError failure) {
                    throw new AssertionError(input, failure);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 20_270_116, 2_718_281_828L})
    void readersGiveAValueOrNothing(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            String value = damaged(random, VALUES.get(random.nextInt(VALUES.size())));
            String input = "seed " + seed + " round " + round + ": " + value;
            AnswerHead head = head(random).with("Retry-After", value);
            assertThat(LongStream.of(
                            HeaderValues.nonNegativeInteger(value),
                            HeaderValues.secondsAsNanos(value),
                            HeaderValues.httpDateMillis(value, random.nextLong()),
                            HeaderValues.isoInstantMillis(value),
                            HeaderValues.retryAfterNanos(head),
                            HeaderValues.nanosUntilEpochSecond(random.nextLong(), head),
                            HeaderValues.nanosUntilEpochMilli(random.nextLong(), head)))
                    .as(input)
                    .allMatch(number -> number >= HeaderValues.NOT_SAID);
            ErrorBody body = body(random);
            body.text(value);
            body.text("/" + value);
            body.hasContent("/errors/0" + value);
            assertThat(body.isJson() && body.isEmpty()).isFalse();
        }
    }

    private static void checkLimit(RateLimit limit) {
        assertThat(limit.limitOrNegative()).isGreaterThanOrEqualTo(-1);
        assertThat(limit.remainingOrNegative()).isGreaterThanOrEqualTo(-1);
        assertThat(limit.resetNanosOrNegative())
                .isBetween(-1L, Duration.ofDays(32).toNanos());
        assertThat(limit.retryAfterNanosOrNegative()).isGreaterThanOrEqualTo(-1);
        assertThat(limit.resource().orElse("").length()).isLessThanOrEqualTo(64);
    }

    private static void checkError(Optional<ApiError> normalized, int status) {
        if (normalized.isEmpty()) {
            assertThat(status).isLessThan(400);
            return;
        }
        ApiError error = normalized.get();
        error.retryAfter().ifPresent(wait -> assertThat(wait).isGreaterThanOrEqualTo(Duration.ZERO));
        if (error.provider().equals("github")) {
            assertThat(error.retryAfter().orElse(Duration.ZERO)).isLessThanOrEqualTo(Duration.ofMinutes(65));
            assertThat(error.retryAfter().isPresent() || error.advice() != RetryAdvice.AFTER_WAIT)
                    .isTrue();
        }
        assertThat(error.message().length()).isLessThan(2_100);
        assertThat(error.toString()).isNotEmpty();
    }

    private static AnswerHead head(Random random) {
        AnswerHead head = AnswerHead.of(STATUSES[random.nextInt(STATUSES.length)]);
        for (int i = random.nextInt(8); i > 0; i--) {
            head = head.with(
                    NAMES.get(random.nextInt(NAMES.size())),
                    damaged(random, VALUES.get(random.nextInt(VALUES.size()))));
        }
        return random.nextInt(8) == 0 ? head.receivedAt(random.nextLong()) : head;
    }

    private static ErrorBody body(Random random) {
        byte[] bytes =
                damaged(random, BODIES.get(random.nextInt(BODIES.size()))).getBytes(UTF_8);
        for (int i = random.nextInt(3); i > 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        boolean cut = random.nextInt(4) == 0;
        return ErrorBody.of(cut ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes, cut);
    }

    /**
     * One time in two untouched; else with pieces dropped, repeated, swapped for others or replaced by one character.
     */
    private static String damaged(Random random, String text) {
        StringBuilder damaged = new StringBuilder(text);
        for (int i = random.nextInt(2) * random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(damaged.length() + 1);
            int end = Math.min(damaged.length(), at + random.nextInt(6));
            switch (random.nextInt(4)) {
                case 0 -> damaged.delete(at, end);
                case 1 -> damaged.insert(at, damaged.substring(at, end).repeat(random.nextInt(40)));
                case 2 -> damaged.insert(at, VALUES.get(random.nextInt(VALUES.size())));
                default -> damaged.insert(at, (char) random.nextInt(random.nextBoolean() ? 128 : 65_536));
            }
        }
        return damaged.toString();
    }
}
