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
import java.util.StringJoiner;

/**
 * SendGrid's errors: {@code errors[]} of {@code message}, {@code field}, {@code help}, {@code error_id} and {@code
 * parameter}, each of which may be missing (checked 2026-11: twilio.com/docs/sendgrid/api-reference/
 * how-to-use-the-sendgrid-v3-api/errors, github.com/twilio/sendgrid-oai). There are no codes: what a status leaves open,
 * words tell. Stateless and thread-safe.
 */
final class SendGridErrors implements ErrorNormalizer {
    private static final ErrorNormalizer BY_STATUS = ErrorNormalizer.byStatus(SendGridProvider.NAME);

    /** An answer of more errors than this is looked at no further. */
    private static final int MAXIMUM_ERRORS = 16;

    @Override
    public Optional<ApiError> normalize(RequestHead request, ResponseHead response, ErrorBody body) {
        return BY_STATUS
                .normalize(request, response, body)
                .map(error -> described(judged(error, response, body), response, body));
    }

    private static ApiError judged(ApiError error, ResponseHead response, ErrorBody body) {
        return switch (response.status()) {
            case 401 -> ofCredential(error, body);
            case 403 -> ofPermission(error, body);
            // 406: "Missing Accept header".
            case 405, 406 -> refused(error, ErrorKind.VALIDATION, RetryAdvice.NEVER);
            case 429 -> throttled(error, response);
            // "Unavailable due to data residency restrictions": the other host may do it.
            case 451 -> refused(error, ErrorKind.PERMISSION, RetryAdvice.AFTER_CHANGE);
            default -> error;
        };
    }

    /**
     * A wrong key, or a right one: of an account whose credits are used up, which another one would not help, or without
     * the scope (checked 2026-11: support.sendgrid.com, article 18322114821403, "4XX API Errors").
     */
    private static ApiError ofCredential(ApiError error, ErrorBody body) {
        if (says(body, "maximum credits exceeded")) {
            return refused(error, ErrorKind.QUOTA_EXHAUSTED, RetryAdvice.NEVER);
        }
        return says(body, "not authorized to send mail")
                ? refused(error, ErrorKind.PERMISSION, RetryAdvice.AFTER_CREDENTIAL_FIX)
                : error;
    }

    /** A key without the scope, a sender who was not verified, or "Too many bad requests. Temporary block". */
    private static ApiError ofPermission(ApiError error, ErrorBody body) {
        if (says(body, "too many bad requests") || says(body, "temporary block") || says(body, "temporarily blocked")) {
            // How long, nobody says, and each bad request more makes it longer.
            return refused(error, ErrorKind.ACCOUNT_BLOCKED, RetryAdvice.NEVER);
        }
        if (says(body, "sender identity") || says(body, "authorized to send from")) {
            return refused(error, ErrorKind.PERMISSION, RetryAdvice.AFTER_CHANGE);
        }
        return says(body, "access forbidden")
                ? refused(error, ErrorKind.PERMISSION, RetryAdvice.AFTER_CREDENTIAL_FIX)
                : error;
    }

    private static ApiError throttled(ApiError error, ResponseHead response) {
        long wait = SendGridRateLimit.waitNanos(response);
        return error.toBuilder(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT)
                .executed(Executed.NO)
                .retryAfter(wait < 0 ? null : Duration.ofNanos(wait))
                .build();
    }

    private static ApiError refused(ApiError error, ErrorKind kind, RetryAdvice advice) {
        return error.toBuilder(kind, advice).executed(Executed.NO).build();
    }

    private static ApiError described(ApiError error, ResponseHead response, ErrorBody body) {
        ApiError.Builder described = error.toBuilder(error.kind(), error.advice());
        SendGridProvider.requestId(response).ifPresent(described::requestId);
        // Of an error without words of its own, such as a list of texts.
        if (error.message().isEmpty()) {
            described.message(body.first("/errors/0", "/message").orElse(null));
        }
        return described
                .detail("field", firstOf(body, "field"))
                .detail("fields", fields(body))
                .detail("parameter", firstOf(body, "parameter"))
                .detail("error-id", firstOf(body, "error_id"))
                .detail("documentation", firstOf(body, "help"))
                .build();
    }

    /** Whether one of the errors says so, in whatever case. */
    private static boolean says(ErrorBody body, String lowerCaseWords) {
        for (int i = 0; i < MAXIMUM_ERRORS && body.hasContent("/errors/" + i); i++) {
            if (member(body, i, "message").toLowerCase(Locale.ROOT).contains(lowerCaseWords)) {
                return true;
            }
        }
        return false;
    }

    private static String firstOf(ErrorBody body, String name) {
        int count = Math.min(body.count("/errors"), MAXIMUM_ERRORS);
        for (int i = 0; i < count; i++) {
            String value = member(body, i, name);
            if (!value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    /** All fields that are wrong, where there are several errors. */
    private static String fields(ErrorBody body) {
        int count = Math.min(body.count("/errors"), MAXIMUM_ERRORS);
        StringJoiner fields = new StringJoiner(", ");
        for (int i = 0; i < count && count > 1; i++) {
            String field = member(body, i, "field");
            if (!field.isEmpty()) {
                fields.add(field);
            }
        }
        return fields.toString();
    }

    private static String member(ErrorBody body, int item, String name) {
        return body.text("/errors/" + item + "/" + name).orElse("");
    }
}
