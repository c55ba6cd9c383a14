package dev.fairlead.twilio;

import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.ErrorNormalizer;
import dev.fairlead.RequestHead;
import dev.fairlead.ResponseHead;
import dev.fairlead.RetryAdvice;
import java.time.Duration;
import java.util.Optional;

/**
 * Twilio's errors in all their shapes ({@link TwilioBody}), judged by throttle, then by code, then by status. Stateless
 * and thread-safe.
 */
final class TwilioErrors implements ErrorNormalizer {
    private static final ErrorNormalizer BY_STATUS = ErrorNormalizer.byStatus(TwilioProvider.NAME);

    @Override
    public Optional<ApiError> normalize(RequestHead request, ResponseHead response, ErrorBody body) {
        return BY_STATUS
                .normalize(request, response, body)
                .map(error -> described(judged(error, response, body), response, body));
    }

    private static ApiError judged(ApiError error, ResponseHead response, ErrorBody body) {
        TwilioThrottle throttle = TwilioThrottle.of(response, body);
        if (throttle != null) {
            return throttled(error, throttle);
        }
        // Whether a message went out or a call was made before a 5xx, its code does not say either: a customer may get
        // several of them (checked 2026-11: twilio.com/docs/api/errors/20500).
        TwilioMeaning meaning = response.status() >= 500 ? null : TwilioMeaning.of(TwilioBody.code(body));
        return meaning == null
                ? error
                : error.toBuilder(meaning.kind(), meaning.advice())
                        .executed(Executed.NO)
                        .retryAfter(null)
                        .build();
    }

    private static ApiError throttled(ApiError error, TwilioThrottle throttle) {
        boolean waitSaid = throttle.waitNanos() >= 0;
        return error.toBuilder(throttle.kind(), waitSaid ? RetryAdvice.AFTER_WAIT : RetryAdvice.SAME_REQUEST)
                .executed(Executed.NO)
                .retryAfter(waitSaid ? Duration.ofNanos(throttle.waitNanos()) : null)
                .build();
    }

    /** With what only Twilio's shapes tell; the rest, such as an OAuth error, was found already. */
    private static ApiError described(ApiError error, ResponseHead response, ErrorBody body) {
        String code = TwilioBody.code(body);
        String message = TwilioBody.message(body);
        ApiError.Builder described = error.toBuilder(error.kind(), error.advice());
        if (!code.isEmpty()) {
            described.code(code);
        }
        if (!message.isEmpty()) {
            described.message(message);
        }
        if (error.kind() == ErrorKind.VALIDATION) {
            described.detail("field", TwilioBody.field(body)).detail("fields", TwilioBody.fields(body));
        }
        String requestId = TwilioProvider.requestId(response);
        if (requestId != null) {
            described.requestId(requestId);
        }
        String detail = TwilioBody.text(body, "/detail");
        return described
                .detail("detail", detail.equals(message) ? null : detail)
                .detail("documentation", TwilioBody.documentation(body))
                .detail("user-error", TwilioBody.text(body, "/userError"))
                .build();
    }
}
