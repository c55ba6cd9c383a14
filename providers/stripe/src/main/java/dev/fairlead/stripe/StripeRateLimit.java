package dev.fairlead.stripe;

import dev.fairlead.ErrorBody;
import dev.fairlead.HeaderValues;
import dev.fairlead.RateLimit;
import dev.fairlead.RateLimitParser;
import dev.fairlead.ResponseHead;

/**
 * Which limit an answer met. How much is left of one, and until when, no answer says (docs.stripe.com/rate-limits, checked
 * 2026-11). Stateless and thread-safe.
 */
final class StripeRateLimit implements RateLimitParser {
    private static final long NOT_SAID = HeaderValues.NOT_SAID;

    @Override
    public RateLimit parse(ResponseHead head, ErrorBody body) {
        StripeThrottle throttle = StripeThrottle.of(head, body);
        if (throttle == null) {
            return RateLimit.NONE;
        }
        // Stripe's libraries believe a Retry-After, should there be one (github.com/stripe/stripe-php, pull request
        // 755).
        return RateLimit.window(throttle.scope(), null, NOT_SAID, NOT_SAID, NOT_SAID)
                .withRetryAfterNanos(HeaderValues.retryAfterNanos(head));
    }
}
