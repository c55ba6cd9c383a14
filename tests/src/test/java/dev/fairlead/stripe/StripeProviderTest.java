package dev.fairlead.stripe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.AskedHead;
import dev.fairlead.Provider;
import java.util.Base64;
import java.util.List;
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

    /** They have a limit of their own in live mode, and count like everything else in test mode. */
    @Test
    void meterEventsDoNotDrawOnTheLiveQuota() {
        assertThat(provider.quotas(METER.with("Authorization", "Bearer sk_live_x")))
                .isEmpty();
        assertThat(provider.quotas(METER.with("Authorization", "Bearer sk_test_x")))
                .containsExactly("test");
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
                .contains("quota rates = live 100 per 1 s, burst 100; test 25 per 1 s, burst 25");
    }

    @Test
    void whatElseIsKnown() {
        assertThat(provider.name()).isEqualTo("stripe");
        assertThat(provider.hosts())
                .containsExactly("api.stripe.com", "files.stripe.com", "connect.stripe.com", "meter-events.stripe.com");
        assertThat(provider.credential(CHARGE.with("Authorization", "Bearer sk_test_x")))
                .isEqualTo("Bearer sk_test_x");
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
}
