package dev.fairlead.stripe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.AskedHead;
import dev.fairlead.HealthRequest;
import dev.fairlead.Provider;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StripeProviderTest {
    private static final AskedHead CHARGE = new AskedHead("POST", "api.stripe.com", "/v1/charges");
    private static final AskedHead METER = new AskedHead("POST", "api.stripe.com", "/v1/billing/meter_events");

    private final Provider provider = StripeProvider.create();

    @ParameterizedTest
    @CsvSource({
        "sk_live_madeUpForThisTest, live",
        "rk_live_madeUpForThisTest, live",
        "sk_test_madeUpForThisTest, test",
        "rk_test_madeUpForThisTest, test",
        "sk_org_live_madeUpForThisTest, live",
        "sk_org_test_madeUpForThisTest, test",
        "sk_live_, live",
    })
    void theModeIsReadFromTheKeysPrefix(String key, String mode) {
        for (String scheme : List.of("Bearer ", "bearer ", "BEARER   ")) {
            assertQuotas(scheme + key, List.of(mode));
        }
        // As curl -u sends it, with an empty password, without a colon, or with some password.
        for (String userInfo : List.of(key + ":", key, key + ":x")) {
            String encoded = Base64.getEncoder().encodeToString(userInfo.getBytes(UTF_8));
            assertQuotas("Basic " + encoded, List.of(mode));
            assertQuotas("basic  " + encoded, List.of(mode));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Bearer",
                "Bearer ",
                "Basic ",
                "Basic c2tfbGl2ZQ==",
                "Basic !!!!",
                "Bearer pk_live_madeUpForThisTest",
                "Bearer sk_org_madeUpForThisTest",
                "Bearer sk_live",
                "Bearer sk_liveX",
                "Bearer sk-live-madeUpForThisTest",
                "Bearer SK_LIVE_madeUpForThisTest",
                "Bearer xsk_live_madeUpForThisTest",
                "Bearer madeUpSessionToken",
                "Digest sk_live_madeUpForThisTest",
                "sk_live_madeUpForThisTest",
                "\u0000",
            })
    void whatIsNoKeyOfAModeHasNone(String authorization) {
        assertQuotas(authorization, List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sk_live", "sk_livex", "pk_live_x", "sk_org_x", "Bearer sk_live_x", "user:pw"})
    void norDoesItInBase64(String userInfo) {
        assertQuotas("Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(UTF_8)), List.of());
    }

    @Test
    void withoutACredentialThereIsNoMode() {
        assertThat(provider.quotas(CHARGE)).isEmpty();
    }

    /** They have a limit of their own in live mode, and count like everything else in test mode and for others. */
    @Test
    void liveMeterEventsHaveAQuotaOfTheirOwn() {
        AskedHead live = METER.with("Authorization", "Bearer sk_live_x");
        assertThat(provider.quotas(live)).containsExactly("meter-events");
        assertThat(provider.quotas(METER.with("Authorization", "Bearer sk_test_x")))
                .containsExactly("test");
        assertThat(provider.quotas(live.with("Stripe-Account", "acct_7"))).containsExactly("live");
        assertThat(provider.quotas(live.with("Stripe-Context", "acct_7"))).containsExactly("live");
        AskedHead organization = METER.with("Authorization", "Bearer sk_org_live_x");
        assertThat(provider.quotas(organization.with("Stripe-Context", "acct_7")))
                .containsExactly("meter-events");
        assertThat(provider.quotas(new AskedHead("POST", "meter-events.stripe.com", "/v2/billing/meter_event_stream")
                        .with("Authorization", "Bearer madeUpSessionToken")))
                .isEmpty();
        for (String path : List.of("/v1/billing/meters", "/v1/billing", "/meter_events", "/")) {
            AskedHead request = new AskedHead("GET", "api.stripe.com", path);
            assertThat(provider.quotas(request.with("Authorization", "Bearer sk_live_x")))
                    .as(path)
                    .containsExactly("live");
        }
    }

    private void assertQuotas(String authorization, List<String> quotas) {
        AskedHead request = CHARGE.with("Authorization", authorization);
        assertThat(provider.quotas(request)).as(authorization).isEqualTo(quotas);
        assertThat(provider.quotas(request)).as("a constant").isSameAs(provider.quotas(request));
    }

    @Test
    void noMoreIsSentThanIsDocumented() {
        assertThat(provider.defaultPolicy().describe())
                .contains(
                        "quota rates = live 100 per 1 s, burst 100; meter-events 1000 per 1 s, burst 1000; test 25 per 1 s,"
                                + " burst 25");
    }

    @Test
    void whatElseIsKnown() {
        assertThat(provider.name()).isEqualTo("stripe");
        assertThat(provider.hosts())
                .containsExactly("api.stripe.com", "files.stripe.com", "connect.stripe.com", "meter-events.stripe.com");
        assertThat(provider.credential(CHARGE.with("Authorization", "Bearer sk_test_x")))
                .isEqualTo("Bearer sk_test_x");
        assertThat(provider.healthRequest()).contains(HealthRequest.get("/v1/balance"));
        assertThat(provider.statusPage()).contains(URI.create("https://status.stripe.com/"));
        assertThat(provider.requestId(AnswerHead.of(200).with("request-id", "req_7")))
                .contains("req_7");
        assertThat(provider.peekBytes(CHARGE, AnswerHead.of(200))).isZero();
        assertThat(provider.peekBytes(CHARGE, AnswerHead.of(429))).isEqualTo(65_536);
    }

    @Test
    void aKeyMakesAPostSafeToRepeat() {
        assertThat(provider.idempotencyHeader()).isEqualTo("Idempotency-Key");
        assertThat(provider.isReplaySafe(CHARGE)).isFalse();
        assertThat(provider.isReplaySafe(CHARGE.with("Idempotency-Key", "order-7")))
                .isTrue();
        assertThat(provider.isReplaySafe(new AskedHead("DELETE", "api.stripe.com", "/v1/plans/gold")))
                .isTrue();
    }

    /** Each account of an organization has limits of its own; a platform's key has the same for all it is used for. */
    @Test
    void anOrganizationsKeyCountsForEachAccountByItself() {
        AskedHead organization = CHARGE.with("Authorization", "Bearer sk_org_live_x");
        assertThat(provider.credential(organization)).isEqualTo("Bearer sk_org_live_x");
        assertThat(provider.credential(organization.with("Stripe-Context", "acct_7")))
                .isEqualTo("acct_7 Bearer sk_org_live_x");
        AskedHead platform = CHARGE.with("Authorization", "Bearer sk_live_x");
        assertThat(provider.credential(platform.with("Stripe-Context", "acct_7")))
                .isEqualTo("Bearer sk_live_x");
        assertThat(provider.credential(platform.with("Stripe-Account", "acct_7")))
                .isEqualTo("Bearer sk_live_x");
        assertThat(provider.credential(CHARGE.with("Stripe-Context", "acct_7"))).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, api.stripe.com, /v1/charges, true",
        "POST, files.stripe.com, /v1/files, true",
        "POST, api.stripe.com, /v2/core/accounts, true",
        "DELETE, api.stripe.com, /v2/core/event_destinations/ed_7, true",
        "POST, meter-events.stripe.com, /v2/billing/meter_event_stream, true",
        "POST, gateway.example.com, /v1/charges, true",
        "DELETE, api.stripe.com, /v1/customers/cus_7, false",
        "GET, api.stripe.com, /v1/charges, false",
        "GET, api.stripe.com, /v2/core/events, false",
        "POST, connect.stripe.com, /oauth/token, false",
        "POST, connect.stripe.com, /oauth/deauthorize, false",
        "POST, api.stripe.com, /, false",
        "POST, api.stripe.com, /v10/charges, false",
    })
    void whatGetsAKey(String method, String host, String path, boolean given) {
        assertThat(provider.isGivenKey(new AskedHead(method, host, path))).isEqualTo(given);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/customers, /v1/customers",
        "/v1/customers/cus_7aB, /v1/customers/{}",
        "/v1/customers/alice, /v1/customers/{}",
        "/v1/customers/search, /v1/customers/search",
        "/v1/coupons/spring, /v1/coupons/{}",
        "/v1/products/rocket/features/feat_7, /v1/products/{}/features/{}",
        "/v1/payment_intents/pi_3Nq/confirm, /v1/payment_intents/{}/confirm",
        "/v1/payment_method_configurations/pmc_7, /v1/payment_method_configurations/{}",
        "/v1/checkout/sessions/cs_test_a1B/line_items, /v1/checkout/sessions/{}/line_items",
        "/v2/core/event_destinations/ed_7/ping, /v2/core/event_destinations/{}/ping",
        "/v1/tokens/abcdefghijklmnopqrstuvwxyzabcdef, /v1/tokens/{}",
        "/v1/charges/, /v1/charges/",
        "/v1/x/v2, /v1/x/{}",
        "/oauth/token, /oauth/token",
        "/, /",
        "/a/b/c/d/e/f/g/h/i/j/k/l/m, /a/b/c/d/e/f/g/h/i/j/k/l/…",
    })
    void anEndpointHasNoIds(String path, String endpoint) {
        assertThat(provider.endpoint(new AskedHead("GET", "api.stripe.com", path)))
                .isEqualTo(endpoint);
    }

    @Test
    void aVersionIsAskedForAndToldInAHeader() {
        Provider pinned = provider.apiVersion("2026-07-29.dahlia");
        assertThat(pinned.pinnedVersion()).isEqualTo("2026-07-29.dahlia");
        assertThat(pinned.versions().asked(CHARGE.with("Stripe-Version", "2025-01-27.acacia")))
                .isEqualTo("2025-01-27.acacia");
        assertThat(pinned.versions().served(AnswerHead.of(200).with("stripe-version", "2026-07-29.dahlia")))
                .isEqualTo("2026-07-29.dahlia");
    }

    @ParameterizedTest
    @CsvSource({
        "No such key: sk_live_7aBcD., No such key: [credential].",
        "rk_test_7aBcD and sk_test_8, [credential] and [credential]",
        "(pk_live_7aBcD), ([credential])",
        "?key%3Dsk_live_7aBcD%26a, ?key%3D[credential]%26a",
        "ek_test_YWNjdF8, [credential]",
        "sk_org_live_7aBcD, [credential]",
        "sk_org_7aBcD, [credential]",
        // half masked, as Stripe has it
        "Invalid API Key provided: sk_test_****************7aBc, Invalid API Key provided: [credential]",
        "sk_live_51aB**********7aBc, [credential]",
        "the secret 'whsec_7aB+c/D=', the secret '[credential]'",
        "Authorization code does not exist: ac_7aBcDeFgHiJkLmNoPqRsT, Authorization code does not exist: [credential]",
        "rt_7aBcDeFgHiJkLmNoPqRsT, [credential]",
        "pi_7aB_secret_7aBcDeFgHiJkLmNo, pi_7aB[credential]",
        // no secrets
        "acct_7aBcDeFgHiJkLmNo, acct_7aBcDeFgHiJkLmNo",
        "No such customer: 'cus_7aBcDeFgHiJkLmNo', No such customer: 'cus_7aBcDeFgHiJkLmNo'",
        "desk_test_7aB, desk_test_7aB",
        "cart_7aBcDeFgHiJkLmNoPqRsT, cart_7aBcDeFgHiJkLmNoPqRsT",
        "Unknown parameter: client_secret_key, Unknown parameter: client_secret_key",
        "sk_test_, sk_test_",
    })
    void secretsAreKnownByTheirLooks(String text, String redacted) {
        assertThat(redacted(text)).isEqualTo(redacted);
    }

    @Test
    void aLongKeyIsKnownToItsEnd() {
        for (int chars : new int[] {32, 128, 255}) {
            assertThat(redacted("Key sk_live_" + "a7".repeat(chars / 2) + ".")).isEqualTo("Key [credential].");
        }
        assertThat(redacted("sk_live_".repeat(20_000))).doesNotContain("sk_live_sk_live_");
    }

    private String redacted(String text) {
        String clean = text;
        for (Pattern format : provider.credentialFormats()) {
            clean = format.matcher(clean).replaceAll("[credential]");
        }
        return clean;
    }
}
