package dev.fairlead.twilio;

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

class TwilioContractTest extends ProviderContract {
    private static final String CALLS =
            "https://api.twilio.com/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/";
    private static final String SEND = "POST " + CALLS + "Messages.json";
    private static final String GET = "GET " + CALLS + "Messages/SM0123456789abcdef0123456789abcdef";
    private static final String BUSY =
            "{\"code\":20429,\"message\":\"Too Many Requests\",\"more_info\":\"x\",\"status\":429}";

    @Override
    protected Provider provider() {
        return TwilioProvider.create();
    }

    @Override
    protected List<String> credentialForms() {
        return List.of("Authorization: Basic %s", "Authorization: Bearer %s");
    }

    @Override
    protected List<RecordedCase> cases() {
        return List.of(
                asked(SEND)
                        .answered(201, "Twilio-Request-Id: RQ7")
                        .body("{\"sid\":\"SM1\",\"status\":\"queued\"}")
                        .isSuccess()
                        .requestId("RQ7")
                        .limit(-1, -1),
                asked(SEND)
                        .answered(400)
                        .body("{\"code\":21211,\"message\":\"Invalid To\",\"more_info\":\"x\",\"status\":400}")
                        .isError(ErrorKind.VALIDATION, RetryAdvice.NEVER, Executed.NO)
                        .code("21211")
                        .message("Invalid To"),
                asked(SEND)
                        .answered(400)
                        .body("{\"code\":21610,\"message\":\"Unsubscribed\",\"more_info\":\"x\",\"status\":400}")
                        .isError(ErrorKind.ACCOUNT_BLOCKED, RetryAdvice.NEVER, Executed.NO)
                        .code("21610"),
                asked(GET)
                        .answered(401)
                        .body("{\"code\":20003,\"message\":\"Authenticate\",\"more_info\":\"x\",\"status\":401}")
                        .isError(ErrorKind.AUTHENTICATION, RetryAdvice.AFTER_CREDENTIAL_FIX, Executed.NO)
                        .code("20003"),
                asked(GET)
                        .answered(404)
                        .body(
                                "<TwilioResponse><RestException><Code>20404</Code><Message>Not there</Message></RestException></TwilioResponse>")
                        .isError(ErrorKind.NOT_FOUND, RetryAdvice.NEVER, Executed.NO)
                        .code("20404"),
                asked(SEND)
                        .answered(422)
                        .body(
                                "{\"type\":\"about:blank\",\"title\":\"Invalid\",\"status\":422,\"code\":20001,\"detail\":\"No.\",\"errors\":[{\"detail\":\"x\",\"pointer\":\"#/age\"}]}")
                        .isError(ErrorKind.VALIDATION, RetryAdvice.NEVER, Executed.NO)
                        .code("20001"),
                asked(SEND)
                        .answered(429, "Twilio-Concurrent-Requests: 61")
                        .body(BUSY)
                        .isError(ErrorKind.CONCURRENCY_LIMITED, RetryAdvice.SAME_REQUEST, Executed.NO)
                        .saysNoWait()
                        .code("20429")
                        .scope(Scope.CREDENTIAL),
                asked(SEND)
                        .answered(429, "Retry-After: 3")
                        .body(BUSY)
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .waits(Duration.ofSeconds(3)),
                asked(SEND)
                        .answered(500)
                        .body("{\"code\":20500,\"message\":\"Oops\",\"more_info\":\"x\",\"status\":500}")
                        .isError(ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT, Executed.UNKNOWN)
                        .code("20500"),
                asked(SEND)
                        .answered(503)
                        .body("<html>Oops</html>")
                        .isError(ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT, Executed.UNKNOWN));
    }
}
