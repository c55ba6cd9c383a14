package dev.fairlead.shopify;

import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.ResponseHead;
import dev.fairlead.RetryAdvice;
import java.time.Duration;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * GraphQL's errors, which come with 200 and {@code errors[]} (checked 2026-11: shopify.dev/docs/api/admin-graphql#
 * status_and_error_codes); those of a mutation's input are {@link ShopifyUserErrors}. Stateless and thread-safe.
 */
final class ShopifyGraphQl {
    /** An answer of more errors, or a path of more parts, than this is looked at no further. */
    static final int MAXIMUM_ITEMS = 16;

    private static final int NONE = -1;
    private static final String THROTTLED = "THROTTLED";
    private static final String MAX_COST_EXCEEDED = "MAX_COST_EXCEEDED";

    private ShopifyGraphQl() {}

    static boolean isThrottled(ErrorBody body) {
        return indexOf(THROTTLED, body) != NONE;
    }

    /** The error, or empty for a success. */
    static Optional<ApiError> normalize(ResponseHead response, ErrorBody body) {
        if (!body.contains("\"errors\"") || !body.hasContent("/errors")) {
            return ShopifyUserErrors.normalize(response, body);
        }
        int throttled = indexOf(THROTTLED, body);
        String item = "/errors/" + Math.max(0, throttled != NONE ? throttled : indexOf(MAX_COST_EXCEEDED, body));
        String code = body.text(item + "/extensions/code").orElse("");
        String message = body.first(item + "/message", item, "/errors").orElse("");
        return Optional.of(judge(response.status(), code, message, body)
                .code(code)
                .message(message)
                .requestId(requestId(response, body, item))
                .detail("field", joined(body, item + "/path"))
                .detail(
                        "required-access",
                        body.text(item + "/extensions/requiredAccess").orElse(null))
                .build());
    }

    static ApiError.Builder error(int status, ErrorKind kind, RetryAdvice advice) {
        return ApiError.builder(ShopifyProvider.NAME, status, kind, advice);
    }

    private static ApiError.Builder judge(int status, String code, String message, ErrorBody body) {
        Executed executed = executed(body);
        boolean inPart = executed == Executed.YES || body.isTruncated();
        if (code.equals(THROTTLED)) {
            // Refused as a whole; should there be data all the same, or be cut off, a mutation may have been done.
            return error(status, ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT)
                    .executed(inPart ? executed : begun(body) ? Executed.UNKNOWN : Executed.NO)
                    .retryAfter(wait(body));
        }
        if (inPart) {
            return error(status, ErrorKind.PARTIAL_FAILURE, RetryAdvice.NEVER).executed(executed);
        }
        return switch (code) {
            // More than any bucket gives: it would be refused tomorrow as well.
            case MAX_COST_EXCEEDED ->
                error(status, ErrorKind.VALIDATION, RetryAdvice.AFTER_CHANGE).executed(Executed.NO);
            case "SHOP_INACTIVE" ->
                error(status, ErrorKind.ACCOUNT_BLOCKED, RetryAdvice.NEVER).executed(Executed.NO);
            case "ACCESS_DENIED" ->
                error(status, ErrorKind.PERMISSION, RetryAdvice.AFTER_CHANGE).executed(executed);
            case "INTERNAL_SERVER_ERROR" -> error(status, ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT);
            // Errors in the query itself, such as undefinedField, and any without a code.
            default ->
                message.startsWith("Internal error")
                        ? error(status, ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT)
                        : error(status, ErrorKind.VALIDATION, RetryAdvice.AFTER_CHANGE)
                                .executed(executed);
        };
    }

    /** Of a mutation that was done there may be no more than an empty list of its errors. */
    static boolean begun(ErrorBody body) {
        return body.names("/data").stream().anyMatch(field -> begun(body, "/data/" + field));
    }

    static boolean begun(ErrorBody body, String field) {
        return !body.names(field).isEmpty();
    }

    /**
     * Without a member {@code data} the execution had not begun (GraphQL specification of October 2021, section 7.1.2). With
     * a null one it had: an object that must not be null and cannot be shown takes all above it with it.
     */
    private static Executed executed(ErrorBody body) {
        if (body.hasContent("/data")) {
            return Executed.YES;
        }
        return body.isTruncated() || body.names("").contains("data") ? Executed.UNKNOWN : Executed.NO;
    }

    /** "Include this in support requests." */
    private static @Nullable String requestId(ResponseHead response, ErrorBody body, String item) {
        String header = response.header("X-Request-Id");
        return header != null
                ? header
                : body.text(item + "/extensions/requestId").orElse(null);
    }

    private static @Nullable Duration wait(ErrorBody body) {
        ShopifyCost cost = ShopifyCost.of(body);
        long nanos = cost == null ? NONE : cost.waitNanos();
        return nanos < 0 ? null : Duration.ofNanos(nanos);
    }

    /** A path, such as {@code ["input", "lines", "0"]}, with points between its parts; also where it is a text. */
    static String joined(ErrorBody body, String path) {
        StringJoiner parts = new StringJoiner(".");
        for (int i = 0; i < Math.min(body.count(path), MAXIMUM_ITEMS); i++) {
            body.text(path + "/" + i).ifPresent(parts::add);
        }
        return parts.length() == 0 ? body.text(path).orElse("") : parts.toString();
    }

    private static int indexOf(String code, ErrorBody body) {
        if (!body.contains(code)) {
            return NONE;
        }
        for (int i = 0; i < MAXIMUM_ITEMS && body.hasContent("/errors/" + i); i++) {
            if (body.text("/errors/" + i + "/extensions/code").orElse("").equals(code)) {
                return i;
            }
        }
        return NONE;
    }
}
