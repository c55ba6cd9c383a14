package dev.fairlead.shopify;

import dev.fairlead.ErrorBody;
import dev.fairlead.HeaderValues;
import dev.fairlead.RateLimit;
import dev.fairlead.RateLimit.Scope;
import dev.fairlead.RateLimitParser;
import dev.fairlead.ResponseHead;

/**
 * The state of a shop's buckets: of REST's in a header, of GraphQL's in the body. What a shop may have is never assumed,
 * as its plan decides and Shopify changes it. Stateless and thread-safe.
 */
final class ShopifyRateLimit implements RateLimitParser {
    private static final long NOT_SAID = HeaderValues.NOT_SAID;

    /**
     * A full bucket is empty after 20 s, whatever the plan: 40 requests at 2 a second, 80 at 4, 400 at 20 (shopify.dev/
     * docs/api/admin-rest/usage/rate-limits, checked 2026-11). The rate is not sent. The bucket is the app's in one shop.
     */
    private static final double SECONDS_TO_EMPTY = 20;

    private static final RateLimit NOTHING_BUT_THE_QUOTA =
            RateLimit.window(Scope.QUOTA, null, NOT_SAID, NOT_SAID, NOT_SAID);

    @Override
    public RateLimit parse(ResponseHead head, ErrorBody body) {
        return switch (head.status()) {
            case 200 -> body.isEmpty() ? rest(head, RateLimit.NONE) : graphQl(head, body);
            case 429 -> rest(head, NOTHING_BUT_THE_QUOTA).withRetryAfterNanos(HeaderValues.retryAfterNanos(head));
            default -> rest(head, RateLimit.NONE);
        };
    }

    /** Of a success only GraphQL's body was asked for. */
    private static RateLimit graphQl(ResponseHead head, ErrorBody body) {
        ShopifyCost cost = ShopifyCost.of(body);
        boolean throttled = ShopifyGraphQl.isThrottled(body);
        if (cost == null) {
            return throttled ? NOTHING_BUT_THE_QUOTA : rest(head, RateLimit.NONE);
        }
        return throttled ? cost.rateLimit().withRetryAfterNanos(cost.waitNanos()) : cost.rateLimit();
    }

    /**
     * {@code 32/40}: used of all, although its name sounds like what is left. It comes under two names with the same value
     * (github.com/nozzlegear/ShopifySharp issue 350). What is used is rounded up, what there is down.
     */
    private static RateLimit rest(ResponseHead head, RateLimit otherwise) {
        String value = head.header("X-Shopify-Shop-Api-Call-Limit");
        if (value == null) {
            value = head.header("HTTP_X_SHOPIFY_SHOP_API_CALL_LIMIT");
        }
        int slash = value == null ? -1 : value.indexOf('/');
        if (value == null || slash < 0) {
            return otherwise;
        }
        long used = ShopifyCost.wholeOrMore(ShopifyCost.billionths(value.substring(0, slash)));
        long limit = ShopifyCost.whole(ShopifyCost.billionths(value.substring(slash + 1)));
        if (used < 0 || limit <= 0) {
            return otherwise;
        }
        return RateLimit.refilling(Scope.QUOTA, null, limit, Math.max(0, limit - used), limit / SECONDS_TO_EMPTY);
    }
}
