package dev.fairlead.sendgrid;

import dev.fairlead.ErrorBody;
import dev.fairlead.HeaderValues;
import dev.fairlead.RateLimit;
import dev.fairlead.RateLimit.Scope;
import dev.fairlead.RateLimitParser;
import dev.fairlead.ResponseHead;

/**
 * The {@code X-RateLimit-} headers: what is left of the endpoint's window, and the second in which that ends (checked
 * 2026-11: twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits). Sending mail has none,
 * whatever the documentation says (github.com/sendgrid/sendgrid-go, issue 105). Stateless and thread-safe.
 */
final class SendGridRateLimit implements RateLimitParser {
    private static final long NOT_SAID = HeaderValues.NOT_SAID;

    @Override
    public RateLimit parse(ResponseHead head, ErrorBody body) {
        RateLimit window = window(head);
        if (head.status() != 429) {
            return window;
        }
        // Also without headers it is the endpoint's: "you can no longer make requests against that endpoint".
        RateLimit endpoint =
                window == RateLimit.NONE ? RateLimit.window(Scope.QUOTA, null, NOT_SAID, NOT_SAID, NOT_SAID) : window;
        return endpoint.withRetryAfterNanos(waitNanos(head));
    }

    /** How long a throttled endpoint stays so: until its window ends, whatever is said to remain of that. */
    static long waitNanos(ResponseHead head) {
        return Math.max(
                plausible(HeaderValues.retryAfterNanos(head)), window(head).resetNanosOrNegative());
    }

    private static RateLimit window(ResponseHead head) {
        long limit = HeaderValues.nonNegativeInteger(head.header("X-RateLimit-Limit"));
        long remaining = HeaderValues.nonNegativeInteger(head.header("X-RateLimit-Remaining"));
        long resetSecond = HeaderValues.nonNegativeInteger(head.header("X-RateLimit-Reset"));
        RateLimit window = RateLimit.windowUntil(Scope.QUOTA, null, limit, remaining, resetSecond, head);
        long resetNanos = plausible(window.resetNanosOrNegative());
        if (limit < 0 && remaining < 0 && resetNanos < 0) {
            return RateLimit.NONE;
        }
        return resetNanos == window.resetNanosOrNegative()
                ? window
                : RateLimit.window(Scope.QUOTA, null, limit, remaining, NOT_SAID);
    }

    private static long plausible(long nanos) {
        return nanos > SendGridProvider.MAX_PAUSE.toNanos() ? NOT_SAID : nanos;
    }
}
