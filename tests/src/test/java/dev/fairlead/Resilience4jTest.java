package dev.fairlead;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.CircuitBreaker.Permit;
import dev.fairlead.RetryPolicy.FailedAttempt;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Parts of resilience4j behind our interfaces. */
class Resilience4jTest {
    private final io.github.resilience4j.circuitbreaker.CircuitBreaker engine =
            io.github.resilience4j.circuitbreaker.CircuitBreaker.of(
                    "acme",
                    CircuitBreakerConfig.custom()
                            .slidingWindowSize(4)
                            .minimumNumberOfCalls(4)
                            .permittedNumberOfCallsInHalfOpenState(1)
                            .build());
    private final CircuitBreaker bridged = Resilience4j.circuitBreaker(engine);

    private Permit permit() {
        Permit permit = bridged.tryAcquire(true);
        assertThat(permit).isNotNull();
        return permit;
    }

    @Test
    void itsBreakerCountsWhatOursCallDistress() {
        for (int call = 0; call < 4; call++) {
            permit().failure(1);
        }
        assertThat(bridged.state()).isEqualTo(CircuitBreaker.State.OPEN);
        assertThat(bridged.tryAcquire(true)).isNull();
        assertThat(bridged.nanosUntilTry(true))
                .as("or it would never be asked again")
                .isZero();
        bridged.reset();
        assertThat(bridged.state()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void aSuccessFromBeforeTheOpeningDoesNotCloseIt() {
        Permit early = permit();
        for (int call = 0; call < 4; call++) {
            permit().failure(1);
        }
        engine.transitionToHalfOpenState();
        early.success(1);
        assertThat(bridged.state()).isEqualTo(CircuitBreaker.State.HALF_OPEN);

        permit().success(1);
        assertThat(bridged.state()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void aPermitThatSaysNothingGivesItsPlaceBack() {
        engine.transitionToOpenState();
        engine.transitionToHalfOpenState();
        Permit probe = permit();
        assertThat(bridged.tryAcquire(true)).isNull();
        probe.ignored();
        permit().success(1);
        assertThat(bridged.state()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void itsLimiterSaysHowLongToWaitAndIsDrainedWhenTheProviderSaysNothingIsLeft() {
        TokenBucket bucket = Resilience4j.rateLimiter(RateLimiter.of(
                "acme",
                RateLimiterConfig.custom()
                        .limitForPeriod(2)
                        .limitRefreshPeriod(Duration.ofHours(1))
                        .timeoutDuration(Duration.ofDays(1))
                        .build()));
        assertThat(bucket.reserve(1)).isZero();
        bucket.observe(RateLimit.window(RateLimit.Scope.CREDENTIAL, null, 100, 0, 1));
        assertThat(bucket.reserve(1)).isPositive();
    }

    @Test
    void aLimiterThatWillNotReserveAsksForAWaitNobodyHas() {
        TokenBucket bucket = Resilience4j.rateLimiter(RateLimiter.of(
                "acme",
                RateLimiterConfig.custom()
                        .limitForPeriod(1)
                        .limitRefreshPeriod(Duration.ofHours(1))
                        .timeoutDuration(Duration.ZERO)
                        .build()));
        assertThat(bucket.reserve(1)).isZero();
        assertThat(bucket.reserve(1)).isGreaterThan(Duration.ofDays(3650).toNanos());
    }

    @Test
    void itsRetryGivesAttemptsAndIntervalsAndOursGivesSafety() {
        RetryPolicy policy = Resilience4j.retry(RetryConfig.custom()
                .maxAttempts(2)
                .intervalFunction(IntervalFunction.of(700))
                .build());
        assertThat(policy.decide(failed(1, true))).isEqualTo(new RetryDecision.Retry(ofMillis(700), false));
        assertThat(policy.decide(failed(2, true))).isEqualTo(new RetryDecision.Stop(StopReason.ATTEMPTS_EXHAUSTED));
        assertThat(policy.decide(failed(1, false)))
                .as("a POST that may have been sent")
                .isEqualTo(new RetryDecision.Stop(StopReason.NOT_REPLAY_SAFE));
        ApiError throttled = ApiError.builder("acme", 429, ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT)
                .executed(ApiError.Executed.NO)
                .retryAfter(ofSeconds(9))
                .build();
        assertThat(policy.decide(new FailedAttempt(1, throttled, Reach.ANSWERED, false, true)))
                .as("a wait that was asked for is kept")
                .isEqualTo(new RetryDecision.Retry(ofSeconds(9), true));
    }

    private static FailedAttempt failed(int number, boolean replaySafe) {
        return new FailedAttempt(number, null, Reach.SENT, replaySafe, true);
    }
}
