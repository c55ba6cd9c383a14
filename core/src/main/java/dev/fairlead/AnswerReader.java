package dev.fairlead;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.ServerBucket.Outcome;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads an answer with the provider's parsers, which may throw or say what nobody can believe, and lets its keys know.
 * Stateless and thread-safe.
 */
final class AnswerReader {
    private AnswerReader() {}

    /** The answer's error, or null for a success. */
    static @Nullable ApiError error(HostRules rules, RequestHead request, ResponseHead head, ErrorBody body) {
        return normalize(rules, request, head, body);
    }

    /** What the answer says of a limit; tells the call's keys of it, and that the request is no longer under way. */
    static void settle(CallHoldings call, ResponseHead head, ErrorBody body, @Nullable ApiError error, long now) {
        Route route = call.route;
        RateLimit limit = parse(route.rules, head, body);
        call.learnCost(limit);
        QuotaKey about = switch (limit.scope()) {
            case NONE -> null;
            case CREDENTIAL -> route.keys[0];
            case QUOTA -> quotaKey(route, limit);
        };
        if (error == null || !error.kind().isThrottle()) {
            call.settleKeys(null, Outcome.SERVED, limit, about, RateLimit.NOT_SAID, now);
            return;
        }
        if (limit.scope() == RateLimit.Scope.NONE && limit != RateLimit.NONE) {
            // Of no key of ours, such as a single object that is asked for too often: only the call itself waits.
            call.settleKeys(null, Outcome.REFUSED_ELSEWHERE, limit, null, RateLimit.NOT_SAID, now);
            return;
        }
        QuotaKey throttled = limit.scope() == RateLimit.Scope.QUOTA ? about : route.keys[0];
        if (throttled == null) {
            // Its first quota: a second one is a rate of our own, such as GitHub's for writes, and throttles nobody.
            throttled = route.keys[call.ownIndex()];
        }
        Outcome outcome = error.kind() == ErrorKind.CONCURRENCY_LIMITED ? Outcome.TOO_MANY_AT_ONCE : Outcome.THROTTLED;
        long asked = error.retryAfter().map(Nanos::of).orElse(limit.retryAfterNanosOrNegative());
        call.settleKeys(throttled, outcome, limit, about, asked, now);
    }

    private static RateLimit parse(HostRules rules, ResponseHead head, ErrorBody body) {
        RateLimit limit;
        try {
            limit = Objects.requireNonNull(rules.provider().rateLimit().parse(head, body), "rate limit");
        } catch (RuntimeException thrown) {
            rules.plugInThrew("rate-limit parser", thrown);
            return RateLimit.NONE;
        }
        long retryAfter = limit.retryAfterNanosOrNegative();
        if (retryAfter > rules.maxPauseNanos) {
            rules.implausible(retryAfter);
        }
        // A window may rightly be longer, a day's for example; it is no wait that anybody asked for.
        return retryAfter > rules.maxPauseNanos
                        || limit.nanosOfCost() > rules.maxPauseNanos
                        || limit.resetNanosOrNegative() > rules.maxPauseNanos + ROUNDING_NANOS
                ? limit.withoutTimesBeyond(rules.maxPauseNanos)
                : limit;
    }

    /** A window as long as {@code maxPause} may seem a little longer, as times come in whole seconds. */
    private static final long ROUNDING_NANOS = 2_000_000_000L;

    private static @Nullable ApiError normalize(
            HostRules rules, RequestHead request, ResponseHead head, ErrorBody body) {
        ApiError error;
        try {
            error = rules.provider().errors().normalize(request, head, body).orElse(null);
            if (error == null && head.status() >= 500) {
                // A provider that knows its own errors has not thought of this one; no 5xx is a success.
                error = byStatus(rules, request, head);
            }
        } catch (RuntimeException thrown) {
            rules.plugInThrew("error normalizer", thrown);
            error = byStatus(rules, request, head);
        }
        if (error == null) {
            return null;
        }
        Duration asked = error.retryAfter().orElse(null);
        if (asked != null && Nanos.of(asked) > rules.maxPauseNanos) {
            rules.implausible(Nanos.of(asked));
            error = error.withoutRetryAfter();
        }
        if (error.requestId().isEmpty()) {
            error = error.withRequestId(requestId(rules, head));
        }
        return redacted(rules, request, error);
    }

