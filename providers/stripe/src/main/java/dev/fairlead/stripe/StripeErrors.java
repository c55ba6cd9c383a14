package dev.fairlead.stripe;

import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.ErrorNormalizer;
import dev.fairlead.RequestHead;
import dev.fairlead.ResponseHead;
import dev.fairlead.RetryAdvice;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stripe's errors: {@code error.type}, {@code code}, {@code message} and more of v1 and v2, and of OAuth, where {@code
 * error} is a text (checked 2026-11: docs.stripe.com/api/errors, docs.stripe.com/error-low-level,
 * docs.stripe.com/connect/oauth-reference).
 *
 * <p>The status decides, then the code. Of v1's types only {@code idempotency_error} counts, which may have no code: {@code
 * invalid_request_error} comes with 401 and 429 as well. Stateless and thread-safe.
 */
final class StripeErrors implements ErrorNormalizer {
    private static final ErrorNormalizer BY_STATUS = ErrorNormalizer.byStatus(StripeProvider.NAME);

    private static final String IDEMPOTENCY_ERROR = "idempotency_error";

    @Override
    public Optional<ApiError> normalize(RequestHead request, ResponseHead response, ErrorBody body) {
        return BY_STATUS
                .normalize(request, response, body)
                .map(error -> hinted(judged(error, response, body), response))
                .map(error -> described(error, response, body));
    }

    private static ApiError judged(ApiError error, ResponseHead response, ErrorBody body) {
        StripeThrottle throttle = StripeThrottle.of(response, body);
        if (throttle != null) {
            // The limiters stand before everything else: a key is not even stored (docs.stripe.com/error-low-level).
            return refused(error, throttle.kind(), RetryAdvice.AFTER_WAIT);
        }
        if (StripeThrottle.isLock(response, body)) {
            return refused(error, ErrorKind.LOCK_CONTENTION, RetryAdvice.SAME_REQUEST);
        }
        if (response.status() < 500 && body.text("/error").isPresent()) {
            return ofOAuth(error, text(body, "/error"));
        }
        return switch (response.status()) {
            case 401 -> error;
            // The parameters were right and the payment failed, a card's mostly: nothing was charged. What advice_code
            // says is about the card, and to try it again is the caller's decision (docs.stripe.com/declines/codes).
            case 402 -> refused(error, ErrorKind.PAYMENT_DECLINED, RetryAdvice.NEVER);
            case 409 -> ofConflict(error, body);
            // Something outside Stripe failed; how far the request got, it does not say.
            case 424 ->
                error.toBuilder(ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT)
                        .build();
            default -> response.status() >= 500 ? ofServer(error) : ofClient(error, body);
        };
    }

    private static ApiError ofOAuth(ApiError error, String code) {
        return switch (code) {
            // Used, expired, another's, or of the other mode.
            case "invalid_grant", "invalid_client" ->
                refused(error, ErrorKind.AUTHENTICATION, RetryAdvice.AFTER_CREDENTIAL_FIX);
            case "access_denied" -> refused(error, ErrorKind.PERMISSION, RetryAdvice.NEVER);
            // invalid_request, invalid_scope, unsupported_grant_type …
            default -> error;
        };
    }

    /**
     * Another request is at work on the same key or thing: this one was not begun, nothing of it is saved, and it may be
     * repeated (docs.stripe.com/api/idempotent_requests, checked 2026-11). A code that is not about that is about a state,
     * which time alone does not change.
     */
    private static ApiError ofConflict(ApiError error, ErrorBody body) {
        String code = text(body, "/error/code");
        boolean keyInUse = code.isEmpty() && text(body, "/error/type").equals(IDEMPOTENCY_ERROR);
        if (keyInUse || code.equals("idempotency_key_in_use")) {
            return refused(error, ErrorKind.IDEMPOTENCY_IN_USE, RetryAdvice.SAME_REQUEST);
        }
        if (code.equals("lock_timeout")) {
            return refused(error, ErrorKind.LOCK_CONTENTION, RetryAdvice.SAME_REQUEST);
        }
        ErrorKind kind = kind(body);
        if (kind != null) {
            return refused(error, kind);
        }
        return refused(error, ErrorKind.CONFLICT, code.isEmpty() ? RetryAdvice.SAME_REQUEST : RetryAdvice.NEVER);
    }

    private static ApiError ofClient(ApiError error, ErrorBody body) {
        // Under this key went another request; a corrected one needs another key.
        if (text(body, "/error/type").equals(IDEMPOTENCY_ERROR)) {
            return refused(error, ErrorKind.IDEMPOTENCY_MISMATCH);
        }
        ErrorKind kind = kind(body);
        if (kind != null) {
            return refused(error, kind);
        }
        if (error.message().startsWith("Invalid Stripe API version")) {
            return refused(error, ErrorKind.VERSION_UNSUPPORTED);
        }
        // A page without an error of Stripe's is the edge's, and about something else than the key.
        return error.status() == 403 && body.hasContent("/error") ? refused(error, ErrorKind.PERMISSION) : error;
    }

