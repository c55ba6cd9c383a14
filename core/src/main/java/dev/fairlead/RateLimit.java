package dev.fairlead;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What one answer said about a rate limit: the state of a {@linkplain #window window}, or of a bucket that is
 * {@linkplain #refilling refilled} all the time. Every part may be missing. Immutable and thread-safe.
 *
 * <p>Times count from the receipt of the answer. Kept in nanoseconds and plain numbers, because one is made for every
 * answer of a provider that reports its state on each. Counts end at 2,147,483,647; more counts as that.
 *
 * <p>A long file, as each of its many optional numbers has its unit, its bounds and an accessor.
 */
public final class RateLimit {
    /** Which of a call's buckets an answer speaks of. */
    public enum Scope {
        /**
         * None of ours: the numbers are somebody else's, such as the anonymous bucket's that GitHub sends with 401. A
         * throttle of this scope pauses nobody but the call itself, as where one object is asked for too often.
         */
        NONE,
        /** All that the credential does. */
        CREDENTIAL,
        /** The quota named by {@link RateLimit#resource()}, or the call's own where no name was sent. */
        QUOTA
    }

    /** Nothing was said. */
    public static final RateLimit NONE = new RateLimit(-1, -1, -1, 0, 0, -1, -1, -1, null, Scope.NONE);

    static final long NOT_SAID = HeaderValues.NOT_SAID;

    private static final long ABSENT = NOT_SAID;
    private static final long LAST_EPOCH_SECOND = 0xFFFF_FFFFL;

    private final int limit;
    private final int remaining;
    private final int cost;
    private final int requestedCost;
    /** Unsigned, so that it lasts until 2106; 0 for not said. */
    private final int resetEpochSecond;

    private final float perSecond;
    private final long resetNanos;
    private final long retryAfterNanos;
    private final @Nullable String resource;
    private final Scope scope;

    private RateLimit(
            long limit,
            long remaining,
            long resetNanos,
            long resetEpochSecond,
            float perSecond,
            long retryAfterNanos,
            long cost,
            long requestedCost,
            @Nullable String resource,
            Scope scope) {
        this.limit = counted(limit);
        this.remaining = counted(remaining);
        this.resetNanos = resetNanos;
        this.resetEpochSecond =
                resetEpochSecond > 0 && resetEpochSecond <= LAST_EPOCH_SECOND ? (int) resetEpochSecond : 0;
        this.perSecond = perSecond;
        this.retryAfterNanos = retryAfterNanos;
        this.cost = counted(cost);
        this.requestedCost = counted(requestedCost);
        this.resource = resource;
        this.scope = scope;
    }

    /**
     * The state of a window: so many requests until a moment, and then as many again. A negative number means that the
     * part was not sent; see the accessors for the meaning.
     *
     * @param scope which bucket is meant
     * @param resource the quota's name as the provider sent it, or null
     * @param limit requests (or points) per window
     * @param remaining what is left of them
     * @param resetNanos nanoseconds until the window is full again
     */
    public static RateLimit window(
            Scope scope, @Nullable String resource, long limit, long remaining, long resetNanos) {
        return new RateLimit(
                limit, remaining, resetNanos, 0, 0, ABSENT, ABSENT, ABSENT, resource, Objects.requireNonNull(scope));
    }

    /**
     * The state of a window that ends at a second of the provider's clock. That second tells one window from the next,
     * however long an answer was under way, and is compared with all that is known of that clock.
     *
     * @param resetEpochSecond when the window is full again, in seconds since the epoch; negative for not said
     * @param head the answer, for its {@code Date}
     */
    public static RateLimit windowUntil(
            Scope scope,
            @Nullable String resource,
            long limit,
            long remaining,
            long resetEpochSecond,
            ResponseHead head) {
        return new RateLimit(
                limit,
                remaining,
                HeaderValues.nanosUntilEpochSecond(resetEpochSecond, head),
                resetEpochSecond,
                0,
                ABSENT,
                ABSENT,
                ABSENT,
                resource,
                Objects.requireNonNull(scope));
    }

    /**
     * The state of a bucket that is refilled all the time, as a leaky bucket is: what is in it now, how much fits in, and
     * how fast it fills.
     *
     * @param scope which bucket is meant
     * @param resource the quota's name as the provider sent it, or null
     * @param capacity requests (or points) that fit in; negative for not said
     * @param available what is in it now; negative for not said
     * @param perSecond how many come back in a second; zero or less, or no number, says nothing
     */
    public static RateLimit refilling(
            Scope scope, @Nullable String resource, long capacity, long available, double perSecond) {
        float rate = perSecond > 0 && perSecond <= MOST_PER_SECOND ? (float) perSecond : 0;
        return new RateLimit(
                capacity, available, ABSENT, 0, rate, ABSENT, ABSENT, ABSENT, resource, Objects.requireNonNull(scope));
    }

    /** Faster than any provider. */
    private static final double MOST_PER_SECOND = 1e9;

    /** The same with a wait that the provider asked for, in nanoseconds; a negative one means none. */
    public RateLimit withRetryAfterNanos(long nanos) {
        return with(resetNanos, nanos, cost, requestedCost, scope);
    }

    /** The same with the number of permits the request really cost; a negative one means not said. */
    public RateLimit withCost(long permits) {
        return with(resetNanos, retryAfterNanos, permits, requestedCost, scope);
    }

    /**
     * The same with the number of permits that had to be there for the request to be let in, which may be more than it
     * cost in the end; a negative one means not said.
     */
    public RateLimit withRequestedCost(long permits) {
        return with(resetNanos, retryAfterNanos, cost, permits, scope);
    }

    /** The same with the time until it is full again, in nanoseconds; a negative one means not said. */
    public RateLimit withResetNanos(long nanos) {
        return with(nanos, retryAfterNanos, cost, requestedCost, scope);
    }

    /** The same for another scope. */
    public RateLimit withScope(Scope other) {
        return with(resetNanos, retryAfterNanos, cost, requestedCost, other);
    }

    /** The same without times that are longer than can be believed. */
    RateLimit withoutTimesBeyond(long maximumNanos) {
        return new RateLimit(
                limit,
                remaining,
                resetNanos > maximumNanos ? ABSENT : resetNanos,
                resetEpochSecond(),
                nanosOfCost() > maximumNanos ? 0 : perSecond,
                retryAfterNanos > maximumNanos ? ABSENT : retryAfterNanos,
                cost,
                requestedCost,
                resource,
                scope);
    }

    private RateLimit with(long reset, long retryAfter, long actual, long requested, Scope other) {
        return new RateLimit(
                limit,
                remaining,
                reset,
                resetEpochSecond(),
                perSecond,
                retryAfter,
                actual,
                requested,
                resource,
                Objects.requireNonNull(other));
    }

    /** Requests (or points) per window, or that fit into the bucket. */
    public OptionalLong limit() {
        return optional(limit);
    }

    /** What is left in the window or the bucket. */
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

    /** What had to be there for the request to be let in. */
    public OptionalLong requestedCost() {
        return optional(requestedCost);
    }

    /** How many requests (or points) come back in a second, where the bucket is refilled all the time. */
    public OptionalDouble perSecond() {
        return perSecond > 0 ? OptionalDouble.of(perSecond) : OptionalDouble.empty();
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

    /** How many come back in a second; 0 for a window. */
    float perSecondOrZero() {
        return perSecond;
    }

    /** When the window ends by the provider's clock, in seconds since the epoch; 0 where not said. */
    long resetEpochSecond() {
        return Integer.toUnsignedLong(resetEpochSecond);
    }

    /**
     * How long it takes until as much comes back as the request needed, one if that was not said, where the bucket is
     * refilled all the time; 0 for a window.
     */
    long nanosOfCost() {
        return perSecond > 0 ? (long) (Math.max(1, believableCostOrNegative()) * 1e9 / perSecond) : 0;
    }

    int costOrNegative() {
        return cost;
    }

    int requestedCostOrNegative() {
        return requestedCost;
    }

    /** The same, but no more than was said to fit in at all. */
    int believableCostOrNegative() {
        return limit > 0 ? Math.min(limit, requestedCost) : requestedCost;
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
                + (perSecond <= 0 ? "" : " perSecond=" + perSecond)
                + (retryAfterNanos < 0 ? "" : " retryAfter=" + Duration.ofNanos(retryAfterNanos))
                + (cost < 0 ? "" : " cost=" + cost)
                + (requestedCost < 0 ? "" : " requestedCost=" + requestedCost)
                + "}";
    }
}
