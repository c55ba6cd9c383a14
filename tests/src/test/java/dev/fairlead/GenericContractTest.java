package dev.fairlead;

import static dev.fairlead.testkit.RecordedCase.asked;

import dev.fairlead.ApiError.Executed;
import dev.fairlead.RateLimit.Scope;
import dev.fairlead.testkit.ProviderContract;
import dev.fairlead.testkit.RecordedCase;
import java.time.Duration;
import java.util.List;

class GenericContractTest extends ProviderContract {
    private static final String GET = "GET https://api.acme.test/v1/things/7";
    private static final String POST = "POST https://api.acme.test/v1/things";

    @Override
    protected Provider provider() {
        return Provider.generic();
    }

    @Override
    protected List<RecordedCase> cases() {
        return List.of(
                asked(GET)
                        .answered(200, "RateLimit: \"default\";r=50;t=30")
                        .isSuccess()
                        .limit(-1, 50)
                        .reset(Duration.ofSeconds(30))
                        .scope(Scope.CREDENTIAL),
                asked(GET)
                        .answered(200, "RateLimit: limit=100, remaining=40, reset=5")
                        .isSuccess()
                        .limit(100, 40)
                        .reset(Duration.ofSeconds(5)),
                asked(GET)
                        .answered(
                                200, "RateLimit-Limit: 100, 100;w=60", "RateLimit-Remaining: 7", "RateLimit-Reset: 12")
                        .isSuccess()
                        .limit(100, 7)
                        .reset(Duration.ofSeconds(12)),
                asked(GET).answered(304).isSuccess().limit(-1, -1),
                asked(POST)
                        .answered(400)
                        .body(
                                "{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"detail\":\"No age.\",\"errors\":[{\"detail\":\"missing\",\"pointer\":\"#/age\"}]}")
                        .isError(ErrorKind.VALIDATION, RetryAdvice.NEVER, Executed.NO)
                        .message("No age.")
                        .detail("field", "#/age"),
                asked(GET)
                        .answered(401)
                        .isError(ErrorKind.AUTHENTICATION, RetryAdvice.AFTER_CREDENTIAL_FIX, Executed.NO),
                asked(POST)
                        .answered(403)
                        .body("{\"type\":\"https://example.com/probs/out-of-credit\",\"title\":\"No credit\"}")
                        .isError(ErrorKind.QUOTA_EXHAUSTED, RetryAdvice.NEVER, Executed.NO)
                        .code("https://example.com/probs/out-of-credit"),
                asked(GET)
                        .answered(404, "X-Request-Id: a-1")
                        .body("{\"error\":\"Not found\"}")
                        .isError(ErrorKind.NOT_FOUND, RetryAdvice.NEVER, Executed.NO)
                        .message("Not found")
                        .requestId("a-1"),
                asked(POST)
                        .answered(429, "Retry-After: 2.5")
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .waits(Duration.ofMillis(2_500)),
                asked(POST)
                        .answered(
                                429,
                                "Date: Fri, 15 Jan 2027 08:00:00 GMT",
                                "Retry-After: Mon, 15 Jan 2027 08:00:20 GMT")
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .waits(Duration.ofSeconds(20)),
                asked(POST)
                        .answered(429, "RateLimit-Remaining: 0", "RateLimit-Reset: 1800000040")
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .waits(Duration.ofSeconds(40)),
                asked(POST)
                        .answered(429)
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .saysNoWait(),
                asked(GET)
                        .answered(500)
                        .body("<html>Oops</html>")
                        .isError(ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT, Executed.UNKNOWN),
                asked(POST)
                        .answered(503, "Retry-After: 120")
                        .isError(ErrorKind.TRANSIENT, RetryAdvice.AFTER_WAIT, Executed.UNKNOWN)
                        .waits(Duration.ofMinutes(2)));
    }
}
