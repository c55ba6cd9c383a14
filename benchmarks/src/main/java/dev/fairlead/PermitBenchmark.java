package dev.fairlead;

import com.google.common.util.concurrent.RateLimiter;
import dev.fairlead.ServerBucket.Outcome;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.internal.AtomicRateLimiter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One permit where there are more than enough, so that nobody ever waits: ours, and what others take for it. Each limiter
 * has nanoseconds for its clock. In the package of the rules, because their bucket is no part of the API.
 *
 * <p>The others have nothing to give back when a request has come back; {@code bucket...} includes that.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public abstract class PermitBenchmark {
    /** Somebody alone. */
    @Threads(1)
    public static class Alone extends PermitBenchmark {}

    /** All on the same limiter. */
    @Threads(8)
    public static class Crowd extends PermitBenchmark {}

    private static final int PLENTY = 1_000_000_000;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final long HOUR_NANOS = Duration.ofHours(1).toNanos();

    private final Ticker ticker = Ticker.system();
    private final TokenBucket smooth = TokenBucket.smooth(PLENTY, SECOND, PLENTY, ticker);
    private final ServerBucket silent = bucket(false);
    private final ServerBucket silentLearning = bucket(true);
    private final ServerBucket told = bucket(false);
    private final ServerBucket toldEachTime = bucket(false);

    private final RateLimit window = RateLimit.window(RateLimit.Scope.QUOTA, null, PLENTY, PLENTY, HOUR_NANOS);
    private final AtomicRateLimiter resilience4j = new AtomicRateLimiter(
            "benchmark",
            RateLimiterConfig.custom()
                    .limitForPeriod(PLENTY)
                    .limitRefreshPeriod(SECOND)
                    .timeoutDuration(Duration.ZERO)
                    .build());
    private final RateLimiter guava = RateLimiter.create(PLENTY);
    private final Bucket bucket4j = Bucket.builder()
            .addLimit(Bandwidth.builder()
                    .capacity(PLENTY)
                    .refillGreedy(PLENTY, SECOND)
                    .build())
            .withNanosecondPrecision()
            .build();

    /** Made by JMH. */
    protected PermitBenchmark() {
        request(told, window);
        request(toldEachTime, window);
    }

    private ServerBucket bucket(boolean learning) {
        return new ServerBucket(Policy.defaults().withRateLearning(learning), "core", ticker.nanoTime());
    }

    /** A rate of one's own. */
    @Benchmark
    public long smooth() {
        return smooth.reserve(1);
    }

    /** A provider that says nothing. */
    @Benchmark
    public long bucketOfSilent() {
        return request(silent, RateLimit.NONE);
    }

    /** A provider that says nothing, whose rate is learned if it throttles. */
    @Benchmark
    public long bucketOfSilentLearning() {
        return request(silentLearning, RateLimit.NONE);
    }

    /** A provider that said its state once. */
    @Benchmark
    public long bucketOfTold() {
        return request(told, RateLimit.NONE);
    }

    /** A provider that says its state with every answer. */
    @Benchmark
    public long bucketOfToldEachTime() {
        return request(toldEachTime, window);
    }

    private long request(ServerBucket bucket, RateLimit said) {
        long now = ticker.nanoTime();
        long waitNanos = bucket.take(1, true, true, now);
        if (waitNanos == 0) {
            bucket.settle(1, now, Outcome.SERVED, said, now + HOUR_NANOS, 0, now);
        }
        return waitNanos;
    }

    /** The limiter of resilience4j. */
    @Benchmark
    public boolean resilience4j() {
        return resilience4j.acquirePermission(1);
    }

    /** The limiter of Guava. */
    @Benchmark
    public boolean guava() {
        return guava.tryAcquire();
    }

    /** The limiter of Bucket4j. */
    @Benchmark
    public boolean bucket4j() {
        return bucket4j.tryConsume(1);
    }
}
