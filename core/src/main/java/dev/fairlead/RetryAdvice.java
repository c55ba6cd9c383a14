package dev.fairlead;

/** What may be done about an error. */
public enum RetryAdvice {
    /** Repeat the same request at once or after a backoff; it was certainly not executed. */
    SAME_REQUEST,
    /** Repeat after the time the provider named. */
    AFTER_WAIT,
    /** Repeat only a request that may be executed twice: an idempotent method, or one with an idempotency key. */
    ONLY_IF_IDEMPOTENT,
    /** Repeat with another credential. */
    AFTER_CREDENTIAL_FIX,
    /** Repeat after something about the request or the account was changed. */
    AFTER_CHANGE,
    /** Do not repeat. */
    NEVER
}
