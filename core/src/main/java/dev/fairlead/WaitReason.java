package dev.fairlead;

/** Why a call waits. */
public enum WaitReason {
    /** The provider throttled the key; all its callers pause. */
    PAUSED,
    /** The pause is over and requests go out a few at a time: first one, then 2, 4, 8. */
    PACED_RELEASE,
    /** The bucket has no permit left until its window ends, until it is refilled, or by the rate that was learned. */
    RATE_LIMIT,
    /** The pause between two attempts. */
    BACKOFF,
    /** The provider asked for this pause before the request is repeated, without throttling the key. */
    RETRY_AFTER,
    /** As many requests as allowed are under way, or as many as a fresh key of a silent provider begins with. */
    CONCURRENCY
}