    /** "Test mode requests are temporarily disabled due to exceptionally high traffic" (seen with 503). */
    private static ApiError ofServer(ApiError error) {
        boolean shed = error.status() == 503 && error.message().contains("temporarily disabled");
        return shed
                ? error.toBuilder(ErrorKind.TRANSIENT, RetryAdvice.AFTER_WAIT).build()
                : error;
    }

    private static @Nullable ErrorKind kind(ErrorBody body) {
        ErrorKind kind = StripeCodes.kind(text(body, "/error/code"));
        // None of v1's types is in there.
        return kind != null ? kind : StripeCodes.kind(text(body, "/error/type"));
    }

    private static ApiError refused(ApiError error, ErrorKind kind) {
        boolean ofCredential = kind == ErrorKind.AUTHENTICATION || kind == ErrorKind.PERMISSION;
        return refused(error, kind, ofCredential ? RetryAdvice.AFTER_CREDENTIAL_FIX : RetryAdvice.NEVER);
    }

    private static ApiError refused(ApiError error, ErrorKind kind, RetryAdvice advice) {
        return error.toBuilder(kind, advice).executed(Executed.NO).build();
    }

    /**
     * {@code Stripe-Should-Retry} (docs.stripe.com/error-low-level, checked 2026-11), which says nothing of a success: a
     * POST is answered {@code false} there too. {@code true} does not say that nothing was executed, as Stripe's own
     * libraries send a key with every POST.
     *
     * <p>What is replayed was stored under the key, and will be the same for as long as the key is kept: 24 hours.
     */
    private static ApiError hinted(ApiError error, ResponseHead response) {
        String hint = response.header("Stripe-Should-Retry");
        boolean replayed = "true".equalsIgnoreCase(response.header("Idempotent-Replayed"));
        if ((replayed || "false".equals(hint)) && isRepeated(error.advice())) {
            return error.toBuilder(error.kind(), RetryAdvice.NEVER).build();
        }
        if (!replayed && "true".equals(hint) && error.advice() == RetryAdvice.NEVER) {
            return error.toBuilder(error.kind(), RetryAdvice.ONLY_IF_IDEMPOTENT).build();
        }
        return error;
    }

    private static boolean isRepeated(RetryAdvice advice) {
        return switch (advice) {
            case SAME_REQUEST, AFTER_WAIT, ONLY_IF_IDEMPOTENT -> true;
            case AFTER_CREDENTIAL_FIX, AFTER_CHANGE, NEVER -> false;
        };
    }

    /** What the answer says besides. {@code payment_intent} and its like hold secrets of the customer's: their ids alone. */
    private static ApiError described(ApiError error, ResponseHead response, ErrorBody body) {
        String requestId = response.header("Request-Id");
        // Of a request that was no repetition, the original is itself.
        String original = response.header("Original-Request");
        return error.toBuilder(error.kind(), error.advice())
                .code(code(error, body))
                .requestId(requestId)
                .detail("documentation", text(body, "/error/doc_url"))
                .detail("decline-code", text(body, "/error/decline_code"))
                .detail("network-decline-code", text(body, "/error/network_decline_code"))
                .detail("advice-code", text(body, "/error/advice_code"))
                .detail("user-message", text(body, "/error/user_message"))
                .detail("charge", text(body, "/error/charge"))
                .detail("payment-intent", text(body, "/error/payment_intent/id"))
                .detail("setup-intent", text(body, "/error/setup_intent/id"))
                .detail("request-log", requestLog(body))
                .detail("original-request", Objects.equals(original, requestId) ? null : original)
                .build();
    }

    /** {@code card_declined/insufficient_funds}: the first half says only that the second one is there. */
    private static @Nullable String code(ApiError error, ErrorBody body) {
        String declined = text(body, "/error/decline_code");
        if (declined.isEmpty()) {
            return error.code().orElse(null);
        }
        String code = text(body, "/error/code");
        return code.isEmpty() ? declined : code + "/" + declined;
    }

    /** For people who are logged in there, so it needs no secret; one that had any would not be told. */
    private static String requestLog(ErrorBody body) {
        String address = text(body, "/error/request_log_url");
        boolean harmless = address.startsWith("https://dashboard.stripe.com/") && !address.contains("secret");
        return harmless ? address : "";
    }

    private static String text(ErrorBody body, String pointer) {
        return body.text(pointer).orElse("");
    }
}