    private static @Nullable ApiError byStatus(HostRules rules, RequestHead request, ResponseHead head) {
        return ErrorNormalizer.byStatus(rules.provider().name())
                .normalize(request, head, ErrorBody.NONE)
                .orElse(null);
    }

    private static @Nullable String requestId(HostRules rules, ResponseHead head) {
        return rules.provider().requestId(head).orElse(null);
    }

    /** Some providers repeat the credential in their complaint about it; nobody wants it in a report. */
    private static ApiError redacted(HostRules rules, RequestHead request, ApiError error) {
        return error.withTexts(text -> redacted(rules, request, text));
    }

    /** A text of the provider's without the request's credential and without all that looks like one. */
    static String redacted(HostRules rules, RequestHead request, String text) {
        String clean = withoutSecret(text, credential(rules, request));
        clean = withoutSecret(clean, request.header("Authorization"));
        for (Pattern format : rules.provider().credentialFormats()) {
            clean = format.matcher(clean).replaceAll(REDACTED);
        }
        return clean;
    }

    private static String withoutSecret(String text, @Nullable String credential) {
        if (credential == null) {
            return text;
        }
        // Without the scheme, such as "Bearer ".
        String secret =
                credential.substring(credential.trim().lastIndexOf(' ') + 1).trim();
        String clean = without(text, secret);
        return credential.regionMatches(true, 0, "Basic ", 0, 6) ? withoutParts(clean, secret) : clean;
    }

    /** Of a Basic credential (RFC 7617) either part may be the secret: Stripe's key is the user, Twilio's token the password. */
    private static String withoutParts(String text, String base64) {
        String clean = text;
        try {
            String pair = new String(Base64.getDecoder().decode(base64), UTF_8);
            for (String part : pair.split(":", 2)) {
                clean = without(clean, part);
            }
        } catch (IllegalArgumentException notBase64) {
            return clean;
        }
        return clean;
    }

    private static String without(String text, String secret) {
        if (secret.length() < SHORTEST_SECRET) {
            return text;
        }
        String clean = text.replace(secret, REDACTED);
        int end = clean.length() - CUT.length();
        if (!clean.endsWith(CUT)) {
            return clean;
        }
        // It may have been cut in the middle of the secret.
        for (int part = Math.min(secret.length() - 1, end); part >= SHORTEST_SECRET; part--) {
            if (clean.regionMatches(end - part, secret, 0, part)) {
                return clean.substring(0, end - part) + REDACTED + CUT;
            }
        }
        return clean;
    }

    /** How a text ends that was too long. */
    static final String CUT = "…";

    private static final String REDACTED = "[credential]";

    /** Shorter ones would be found in ordinary words. */
    private static final int SHORTEST_SECRET = 6;

    static @Nullable String credential(HostRules rules, RequestHead request) {
        try {
            return rules.provider().credential(request);
        } catch (RuntimeException thrown) {
            rules.plugInThrew("credential", thrown);
            return null;
        }
    }

    /**
     * The key that an answer names, or the call's own where it names none. A name that no call has drawn on is nobody's
     * key: a hostile answer must not be able to make keys.
     */
    private static @Nullable QuotaKey quotaKey(Route route, RateLimit limit) {
        String resource = limit.resourceOrNull();
        QuotaKey own = route.keys[route.keys.length > 1 ? 1 : 0];
        if (resource == null || resource.equals(own.quota)) {
            return own;
        }
        for (QuotaKey key : route.keys) {
            if (resource.equals(key.quota)) {
                return key;
            }
        }
        return route.rules.routes().existingKey(route, resource);
    }

    /** The quotas of a request, none where the provider's function fails. */
    static List<String> quotas(HostRules rules, RequestHead request) {
        try {
            List<String> quotas = rules.provider().quotas(request);
            for (int index = 0; index < quotas.size(); index++) {
                Objects.requireNonNull(quotas.get(index), "quota");
            }
            return quotas;
        } catch (RuntimeException thrown) {
            rules.plugInThrew("quotas", thrown);
            return List.of();
        }
    }

    /**
     * Whether the provider says that a request may be executed twice; not where its rule fails.
     *
     * @param byKey whether a key that it carries counts
     */
    static boolean isReplaySafe(HostRules rules, RequestHead request, boolean byKey) {
        try {
            return byKey
                    ? rules.provider().isReplaySafe(request)
                    : rules.provider().isReplaySafeWithoutKey(request);
        } catch (RuntimeException thrown) {
            rules.plugInThrew("replay-safety rule", thrown);
            return false;
        }
    }
}
