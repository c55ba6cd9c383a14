package dev.fairlead;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What one call wants differently from its policy. Attach it to a request as a tag. Immutable and thread-safe.
 *
 * <pre>{@code
 * new Request.Builder().url(…).tag(CallOptions.class, CallOptions.deadline(Duration.ofSeconds(3)).withTenant("shop-9"))
 * }</pre>
 */
public final class CallOptions {
    /** Nothing different. */
    public static final CallOptions NONE = new CallOptions(null, null, null, false, false, Priority.NORMAL, 0);

    /** Who goes first where calls wait for the same key. */
    public enum Priority {
        /** Somebody waits for the answer: goes first, and may use the share of a quota that is kept for such calls. */
        INTERACTIVE,
        /** What is not said otherwise. */
        NORMAL,
        /** Has time: goes last, and so is the first to run out of its deadline where there is not enough for all. */
        BATCH
    }

    private final @Nullable Duration deadline;
    private final @Nullable String idempotencyKey;
    private final @Nullable String tenant;
    private final boolean streaming;
    private final boolean replaySafe;
    private final Priority priority;
    /** 0 for not said. */
    private final int cost;

    private CallOptions(
            @Nullable Duration deadline,
            @Nullable String idempotencyKey,
            @Nullable String tenant,
            boolean streaming,
            boolean replaySafe,
            Priority priority,
            int cost) {
        this.deadline = deadline;
        this.idempotencyKey = idempotencyKey;
        this.tenant = tenant;
        this.streaming = streaming;
        this.replaySafe = replaySafe;
        this.priority = priority;
        this.cost = cost;
    }

    /**
     * A total time for the call; of this, the policy's and an inherited deadline the tightest holds.
     *
     * @throws IllegalArgumentException if it is zero or negative
     */
    public static CallOptions deadline(Duration total) {
        return NONE.withDeadline(total);
    }

    /**
     * A total time for the call, from its beginning to the end of its body. Of this, the policy's and an inherited
     * {@link DeadlineContext} the tightest holds: a call can be stricter than its policy, never laxer.
     */
    public CallOptions withDeadline(Duration total) {
        if (total.isNegative() || total.isZero()) {
            throw new IllegalArgumentException("a call's deadline must be positive, but is " + total);
        }
        return new CallOptions(total, idempotencyKey, tenant, streaming, replaySafe, priority, cost);
    }

    /**
     * The key by which the provider recognises a repetition of this business operation, so that it is done once even
     * if the call is made again after a restart. Sent in the provider's idempotency header; without effect where the
     * provider has none. Take it from what is to be done once ({@code "charge-of-order-17"}), not from the moment: a key
     * made anew for each call, which is what a call without one gets, protects its own attempts only. A request that was
     * corrected needs another key.
     *
     * @throws IllegalArgumentException if it is empty, longer than 255 characters or not visible ASCII
     */
    public CallOptions withIdempotencyKey(String key) {
        if (key.isEmpty() || key.length() > 255 || !key.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException("an idempotency key is 1 to 255 visible ASCII characters, as it is sent"
                    + " in a header; this one has " + key.length() + " characters");
        }
        return new CallOptions(deadline, key, tenant, streaming, replaySafe, priority, cost);
    }

    /** On whose account the call is made, where the request itself does not show a credential. */
    public CallOptions withTenant(String name) {
        return new CallOptions(
                deadline, idempotencyKey, Objects.requireNonNull(name), streaming, replaySafe, priority, cost);
    }

    /** A call whose body is a stream; see {@link #withStreaming()}. */
    public static CallOptions streaming() {
        return NONE.withStreaming();
    }

    /** Bounds the call to the answer's head: the body is a stream that may go on for as long as it likes. */
    public CallOptions withStreaming() {
        return new CallOptions(deadline, idempotencyKey, tenant, true, replaySafe, priority, cost);
    }

    /** Says that this request may be executed twice without harm, such as a search that is sent as POST. */
    public CallOptions withReplaySafe() {
        return new CallOptions(deadline, idempotencyKey, tenant, streaming, true, priority, cost);
    }

    /** Who goes first where calls wait for the same key; see {@link Priority}. Default: {@code NORMAL}. */
    public CallOptions withPriority(Priority value) {
        return new CallOptions(
                deadline, idempotencyKey, tenant, streaming, replaySafe, Objects.requireNonNull(value), cost);
    }

    /**
     * How many permits of its own quota the call needs, where the provider counts more than requests, such as the points
     * of a GraphQL query. Where it is not said, the rules take what earlier calls of that quota needed, and 1 where the
     * provider counts requests.
     *
     * @throws IllegalArgumentException if it is not at least 1
     */
    public CallOptions withCost(int permits) {
        if (permits < 1) {
            throw new IllegalArgumentException("a call's cost must be at least 1, but is " + permits);
        }
        return new CallOptions(deadline, idempotencyKey, tenant, streaming, replaySafe, priority, permits);
    }

    /** Who goes first. */
    public Priority priority() {
        return priority;
    }

    /** What the call costs, where it says so. */
    public OptionalInt cost() {
        return cost == 0 ? OptionalInt.empty() : OptionalInt.of(cost);
    }

    int costOrZero() {
        return cost;
    }

    /** The total time, where the call has its own. */
    public Optional<Duration> deadline() {
        return Optional.ofNullable(deadline);
    }

    /** The idempotency key, where the call has one. */
    public Optional<String> idempotencyKey() {
        return Optional.ofNullable(idempotencyKey);
    }

    /** The tenant, where the call has one. */
    public Optional<String> tenant() {
        return Optional.ofNullable(tenant);
    }

    /** Whether the body is a stream. */
    public boolean isStreaming() {
        return streaming;
    }

    /** Whether the caller says that the request may be executed twice. */
    public boolean isReplaySafe() {
        return replaySafe;
    }

    @Nullable Duration deadlineOrNull() {
        return deadline;
    }

    @Nullable String idempotencyKeyOrNull() {
        return idempotencyKey;
    }

    @Nullable String tenantOrNull() {
        return tenant;
    }

    /** Without key and tenant: they may be secrets or personal data. */
    @Override
    public String toString() {
        return "CallOptions{deadline=" + deadline
                + (idempotencyKey == null ? "" : " idempotencyKey")
                + (tenant == null ? "" : " tenant")
                + (streaming ? " streaming" : "")
                + (replaySafe ? " replaySafe" : "")
                + (priority == Priority.NORMAL ? "" : " " + priority)
                + (cost == 0 ? "" : " cost=" + cost)
                + "}";
    }
}
