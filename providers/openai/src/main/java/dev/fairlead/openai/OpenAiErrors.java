package dev.fairlead.openai;

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
 * Used up credit, closed accounts and throttles; every other error by its status (platform.openai.com/docs/guides/
 * error-codes, checked 2026-11). Stateless and thread-safe.
 */
final class OpenAiErrors implements ErrorNormalizer {
    private static final ErrorNormalizer BY_STATUS = ErrorNormalizer.byStatus(OpenAiProvider.NAME);

    @Override
    public Optional<ApiError> normalize(RequestHead request, ResponseHead response, ErrorBody body) {
        return BY_STATUS.normalize(request, response, body).map(error -> judged(error, response, body));
    }

    private static ApiError judged(ApiError error, ResponseHead response, ErrorBody body) {
        return switch (body.first("/error/code", "/error/type").orElse("")) {
            // The first two come with 429 (github.com/BerriAI/litellm, issue 2743), the last one with 400.
            case "insufficient_quota", "billing_not_active", "billing_hard_limit_reached" ->
                refused(error, ErrorKind.QUOTA_EXHAUSTED);
            case "account_deactivated" -> refused(error, ErrorKind.ACCOUNT_BLOCKED);
            default -> repeatable(error, response, body);
        };
    }

    private static ApiError refused(ApiError error, ErrorKind kind) {
        return error.toBuilder(kind, RetryAdvice.NEVER)
                .executed(Executed.NO)
                .retryAfter(null)
                .build();
    }

    private static ApiError repeatable(ApiError error, ResponseHead response, ErrorBody body) {
        boolean mayWait = error.kind().isThrottle() || response.status() == 503;
        long wait = mayWait ? OpenAiRateLimit.waitNanos(response, body) : -1;
        RetryAdvice advice = wait >= 0 ? RetryAdvice.AFTER_WAIT : error.advice();
        // A header of its libraries' own (github.com/openai/openai-java, RetryingHttpClient, checked 2026-11).
        boolean isFinal = "false".equals(response.header("x-should-retry"))
                && (advice == RetryAdvice.AFTER_WAIT || advice == RetryAdvice.ONLY_IF_IDEMPOTENT);
        return error.toBuilder(error.kind(), isFinal ? RetryAdvice.NEVER : advice)
                .retryAfter(wait < 0 ? null : Duration.ofNanos(wait))
                .build();
    }
}
