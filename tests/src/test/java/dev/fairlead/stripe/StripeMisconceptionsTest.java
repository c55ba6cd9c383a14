package dev.fairlead.stripe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.AskedHead;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.RateLimit;
import dev.fairlead.RateLimit.Scope;
import dev.fairlead.RetryAdvice;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is commonly believed of Stripe and is not so. Each test has the name of the mistake. */
class StripeMisconceptionsTest {
    private static final AskedHead POST = new AskedHead("POST", "api.stripe.com", "/v1/payment_intents");

    @Test
    @DisplayName(
            "Wrong: Stripe's libraries retry a 429 (they do after a 409, a 5xx or its header), so nobody else need to")
    void stripesLibrariesRetry429() {
        ApiError bare = error(AnswerHead.of(429), "{\"error\":{\"code\":\"rate_limit\",\"message\":\"Slow down\"}}");
        assertThat(bare.advice()).as("our own rule, with or without the header").isEqualTo(RetryAdvice.AFTER_WAIT);
        assertThat(bare.executed()).isEqualTo(Executed.NO);
        assertThat(bare.retryAfter()).as("and no time is said").isEmpty();
    }

    @Test
    @DisplayName("Wrong: a 429 has the type rate_limit_error (seen is invalid_request_error)")
    void a429HasTheTypeRateLimitError() {
        String seen =
                "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"rate_limit\",\"message\":\"Slow down\"}}";
        assertThat(error(AnswerHead.of(429), seen).kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(limit(AnswerHead.of(429), seen).scope()).isEqualTo(Scope.CREDENTIAL);
        String mocked = "{\"error\":{\"type\":\"rate_limit_error\",\"message\":\"Slow down\"}}";
        assertThat(error(AnswerHead.of(400), mocked).kind()).isEqualTo(ErrorKind.VALIDATION);
        assertThat(limit(AnswerHead.of(400), mocked)).isSameAs(RateLimit.NONE);
    }

    @Test
    @DisplayName("Wrong: Stripe-Should-Retry: false means failure (every POST that succeeded has it)")
    void shouldRetryFalseMeansFailure() {
        AnswerHead created = AnswerHead.of(200).with("Stripe-Should-Retry", "false");
        assertThat(normalize(created, "{\"id\":\"pi_7\"}")).isEmpty();
        assertThat(limit(created, "{\"id\":\"pi_7\"}")).isSameAs(RateLimit.NONE);
        String failed = "{\"error\":{\"type\":\"api_error\",\"message\":\"Sorry\"}}";
        assertThat(error(AnswerHead.of(500), failed).advice())
                .as("and to be without it is not to have false")
                .isEqualTo(RetryAdvice.ONLY_IF_IDEMPOTENT);
    }

    @Test
    @DisplayName("Wrong: a corrected request may reuse the key (it is compared with the first, and needs a new one)")
    void aCorrectedRequestMayReuseTheKey() {
        ApiError error = error(
                AnswerHead.of(400),
                "{\"error\":{\"type\":\"idempotency_error\",\"message\":\"Another request's key\"}}");
        assertThat(error.kind()).isEqualTo(ErrorKind.IDEMPOTENCY_MISMATCH);
        assertThat(error.advice()).isEqualTo(RetryAdvice.NEVER);
        assertThat(error.executed()).isEqualTo(Executed.NO);
    }

    @Test
    @DisplayName("Wrong: a replayed 500 may heal (in v1 it is stored under the key; on the wire see StripeKeysTest)")
    void aReplayed500MayHeal() {
        String body = "{\"error\":{\"type\":\"api_error\",\"message\":\"Sorry\"}}";
        AnswerHead replayed = AnswerHead.of(500).with("Idempotent-Replayed", "true");
        assertThat(error(AnswerHead.of(500), body).advice()).isEqualTo(RetryAdvice.ONLY_IF_IDEMPOTENT);
        assertThat(error(replayed, body).advice()).isEqualTo(RetryAdvice.NEVER);
        assertThat(error(replayed, body).executed())
                .as("and what it did is still not known")
                .isEqualTo(Executed.UNKNOWN);
    }

    private static ApiError error(AnswerHead head, String body) {
        return normalize(head, body).orElseThrow();
    }

    private static Optional<ApiError> normalize(AnswerHead head, String body) {
        return new StripeErrors().normalize(POST, head, ErrorBody.of(body.getBytes(UTF_8), false));
    }

    private static RateLimit limit(AnswerHead head, String body) {
        return new StripeRateLimit().parse(head, ErrorBody.of(body.getBytes(UTF_8), false));
    }
}
