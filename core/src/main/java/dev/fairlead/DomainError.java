package dev.fairlead;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A provider's error in the words of the caller's own domain: what happened to the thing, not what the protocol said.
 * Immutable and thread-safe.
 *
 * @param kind what happened
 * @param error the error it comes from, with the provider's code, words and request id
 */
public record DomainError(Kind kind, ApiError error) {
    /** What happened, as far as the caller's domain is concerned. */
    public enum Kind {
        /** There is no such thing. */
        NOT_FOUND,
        /** It exists already. */
        ALREADY_EXISTS,
        /** The bank or the risk rules said no; ask for another means of payment. */
        DECLINED,
        /** What was asked for is wrong in itself; ask for something else. */
        INVALID,
        /** We may not do this: a matter of credentials, scopes or the account, for those who run the service. */
        NOT_ALLOWED,
        /** The state of the thing does not allow it; look at the thing again. */
        CONFLICT,
        /** Not now. The same may be asked later. */
        UNAVAILABLE,
        /** None of these, or only a part was done; the error says more. */
        UNKNOWN
    }

    /** Checks that nothing is null. */
    public DomainError {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(error, "error");
    }

    /** The error with the kind that follows from its {@link ErrorKind}, whichever the provider is. */
    public static DomainError of(ApiError error) {
        return new DomainError(kindOf(error.kind()), error);
    }

    /** How long the provider asks to wait, counted from its answer; only where it is {@link Kind#UNAVAILABLE}. */
    public Optional<Duration> retryAfter() {
        return kind == Kind.UNAVAILABLE ? error.retryAfter() : Optional.empty();
    }

    private static Kind kindOf(ErrorKind kind) {
        return switch (kind) {
            case RATE_LIMITED, CONCURRENCY_LIMITED, QUOTA_EXHAUSTED, LOCK_CONTENTION, TRANSIENT, IDEMPOTENCY_IN_USE ->
                Kind.UNAVAILABLE;
            case AUTHENTICATION, PERMISSION, ACCOUNT_BLOCKED, CLOCK_SKEW -> Kind.NOT_ALLOWED;
            case VALIDATION, VERSION_UNSUPPORTED -> Kind.INVALID;
            case NOT_FOUND -> Kind.NOT_FOUND;
            case DUPLICATE -> Kind.ALREADY_EXISTS;
            case CONFLICT, IDEMPOTENCY_MISMATCH -> Kind.CONFLICT;
            case PAYMENT_DECLINED -> Kind.DECLINED;
            case PARTIAL_FAILURE, UNKNOWN -> Kind.UNKNOWN;
        };
    }
}
