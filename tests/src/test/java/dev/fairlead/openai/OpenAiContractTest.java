package dev.fairlead.openai;

import static dev.fairlead.testkit.RecordedCase.asked;

import dev.fairlead.ApiError.Executed;
import dev.fairlead.ErrorKind;
import dev.fairlead.Provider;
import dev.fairlead.RateLimit.Scope;
import dev.fairlead.RetryAdvice;
import dev.fairlead.testkit.ProviderContract;
import dev.fairlead.testkit.RecordedCase;
import java.time.Duration;
import java.util.List;

class OpenAiContractTest extends ProviderContract {
    private static final String CHAT = "POST https://api.openai.com/v1/chat/completions";
    private static final String MODEL = "GET https://eu.api.openai.com/v1/models/gpt-next";

    @Override
    protected Provider provider() {
        return OpenAiProvider.create();
    }

    @Override
    protected String secret() {
        return "sk-proj-abcDEF0123456789_canary-Q7x9";
    }

    private static String error(String message, String type, String param, String code) {
        return ("{'error':{'message':'" + message + "','type':'" + type + "','param':" + param + ",'code':" + code
                        + "}}")
                .replace('\'', '"');
    }

    @Override
    protected List<RecordedCase> cases() {
        String tokens = error(
                "Rate limit reached for gpt-next on tokens per min (TPM): Limit 40000. Please try again in"
                        + " 1m12.5s. Visit https://example.com to learn more.",
                "tokens",
                "null",
                "'rate_limit_exceeded'");
        String quota = error("You exceeded your current quota.", "insufficient_quota", "null", "'insufficient_quota'");
        return List.of(
                asked(CHAT)
                        .answered(
                                200,
                                "x-ratelimit-limit-requests: 600",
                                "x-ratelimit-remaining-requests: 540",
                                "x-ratelimit-reset-requests: 6s",
                                "x-ratelimit-remaining-tokens: 10",
                                "x-request-id: req_a1")
                        .body("{\"object\":\"chat.completion\"}")
                        .isSuccess()
                        .limit(600, 540)
                        .perSecond(10)
                        .reset(Duration.ofSeconds(6))
                        .scope(Scope.QUOTA)
                        .requestId("req_a1"),
                asked(CHAT)
                        .answered(
                                200,
                                "x-ratelimit-limit-requests: 600",
                                "x-ratelimit-remaining-requests: 600",
                                "x-ratelimit-reset-requests: 0s")
                        .isSuccess()
                        .limit(600, 600)
                        .reset(Duration.ZERO),
                asked(CHAT)
                        .answered(200, "x-ratelimit-remaining-tokens: 10")
                        .isSuccess()
                        .limit(-1, -1)
                        .scope(Scope.NONE),
                asked(CHAT)
                        .answered(400)
                        .body(error("Invalid type.", "invalid_request_error", "'n'", "'invalid_type'"))
                        .isError(ErrorKind.VALIDATION, RetryAdvice.NEVER, Executed.NO),
                asked(CHAT)
                        .answered(400)
                        .body(error(
                                "Billing hard limit has been reached",
                                "invalid_request_error",
                                "null",
                                "'billing_hard_limit_reached'"))
                        .isError(ErrorKind.QUOTA_EXHAUSTED, RetryAdvice.NEVER, Executed.NO)
                        .code("billing_hard_limit_reached"),
                asked(MODEL)
                        .answered(401)
                        .body(error(
                                "Incorrect API key provided: sk-no***ne.",
                                "invalid_request_error",
                                "null",
                                "'invalid_api_key'"))
                        .isError(ErrorKind.AUTHENTICATION, RetryAdvice.AFTER_CREDENTIAL_FIX, Executed.NO)
                        .code("invalid_api_key"),
                asked(MODEL)
                        .answered(401)
                        .body(error("Deactivated.", "invalid_request_error", "null", "'account_deactivated'"))
                        .isError(ErrorKind.ACCOUNT_BLOCKED, RetryAdvice.NEVER, Executed.NO),
                asked(MODEL)
                        .answered(403)
                        .body(error(
                                "Country, region, or territory not supported",
                                "request_forbidden",
                                "null",
                                "'unsupported_country_region_territory'"))
                        .isError(ErrorKind.PERMISSION, RetryAdvice.NEVER, Executed.NO),
                asked(MODEL)
                        .answered(404)
                        .body(error(
                                "The model does not exist", "invalid_request_error", "'model'", "'model_not_found'"))
                        .isError(ErrorKind.NOT_FOUND, RetryAdvice.NEVER, Executed.NO)
                        .code("model_not_found")
                        .detail("field", "model"),
                asked(CHAT)
                        .answered(429, "retry-after: 2", "retry-after-ms: 1500.5")
                        .body(tokens)
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .waits(Duration.ofNanos(1_500_500_000))
                        .code("rate_limit_exceeded")
                        .scope(Scope.QUOTA),
                asked(CHAT)
                        .answered(429, "retry-after: 2")
                        .body(tokens)
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .waits(Duration.ofSeconds(2)),
                asked(CHAT)
                        .answered(429)
                        .body(tokens)
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .waits(Duration.ofMillis(72_500)),
                asked(CHAT)
                        .answered(429)
                        .body(error("Too many requests.", "requests", "null", "'rate_limit_exceeded'"))
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .saysNoWait(),
                asked(CHAT)
                        .answered(429, "retry-after: 20")
                        .body(quota)
                        .isError(ErrorKind.QUOTA_EXHAUSTED, RetryAdvice.NEVER, Executed.NO)
                        .code("insufficient_quota"),
                asked(CHAT)
                        .answered(429)
                        .body(error("Not active", "billing_not_active", "null", "null"))
                        .isError(ErrorKind.QUOTA_EXHAUSTED, RetryAdvice.NEVER, Executed.NO)
                        .code("billing_not_active"),
                asked(CHAT)
                        .answered(500, "x-should-retry: true")
                        .body(error("Sorry about that!", "server_error", "null", "null"))
                        .isError(ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT, Executed.UNKNOWN)
                        .message("Sorry about that!"),
                asked(CHAT)
                        .answered(500, "x-should-retry: false")
                        .isError(ErrorKind.TRANSIENT, RetryAdvice.NEVER, Executed.UNKNOWN),
                asked(CHAT)
                        .answered(502)
                        .body("<html>502 Bad Gateway</html>")
                        .isError(ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT, Executed.UNKNOWN),
                asked(CHAT)
                        .answered(503, "retry-after-ms: 250")
                        .body(error("Slow down", "server_error", "null", "null"))
                        .isError(ErrorKind.TRANSIENT, RetryAdvice.AFTER_WAIT, Executed.UNKNOWN)
                        .waits(Duration.ofMillis(250)));
    }
}
