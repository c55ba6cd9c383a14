package dev.fairlead.github;

import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.ErrorNormalizer;
import dev.fairlead.HeaderValues;
import dev.fairlead.RequestHead;
import dev.fairlead.ResponseHead;
import dev.fairlead.RetryAdvice;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * GitHub's errors: {@code message}, {@code documentation_url}, {@code errors[]} (checked 2026-11: docs.github.com/rest/
 * using-the-rest-api/troubleshooting-the-rest-api). Stateless and thread-safe.
 */
final class GitHubErrors implements ErrorNormalizer {
    /** Possessive and bounded, so that no text makes it slow. */
    private static final Pattern REQUEST_ID = Pattern.compile("\\b[0-9A-F]{4,12}+(?::[0-9A-F]{4,12}+){4}");

    /** Not the end of "conversion". */
    private static final Pattern VERSION = Pattern.compile("\\bversion");

    @Override
    public Optional<ApiError> normalize(RequestHead request, ResponseHead response, ErrorBody body) {
        int status = response.status();
        if (status == 200 && GitHubPaths.isGraphQl(request.pathSegments())) {
            return GitHubGraphQl.normalize(response, body);
        }
        if (status == 200 && GitHubPaths.isOAuth(request.pathSegments())) {
            return GitHubOAuth.normalize(response, body);
        }
        if (status < 400) {
            return Optional.empty();
        }
        GitHubThrottle throttle = GitHubThrottle.of(response, body);
        ApiError.Builder error = throttle != null
                ? throttled(status, throttle)
                : status >= 500 ? ofServer(response) : ofClient(request, status, body);
        int item = decisiveItem(body);
        return Optional.of(error.code(text(body, "/errors/" + item + "/code"))
                .message(text(body, "/message"))
                .requestId(requestId(response, body))
                .detail("field", text(body, "/errors/" + item + "/field"))
                .detail("resource", text(body, "/errors/" + item + "/resource"))
                .detail("reason", reason(body, item))
                .detail("documentation", text(body, "/documentation_url"))
                .detail("accepted-permissions", response.header("X-Accepted-GitHub-Permissions"))
                .detail("one-time-password", response.header("X-GitHub-OTP"))
                .build());
    }

    static ApiError.Builder error(int status, ErrorKind kind, RetryAdvice advice) {
        return ApiError.builder(GitHubProvider.NAME, status, kind, advice);
    }

    /** Refused before anything was done; the same request would be refused again. */
    static ApiError.Builder refused(int status, ErrorKind kind) {
        return error(status, kind, RetryAdvice.NEVER).executed(Executed.NO);
    }

    static ApiError.Builder throttled(int status, GitHubThrottle throttle) {
        return error(status, ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT)
                .executed(Executed.NO)
                .retryAfter(Duration.ofNanos(throttle.waitNanos()));
    }

    private static ApiError.Builder ofClient(RequestHead request, int status, ErrorBody body) {
        String message = text(body, "/message").toLowerCase(Locale.ROOT);
        return switch (status) {
            case 400 -> refused(status, kindOfBadRequest(message, body));
            case 401 ->
                error(
                                status,
                                isAboutTime(message) ? ErrorKind.CLOCK_SKEW : ErrorKind.AUTHENTICATION,
                                RetryAdvice.AFTER_CREDENTIAL_FIX)
                        .executed(Executed.NO);
            case 403, 451 ->
                refused(status, isBlocked(status, message) ? ErrorKind.ACCOUNT_BLOCKED : ErrorKind.PERMISSION);
            // Also for what the credential may not see, so as not to confirm that it exists.
            case 404 -> refused(status, ErrorKind.NOT_FOUND);
            // "Pull Request is not mergeable" (docs.github.com/rest/pulls/pulls#merge-a-pull-request).
            case 405 -> refused(status, request.path().endsWith("/merge") ? ErrorKind.CONFLICT : ErrorKind.VALIDATION);
            case 408 -> error(status, ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT);
            case 409, 412 -> refused(status, ErrorKind.CONFLICT);
            case 410 ->
                refused(status, isAboutVersion(message, body) ? ErrorKind.VERSION_UNSUPPORTED : ErrorKind.NOT_FOUND);
            case 406, 413, 414, 415, 431 -> refused(status, ErrorKind.VALIDATION);
            case 422 -> refused(status, kindOfUnprocessable(message, body));
            default -> error(status, ErrorKind.UNKNOWN, RetryAdvice.NEVER);
        };
    }

