package dev.fairlead.twilio;

import dev.fairlead.HealthRequest;
import dev.fairlead.Paging;
import dev.fairlead.Policy;
import dev.fairlead.Provider;
import dev.fairlead.ResponseHead;
import org.jspecify.annotations.Nullable;

/**
 * Twilio's APIs: {@code Fairlead.builder().provider(TwilioProvider.create())}.
 *
 * <ul>
 *   <li>A {@code 429} is never processed, so that a POST is repeated after it as well. After a {@code 5xx} nobody can tell
 *       whether a message went out: only what may be done twice is repeated. Twilio's own library for Java does the
 *       reverse.
 *   <li>Twilio limits how many requests of an account are under way, and says not how many may be. A throttle of the account pauses the credential at this host; one of a single phone
 *       number makes only the call itself wait. By default 20 requests are under way at once, as with Twilio's library for
 *       Node.js; where yours is another limit, {@code policy -> policy.withMaxConcurrency(60)}.
 *   <li>A day's messages used up, or a verification tried too often, come with {@code 429} too: no short wait helps, and
 *       nobody else waits for it.
 *   <li>A recipient who has unsubscribed is {@code ACCOUNT_BLOCKED}: never send to that number again.
 *   <li>Twilio has no idempotency keys: an {@code Idempotency-Key} of one's own makes nothing safe.
 * </ul>
 *
 * <p>An auth token is 32 hexadecimal digits, as is a SID behind its two letters ({@code AC}, {@code SK}, {@code SM}). SIDs
 * are no secrets, and support asks for them: they stay in what is told of an error, but for the one that the request itself
 * is signed in with. Such digits without letters before them
 * are no SID and are taken out.
 *
 * <p>Facts are from twilio.com/docs, checked 2026-11; each constant names its page.
 */
public final class TwilioProvider {
    static final String NAME = "twilio";

    /** The second is of a few products (checked 2026-11: github.com/twilio/twilio-oai, twilio_messaging_v2). */
    private static final String[] REQUEST_ID_HEADERS = {"Twilio-Request-Id", "T-Request-Id"};

    /**
     * To one host. The limit is not published (twilio.com/docs/errors/20429), and other processes count in; this is what
     * Twilio's own library allows itself (checked 2026-11: github.com/twilio/twilio-node, src/base/RequestClient.ts).
     */
    private static final int MAX_CONCURRENCY = 20;

    private TwilioProvider() {}

    /** Twilio with all that is known of it. Immutable and thread-safe, like every {@link Provider}. */
    public static Provider create() {
        return Provider.builder(NAME)
                // A host for each product, such as verify.twilio.com, and with an edge and a region in between, such as
                // api.dublin.ie1.twilio.com (checked 2026-11: twilio.com/docs/global-infrastructure/
                // using-the-twilio-rest-api-in-a-non-us-region).
                .hosts("api.twilio.com", "*.twilio.com")
                .rateLimit(new TwilioRateLimit())
                .errors(new TwilioErrors())
                // Named in the list of headers that browsers may send, and honoured nowhere: the token of that kind
                // is in requests that Twilio makes (checked 2026-11: twilio.com/docs/usage/webhooks).
                .idempotencyHeader(null)
                // twilio.com/docs/usage/twilios-response#pagination: of the 2010 API, and of the newer ones (checked
                // 2026-11).
                .paging(Paging.addressIn("/next_page_uri", "/meta/next_page_url"))
                .requestIdHeaders(REQUEST_ID_HEADERS)
                .credentialFormats(
                        // The password behind a SID, as in user:password (twilio.com/docs/usage/requests-to-twilio).
                        "(?<=(?:AC|SK)[0-9a-fA-F]{32}:)[!-~]{1,256}+",
                        // An auth token.
                        "(?<![0-9A-Za-z])[0-9a-f]{32}(?![0-9A-Za-z])",
                        // An access token, which is a JWT (twilio.com/docs/iam/access-tokens).
                        "eyJ[0-9A-Za-z_-]{8,4096}+\\.[0-9A-Za-z_-]{8,8192}+\\.[0-9A-Za-z_-]{8,1024}+")
                .endpointWords(TwilioPaths.WORDS)
                // What the version has, at api.twilio.com and its regions. It is answered without a credential; no
                // path that checks one is without an account's SID, but the list of accounts, which most API keys may
                // not see (checked 2026-11: twilio.com/docs/iam/api-keys).
                .healthRequest(new HealthRequest("GET", "/2010-04-01.json", false))
                .statusPage("https://status.twilio.com")
                .defaultPolicy(TwilioProvider::withEtiquette)
                .build();
    }

    private static Policy withEtiquette(Policy policy) {
        return policy.withMaxConcurrency(MAX_CONCURRENCY);
    }

    /** The request id of an answer, or null. */
    static @Nullable String requestId(ResponseHead response) {
        for (String header : REQUEST_ID_HEADERS) {
            String id = response.header(header);
            if (id != null) {
                return id;
            }
        }
        return null;
    }
}
