package dev.fairlead.twilio;

import dev.fairlead.ErrorBody;
import dev.fairlead.HeaderValues;
import dev.fairlead.RateLimit;
import dev.fairlead.RateLimitParser;
import dev.fairlead.ResponseHead;

/**
 * Which limit an answer met. How many requests may be under way no answer says; the {@code X-Rate-Limit-} fields of some
 * products are of one endpoint and have no end (checked 2026-11: github.com/twilio/twilio-oai). Stateless and
 * thread-safe.
 */
final class TwilioRateLimit implements RateLimitParser {
    private static final long NOT_SAID = HeaderValues.NOT_SAID;

    @Override
    public RateLimit parse(ResponseHead head, ErrorBody body) {
        TwilioThrottle throttle = TwilioThrottle.of(head, body);
        return throttle == null
                ? RateLimit.NONE
                : RateLimit.window(throttle.scope(), null, NOT_SAID, NOT_SAID, NOT_SAID)
                        .withRetryAfterNanos(throttle.waitNanos());
    }
}
