package dev.fairlead;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
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
    public static final CallOptions NONE = new CallOptions(null, null, null, false, false);

    private final @Nullable Duration deadline;
    private final @Nullable String idempotencyKey;
    private final @Nullable String tenant;
    private final boolean streaming;
    private final boolean replaySafe;

    private CallOptions(
            @Nullable Duration deadline,
            @Nullable String idempotencyKey,
            @Nullable String tenant,
            boolean streaming,
            boolean replaySafe) {
        this.deadline = deadline;
        this.idempotencyKey = idempotencyKey;
        this.tenant = tenant;
        this.streaming = streaming;
        this.replaySafe = replaySafe;
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
        return new CallOptions(total, idempotencyKey, tenant, streaming, replaySafe);
    }

    /**
     * The key by which the provider recognises a repetition of this business operation, so that it is done once even
     * if the call is made again after a restart. Sent in the provider's idempotency header; without effect where the
     * provider has none.
     *
     * @throws IllegalArgumentException if it is empty, longer than 255 characters or not visible ASCII
     */
    public CallOptions withIdempotencyKey(String key) {
        if (key.isEmpty() || key.length() > 255 || !key.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException("an idempotency key is 1 to 255 visible ASCII characters, as it is sent"
                    + " in a header; this one has " + key.length() + " characters");
        }
        return new CallOptions(deadline, key, tenant, streaming, replaySafe);
    }

    /** On whose account the call is made, where the request itself does not show a credential. */
    public CallOptions withTenant(String name) {
        return new CallOptions(deadline, idempotencyKey, Objects.requireNonNull(name), streaming, replaySafe);
    }

    /** A call whose body is a stream; see {@link #withStreaming()}. */
    public static CallOptions streaming() {
        return NONE.withStreaming();
    }

    /** Bounds the call to the answer's head: the body is a stream that may go on for as long as it likes. */
    public CallOptions withStreaming() {
        return new CallOptions(deadline, idempotencyKey, tenant, true, replaySafe);
    }

    /** Says that this request may be executed twice without harm, such as a GraphQL query sent as POST. */
    public CallOptions withReplaySafe() {
        return new CallOptions(deadline, idempotencyKey, tenant, streaming, true);
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
                + "}";
    }
}
