package dev.fairlead;

/** Why a call ended as it did. */
public enum StopReason {
    /** It has not ended. */
    IN_PROGRESS,
    /** The provider's answer is a success. */
    SUCCESS,
    /** The provider's answer, or the failure, is one that no repetition can mend. */
    NOT_RETRYABLE,
    /** The request might have been executed, and executing it twice could do harm. */
    NOT_REPLAY_SAFE,
    /** The request's body can be sent only once. */
    BODY_NOT_REPLAYABLE,
    /** All attempts of the policy were made. */
    ATTEMPTS_EXHAUSTED,
    /** The retry budget of this provider and host is spent: it is failing for everybody. */
    RETRY_BUDGET_EXHAUSTED,
    /** The deadline passed, or the next attempt could not begin before it. */
    DEADLINE,
    /** The deadline passed while the caller read the body. */
    DEADLINE_IN_BODY,
    /** The next attempt would have to wait longer than {@code longestWait}. */
    LONGEST_WAIT,
    /** The circuit breaker is open. */
    CIRCUIT_OPEN,
    /** The caller cancelled the call. */
    CANCELED,
    /** Something that is not ours to handle was thrown: an {@link Error}, or an exception of the user's own code. */
    ABORTED
}
