package dev.fairlead.stripe;

import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.RateLimit.Scope;
import dev.fairlead.ResponseHead;
import org.jspecify.annotations.Nullable;

/**
 * An answer that says we send too much (checked 2026-11: docs.stripe.com/rate-limits, docs.stripe.com/error-codes).
 *
 * <p>Its status tells it, then its code, and never {@code error.type}: that is {@code rate_limit_error} in the mocks of
 * Stripe's libraries and {@code invalid_request_error} in answers seen.
 *
 * @param kind a rate, or too many at the same time
 * @param scope the account's, or {@link Scope#NONE} for an endpoint's or an object's, which is no reason to hold up
 *     anything else
 */
record StripeThrottle(ErrorKind kind, Scope scope) {
    /** A card that was declined so often that it is not tried again for a day: no limit of ours, whatever it is called. */
    static final String CARD_DECLINED_TOO_OFTEN = "card_decline_rate_limit_exceeded";

    private static final StripeThrottle ACCOUNT_RATE = new StripeThrottle(ErrorKind.RATE_LIMITED, Scope.CREDENTIAL);
    private static final StripeThrottle ACCOUNT_CONCURRENCY =
            new StripeThrottle(ErrorKind.CONCURRENCY_LIMITED, Scope.CREDENTIAL);
    private static final StripeThrottle OTHER_RATE = new StripeThrottle(ErrorKind.RATE_LIMITED, Scope.NONE);
    private static final StripeThrottle OTHER_CONCURRENCY =
            new StripeThrottle(ErrorKind.CONCURRENCY_LIMITED, Scope.NONE);

    /** The throttle that an answer speaks of, or null where it is none. */
    static @Nullable StripeThrottle of(ResponseHead head, ErrorBody body) {
        return switch (head.status()) {
            case 429 -> isLock(head, body) || code(body).equals(CARD_DECLINED_TOO_OFTEN) ? null : byReason(head);
            case 400 -> ofBadRequest(head, body);
            default -> null;
        };
    }

    private static @Nullable StripeThrottle ofBadRequest(ResponseHead head, ErrorBody body) {
        // Of API versions before 2015-09-18 (github.com/stripe/stripe-python, pull request 185).
        if (code(body).equals("rate_limit")) {
            return byReason(head);
        }
        // Connect's limit on new accounts has no code (github.com/stripe/stripe-node, issue 2223).
        return body.text("/error/message").orElse("").contains("creating accounts too quickly") ? OTHER_RATE : null;
    }

    /**
     * Whether another request holds the object, which the account's rate has nothing to do with (docs.stripe.com/
     * error-codes/lock-timeout, checked 2026-11). It was never seen with a reason.
     */
    static boolean isLock(ResponseHead head, ErrorBody body) {
        return head.status() == 429
                && head.header("Stripe-Rate-Limited-Reason") == null
                && code(body).equals("lock_timeout");
    }

    private static StripeThrottle byReason(ResponseHead head) {
        String reason = head.header("Stripe-Rate-Limited-Reason");
        return switch (reason == null ? "" : reason) {
            case "global-concurrency" -> ACCOUNT_CONCURRENCY;
            case "endpoint-rate", "resource-specific" -> OTHER_RATE;
            case "endpoint-concurrency" -> OTHER_CONCURRENCY;
            // global-rate, none, and one that is new: in doubt it is the account's.
            default -> ACCOUNT_RATE;
        };
    }

    private static String code(ErrorBody body) {
        return body.text("/error/code").orElse("");
    }
}
