package dev.fairlead.shopify;

import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.ResponseHead;
import dev.fairlead.RetryAdvice;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The errors of GraphQL that have to do with what a query costs; they come with 200 and {@code errors[]} (checked
 * 2026-11: shopify.dev/docs/api/admin-graphql#status_and_error_codes). Stateless and thread-safe.
 */
final class ShopifyGraphQl {
    /** An answer of more errors than this is looked at no further. */
    private static final int MAXIMUM_ERRORS = 16;

    private static final int NONE = -1;
    private static final String THROTTLED = "THROTTLED";
    private static final String MAX_COST_EXCEEDED = "MAX_COST_EXCEEDED";

    private ShopifyGraphQl() {}

    static boolean isThrottled(ErrorBody body) {
        return indexOf(THROTTLED, body) != NONE;
    }

    /** The error, or empty for a success and for errors of other kinds. */
    static Optional<ApiError> normalize(ResponseHead response, ErrorBody body) {
        int throttled = indexOf(THROTTLED, body);
        if (throttled != NONE) {
            ApiError.Builder error = ApiError.builder(
                            ShopifyProvider.NAME, response.status(), ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT)
                    .executed(executed(body))
                    .code(THROTTLED)
                    .retryAfter(wait(body));
            return Optional.of(described(error, throttled, response, body));
        }
        int tooDear = indexOf(MAX_COST_EXCEEDED, body);
        if (tooDear != NONE) {
            // More than any bucket gives: it would be refused tomorrow as well.
            ApiError.Builder error = ApiError.builder(
                            ShopifyProvider.NAME, response.status(), ErrorKind.VALIDATION, RetryAdvice.AFTER_CHANGE)
                    .executed(Executed.NO)
                    .code(MAX_COST_EXCEEDED);
            return Optional.of(described(error, tooDear, response, body));
        }
        return Optional.empty();
    }

    private static ApiError described(ApiError.Builder error, int index, ResponseHead response, ErrorBody body) {
        return error.message(body.text("/errors/" + index + "/message").orElse(null))
                .requestId(response.header("X-Request-Id"))
                .build();
    }

    private static @Nullable Duration wait(ErrorBody body) {
        ShopifyCost cost = ShopifyCost.of(body);
        long nanos = cost == null ? NONE : cost.waitNanos();
        return nanos < 0 ? null : Duration.ofNanos(nanos);
    }

    /** A throttled query is refused as a whole; should there be data all the same, or be cut off, then nobody knows. */
    private static Executed executed(ErrorBody body) {
        return body.hasContent("/data") || body.isTruncated() ? Executed.UNKNOWN : Executed.NO;
    }

    private static int indexOf(String code, ErrorBody body) {
        if (!body.contains(code)) {
            return NONE;
        }
        for (int i = 0; i < MAXIMUM_ERRORS && body.hasContent("/errors/" + i); i++) {
            if (body.text("/errors/" + i + "/extensions/code").orElse("").equals(code)) {
                return i;
            }
        }
        return NONE;
    }
}
