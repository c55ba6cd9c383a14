package dev.fairlead;

import dev.fairlead.CircuitBreaker.Permit;

/** What an error answer says about the provider's health, which is all that the breaker is to count. */
enum Distress {
    /** It answered properly; that the request was wrong is not its fault. */
    HEALTHY,
    /** It is in trouble. */
    DISTRESSED,
    /** Nothing can be told: it refuses to work for this key, or asks for another time. */
    UNTOLD;

    static Distress of(ApiError error) {
        return switch (error.kind()) {
            case RATE_LIMITED, CONCURRENCY_LIMITED, QUOTA_EXHAUSTED, LOCK_CONTENTION, IDEMPOTENCY_IN_USE -> UNTOLD;
            // A 4xx, as 408 and 425 are, blames the connection or the request.
            case TRANSIENT -> error.status() >= 400 && error.status() < 500 ? UNTOLD : DISTRESSED;
            case UNKNOWN -> error.status() >= 500 ? DISTRESSED : HEALTHY;
            default -> HEALTHY;
        };
    }

    void settle(Permit permit, long elapsedNanos) {
        switch (this) {
            case HEALTHY -> permit.success(elapsedNanos);
            case DISTRESSED -> permit.failure(elapsedNanos);
            case UNTOLD -> permit.ignored();
        }
    }
}
