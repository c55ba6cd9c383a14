package dev.fairlead;

/** What kind of error an answer is, across all providers. */
public enum ErrorKind {
    /** Too many requests in a time; wait, then go on. */
    RATE_LIMITED,
    /** Too many requests at the same time. */
    CONCURRENCY_LIMITED,
    /** A quota that no short wait brings back (a month's, a day's, credits). */
    QUOTA_EXHAUSTED,
    /** Another request holds the object; the account itself is not limited. */
    LOCK_CONTENTION,
    /** The provider's distress: 5xx and errors that are a 5xx in disguise. */
    TRANSIENT,
    /** The credential is missing, wrong or expired. */
    AUTHENTICATION,
    /** The credential is right but may not do this. */
    PERMISSION,
    /** The request itself is wrong. */
    VALIDATION,
    /** There is no such thing, or the credential may not see it. */
    NOT_FOUND,
    /** The state of the thing does not allow it. */
    CONFLICT,
    /** It exists already. */
    DUPLICATE,
    /** The bank or the risk rules said no. */
    PAYMENT_DECLINED,
    /** The first request with this idempotency key is still under way. */
    IDEMPOTENCY_IN_USE,
    /** The idempotency key was used for another request. */
    IDEMPOTENCY_MISMATCH,
    /** The account or the recipient is blocked. */
    ACCOUNT_BLOCKED,
    /** The API version asked for is not, or no longer, served. */
    VERSION_UNSUPPORTED,
    /** Our clock and the provider's differ too much for a signed request. */
    CLOCK_SKEW,
    /** Some of the work was done and some was not. */
    PARTIAL_FAILURE,
    /** None of the above could be told. */
    UNKNOWN;

    /** Whether the answer says that a key sends too much, so that everybody who uses the key should pause. */
    public boolean isThrottle() {
        return this == RATE_LIMITED || this == CONCURRENCY_LIMITED;
    }
}
