package dev.fairlead;

/**
 * Not now. Immutable.
 *
 * @param reason why
 * @param nanos how long until the call should ask again, {@link #WHEN_WOKEN} where it will be woken
 * @param atLeastNanos how long it will have to wait, as far as can be told: where that is too long it need not begin
 * @param isOutOfLine whether it does not stand in the key's line
 */
record Turn(WaitReason reason, long nanos, long atLeastNanos, boolean isOutOfLine) {
    /** There is no time: somebody who leaves will wake it. */
    static final long WHEN_WOKEN = QuotaState.WHEN_ANSWERED;

    Turn(WaitReason reason, long nanos, long atLeastNanos) {
        this(reason, nanos, atLeastNanos, false);
    }

    static Turn outOfLine(WaitReason reason, long nanos) {
        return new Turn(reason, nanos, nanos, true);
    }
}
