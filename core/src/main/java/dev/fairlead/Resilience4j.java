package dev.fairlead;

import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A bridge for those who have resilience4j's parts already, configured, registered and measured. The only public place
 * that names its types. Stateless and thread-safe.
 *
 * <pre>{@code
 * policy.withBreaker(key -> Resilience4j.circuitBreaker(registry.circuitBreaker(key.provider())))
 * }</pre>
 */
public final class Resilience4j {
    private Resilience4j() {}

    /**
     * One of resilience4j's breakers. It goes by its own clock and its own rules of opening and probing; what counts as
     * a failure is decided by ours. A result that comes after the breaker changed its state is dropped.
     */
    public static CircuitBreaker circuitBreaker(io.github.resilience4j.circuitbreaker.CircuitBreaker engine) {
        return new BridgedBreaker(engine);
    }

    /**
     * One of resilience4j's limiters. It refills once in each cycle, so that up to twice its limit may go at a cycle's
     * edge; permits that are not used cannot be given back; of what the provider says it takes over only that nothing is
     * left.
     */
    public static TokenBucket rateLimiter(io.github.resilience4j.ratelimiter.RateLimiter limiter) {
        return new BridgedLimiter(limiter);
    }

    /**
     * The attempts and intervals of one of resilience4j's configurations. Whether a repetition is safe, and waits that
     * the provider asks for, remain as in {@link RetryPolicy#exponential}. Its predicates are not asked.
     */
    public static RetryPolicy retry(RetryConfig config) {
        RetryPolicy safe = RetryPolicy.exponential(Duration.ofMillis(1), 1, Duration.ofMillis(1));
        return attempt -> {
            RetryDecision decision = safe.decide(attempt);
            if (!(decision instanceof RetryDecision.Retry again)) {
                return decision;
            }
            if (attempt.number() >= config.getMaxAttempts()) {
                return new RetryDecision.Stop(StopReason.ATTEMPTS_EXHAUSTED);
            }
            if (again.waitAskedFor()) {
                return again;
            }
            long millis = config.getIntervalBiFunction().apply(attempt.number(), Either.right(attempt.error()));
            return new RetryDecision.Retry(Duration.ofMillis(Math.max(0, millis)), false);
        };
    }

    private static final class BridgedBreaker implements CircuitBreaker {
        private final io.github.resilience4j.circuitbreaker.CircuitBreaker engine;
        /** Counts the changes of state: a permit of an earlier one is settled without effect. */
        private final AtomicInteger generation = new AtomicInteger();

        BridgedBreaker(io.github.resilience4j.circuitbreaker.CircuitBreaker engine) {
            this.engine = engine;
            engine.getEventPublisher().onStateTransition(event -> generation.incrementAndGet());
        }

        @Override
        public State state() {
            return switch (engine.getState()) {
                case CLOSED, METRICS_ONLY, DISABLED -> State.CLOSED;
                case HALF_OPEN -> State.HALF_OPEN;
                case OPEN, FORCED_OPEN -> State.OPEN;
            };
        }

        /** Always 0: the engine says OPEN until it is asked for a permission, and does not say for how long. */
        @Override
        public long nanosUntilTry(boolean replaySafe) {
            return 0;
        }

        @Override
        public @Nullable Permit tryAcquire(boolean replaySafe) {
            return engine.tryAcquirePermission() ? new BridgedPermit(generation.get()) : null;
        }

        @Override
        public void reset() {
            engine.reset();
        }

        private final class BridgedPermit implements Permit {
            private final int acquiredIn;

            BridgedPermit(int acquiredIn) {
                this.acquiredIn = acquiredIn;
            }

            @Override
            public void success(long elapsedNanos) {
                if (isCurrent()) {
                    engine.onSuccess(elapsedNanos, TimeUnit.NANOSECONDS);
                }
            }

            @Override
            public void failure(long elapsedNanos) {
                if (isCurrent()) {
                    engine.onError(elapsedNanos, TimeUnit.NANOSECONDS, new ProviderDistress());
                }
            }

            @Override
            public void ignored() {
                if (isCurrent()) {
                    engine.releasePermission();
                }
            }

            private boolean isCurrent() {
                return acquiredIn == generation.get();
            }
        }
    }

    private static final class BridgedLimiter implements TokenBucket {
        private final io.github.resilience4j.ratelimiter.RateLimiter limiter;

        BridgedLimiter(io.github.resilience4j.ratelimiter.RateLimiter limiter) {
            this.limiter = limiter;
        }

        @Override
        public long reserve(int permits) {
            long waitNanos = limiter.reservePermission(permits);
            return waitNanos < 0 ? Nanos.LONGEST : waitNanos;
        }

        @Override
        public void giveBack(int permits) {}

        @Override
        public void observe(RateLimit state) {
            if (state.remainingOrNegative() == 0) {
                limiter.drainPermissions();
            }
        }

        @Override
        public void reset() {}
    }

    /** What an engine is told; it only counts. */
    private static final class ProviderDistress extends Exception {
        private static final long serialVersionUID = 1L;

        ProviderDistress() {
            super("the provider is in distress", null, false, false);
        }
    }
}
