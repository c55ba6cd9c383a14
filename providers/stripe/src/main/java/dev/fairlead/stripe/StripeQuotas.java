package dev.fairlead.stripe;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.fairlead.RequestHead;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which mode of the account a request belongs to, as each has a limit of its own. The key says it (docs.stripe.com/keys,
 * checked 2026-11): {@code sk_} and {@code rk_}, then {@code live_} or {@code test_}. Allocates nothing. Stateless and
 * thread-safe.
 */
final class StripeQuotas {
    static final String LIVE = "live";
    static final String TEST = "test";

    private static final List<String> NONE = List.of();
    private static final List<String> LIVE_MODE = List.of(LIVE);
    private static final List<String> TEST_MODE = List.of(TEST);

    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";

    private static final List<KeyPrefix> PREFIXES = List.of(
            KeyPrefix.of("sk_live_", LIVE_MODE),
            KeyPrefix.of("rk_live_", LIVE_MODE),
            KeyPrefix.of("sk_test_", TEST_MODE),
            KeyPrefix.of("rk_test_", TEST_MODE));

    private StripeQuotas() {}

    /**
     * How a key begins, plain and in Base64: there, eight bytes are ten whole characters and a part of the next. The ten
     * are enough: all that they leave open is the half of an underscore.
     */
    private record KeyPrefix(String plain, String encoded, List<String> quotas) {
        static KeyPrefix of(String plain, List<String> quotas) {
            String encoded = Base64.getEncoder().encodeToString(plain.getBytes(US_ASCII));
            return new KeyPrefix(plain, encoded.substring(0, plain.length() * 8 / 6), quotas);
        }
    }

    static List<String> of(RequestHead request) {
        List<String> mode = mode(request.header("Authorization"));
        // In live mode these have a limit of their own, 1000 a second (docs.stripe.com/rate-limits, checked 2026-11).
        return mode == LIVE_MODE && isMeterEvent(request.pathSegments()) ? NONE : mode;
    }

    private static List<String> mode(@Nullable String authorization) {
        if (authorization == null) {
            return NONE;
        }
        // As the user name with no password, the key stands first there too (docs.stripe.com/api/authentication).
        boolean basic = begins(authorization, BASIC);
        if (!basic && !begins(authorization, BEARER)) {
            return NONE;
        }
        int start = basic ? BASIC.length() : BEARER.length();
        while (start < authorization.length() && authorization.charAt(start) == ' ') {
            start++;
        }
        for (int i = 0; i < PREFIXES.size(); i++) {
            KeyPrefix prefix = PREFIXES.get(i);
            if (authorization.startsWith(basic ? prefix.encoded : prefix.plain, start)) {
                return prefix.quotas;
            }
        }
        // An organization's key, a session's token or none of Stripe's: which mode it is, nobody can tell.
        return NONE;
    }

    private static boolean begins(String authorization, String scheme) {
        return authorization.regionMatches(true, 0, scheme, 0, scheme.length());
    }

    /** {@code /v1/billing/meter_events}, and the same of v2. */
    private static boolean isMeterEvent(List<String> path) {
        return path.size() >= 3 && path.get(1).equals("billing") && path.get(2).equals("meter_events");
    }
}
