package dev.fairlead;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What one answer said about a rate limit. Every part may be missing. Immutable and thread-safe.
 *
 * <p>Times count from the receipt of the answer. Kept in nanoseconds and plain numbers, because one is made for every
 * answer of a provider that reports its state on each. Counts end at 2,147,483,647; more counts as that.
 */
public final class RateLimit {
    /** Which of a call's buckets an answer speaks of. */
    public enum Scope {
        /** None of ours: the numbers are somebody else's, such as the anonymous bucket's that GitHub sends with 401. */
        NONE,
        /** All that the credential does. */
        CREDENTIAL,
        /** The quota named by {@link RateLimit#resource()}, or the call's own where no name was sent. */
        QUOTA
    }

    /** Nothing was said. */
    public static final RateLimit NONE = new RateLimit(-1, -1, -1, -1, -1, null, Scope.NONE);

    private static final long ABSENT = -1;

    private final int limit;
    private final int remaining;
    private final int cost;
    private final long resetNanos;
    private final long retryAfterNanos;
    private final @Nullable String resource;
    private final Scope scope;

    private RateLimit(
            long limit,
            long remaining,
            long resetNanos,
            long retryAfterNanos,
            long cost,
            @Nullable String resource,
            Scope scope) {
        this.limit = counted(limit);
        this.remaining = counted(remaining);
        this.resetNanos = resetNanos;
        this.retryAfterNanos = retryAfterNanos;
        this.cost = counted(cost);
        this.resource = resource;
        this.scope = scope;
    }

    /**
     * The state of a window. A negative number means that the part was not sent; see the accessors for the meaning.
     *
     * @param scope which bucket is meant
     * @param resource the quota's name as the provider sent it, or null
     * @param limit requests (or points) per window
     * @param remaining what is left of them
     * @param resetNanos nanoseconds until the window is full again
     */
    public static RateLimit window(
            Scope scope, @Nullable String resource, long limit, long remaining, long resetNanos) {
        return new RateLimit(limit, remaining, resetNanos, ABSENT, ABSENT, resource, Objects.requireNonNull(scope));
    }

    /** The same with a wait that the provider asked for, in nanoseconds; a negative one means none. */
    public RateLimit withRetryAfterNanos(long nanos) {
        return new RateLimit(limit, remaining, resetNanos, nanos, cost, resource, scope);
    }

    /** The same with the number of permits the request really cost; a negative one means not said. */
    public RateLimit withCost(long permits) {
        return new RateLimit(limit, remaining, resetNanos, retryAfterNanos, permits, resource, scope);
    }

    /** The same for another scope. */
    public RateLimit withScope(Scope other) {
        return new RateLimit(limit, remaining, resetNanos, retryAfterNanos, cost, resource, other);
    }

    /** The same without times that are longer than can be believed. */
    RateLimit withoutTimesBeyond(long maximumNanos) {
        return new RateLimit(
                limit,
                remaining,
                resetNanos > maximumNanos ? ABSENT : resetNanos,
                retryAfterNanos > maximumNanos ? ABSENT : retryAfterNanos,
                cost,
                resource,
                scope);
    }

    /** Requests (or points) per window. */
    public OptionalLong limit() {
        return optional(limit);
    }

    /** What is left in the window. */
    public OptionalLong remaining() {
        return optional(remaining);
    }

    /** Time until the window is full again. */
    public Optional<Duration> reset() {
        return optionalDuration(resetNanos);
    }

    /** The wait that the provider asked for. */
    public Optional<Duration> retryAfter() {
        return optionalDuration(retryAfterNanos);
    }

    /** What the request cost. */
    public OptionalLong cost() {
        return optional(cost);
    }

    /** The quota's name as the provider sent it. */
    public Optional<String> resource() {
        return Optional.ofNullable(resource);
    }

    /** Which bucket is meant. */
    public Scope scope() {
        return scope;
    }

    /** What is left, negative where not sent: {@link #remaining()} without an object. */
    public long remainingOrNegative() {
        return remaining;
    }

    /** Requests per window, negative where not sent: {@link #limit()} without an object. */
    public long limitOrNegative() {
        return limit;
    }

    /** Nanoseconds until the window is full, negative where not sent: {@link #reset()} without an object. */
    public long resetNanosOrNegative() {
        return resetNanos;
    }

    /** The wait asked for in nanoseconds, negative where not sent: {@link #retryAfter()} without an object. */
    public long retryAfterNanosOrNegative() {
        return retryAfterNanos;
    }

    @Nullable String resourceOrNull() {
        return resource;
    }

    /** More than two thousand million is as good as that. */
    private static int counted(long value) {
        return value < 0 ? -1 : (int) Math.min(Integer.MAX_VALUE, value);
    }

    private static OptionalLong optional(long value) {
        return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static Optional<Duration> optionalDuration(long nanos) {
        return nanos < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
    }

    @Override
    public String toString() {
        return "RateLimit{" + scope
                + (resource == null ? "" : " resource=" + resource)
                + (limit < 0 ? "" : " limit=" + limit)
                + (remaining < 0 ? "" : " remaining=" + remaining)
                + (resetNanos < 0 ? "" : " reset=" + Duration.ofNanos(resetNanos))
                + (retryAfterNanos < 0 ? "" : " retryAfter=" + Duration.ofNanos(retryAfterNanos))
                + (cost < 0 ? "" : " cost=" + cost)
                + "}";
    }
}
