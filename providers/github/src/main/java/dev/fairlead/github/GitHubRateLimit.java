package dev.fairlead.github;

import dev.fairlead.ErrorBody;
import dev.fairlead.HeaderValues;
import dev.fairlead.RateLimit;
import dev.fairlead.RateLimit.Scope;
import dev.fairlead.RateLimitParser;
import dev.fairlead.ResponseHead;
import org.jspecify.annotations.Nullable;

/**
 * The {@code x-ratelimit-} headers that nearly every answer has (checked 2026-11:
 * docs.github.com/rest/using-the-rest-api/ rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit).
 * Stateless and thread-safe; makes one object.
 */
final class GitHubRateLimit implements RateLimitParser {
    private static final long NOT_SAID = HeaderValues.NOT_SAID;

    private static final String PREFIX = "x-ratelimit-";

    /** The longest name documented, {@code actions_runner_registration}, has 27 characters. */
    private static final int MAXIMUM_RESOURCE_CHARS = 64;

    @Override
    public RateLimit parse(ResponseHead head, ErrorBody body) {
        GitHubThrottle throttle = GitHubThrottle.of(head, body);
        if (throttle == null && head.status() == 200 && GitHubOAuth.isPolledTooOften(body)) {
            // By one user's device; the app's other users are none the slower for it.
            return RateLimit.window(Scope.NONE, null, NOT_SAID, NOT_SAID, NOT_SAID);
        }
        if (throttle == null) {
            return currentWindow(head);
        }
        // The window's numbers are of the primary limit. Beside a secondary one they would slow down the wrong bucket.
        RateLimit state = throttle.limit() == GitHubThrottle.Limit.PRIMARY
                ? window(head, Scope.QUOTA)
                : RateLimit.window(Scope.CREDENTIAL, null, NOT_SAID, NOT_SAID, NOT_SAID);
        return state.withRetryAfterNanos(throttle.waitNanos());
    }

    private static RateLimit currentWindow(ResponseHead head) {
        // With a 401 come the numbers of the anonymous bucket of our address (seen: limit 60 beside a token's 5000).
        RateLimit window = window(head, head.status() == 401 ? Scope.NONE : Scope.QUOTA);
        // Answers without them: those of github.com and of a GitHub Enterprise Server without limits.
        return window.remainingOrNegative() < 0 ? RateLimit.NONE : window;
    }

    /** One pass over the fields: they are some 25, and this runs for every answer. */
    private static RateLimit window(ResponseHead head, Scope scope) {
        String limit = null;
        String remaining = null;
        String reset = null;
        String resource = null;
        for (int index = 0; index < head.fieldCount(); index++) {
            String name = head.fieldName(index);
            if (name.length() <= PREFIX.length() || name.charAt(PREFIX.length() - 1) != '-') {
                continue;
            }
            if (isNamed(name, "limit")) {
                limit = head.fieldValue(index);
            } else if (isNamed(name, "remaining")) {
                remaining = head.fieldValue(index);
            } else if (isNamed(name, "reset")) {
                reset = head.fieldValue(index);
            } else if (isNamed(name, "resource")) {
                resource = head.fieldValue(index);
            }
        }
        return window(
                scope,
                resource == null || resource.isEmpty() || resource.length() > MAXIMUM_RESOURCE_CHARS ? null : resource,
                HeaderValues.nonNegativeInteger(limit),
                HeaderValues.nonNegativeInteger(remaining),
                HeaderValues.nonNegativeInteger(reset),
                head);
    }

    private static RateLimit window(
            Scope scope, @Nullable String resource, long limit, long remaining, long resetSecond, ResponseHead head) {
        RateLimit window = RateLimit.windowUntil(scope, resource, limit, remaining, resetSecond, head);
        return plausible(window.resetNanosOrNegative()) == window.resetNanosOrNegative()
                ? window
                : RateLimit.window(scope, resource, limit, remaining, NOT_SAID);
    }

    /** Whether a field is {@code x-ratelimit-} and this. */
    private static boolean isNamed(String field, String suffix) {
        return field.length() == PREFIX.length() + suffix.length()
                && field.regionMatches(true, PREFIX.length(), suffix, 0, suffix.length())
                && field.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    }

    static long remaining(ResponseHead head) {
        return HeaderValues.nonNegativeInteger(head.header("x-ratelimit-remaining"));
    }

    /** Nanoseconds to the end of the window; beyond all belief counts as not said. */
    static long resetNanos(ResponseHead head) {
        long second = HeaderValues.nonNegativeInteger(head.header("x-ratelimit-reset"));
        return plausible(HeaderValues.nanosUntilEpochSecond(second, head));
    }

    static long plausible(long nanos) {
        return nanos > GitHubProvider.MAX_PAUSE.toNanos() ? NOT_SAID : nanos;
    }
}
