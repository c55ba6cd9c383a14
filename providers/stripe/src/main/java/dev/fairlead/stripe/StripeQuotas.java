package dev.fairlead.stripe;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.fairlead.RequestHead;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which limit a request draws on: that of live or of test mode (a sandbox's is the same), or that of live meter events. The
 * key says the mode (docs.stripe.com/keys, checked 2026-11): {@code sk_}, {@code rk_} or, for an organization, {@code
 * sk_org_}, then {@code live_} or {@code test_}. Allocates nothing but for organizations. Stateless and thread-safe.
 */
final class StripeQuotas {
    static final String LIVE = "live";
    static final String TEST = "test";
    static final String METER_EVENTS = "meter-events";

    private static final List<String> NONE = List.of();
    private static final List<String> LIVE_MODE = List.of(LIVE);
    private static final List<String> TEST_MODE = List.of(TEST);
    private static final List<String> LIVE_METER_EVENTS = List.of(METER_EVENTS);

    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";

    private static final List<KeyPrefix> PREFIXES = List.of(
            KeyPrefix.of("sk_live_", LIVE_MODE, false),
            KeyPrefix.of("rk_live_", LIVE_MODE, false),
            KeyPrefix.of("sk_test_", TEST_MODE, false),
            KeyPrefix.of("rk_test_", TEST_MODE, false),
            KeyPrefix.of("sk_org_live_", LIVE_MODE, true),
            KeyPrefix.of("sk_org_test_", TEST_MODE, true),
            // What the page says of them is only this much.
            KeyPrefix.of("sk_org_", NONE, true));

    private StripeQuotas() {}

    /**
     * How a key begins, plain and in Base64: there, eight bytes are ten whole characters and a part of the next. The ten
     * are enough: all that they leave open is the half of an underscore.
     */
    private record KeyPrefix(String plain, String encoded, List<String> mode, boolean organization) {
        static KeyPrefix of(String plain, List<String> mode, boolean organization) {
            String encoded = Base64.getEncoder().encodeToString(plain.getBytes(US_ASCII));
            return new KeyPrefix(plain, encoded.substring(0, plain.length() * 8 / 6), mode, organization);
        }
    }

    static List<String> of(RequestHead request) {
        KeyPrefix prefix = prefix(request.header("Authorization"));
        if (prefix == null) {
            // A meter event session's token, which has 10,000 events a second of its own, or no key of Stripe's.
            return NONE;
        }
        boolean ownLimit = prefix.mode == LIVE_MODE
                && StripePaths.isMeterEvent(request.pathSegments())
                && !isForConnectedAccount(request, prefix);
        return ownLimit ? LIVE_METER_EVENTS : prefix.mode;
    }

    /** A platform's meter events on a connected account do count (docs.stripe.com/rate-limits, checked 2026-11). */
    private static boolean isForConnectedAccount(RequestHead request, KeyPrefix prefix) {
        return request.header("Stripe-Account") != null
                || (!prefix.organization && request.header("Stripe-Context") != null);
    }

    /**
     * The key. An organization's stands for many accounts, each with limits of its own, and {@code Stripe-Context} says
     * which (docs.stripe.com/context, checked 2026-11).
     */
    static @Nullable String credential(RequestHead request) {
        String authorization = request.header("Authorization");
        KeyPrefix prefix = prefix(authorization);
        String context = prefix != null && prefix.organization ? request.header("Stripe-Context") : null;
        // The key last: what stands there is taken out of all that is told of an answer.
        return context == null ? authorization : context + " " + authorization;
    }

    private static @Nullable KeyPrefix prefix(@Nullable String authorization) {
        if (authorization == null) {
            return null;
        }
        // As the user name with no password, the key stands first there too (docs.stripe.com/api/authentication).
        boolean basic = begins(authorization, BASIC);
        if (!basic && !begins(authorization, BEARER)) {
            return null;
        }
        int start = basic ? BASIC.length() : BEARER.length();
        while (start < authorization.length() && authorization.charAt(start) == ' ') {
            start++;
        }
        for (int i = 0; i < PREFIXES.size(); i++) {
            KeyPrefix prefix = PREFIXES.get(i);
            if (authorization.startsWith(basic ? prefix.encoded : prefix.plain, start)) {
                return prefix;
            }
        }
        return null;
    }

    private static boolean begins(String authorization, String scheme) {
        return authorization.regionMatches(true, 0, scheme, 0, scheme.length());
    }
}
