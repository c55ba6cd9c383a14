package dev.fairlead.shopify;

import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.ErrorNormalizer;
import dev.fairlead.RequestHead;
import dev.fairlead.ResponseHead;
import dev.fairlead.RetryAdvice;
import java.util.Locale;
import java.util.Optional;

/**
 * Shopify's throttles, and the errors that look like one; every other error by its status: so 430, a rejection for
 * security's sake, and 423, a shop that is locked, are never repeated (shopify.dev/docs/api/usage/response-codes, checked
 * 2026-11). Stateless and thread-safe.
 */
final class ShopifyErrors implements ErrorNormalizer {
    private static final ErrorNormalizer BY_STATUS = ErrorNormalizer.byStatus(ShopifyProvider.NAME);

    @Override
    public Optional<ApiError> normalize(RequestHead request, ResponseHead response, ErrorBody body) {
        if (response.status() == 200) {
            return ShopifyPaths.isGraphQl(request.pathSegments())
                    ? ShopifyGraphQl.normalize(response, body)
                    : Optional.empty();
        }
        return BY_STATUS
                .normalize(request, response, body)
                .map(error -> response.status() == 429 && isDaysLimit(body) ? exhausted(error) : error);
    }

    private static ApiError exhausted(ApiError error) {
        return error.toBuilder(ErrorKind.QUOTA_EXHAUSTED, RetryAdvice.NEVER)
                .executed(Executed.NO)
                .build();
    }

    /**
     * "Daily variant creation limit reached", of shops with more than 50,000 variants; who waits for {@code Retry-After}
     * or a second hangs for a day (github.com/phpclassic/php-shopify issue 81, bold-commerce/go-shopify issue 206). Where
     * in {@code errors} it stands depends on what was created, so it is looked for in all of the body.
     */
    private static boolean isDaysLimit(ErrorBody body) {
        return body.raw().toLowerCase(Locale.ROOT).contains("daily variant creation limit");
    }
}
