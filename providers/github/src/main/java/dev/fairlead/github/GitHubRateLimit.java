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

    /** The longest name documented, {@code actions_runner_registration}, has 27 characters. */
    private static final int MAXIMUM_RESOURCE_CHARS = 64;

    @Override
    public RateLimit parse(ResponseHead head, ErrorBody body) {
        GitHubThrottle throttle = GitHubThrottle.of(head, body);
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
        // Answers without them are cheap to tell: those of github.com and of a GitHub Enterprise Server without limits.
        if (head.header("x-ratelimit-remaining") == null) {
            return RateLimit.NONE;
        }
        // With a 401 come the numbers of the anonymous bucket of our address (seen: limit 60 beside a token's 5000).
        return window(head, head.status() == 401 ? Scope.NONE : Scope.QUOTA);
    }

    private static RateLimit window(ResponseHead head, Scope scope) {
        return RateLimit.window(
                scope,
                resource(head),
                HeaderValues.nonNegativeInteger(head.header("x-ratelimit-limit")),
                remaining(head),
                resetNanos(head));
    }

    static long remaining(ResponseHead head) {
        return HeaderValues.nonNegativeInteger(head.header("x-ratelimit-remaining"));
    }

    /** Nanoseconds to the end of the window; beyond all belief counts as not said. */
    static long resetNanos(ResponseHead head) {
        long epochSecond = HeaderValues.nonNegativeInteger(head.header("x-ratelimit-reset"));
        return plausible(HeaderValues.nanosUntilEpochSecond(epochSecond, head));
    }

    static long plausible(long nanos) {
        return nanos > GitHubProvider.MAX_PAUSE.toNanos() ? NOT_SAID : nanos;
    }

    private static @Nullable String resource(ResponseHead head) {
        String name = head.header("x-ratelimit-resource");
        return name == null || name.isEmpty() || name.length() > MAXIMUM_RESOURCE_CHARS ? null : name;
    }
}
