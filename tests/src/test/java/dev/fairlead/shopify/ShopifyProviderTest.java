package dev.fairlead.shopify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.AskedHead;
import dev.fairlead.HealthRequest;
import dev.fairlead.Policy;
import dev.fairlead.Provider;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShopifyProviderTest {
    private static final String SHOP = "acme-sails.myshopify.com";
    private static final AskedHead GRAPHQL = new AskedHead("POST", SHOP, "/admin/api/2026-01/graphql.json");

    private final Provider provider = ShopifyProvider.create();

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "/admin/api/2026-01/graphql.json, graphql",
                "/admin/api/unstable/graphql.json, graphql",
                "/admin/api/graphql.json, graphql",
                "/admin/api/2026-01/orders.json, rest",
                "/admin/api/2026-01/products/7/variants.json, rest",
                "/admin/api/2026-01/products/graphql.json, rest",
                "/admin/products.json, rest",
                "/admin/graphql.json, rest",
                "/admin/oauth/access_token, none",
                "/admin, none",
                "/api/2026-01/graphql.json, none",
                "/graphql.json, none",
                "/, none",
                "/apps/acme, none",
            })
    void quotas(String path, String quota) {
        AskedHead request = new AskedHead("POST", SHOP, path);
        assertThat(provider.quotas(request)).isEqualTo(quota == null ? List.of() : List.of(quota));
        assertThat(provider.quotas(request)).as("a constant").isSameAs(provider.quotas(request));
    }

    @ParameterizedTest
    @CsvSource({
        "200, /admin/api/2026-01/graphql.json, 8192",
        "200, /admin/api/graphql.json, 8192",
        "200, /admin/api/2026-01/orders.json, 0",
        "200, /api/2026-01/graphql.json, 0",
        "204, /admin/api/2026-01/graphql.json, 0",
        "303, /admin/api/2026-01/orders.json, 0",
        "429, /admin/api/2026-01/orders.json, 65536",
        "502, /admin/api/2026-01/graphql.json, 65536",
    })
    void peeks(int status, String path, int bytes) {
        assertThat(provider.peekBytes(new AskedHead("POST", SHOP, path), AnswerHead.of(status)))
                .isEqualTo(bytes);
    }

    @Test
    void whatElseIsKnown() {
        assertThat(provider.name()).isEqualTo("shopify");
        assertThat(provider.hosts()).containsExactly("*.myshopify.com");
        assertThat(provider.maxPause()).isEqualTo(Duration.ofMinutes(10));
        assertThat(provider.healthRequest()).contains(HealthRequest.get("/admin/shop.json"));
        assertThat(provider.statusPage()).contains(URI.create("https://www.shopifystatus.com/"));
        assertThat(provider.requestId(AnswerHead.of(200).with("x-request-id", "r-7")))
                .contains("r-7");
        assertThat(provider.defaultPolicy().describe())
                .isEqualTo(Policy.defaults().describe());
    }

    @Test
    void theCredentialIsTheAccessToken() {
        AskedHead basic = GRAPHQL.with("Authorization", "Basic bWFkZTp1cA==");
        assertThat(provider.credential(GRAPHQL)).isNull();
        assertThat(provider.credential(basic)).isEqualTo("Basic bWFkZTp1cA==");
        assertThat(provider.credential(basic.with("x-shopify-access-token", "shpat_madeUp")))
                .isEqualTo("shpat_madeUp");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "/admin/api/2026-01/graphql.json, 2026-01",
                "/admin/api/unstable/graphql.json, unstable",
                "/admin/api/2026-01/products/7.json, 2026-01",
                "/admin/api/graphql.json, none",
                "/admin/api/2026-1x/orders.json, none",
                "/admin/orders/2026-01/x.json, none",
                "/admin/api, none",
                "/api/2026-01/graphql.json, none",
                "/, none",
            })
    void theVersionStandsInThePath(String path, String version) {
        assertThat(provider.versions().asked(new AskedHead("GET", SHOP, path))).isEqualTo(version);
    }

    @ParameterizedTest
    @CsvSource({
        "/admin/api/2026-01/graphql.json, /admin/api/2026-01/graphql.json",
        "/admin/api/2026-01/products/632910392/variants.json, /admin/api/2026-01/products/{}/variants.json",
        "/admin/api/2026-01/products/632910392.json, /admin/api/2026-01/products/{}.json",
        "/admin/api/2026-01/recurring_application_charges.json, /admin/api/2026-01/recurring_application_charges.json",
        "/admin/api/20ab-cd/Blue.json, /admin/api/{}/{}.json",
        "/admin/shop.json, /admin/shop.json",
        "/admin/oauth/access_token, /admin/oauth/access_token",
        "/admin/api/a/b/c/d/e/f/g/h/i/j/k, /admin/api/a/b/c/d/e/f/g/h/i/j/…",
        "/products/blue-kayak, /{}",
        "/apps/acme/alice, /{}",
        "/, /{}",
    })
    void theEndpointHasNeitherIdsNorNames(String path, String endpoint) {
        assertThat(provider.endpoint(new AskedHead("GET", SHOP, path))).isEqualTo(endpoint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shpat_0123456789abcdef0123456789abcdef",
                "shpca_0123456789abcdef0123456789abcdef",
                "shppa_0123456789abcdef0123456789abcdef",
                "shpua_0123456789abcdef0123456789abcdef",
                "shpss_0123456789abcdef0123456789abcdef",
                "shprt_0123456789ABCDEF0123456789abcdef-0123456789abcdef_",
            })
    void whatItsSecretsLookLike(String secret) {
        String told = "Bad token x_" + secret + ", try again";
        for (Pattern format : provider.credentialFormats()) {
            told = format.matcher(told).replaceAll("*");
        }
        assertThat(told).isEqualTo("Bad token x_*, try again");
    }

    /** There is no header for keys, and a POST may be a query or a mutation. */
    @Test
    void onlyIdempotentMethodsMayBeRepeated() {
        assertThat(provider.idempotencyHeader()).isNull();
        assertThat(provider.isReplaySafe(GRAPHQL.with("Idempotency-Key", "k-7")))
                .isFalse();
        assertThat(provider.isReplaySafe(new AskedHead("GET", SHOP, "/admin/api/2026-01/orders.json")))
                .isTrue();
    }
}
