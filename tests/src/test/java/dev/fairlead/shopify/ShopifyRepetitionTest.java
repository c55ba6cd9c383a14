package dev.fairlead.shopify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.Fairlead;
import dev.fairlead.StopReason;
import dev.fairlead.okhttp.ResilientOkHttp;
import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubProvider;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sent a second time, as the server saw it. */
class ShopifyRepetitionTest {
    private static final String GRAPHQL = "/admin/api/2026-04/graphql.json";
    private static final String IN_PROGRESS = "{\"data\":{\"refundCreate\":{\"refund\":null,\"userErrors\":"
            + "[{\"field\":null,\"message\":\"m\",\"code\":\"IDEMPOTENCY_CONCURRENT_REQUEST\"}]}}}";
    private static final String KEY = "@idempotent(key: \\\"6a0f\\\")";

    private final ManualTicker ticker = new ManualTicker().autoAdvance();

    @AutoClose
    private final StubProvider stub =
            StubProvider.builder().hosts("*.myshopify.com").ticker(ticker).start();

    private final OkHttpClient client = ResilientOkHttp.wrap(
            stub.reroute(new OkHttpClient()),
            Fairlead.builder().provider(ShopifyProvider.create()).ticker(ticker).build());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "POST | " + GRAPHQL + " | {\"query\":\"{ shop { name } }\"} | 2",
                "POST | /admin/api/graphql.json | {\"query\":\"query Q { shop { name } }\",\"variables\":{}} | 2",
                "POST | " + GRAPHQL + " | {\"query\":\"mutation { refundCreate { refund { id } } }\"} | 1",
                "POST | " + GRAPHQL + " | {\"query\":\"mutation { refundCreate " + KEY + " { refund { id } } }\"} | 2",
                "POST | " + GRAPHQL + " | {\"query\":\"mutation { refundCreate " + KEY
                        + " { x } tagsAdd { y } }\"} | 1",
                "POST | " + GRAPHQL + " | query { shop { name } } | 1",
                "POST | /admin/api/2026-04/orders.json | {\"query\":\"{ shop { name } }\"} | 1",
                "PATCH | " + GRAPHQL + " | {\"query\":\"{ shop { name } }\"} | 1",
                "PUT | /admin/api/2026-04/orders/7.json | {\"order\":{}} | 2",
            })
    void afterAnOutage(String method, String path, String body, int requests) throws IOException {
        stub.when("*", ".*").respond(StubAnswer.status(502), StubAnswer.json(200, "{\"data\":{}}"));
        try (Response response = call(method, path, body)) {
            assertThat(response.code()).isEqualTo(requests == 1 ? 502 : 200);
            assertThat(stub.requestCount()).isEqualTo(requests);
            assertThat(ResilientOkHttp.report(response).stopReason())
                    .isEqualTo(requests == 1 ? StopReason.NOT_REPLAY_SAFE : StopReason.SUCCESS);
        }
    }

    /** The same key again is what Shopify asks for: it does nothing while the first is under way. */
    @ParameterizedTest
    @CsvSource({"IDEMPOTENCY_CONCURRENT_REQUEST, 2", "IDEMPOTENCY_KEY_PARAMETER_MISMATCH, 1", "INVALID, 1"})
    void afterAnErrorOfTheMutation(String code, int requests) throws IOException {
        stub.when("POST", ".*")
                .respond(
                        StubAnswer.json(200, IN_PROGRESS.replace("IDEMPOTENCY_CONCURRENT_REQUEST", code)),
                        StubAnswer.json(200, "{\"data\":{\"refundCreate\":{\"userErrors\":[]}}}"));
        String mutation = "{\"query\":\"mutation { refundCreate " + KEY + " { userErrors { code } } }\"}";
        try (Response response = call("POST", GRAPHQL, mutation)) {
            assertThat(stub.requestCount()).isEqualTo(requests);
            assertThat(ResilientOkHttp.error(response).isPresent()).isEqualTo(requests == 1);
            assertThat(response.body().string()).contains("userErrors");
        }
    }

    private Response call(String method, String path, String body) throws IOException {
        return client.newCall(new Request.Builder()
                        .url("https://acme-sails.myshopify.com" + path)
                        .header("X-Shopify-Access-Token", "shpat_madeUp")
                        .method(method, RequestBody.create(body, MediaType.get("application/json")))
                        .build())
                .execute();
    }
}
