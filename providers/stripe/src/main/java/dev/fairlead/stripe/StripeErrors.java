package dev.fairlead.stripe;

import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.ErrorNormalizer;
import dev.fairlead.RequestHead;
import dev.fairlead.ResponseHead;
import dev.fairlead.RetryAdvice;
import java.util.Optional;

/** Stripe's throttles, locks and declined payments; every other error by its status. Stateless and thread-safe. */
final class StripeErrors implements ErrorNormalizer {
    private static final ErrorNormalizer BY_STATUS = ErrorNormalizer.byStatus(StripeProvider.NAME);

    @Override
    public Optional<ApiError> normalize(RequestHead request, ResponseHead response, ErrorBody body) {
        return BY_STATUS
                .normalize(request, response, body)
                .map(error -> hinted(judged(error, response, body), response));
    }

    private static ApiError judged(ApiError error, ResponseHead response, ErrorBody body) {
        StripeThrottle throttle = StripeThrottle.of(response, body);
        if (throttle != null) {
            // The limiters stand before everything else: a key is not even stored (docs.stripe.com/error-low-level).
            return error.toBuilder(throttle.kind(), RetryAdvice.AFTER_WAIT)
                    .executed(Executed.NO)
                    .build();
        }
        if (StripeThrottle.isLock(response, body)) {
            return error.toBuilder(ErrorKind.LOCK_CONTENTION, RetryAdvice.SAME_REQUEST)
                    .executed(Executed.NO)
                    .build();
        }
        // "The parameters were valid but the request failed": a card's, mostly (docs.stripe.com/api/errors).
        return response.status() == 402
                ? error.toBuilder(ErrorKind.PAYMENT_DECLINED, RetryAdvice.NEVER).build()
                : error;
    }

    /**
     * {@code Stripe-Should-Retry} (docs.stripe.com/error-low-level, checked 2026-11), which says nothing of a success: a
     * POST is answered {@code false} there too. {@code true} does not say that nothing was executed, as Stripe's own
     * libraries send a key with every POST.
     */
    private static ApiError hinted(ApiError error, ResponseHead response) {
        String hint = response.header("Stripe-Should-Retry");
        boolean never = error.advice() == RetryAdvice.NEVER;
        if ("true".equals(hint) && never) {
            return error.toBuilder(error.kind(), RetryAdvice.ONLY_IF_IDEMPOTENT).build();
        }
        if ("false".equals(hint) && isRepeated(error.advice())) {
            return error.toBuilder(error.kind(), RetryAdvice.NEVER).build();
        }
        return error;
    }

    private static boolean isRepeated(RetryAdvice advice) {
        return switch (advice) {
            case SAME_REQUEST, AFTER_WAIT, ONLY_IF_IDEMPOTENT -> true;
            case AFTER_CREDENTIAL_FIX, AFTER_CHANGE, NEVER -> false;
        };
    }
}
