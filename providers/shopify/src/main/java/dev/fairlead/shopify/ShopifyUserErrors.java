package dev.fairlead.shopify;

import static dev.fairlead.shopify.ShopifyGraphQl.error;
import static dev.fairlead.shopify.ShopifyGraphQl.joined;

import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.ResponseHead;
import dev.fairlead.RetryAdvice;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What a mutation says of its input: {@code data.productCreate.userErrors[]}, with 200 and no {@code errors[]}. The field's
 * name is the mutation's or the query's alias for it, and some mutations call the list {@code customerUserErrors}, {@code
 * mediaUserErrors} and the like (checked 2026-11: shopify.dev/docs/api/admin-graphql/latest/interfaces/DisplayableError).
 * Stateless and thread-safe.
 */
final class ShopifyUserErrors {
    private ShopifyUserErrors() {}

    static Optional<ApiError> normalize(ResponseHead response, ErrorBody body) {
        if (!body.contains("serErrors\"")) {
            return Optional.empty();
        }
        String decisive = null;
        boolean hasThing = false;
        boolean othersDone = false;
        for (String mutation : body.names("/data")) {
            String payload = "/data/" + mutation;
            String errors = errors(body, payload);
            if (errors == null) {
                // Where it was cut off, its errors may be missing.
                othersDone |= body.hasContent(payload) || (!body.isTruncated() && ShopifyGraphQl.begun(body, payload));
            } else if (decisive == null) {
                decisive = errors;
                hasThing = hasThing(body, payload);
            }
        }
        return decisive == null
                ? Optional.empty()
                : Optional.of(described(response, body, decisive, hasThing, othersDone));
    }

    /** Whether a mutation gives a thing beside its errors: what is in there may be, or may be what would have been. */
    private static boolean hasThing(ErrorBody body, String payload) {
        return body.names(payload).stream()
                .anyMatch(member -> !member.endsWith("serErrors") && body.hasContent(payload + "/" + member));
    }

    /** The list of a mutation's errors, null where it has none. */
    private static @Nullable String errors(ErrorBody body, String payload) {
        for (String member : body.names(payload)) {
            String list = payload + "/" + member;
            if (member.endsWith("serErrors") && body.hasContent(list + "/0")) {
                return list;
            }
        }
        return null;
    }

    private static ApiError described(
            ResponseHead response, ErrorBody body, String errors, boolean hasThing, boolean othersDone) {
        String code = body.text(errors + "/0/code").orElse("");
        ApiError.Builder error = othersDone
                ? error(response.status(), ErrorKind.PARTIAL_FAILURE, RetryAdvice.NEVER)
                        .executed(Executed.YES)
                : judge(response.status(), code, hasThing || body.isTruncated());
        return error.code(code)
                .message(body.text(errors + "/0/message").orElse(""))
                .requestId(response.header("X-Request-Id"))
                .detail("field", joined(body, errors + "/0/field"))
                .detail("fields", fields(body, errors))
                .build();
    }

    /**
     * The codes are the mutation's own; those below mean the same in all of them (such as shopify.dev/docs/api/
     * admin-graphql/latest/enums/InventorySetQuantitiesUserErrorCode and MetafieldsSetUserErrorCode, checked 2026-11). Of
     * what was cut off nobody knows whether another mutation was done, and of a thing beside the errors, whether it is: a
     * product is created though its media are wrong.
     */
    private static ApiError.Builder judge(int status, String code, boolean isOpen) {
        Executed refused = isOpen ? Executed.UNKNOWN : Executed.NO;
        return switch (code) {
            // "This request is currently in progress, please try again" (…/docs/api/usage/implementing-idempotency).
            case "IDEMPOTENCY_CONCURRENT_REQUEST" ->
                error(
                                status,
                                ErrorKind.IDEMPOTENCY_IN_USE,
                                isOpen ? RetryAdvice.ONLY_IF_IDEMPOTENT : RetryAdvice.SAME_REQUEST)
                        .executed(refused);
            case "IDEMPOTENCY_KEY_PARAMETER_MISMATCH" ->
                error(status, ErrorKind.IDEMPOTENCY_MISMATCH, RetryAdvice.NEVER).executed(refused);
            case "INTERNAL_ERROR" -> error(status, ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT);
            case "TAKEN" ->
                error(status, ErrorKind.DUPLICATE, RetryAdvice.AFTER_CHANGE).executed(refused);
            case "NOT_FOUND" ->
                error(status, ErrorKind.NOT_FOUND, RetryAdvice.AFTER_CHANGE).executed(refused);
            // Somebody else changed the quantity since it was read.
            case "COMPARE_QUANTITY_STALE", "CHANGE_FROM_QUANTITY_STALE", "STALE_OBJECT" ->
                error(status, ErrorKind.CONFLICT, RetryAdvice.AFTER_CHANGE).executed(refused);
            default ->
                error(status, ErrorKind.VALIDATION, RetryAdvice.AFTER_CHANGE).executed(refused);
        };
    }

    /** All fields that are wrong, where there are several. */
    private static String fields(ErrorBody body, String errors) {
        int count = Math.min(body.count(errors), ShopifyGraphQl.MAXIMUM_ITEMS);
        StringJoiner fields = new StringJoiner(", ");
        for (int i = 0; i < count && count > 1; i++) {
            String field = joined(body, errors + "/" + i + "/field");
            if (!field.isEmpty()) {
                fields.add(field);
            }
        }
        return fields.toString();
    }
}
