package dev.fairlead.shopify;

import static dev.fairlead.testkit.RecordedCase.asked;

import dev.fairlead.ApiError.Executed;
import dev.fairlead.ErrorKind;
import dev.fairlead.Provider;
import dev.fairlead.RateLimit.Scope;
import dev.fairlead.RetryAdvice;
import dev.fairlead.testkit.ProviderContract;
import dev.fairlead.testkit.RecordedCase;
import java.time.Duration;
import java.util.List;

class ShopifyContractTest extends ProviderContract {
    private static final String REST = "GET https://acme-sails.myshopify.com/admin/api/2026-01/orders/450789469.json";
    private static final String GRAPHQL = "POST https://acme-sails.myshopify.com/admin/api/2026-01/graphql.json";

    @Override
    protected Provider provider() {
        return ShopifyProvider.create();
    }

    @Override
    protected List<String> credentialForms() {
        return List.of("X-Shopify-Access-Token: %s", "Authorization: Basic %s");
    }

    @Override
    protected String secret() {
        // In two parts, or those who scan sources for keys would take it for one.
        return "shpat_" + "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
    }

    @Override
    protected boolean looksIntoSuccess(String method, String path) {
        return path.endsWith("/graphql.json");
    }

    @Override
    protected List<RecordedCase> cases() {
        return List.of(
                asked(REST)
                        .answered(200, "X-Shopify-Shop-Api-Call-Limit: 32/40")
                        .isSuccess()
                        .limit(40, 8)
                        .scope(Scope.QUOTA),
                asked(REST)
                        .answered(404)
                        .body("{\"errors\":\"Not Found\"}")
                        .isError(ErrorKind.NOT_FOUND, RetryAdvice.NEVER, Executed.NO)
                        .message("Not Found"),
                asked(REST)
                        .answered(401)
                        .body("{\"errors\":\"[API] Invalid API key or access token\"}")
                        .isError(ErrorKind.AUTHENTICATION, RetryAdvice.AFTER_CREDENTIAL_FIX, Executed.NO),
                asked(REST)
                        .answered(429, "Retry-After: 2.0", "X-Shopify-Shop-Api-Call-Limit: 40/40")
                        .body("{\"errors\":\"Exceeded 2 calls per second\"}")
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .waits(Duration.ofSeconds(2))
                        .limit(40, 0),
                asked(REST)
                        .answered(502)
                        .body("<html>Bad gateway</html>")
                        .isError(ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT, Executed.UNKNOWN),
                asked(GRAPHQL)
                        .sending("{\"query\":\"mutation { tagsAdd(id: 7) { node { id } } }\"}")
                        .answered(200)
                        .body(
                                "{\"data\":{\"shop\":{\"name\":\"Acme\"}},\"extensions\":{\"cost\":{\"requestedQueryCost\":100,\"actualQueryCost\":42,\"throttleStatus\":{\"maximumAvailable\":2000.0,\"currentlyAvailable\":1958,\"restoreRate\":100.0}}}}")
                        .isSuccess()
                        .limit(2_000, 1_958)
                        .perSecond(100),
                asked(GRAPHQL)
                        .sending("{\"query\":\"mutation { tagsAdd(id: 7) { node { id } } }\"}")
                        .answered(200)
                        .body(
                                "{\"errors\":[{\"message\":\"Throttled\",\"extensions\":{\"code\":\"THROTTLED\"}}],\"extensions\":{\"cost\":{\"requestedQueryCost\":100,\"actualQueryCost\":null,\"throttleStatus\":{\"maximumAvailable\":2000.0,\"currentlyAvailable\":50,\"restoreRate\":100.0}}}}")
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .code("THROTTLED")
                        .waits(Duration.ofMillis(500)));
    }
}
