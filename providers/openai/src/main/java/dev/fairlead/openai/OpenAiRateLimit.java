package dev.fairlead.openai;

import dev.fairlead.ErrorBody;
import dev.fairlead.HeaderValues;
import dev.fairlead.RateLimit;
import dev.fairlead.RateLimit.Scope;
import dev.fairlead.RateLimitParser;
import dev.fairlead.ResponseHead;

/**
 * The {@code x-ratelimit-} headers of requests, whose reset is a duration such as {@code 6m0s} until the bucket is full
 * (platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers, checked 2026-11). After one request of 3500 a minute
 * it was seen as 17ms: it is refilled all the time. Stateless and thread-safe.
 */
final class OpenAiRateLimit implements RateLimitParser {
    private static final String HINT = "try again in ";

    @Override
    public RateLimit parse(ResponseHead head, ErrorBody body) {
        long limit = HeaderValues.nonNegativeInteger(head.header("x-ratelimit-limit-requests"));
        long remaining = HeaderValues.nonNegativeInteger(head.header("x-ratelimit-remaining-requests"));
        long resetNanos = HeaderValues.durationNanos(head.header("x-ratelimit-reset-requests"));
        double perSecond = limit > remaining && resetNanos > 0 ? (limit - remaining) * 1e9 / resetNanos : 0;
        boolean isThrottle = head.status() == 429;
        if (limit < 0 && remaining < 0 && !isThrottle) {
            return RateLimit.NONE;
        }
        return RateLimit.refilling(Scope.QUOTA, null, limit, remaining, remaining < 0 ? 0 : perSecond)
                .withResetNanos(resetNanos)
                .withRetryAfterNanos(isThrottle ? waitNanos(head, body) : HeaderValues.NOT_SAID);
    }

    /**
     * The more exact header first, as OpenAI's libraries read them (github.com/openai/openai-java, RetryingHttpClient,
     * checked 2026-11), then what the message says.
     */
    static long waitNanos(ResponseHead head, ErrorBody body) {
        long nanos = HeaderValues.millisecondsAsNanos(head.header("retry-after-ms"));
        if (nanos < 0) {
            nanos = HeaderValues.retryAfterNanos(head);
        }
        return nanos >= 0 ? nanos : hintNanos(body.text("/error/message").orElse(""));
    }

    /** "Please try again in 1m12.5s. Visit …" */
    private static long hintNanos(String message) {
        int start = message.indexOf(HINT);
        if (start < 0) {
            return HeaderValues.NOT_SAID;
        }
        int space = message.indexOf(' ', start + HINT.length());
        String wait = message.substring(start + HINT.length(), space < 0 ? message.length() : space);
        return HeaderValues.durationNanos(wait.endsWith(".") ? wait.substring(0, wait.length() - 1) : wait);
    }
}
