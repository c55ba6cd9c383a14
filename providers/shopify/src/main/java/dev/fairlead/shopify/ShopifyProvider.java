package dev.fairlead.shopify;

import dev.fairlead.ApiVersions;
import dev.fairlead.GraphQlDocument;
import dev.fairlead.HealthRequest;
import dev.fairlead.Paging;
import dev.fairlead.Provider;
import dev.fairlead.RequestHead;
import dev.fairlead.ResponseHead;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Shopify's Admin API: {@code Fairlead.builder().provider(ShopifyProvider.create())}.
 *
 * <ul>
 *   <li>Each shop is a host of its own, and has two buckets for each access token: the quota {@code rest} counts requests,
 *       the quota {@code graphql} points. Both follow what each answer says of them, so a plan need not be named.
 *   <li>GraphQL's errors come with {@code 200}: such answers are looked into, {@code userErrors} of mutations too. Where one
 *       is longer than 8 KiB, the cost at its end is not seen, and its bucket stays as the last answer left it.
 *   <li>A {@code 429} may be the day's limit of new variants, which no wait of a call brings back. A {@code 430} is no
 *       throttle, but a rejection for security's sake.
 *   <li>A GraphQL query may be repeated, and so may a mutation of which each field is {@code @idempotent(key: …)}; its body
 *       is looked into for that. Shopify has no header for keys: any other POST whose outcome is unknown is not repeated.
 *   <li>The version stands in the path. A retired one is served by the oldest there is, with {@code 200}: that, and {@code
 *       X-Shopify-API-Deprecated-Reason}, comes to {@link dev.fairlead.CallListener#noticeReceived}. {@link
 *       Provider#apiVersion} tells of requests for another version than yours.
 *   <li>The health request is REST's {@code /admin/shop.json}, at the shop's own host: it takes one of its {@code rest}
 *       requests, needs a token but no scope, and names no version, so that it does not grow old.
 * </ul>
 *
 * <p>Facts are from shopify.dev, checked 2026-11; each constant names its page.
 */
public final class ShopifyProvider {
    static final String NAME = "shopify";

    /**
     * A query may cost 1000 points (shopify.dev/docs/api/usage/limits, checked 2026-11), and the slowest
     * bucket seen gets 2 a second (github.com/microsoft/BCApps, pull request 10417): 500 s.
     */
    private static final Duration MAX_PAUSE = Duration.ofMinutes(10);

    private static final int ERROR_PEEK_BYTES = 64 * 1024;

    /** Every GraphQL answer is read this far before it is handed on: enough for what a service asks for all the time. */
    private static final int GRAPHQL_PEEK_BYTES = 8 * 1024;

    /** shopify.dev/docs/api/usage/versioning (checked 2026-11). */
    private static final ApiVersions VERSIONS = ApiVersions.inPath(
                    request -> ShopifyPaths.version(request.pathSegments()), "X-Shopify-API-Version")
            .deprecatedBy("X-Shopify-API-Deprecated-Reason");

    /**
     * {@code shpat_}, {@code shpca_}, {@code shppa_}, {@code shpua_}, to refresh {@code shprt_}, and the app's secret {@code
     * shpss_}: 32 digits so far, of which nothing is promised (shopify.dev/docs/apps/build/authentication-authorization/access-tokens, checked 2026-11).
     */
    private static final String CREDENTIAL = "shp[a-z]{2}_[0-9A-Za-z_-]{16,512}+";

    private ShopifyProvider() {}

    /** Shopify with all that is known of it here. Immutable and thread-safe, like every {@link Provider}. */
    public static Provider create() {
        return Provider.builder(NAME)
                .hosts("*.myshopify.com")
                .quotas(request -> ShopifyPaths.quotas(request.pathSegments()))
                .credential(ShopifyProvider::credential)
                .rateLimit(new ShopifyRateLimit())
                .errors(new ShopifyErrors())
                // Some GraphQL mutations take one as a directive (shopify.dev/docs/api/usage/idempotent-requests).
                .idempotencyHeader(null)
                .alsoReplaySafe(ShopifyProvider::isRepeatableGraphQl)
                .versions(VERSIONS)
                .endpoint(request -> ShopifyPaths.endpoint(request.pathSegments()))
                .requestIdHeaders("X-Request-Id")
                .credentialFormats(CREDENTIAL)
                .healthRequest(HealthRequest.get("/admin/shop.json"))
                .statusPage("https://www.shopifystatus.com/")
                .peek(ShopifyProvider::peekBytes)
                .maxPause(MAX_PAUSE)
                // shopify.dev/docs/api/admin-rest/usage/pagination, …/api/usage/pagination-graphql (checked 2026-11).
                .paging(Paging.choosing(request ->
                        ShopifyPaths.isGraphQl(request.pathSegments()) ? Paging.graphQl() : Paging.linkHeader()))
                .build();
    }

    /** shopify.dev/docs/api/usage/authentication (checked 2026-11); older private apps have a user name and password. */
    private static @Nullable String credential(RequestHead request) {
        String token = request.header("X-Shopify-Access-Token");
        return token != null ? token : request.header("Authorization");
    }

    private static boolean isRepeatableGraphQl(RequestHead request) {
        return request.method().equals("POST")
                && ShopifyPaths.isGraphQl(request.pathSegments())
                && GraphQlDocument.isRepeatable(request, "idempotent");
    }

    private static int peekBytes(RequestHead request, ResponseHead response) {
        if (response.status() >= 400) {
            return ERROR_PEEK_BYTES;
        }
        return response.status() == 200 && ShopifyPaths.isGraphQl(request.pathSegments()) ? GRAPHQL_PEEK_BYTES : 0;
    }
}