    /**
     * A 502 or 504 is GitHub's own timeout, after which the work may have been done; a 503 may be a page for people.
     */
    private static ApiError.Builder ofServer(ResponseHead response) {
        int status = response.status();
        long wait = GitHubRateLimit.plausible(HeaderValues.retryAfterNanos(response));
        boolean waitSaid = status == 503 && wait >= 0;
        return error(status, ErrorKind.TRANSIENT, waitSaid ? RetryAdvice.AFTER_WAIT : RetryAdvice.ONLY_IF_IDEMPOTENT)
                .retryAfter(wait >= 0 ? Duration.ofNanos(wait) : null);
    }

    private static ErrorKind kindOfBadRequest(String message, ErrorBody body) {
        if (isAboutVersion(message, body)) {
            return ErrorKind.VERSION_UNSUPPORTED;
        }
        // "This team cannot be externally managed since it has explicit members."
        return message.contains("cannot be externally managed") ? ErrorKind.CONFLICT : ErrorKind.VALIDATION;
    }

    private static ErrorKind kindOfUnprocessable(String message, ErrorBody body) {
        // Without an error list: "Reference already exists".
        if (message.contains("already exists") || saysDuplicate(body, decisiveItem(body))) {
            return ErrorKind.DUPLICATE;
        }
        // "expected head sha didn't match current head ref", with an apostrophe of either kind.
        return message.contains("head sha") ? ErrorKind.CONFLICT : ErrorKind.VALIDATION;
    }

    /**
     * An unsupported version is 410 since 2026-03, 400 before (docs.github.com/rest/about-the-rest-api/api-versions).
     */
    private static boolean isAboutVersion(String message, ErrorBody body) {
        return text(body, "/documentation_url").contains("api-versions")
                || (VERSION.matcher(message).find() && message.contains("support"));
    }

    /** "'Issued at' claim ('iat') must be …" and "'Expiration time' claim ('exp') is too far in the future". */
    private static boolean isAboutTime(String message) {
        return message.contains("'issued at' claim") || message.contains("'expiration time' claim");
    }

    private static boolean isBlocked(int status, String message) {
        return status == 451 || message.contains("account was suspended") || message.contains("access blocked");
    }

    /** The item of {@code errors[]} that decides what it is about: the one that exists already, else the first. */
    private static int decisiveItem(ErrorBody body) {
        for (int i = 0; i < GitHubThrottle.MAXIMUM_ERRORS && body.hasContent("/errors/" + i); i++) {
            if (saysDuplicate(body, i)) {
                return i;
            }
        }
        return 0;
    }

    /** With code {@code custom} the message alone says it: "A pull request already exists for …". */
    private static boolean saysDuplicate(ErrorBody body, int item) {
        return text(body, "/errors/" + item + "/code").equals("already_exists")
                || reason(body, item).contains("already exists");
    }

    /** An item's message; an item may be a text itself, and so may the list. */
    private static String reason(ErrorBody body, int item) {
        String reason = text(body, "/errors/" + item + "/message");
        if (reason.isEmpty()) {
            reason = text(body, "/errors/" + item);
        }
        return reason.isEmpty() ? text(body, "/errors") : reason;
    }

    static @Nullable String requestId(ResponseHead response, ErrorBody body) {
        String header = response.header("X-GitHub-Request-Id");
        if (header != null) {
            return header;
        }
        String inBody = text(body, "/request_id");
        return inBody.isEmpty() ? requestIdIn(text(body, "/message")) : inBody;
    }

    /** "Please include `0000:…` when reporting this issue." */
    static @Nullable String requestIdIn(String text) {
        Matcher matcher = REQUEST_ID.matcher(text);
        return matcher.find() ? matcher.group() : null;
    }

    static String text(ErrorBody body, String pointer) {
        return body.text(pointer).orElse("");
    }
}
