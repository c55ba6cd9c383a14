package dev.fairlead;

/**
 * Holds back all callers of one key after a throttle. When the pause is over, one request goes alone; when it was not
 * throttled again, 2 go, then 4, 8, until nobody waits: a crowd released at once would be throttled at once (seen with
 * 19 of 20 threads that had computed the same wait, hermes-agent issue 109234). Where it is known how fast requests may
 * go, that takes over once the first is back. Not thread-safe; its {@link QuotaKey} guards it.
 */
final class PauseGate {
    /** Who passes an open gate has no place in a round. */
    static final int NO_ROUND = 0;

    private static final int WIDEST_ROUND = 1 << 20;

    private boolean open = true;
    private long pausedUntilNanos;
    /** Counts the pauses, so that a request sent before a pause does not count in a round after it. */
    private int pauses;
    /** How many may go in this round. */
    private int roundSize;
    /** How many of the round have not gone yet. */
    private int roundLeft;
    /** How many of the round have gone and not come back. */
    private int roundInFlight;

    boolean isOpen() {
        return open;
    }

    /** How much longer the pause lasts; zero where there is none. */
    long pausedForNanos(long now) {
        return open ? 0 : Math.max(0, pausedUntilNanos - now);
    }

    /** Pauses for a time from now. A longer pause that is under way stays: no pause is ever shortened. */
    void pause(long nanos, long now) {
        long until = now + nanos;
        if (open || until - pausedUntilNanos > 0) {
            pausedUntilNanos = until;
        }
        open = false;
        pauses++;
        roundSize = 1;
        roundLeft = 1;
        roundInFlight = 0;
    }

    /** Ends the pause and lets everybody go. */
    void reset() {
        open = true;
    }

    /** Whether one more may go in this round. */
    boolean hasRoom() {
        return open || roundLeft > 0;
    }

    /** Passes, and returns the round for {@link #settle}. */
    int pass() {
        if (open) {
            return NO_ROUND;
        }
        roundLeft--;
        roundInFlight++;
        return pauses;
    }

    /**
     * A request that passed came back, with whatever result; a throttle has called {@link #pause} before.
     *
     * @param nobodyWaits whether the line is empty
     * @param guided whether it is known how fast requests may go
     */
    void settle(int round, boolean nobodyWaits, boolean guided) {
        if (open || round != pauses) {
            return;
        }
        roundInFlight--;
        if (roundInFlight == 0 && (roundLeft == 0 || nobodyWaits)) {
            if (nobodyWaits || guided) {
                open = true;
                return;
            }
            roundSize = Math.min(roundSize * 2, WIDEST_ROUND);
            roundLeft = roundSize;
        }
    }

    /** A request that passed was not sent: somebody else may go in its place. */
    void giveBack(int round) {
        if (!open && round == pauses) {
            roundInFlight--;
            roundLeft++;
        }
    }

    /** Whether nobody would notice if the gate were forgotten: a pause that is over stays until somebody comes. */
    boolean isIdle(long now) {
        return open || (roundInFlight == 0 && pausedUntilNanos - now <= 0);
    }
}
