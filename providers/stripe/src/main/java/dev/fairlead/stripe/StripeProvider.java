package dev.fairlead.stripe;

import dev.fairlead.Policy;
import dev.fairlead.Provider;
import java.time.Duration;

/**
 * Stripe's API: {@code Fairlead.builder().provider(StripeProvider.create())}.
 *
 * <ul>
 *   <li>Stripe says when it refuses, and never how much is left: so by default no more is sent than it documents, to
 *       live mode 100 requests a second and to test mode 25. Where yours is another limit, {@code policy ->
 *       policy.withQuotaRate("live", 500, Duration.ofSeconds(1), 500)}.
 *   <li>A throttle of the account pauses the key. One of a single endpoint or object makes only the call itself wait,
 *       and an object that another request has locked is no throttle at all.
 *   <li>A request with an {@code Idempotency-Key} may be repeated.
 * </ul>
 *
 * <p>Throttles, locks and declined payments are all that it tells apart so far; every other error is judged by its
 * status. Whether it is repeated, {@code Stripe-Should-Retry} may say as well.
 *
 * <p>Facts are from docs.stripe.com, checked 2026-11; each constant names its page.
 */
public final class StripeProvider {
    static final String NAME = "stripe";

    /** Per second and account (docs.stripe.com/rate-limits, checked 2026-11). */
    private static final int LIVE_REQUESTS = 100;

    private static final int TEST_REQUESTS = 25;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private StripeProvider() {}

    /** Stripe with all that is known of it here. Immutable and thread-safe, like every {@link Provider}. */
    public static Provider create() {
        return Provider.builder(NAME)
                // The four bases of its libraries (checked 2026-11: github.com/stripe/stripe-php, BaseStripeClient).
                .hosts("api.stripe.com", "files.stripe.com", "connect.stripe.com", "meter-events.stripe.com")
                .quotas(StripeQuotas::of)
                .rateLimit(new StripeRateLimit())
                .errors(new StripeErrors())
                // docs.stripe.com/api/idempotent_requests (checked 2026-11).
                .idempotencyHeader("Idempotency-Key")
                .paging(new StripePaging())
                .defaultPolicy(StripeProvider::withEtiquette)
                .build();
    }

    private static Policy withEtiquette(Policy policy) {
        return policy.withQuotaRate(StripeQuotas.LIVE, LIVE_REQUESTS, SECOND, LIVE_REQUESTS)
                .withQuotaRate(StripeQuotas.TEST, TEST_REQUESTS, SECOND, TEST_REQUESTS);
    }
}
