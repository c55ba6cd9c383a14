package dev.fairlead.shopify;

import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.ErrorNormalizer;
import dev.fairlead.RequestHead;
import dev.fairlead.ResponseHead;
import dev.fairlead.RetryAdvice;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Shopify's errors. GraphQL's come with 200; all others by their status, of which it has some of its own (checked 2026-11:
 * shopify.dev/docs/api/usage/response-codes), with {@code errors} in one of four shapes. Stateless and thread-safe.
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
        return BY_STATUS.normalize(request, response, body).map(error -> described(error, request, body));
    }

    private static ApiError described(ApiError error, RequestHead request, ErrorBody body) {
        String message = message(error, body);
        ApiError.Builder judged = judge(error, request, message.toLowerCase(Locale.ROOT), body);
        if (error.code().isEmpty()) {
            judged.code(body.text("/errors/0/extensions/code").orElse(null));
        }
        // Of a server's fault the names are those of its parts, such as title and description.
        return judged.message(message)
                .detail("field", error.status() < 500 ? field(body) : null)
                .build();
    }

    private static ApiError.Builder judge(ApiError error, RequestHead request, String message, ErrorBody body) {
        return switch (error.status()) {
            case 400 -> ShopifyPaths.isOAuth(request.pathSegments()) ? ofOAuth(error, message) : same(error);
            // A shop that is frozen until it is paid for; one that is locked for abuse of the limits or suspected
            // fraud; a request that is taken for an attack, which is no throttle. Waiting mends none of them.
            case 402, 423, 430 -> refused(error, ErrorKind.ACCOUNT_BLOCKED);
            case 403 -> message.contains("unavailable shop") ? refused(error, ErrorKind.ACCOUNT_BLOCKED) : same(error);
            // 783: JSON that cannot be read.
            case 405, 406, 783 -> refused(error, ErrorKind.VALIDATION);
            case 422 -> body.contains("already been taken") ? refused(error, ErrorKind.DUPLICATE) : same(error);
            case 429 -> isDaysLimit(body) ? refused(error, ErrorKind.QUOTA_EXHAUSTED) : same(error);
            default -> same(error);
        };
    }

    private static ApiError.Builder same(ApiError error) {
        return error.toBuilder(error.kind(), error.advice());
    }

    private static ApiError.Builder refused(ApiError error, ErrorKind kind) {
        return error.toBuilder(kind, RetryAdvice.NEVER).executed(Executed.NO);
    }

    /**
     * {@code error} and {@code error_description} (RFC 6749 section 5.2). Shopify has codes of its own for a token or a code
     * that is wrong, and calls that an invalid request as well.
     */
    private static ApiError.Builder ofOAuth(ApiError error, String message) {
        return switch (error.code().orElse("")) {
            case "access_denied" -> refused(error, ErrorKind.PERMISSION);
            case "invalid_scope", "unsupported_grant_type", "" -> same(error);
            case "invalid_request" -> message.contains("authorization code") ? ofCredential(error) : same(error);
            default -> ofCredential(error);
        };
    }

    private static ApiError.Builder ofCredential(ApiError error) {
        return error.toBuilder(ErrorKind.AUTHENTICATION, RetryAdvice.AFTER_CREDENTIAL_FIX)
                .executed(Executed.NO);
    }

    /** {@code errors} is a text, a list of texts, or an object of fields with a text or a list of texts each. */
    private static String message(ApiError judged, ErrorBody body) {
        String field = field(body);
        return (field == null ? body.first("/errors/0") : body.first("/errors/" + field, "/errors/" + field + "/0"))
                .orElse(judged.message());
    }

    private static @Nullable String field(ErrorBody body) {
        List<String> names = body.names("/errors");
        return names.isEmpty() ? null : names.get(0);
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
