package dev.fairlead.sendgrid;

import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.ErrorNormalizer;
import dev.fairlead.RequestHead;
import dev.fairlead.ResponseHead;
import dev.fairlead.RetryAdvice;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** SendGrid's throttles and used up credits; every other error by its status. Stateless and thread-safe. */
final class SendGridErrors implements ErrorNormalizer {
    private static final ErrorNormalizer BY_STATUS = ErrorNormalizer.byStatus(SendGridProvider.NAME);

    /** An answer of more errors than this is looked at no further. */
    private static final int MAXIMUM_ERRORS = 16;

    @Override
    public Optional<ApiError> normalize(RequestHead request, ResponseHead response, ErrorBody body) {
        return BY_STATUS.normalize(request, response, body).map(error -> judged(error, response, body));
    }

    private static ApiError judged(ApiError error, ResponseHead response, ErrorBody body) {
        return switch (response.status()) {
            case 401 -> isOutOfCredits(body) ? outOfCredits(error) : error;
            case 429 -> throttled(error, response);
            default -> error;
        };
    }

    private static ApiError throttled(ApiError error, ResponseHead response) {
        long wait = SendGridRateLimit.waitNanos(response);
        return error.toBuilder(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT)
                .executed(Executed.NO)
                .retryAfter(wait < 0 ? null : Duration.ofNanos(wait))
                .build();
    }

    /** The key is right, and another one of the account would not help either. */
    private static ApiError outOfCredits(ApiError error) {
        return error.toBuilder(ErrorKind.QUOTA_EXHAUSTED, RetryAdvice.NEVER)
                .executed(Executed.NO)
                .build();
    }

    /** "Maximum credits exceeded", which nothing but these words tells from a wrong key. */
    private static boolean isOutOfCredits(ErrorBody body) {
        for (int i = 0; i < MAXIMUM_ERRORS && body.hasContent("/errors/" + i); i++) {
            String message = body.text("/errors/" + i + "/message").orElse("");
            if (message.toLowerCase(Locale.ROOT).contains("maximum credits exceeded")) {
                return true;
            }
        }
        return false;
    }
}
