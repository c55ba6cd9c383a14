package dev.fairlead.shopify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.ApiError;
import dev.fairlead.ApiNotice;
import dev.fairlead.AskedHead;
import dev.fairlead.CallListener;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.Fairlead;
import dev.fairlead.RateLimit;
import dev.fairlead.RetryAdvice;
import dev.fairlead.okhttp.ResilientOkHttp;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is commonly known of Shopify, and wrong. */
class ShopifyMisconceptionsTest {
    private static final AskedHead REST =
            new AskedHead("POST", "acme-sails.myshopify.com", "/admin/api/2026-01/products.json");

    @Test
    @DisplayName("Retry-After is an integer, or milliseconds")
    void retryAfterIsAnIntegerOrMilliseconds() {
        AnswerHead head = AnswerHead.of(429).with("Retry-After", "3.0");
        assertThat(limit(head, "").retryAfter()).contains(Duration.ofSeconds(3));
        assertThat(error(head, "{\"errors\":\"Exceeded 2 calls per second\"}").retryAfter())
                .contains(Duration.ofSeconds(3));
    }

    @Test
    @DisplayName("A shop has 50 points a second and a bucket of 1000")
    void aShopHas50PointsASecond() {
        for (int perSecond : new int[] {2, 50, 100, 200, 1000, 2000}) {
            RateLimit limit = limit(
                    AnswerHead.of(200),
                    "{\"data\":{},\"extensions\":{\"cost\":{\"requestedQueryCost\":7,\"actualQueryCost\":7,"
                            + "\"throttleStatus\":{\"maximumAvailable\":" + 20 * perSecond
                            + ".0,\"currentlyAvailable\":"
                            + (20 * perSecond - 7) + ",\"restoreRate\":" + perSecond + ".0}}}}");
            assertThat(limit.perSecond()).hasValue(perSecond);
            assertThat(limit.limit()).hasValue(20L * perSecond);
            assertThat(limit.remaining()).hasValue(20L * perSecond - 7);
        }
    }

    @Test
    @DisplayName("Every 429 is over in seconds")
    void every429IsOverInSeconds() {
        AnswerHead head = AnswerHead.of(429).with("X-Shopify-Shop-Api-Call-Limit", "1/40");
        ApiError error = error(head, "{\"errors\":{\"variant\":[\"Daily variant creation limit reached.\"]}}");
        assertThat(error.kind()).isEqualTo(ErrorKind.QUOTA_EXHAUSTED);
        assertThat(error.advice()).isEqualTo(RetryAdvice.NEVER);
    }

    @Test
    @DisplayName("430 is a throttle")
    void a430IsAThrottle() {
        ApiError error = error(AnswerHead.of(430).with("Retry-After", "2.0"), "");
        assertThat(error.kind()).isEqualTo(ErrorKind.ACCOUNT_BLOCKED);
        assertThat(error.kind().isThrottle()).isFalse();
        assertThat(error.advice()).isEqualTo(RetryAdvice.NEVER);
        assertThat(limit(AnswerHead.of(430), "")).isSameAs(RateLimit.NONE);
    }

    @Test
    @DisplayName("A retired version of the API fails")
    void aRetiredVersionFails() throws IOException {
        List<ApiNotice> notices = new CopyOnWriteArrayList<>();
        try (StubProvider stub = StubProvider.start("*.myshopify.com")) {
            stub.when("GET", "/admin/api/.*")
                    .respond(StubAnswer.json(200, "{\"orders\":[]}")
                            .header("X-Shopify-API-Version", "2026-01")
                            .header("X-Shopify-API-Deprecated-Reason", "https://shopify.dev/made-up#orders"));
            Fairlead fairlead = Fairlead.builder()
                    .provider(ShopifyProvider.create())
                    .listener(new CallListener() {
                        @Override
                        public void noticeReceived(ApiNotice notice) {
                            notices.add(notice);
                        }
                    })
                    .build();
            OkHttpClient client = ResilientOkHttp.wrap(stub.reroute(new OkHttpClient()), fairlead);
            for (String path : List.of("2024-07/orders.json", "2024-07/orders.json", "2026-01/orders/7.json")) {
                Request request = new Request.Builder()
                        .url("https://acme-sails.myshopify.com/admin/api/" + path)
                        .build();
                try (Response response = client.newCall(request).execute()) {
                    assertThat(response.code()).isEqualTo(200);
                    assertThat(ResilientOkHttp.error(response)).isEmpty();
                }
            }
        }
        assertThat(notices)
                .extracting(notice -> notice.kind() + " " + notice.endpoint() + " " + notice.text())
                .containsExactlyInAnyOrder(
                        "VERSION_DIFFERS /admin/api/2024-07/orders.json asked for 2024-07, served by 2026-01",
                        "DEPRECATED /admin/api/2024-07/orders.json https://shopify.dev/made-up#orders",
                        "DEPRECATED /admin/api/2026-01/orders/{}.json https://shopify.dev/made-up#orders");
    }

    @Test
    @DisplayName("The call limit is what remains of the limit")
    void theCallLimitIsWhatRemains() {
        RateLimit limit = limit(AnswerHead.of(200).with("X-Shopify-Shop-Api-Call-Limit", "39/40"), "");
        assertThat(limit.remaining()).hasValue(1);
        assertThat(limit.limit()).hasValue(40);
    }

    private static ApiError error(AnswerHead head, String body) {
        return new ShopifyErrors()
                .normalize(REST, head, ErrorBody.of(body.getBytes(UTF_8), false))
                .orElseThrow();
    }

    private static RateLimit limit(AnswerHead head, String body) {
        return new ShopifyRateLimit().parse(head, ErrorBody.of(body.getBytes(UTF_8), false));
    }
}
