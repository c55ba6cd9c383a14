package dev.fairlead.github;

import static dev.fairlead.github.GitHubErrors.error;
import static dev.fairlead.github.GitHubErrors.refused;
import static dev.fairlead.github.GitHubErrors.text;

import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.HeaderValues;
import dev.fairlead.ResponseHead;
import dev.fairlead.RetryAdvice;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Errors of the OAuth endpoints, which come with 200 (checked 2026-11: docs.github.com/apps/oauth-apps/
 * maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors, …/building-oauth-apps/
 * authorizing-oauth-apps#error-codes-for-the-device-flow). Stateless and thread-safe.
 */
final class GitHubOAuth {
    /** Without {@code Accept: application/json} the answer is a form. */
    private static final Pattern ERROR_IN_FORM = Pattern.compile("(?:^|&)error=([A-Za-z_]{1,64}+)(?=&|$)");

    /** "5 extra seconds are added to the minimum interval", which is 5 unless said otherwise. */
    private static final Duration SLOW_DOWN = Duration.ofSeconds(10);

    private static final String POLLED_TOO_OFTEN = "slow_down";

    private GitHubOAuth() {}

    static boolean isPolledTooOften(ErrorBody body) {
        return body.contains(POLLED_TOO_OFTEN) && code(body).equals(POLLED_TOO_OFTEN);
    }

    static Optional<ApiError> normalize(ResponseHead response, ErrorBody body) {
        String code = code(body);
        if (code.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(judge(response.status(), code, body)
                .code(code)
                .message(text(body, "/error_description"))
                .requestId(GitHubErrors.requestId(response, body))
                .detail("documentation", text(body, "/error_uri"))
                .build());
    }

    private static ApiError.Builder judge(int status, String code, ErrorBody body) {
        return switch (code) {
            case POLLED_TOO_OFTEN ->
                error(status, ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT)
                        .executed(Executed.NO)
                        .retryAfter(interval(body));
            case "access_denied" -> refused(status, ErrorKind.PERMISSION);
            // The user has yet to enter the code: the caller's own loop asks again, and knows until when.
            case "authorization_pending" ->
                error(status, ErrorKind.AUTHENTICATION, RetryAdvice.AFTER_CHANGE)
                        .executed(Executed.NO);
            case "redirect_uri_mismatch", "unsupported_grant_type", "device_flow_disabled" ->
                refused(status, ErrorKind.VALIDATION);
            // bad_refresh_token, bad_verification_code, expired_token, incorrect_client_credentials …
            default ->
                error(status, ErrorKind.AUTHENTICATION, RetryAdvice.AFTER_CREDENTIAL_FIX)
                        .executed(Executed.NO);
        };
    }

    /** "The error response includes the new interval that you must use." */
    private static Duration interval(ErrorBody body) {
        long nanos = GitHubRateLimit.plausible(HeaderValues.secondsAsNanos(text(body, "/interval")));
        return nanos < 0 ? SLOW_DOWN : Duration.ofNanos(nanos);
    }

    private static String code(ErrorBody body) {
        if (body.isJson()) {
            return text(body, "/error");
        }
        Matcher form = ERROR_IN_FORM.matcher(body.raw());
        return form.find() ? form.group(1) : "";
    }
}
