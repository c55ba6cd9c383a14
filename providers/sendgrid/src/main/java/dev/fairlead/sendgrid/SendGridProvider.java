package dev.fairlead.sendgrid;

import dev.fairlead.HealthRequest;
import dev.fairlead.Provider;
import dev.fairlead.ResponseHead;
import java.time.Duration;
import java.util.Optional;

/**
 * SendGrid's Web API: {@code Fairlead.builder().provider(SendGridProvider.create())}.
 *
 * <ul>
 *   <li>Each endpoint and method has a quota of its own, such as {@code GET templates}, and follows the {@code
 *       X-RateLimit-} headers. {@code POST mail/send} has none: it is held back only when it was throttled.
 *   <li>A {@code 401} may mean that the plan's credits are used up, which no other key and no wait changes.
 *   <li>A {@code 403} may be a key without the scope, a sender who was not verified, or a block after too many bad requests.
 *   <li>SendGrid has no idempotency keys: a mail whose outcome is unknown is not sent again.
 * </ul>
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

    /** A mail has the second one only (checked 2026-11: github.com/sendgrid/sendgrid-go, issue 105). */
    private static final String[] REQUEST_ID_HEADERS = {"Twilio-Request-Id", "X-Message-Id"};

    private SendGridProvider() {}

    /** SendGrid with all that is known of it. Immutable and thread-safe, like every {@link Provider}. */
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
                .requestIdHeaders(REQUEST_ID_HEADERS)
                // SG, an id of 22 characters and a secret of 43 (twilio.com/docs/sendgrid/ui/account-and-settings/
                // api-keys), also where it was cut.
                .credentialFormats("\\bSG\\.[0-9A-Za-z_-]{10,64}+(?:\\.[0-9A-Za-z_-]{1,128}+)?+")
                .endpointWords(SendGridQuotas.WORDS)
                // Of every key, whatever else it may do (…/api-reference/api-key-permissions).
                .healthRequest(HealthRequest.get("/v3/scopes"))
                .statusPage("https://status.sendgrid.com")
                .paging(new SendGridPaging())
                .build();
    }

    /** The request id of an answer. */
    static Optional<String> requestId(ResponseHead response) {
        for (String header : REQUEST_ID_HEADERS) {
            String id = response.header(header);
            if (id != null) {
                return Optional.of(id);
            }
        }
        return Optional.empty();
    }
}
