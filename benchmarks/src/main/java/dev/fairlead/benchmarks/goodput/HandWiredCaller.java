package dev.fairlead.benchmarks.goodput;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import io.github.resilience4j.core.functions.CheckedSupplier;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;

/**
 * What people wire around OkHttp today, as the guides of these libraries show it. A throttled answer is a result that is
 * retried; the last one is returned. Thread-safe.
 */
final class HandWiredCaller {
    private static final int ATTEMPTS = 10;
    /** resilience4j's own default. */
    private static final Duration WAIT = Duration.ofMillis(500);

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    private static final double JITTER = 0.25;
    /** As long as our default deadline, so that nobody is turned away sooner. */
    private static final Duration LIMITER_PATIENCE = Duration.ofSeconds(30);

    private HandWiredCaller() {}

    static Caller bare(Endpoint endpoint) {
        return () -> endpoint.isSuccess(endpoint.client);
    }

    static Caller resilience4jRetry(Endpoint endpoint) {
        return retried(() -> endpoint.isSuccess(endpoint.client));
    }

    static Caller resilience4jLimiter(Endpoint endpoint) {
        RateLimiter limiter = RateLimiter.of(
                "goodput",
                RateLimiterConfig.custom()
                        .limitForPeriod(endpoint.scenario.told().calls())
                        .limitRefreshPeriod(endpoint.scenario.told().period())
                        .timeoutDuration(LIMITER_PATIENCE)
                        .build());
        // Inside the retry, which is resilience4j's own order: every attempt takes a permit.
        return retried(RateLimiter.decorateCheckedSupplier(limiter, () -> endpoint.isSuccess(endpoint.client)));
    }

    private static Caller retried(CheckedSupplier<Boolean> attempt) {
        Retry retry = Retry.of(
                "goodput",
                RetryConfig.<Boolean>custom()
                        .maxAttempts(ATTEMPTS)
                        .waitDuration(WAIT)
                        .retryOnResult(success -> !success)
                        .build());
        CheckedSupplier<Boolean> call = Retry.decorateCheckedSupplier(retry, attempt);
        return () -> {
            try {
                return call.get();
            } catch (Exception | Error thrown) {
                throw thrown;
            } catch (Throwable thrown) {
                throw new IllegalStateException(thrown);
            }
        };
    }

    static Caller failsafe(Endpoint endpoint) {
        RetryPolicy<Boolean> policy = RetryPolicy.<Boolean>builder()
                .handleResult(false)
                .withMaxAttempts(ATTEMPTS)
                .withBackoff(WAIT, LONGEST_WAIT)
                .withJitter(JITTER)
                .build();
        FailsafeExecutor<Boolean> executor = Failsafe.with(policy);
        return () -> {
            try {
                return executor.get(() -> endpoint.isSuccess(endpoint.client));
            } catch (FailsafeException failed) {
                throw failed.getCause() instanceof Exception cause ? cause : failed;
            }
        };
    }
}
