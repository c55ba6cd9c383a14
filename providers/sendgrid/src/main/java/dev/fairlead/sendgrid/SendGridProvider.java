package dev.fairlead.sendgrid;

import dev.fairlead.Provider;
import java.time.Duration;

/**
 * SendGrid's Web API: {@code Fairlead.builder().provider(SendGridProvider.create())}.
 *
 * <ul>
 *   <li>Each endpoint and method has a quota of its own, such as {@code GET templates}, and follows the {@code
 *       X-RateLimit-} headers. {@code POST mail/send} has none: it is held back only when it was throttled.
 *   <li>A {@code 401} may mean that the plan's credits are used up, which no other key and no wait changes.
 *   <li>SendGrid has no idempotency keys: a mail whose outcome is unknown is not sent again.
 * </ul>
 *
 * <p>Throttles and used up credits are all that it tells apart so far; every other error is judged by its status.
 *
 * <p>Facts are from twilio.com/docs/sendgrid, checked 2026-11; each constant names its page.
 */
public final class SendGridProvider {
    static final String NAME = "sendgrid";

    /**
     * A window is a minute of the clock (seen; "refresh period" in twilio.com/docs/sendgrid/api-reference/
     * how-to-use-the-sendgrid-v3-api/rate-limits, checked 2026-11), plus what clocks may differ.
     */
    static final Duration MAX_PAUSE = Duration.ofMinutes(2);

    private SendGridProvider() {}

    /** SendGrid with all that is known of it here. Immutable and thread-safe, like every {@link Provider}. */
    public static Provider create() {
        return Provider.builder(NAME)
                // The second is the European Union's (checked 2026-11: github.com/twilio/sendgrid-oai).
                .hosts("api.sendgrid.com", "api.eu.sendgrid.com")
                .quotas(SendGridQuotas::of)
                .rateLimit(new SendGridRateLimit())
                .errors(new SendGridErrors())
                // No endpoint documents one (checked 2026-11: twilio.com/docs/sendgrid/api-reference).
                .idempotencyHeader(null)
                .maxPause(MAX_PAUSE)
                .paging(new SendGridPaging())
                .build();
    }
}
