package dev.fairlead;

import dev.fairlead.RateLimit.Scope;
import java.time.Duration;
import java.util.Optional;

/** As much of Shopify as a simulation needs, so that it does not depend on the provider's own module. */
final class ShopifyStandIn {
    private static final String STATUS = "/extensions/cost/throttleStatus/";

    private ShopifyStandIn() {}

    /** A bucket is empty after 20 s without calls, whatever its size. */
    static Provider rest() {
        return Provider.builder("shop")
                .hosts("*.shop.test")
                .rateLimit((head, body) -> {
                    String[] usedAndLimit =
                            head.header("X-Shopify-Shop-Api-Call-Limit").split("/");
                    long used = HeaderValues.nonNegativeInteger(usedAndLimit[0]);
                    long limit = HeaderValues.nonNegativeInteger(usedAndLimit[1]);
                    return RateLimit.refilling(Scope.CREDENTIAL, null, limit, limit - used, limit / 20.0)
                            .withRetryAfterNanos(HeaderValues.retryAfterNanos(head));
                })
                .build();
    }

    static Provider graphQl() {
        return Provider.builder("shop")
                .hosts("*.shop.test")
                .peek((request, head) -> 4_096)
                .rateLimit((head, body) -> {
                    long requested = (long) number(body, "/extensions/cost/requestedQueryCost");
                    return RateLimit.refilling(
                                    Scope.CREDENTIAL,
                                    null,
                                    (long) number(body, STATUS + "maximumAvailable"),
                                    (long) number(body, STATUS + "currentlyAvailable"),
                                    number(body, STATUS + "restoreRate"))
                            .withRequestedCost(requested)
                            .withCost((long) number(body, "/extensions/cost/actualQueryCost"));
                })
                .errors((request, head, body) -> {
                    if (!body.text("/errors/0/extensions/code").orElse("").equals("THROTTLED")) {
                        return Optional.empty();
                    }
                    double missing = number(body, "/extensions/cost/requestedQueryCost")
                            - number(body, STATUS + "currentlyAvailable");
                    double seconds = missing / number(body, STATUS + "restoreRate");
                    return Optional.of(
                            ApiError.builder("shop", head.status(), ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT)
                                    .executed(ApiError.Executed.NO)
                                    .retryAfter(Duration.ofNanos((long) Math.ceil(seconds * 1e9)))
                                    .build());
                })
                .build();
    }

    private static double number(ErrorBody body, String pointer) {
        return body.text(pointer).map(Double::parseDouble).orElse(-1.0);
    }
}
