package dev.fairlead.stripe;

import dev.fairlead.ApiVersions;
import dev.fairlead.HealthRequest;
import dev.fairlead.Policy;
import dev.fairlead.Provider;
import java.time.Duration;

/**
 * Stripe's API: {@code Fairlead.builder().provider(StripeProvider.create())}.
 *
 * <ul>
 *   <li>Stripe says when it refuses, and never how much is left: so by default no more is sent than it documents, to
 *       live mode 100 requests a second and to test mode or a sandbox 25, which the key's prefix tells apart, and 1000 live
 *       meter events. Where yours is another limit, {@code policy -> policy.withQuotaRate("live", 500,
 *       Duration.ofSeconds(1), 500)}.
 *   <li>A throttle of the account pauses the key. One of a single endpoint or object makes only the call itself wait,
 *       and an object that another request has locked is no throttle at all.
 *   <li>Every POST, and a DELETE of v2, gets an {@code Idempotency-Key} unless it has one, the same for all attempts, and
 *       so may be repeated. Connect's OAuth knows no keys. What Stripe replays from its store is not asked for again: in v1
 *       a stored {@code 500} or declined card stays what it is under that key.
 *   <li>A declined payment is not repeated, whatever its {@code advice_code} says of the card. Its code is {@code
 *       card_declined/insufficient_funds}: Stripe's and the issuer's.
 *   <li>Whether an error is repeated, {@code Stripe-Should-Retry} may say as well.
 *   <li>{@code create().apiVersion("2026-07-29.dahlia")} asks for that version wherever a request asks for none; v2 takes
 *       no request without.
 * </ul>
 *
 * <p>The key of an organization counts for each account that {@code Stripe-Context} names by itself.
 *
 * <p>Facts are from docs.stripe.com, checked 2026-11; each constant names its page.
 */
public final class StripeProvider {
    static final String NAME = "stripe";

    /** Per second and account (docs.stripe.com/rate-limits, checked 2026-11). */
    private static final int LIVE_REQUESTS = 100;

    private static final int TEST_REQUESTS = 25;
    private static final int LIVE_METER_EVENTS = 1_000;
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Not within a word; the end of {@code %3D} is none. */
    private static final String WORD_BEGINS = "(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2}))";

    /**
     * Secret, restricted, publishable and ephemeral keys, also half masked as Stripe's own messages have them. How long they
     * are is not promised; those of organizations have some 250 characters (docs.stripe.com/keys, checked 2026-11).
     */
    private static final String KEYS = WORD_BEGINS + "(?:[srpe]k_(?:live|test)|sk_org)_[A-Za-z0-9_*]{1,512}+";

    private static final String WEBHOOK_SECRETS = WORD_BEGINS + "whsec_[A-Za-z0-9+/=_*]{1,512}+";

    /** Connect's authorization codes and refresh tokens (docs.stripe.com/connect/oauth-reference, checked 2026-11). */
    private static final String OAUTH_TOKENS = WORD_BEGINS + "(?:ac|rt)_[A-Za-z0-9]{16,512}+";

    /** {@code pi_…_secret_…}, with which a browser pays; what stands before is no secret. */
    private static final String CLIENT_SECRETS = "_secret_[A-Za-z0-9]{16,512}+";

    private StripeProvider() {}

    /** Stripe with all that is known of it. Immutable and thread-safe, like every {@link Provider}. */
    public static Provider create() {
        return Provider.builder(NAME)
                // The four bases of its libraries (checked 2026-11: github.com/stripe/stripe-php, BaseStripeClient).
                .hosts("api.stripe.com", "files.stripe.com", "connect.stripe.com", "meter-events.stripe.com")
                .quotas(StripeQuotas::of)
                .credential(StripeQuotas::credential)
                .credentialFormats(KEYS, WEBHOOK_SECRETS, OAUTH_TOKENS, CLIENT_SECRETS)
                .rateLimit(new StripeRateLimit())
                .errors(new StripeErrors())
                // docs.stripe.com/api/idempotent_requests (checked 2026-11).
                .idempotencyHeader("Idempotency-Key")
                .giveKeyTo(StripePaths::isDoneOncePerKey)
                // docs.stripe.com/api/versioning (checked 2026-11).
                .versions(ApiVersions.inHeader("Stripe-Version", "Stripe-Version"))
                // docs.stripe.com/api/request_ids (checked 2026-11); a 401 has none.
                .requestIdHeaders("Request-Id")
                .endpoint(StripePaths::endpoint)
                // A read like any other: an account has at least 10,000 a month (docs.stripe.com/rate-limits).
                .healthRequest(HealthRequest.get("/v1/balance"))
                .statusPage("https://status.stripe.com/")
                .paging(new StripePaging())
                .defaultPolicy(StripeProvider::withEtiquette)
                .build();
    }

    private static Policy withEtiquette(Policy policy) {
        return policy.withQuotaRate(StripeQuotas.LIVE, LIVE_REQUESTS, SECOND, LIVE_REQUESTS)
                .withQuotaRate(StripeQuotas.TEST, TEST_REQUESTS, SECOND, TEST_REQUESTS)
                .withQuotaRate(StripeQuotas.METER_EVENTS, LIVE_METER_EVENTS, SECOND, LIVE_METER_EVENTS);
    }
}
