package dev.fairlead;

/**
 * So many permits until a moment, and then as many again. Not thread-safe; see {@link QuotaState}.
 *
 * <p>When a spent window is over one request goes alone and finds out whether it is: that costs at most one throttled
 * answer, where a crowd would cost one for each.
 */
final class WindowState extends QuotaState {
    private static final long SECOND_NANOS = 1_000_000_000L;

    /** Two answers about one window may differ by as much, as dates and resets are cut to seconds. */
    private static final long SAME_WINDOW_NANOS = SECOND_NANOS;

    /** Who asks whether a window is over and gets no answer holds up the others no longer than this, or three round trips. */
    private static final long ASK_AGAIN_NANOS = 100_000_000L;

    /** Of a longer window a second does not matter, so it is waited out instead of found out. */
    private static final long SHORT_WINDOW_NANOS = 60 * SECOND_NANOS;

    /** Between asking too early once and perhaps once more: as one in so many may be throttled. */
    private static final int SERVED_PER_MISS = 500;

    /** Known as well as it is worth: about what an answer takes. */
    private static final long CLOSE_ENOUGH_NANOS = 40_000_000L;

    /** A window that is over so much later was not said rightly, which tells nothing of the next one. */
    private static final long MOST_LATE_NANOS = 10 * SECOND_NANOS;

    /** More than anybody needs. */
    private static final long WHOEVER_ASKS = Long.MAX_VALUE / 4;

    private long limit;
    /** What is left by the latest of its answers, which is the one that says least. */
    private long remaining;
    /** Permits of requests that ended without saying whether they were counted, since that answer. */
    private long uncertain;

    private long uncertainSinceNanos;
    private long observedNanos;
    /** The second of the provider's clock when it ends, or 0; tells this window from the next. */
    private long epochSecond;
    /** The earliest time that it was said to end at, by our clock. */
    private long resetNanos;

    private long firstResetNanos;
    /** From one reset to the next; 0 while not known. */
    private long lengthNanos;
    /** An answer's time under way. */
    private long roundTripNanos;

    /** How long after what was said it really ends: between these. */
    private long latenessAtLeastNanos;

    private long latenessAtMostNanos;
    private int servedSinceMiss;
    /** How long after what was said to ask, of the reset to come. */
    private long askAfterNanos;

    /** Whether it is over and no answer told of the next one; since when, and how many ask. */
    private boolean over;

    private long overNanos;
    private int asking;

    /** Begins with the first answer that told of it. */
    WindowState(RateLimit said, long takenNanos, long now, long resetAtNanos) {
        roundTripNanos = now - takenNanos;
        enter(said, now, resetAtNanos);
    }

    @Override
    long available(long now, long inFlight) {
        long left = (long) Math.floor(remaining - uncertain - inFlight - othersTake(now));
        if (!isOver(now)) {
            return Math.max(0, left);
        }
        if (asking < 1 + (now - overNanos) / askAgainNanos()) {
            // However many it needs, and whatever is kept for others.
            return WHOEVER_ASKS;
        }
        // Not spent when it ended, so nothing is lost if it has not.
        return Math.max(0, left);
    }

    /** What others take until a request of now arrives, with a little more as chance has it. */
    private double othersTake(long now) {
        double mean = neighbour.in(now - observedNanos + roundTripNanos);
        return mean == 0 ? 0 : mean + Math.sqrt(mean);
    }

    /** Whether it must be over by now, though nobody told of the next one. */
    boolean isOver(long now) {
        if (!over && now - resetNanos - askAfterNanos >= 0) {
            over = true;
            overNanos = now;
            asking = 0;
        }
        return over;
    }

    private long askAgainNanos() {
        return Math.max(ASK_AGAIN_NANOS, 3 * roundTripNanos);
    }

    @Override
    void asking() {
        if (over) {
            asking++;
        }
    }

    @Override
    long nanosUntil(long permits, long now, long inFlight) {
        if (isOver(now)) {
            return Math.max(1, askAgainNanos() * asking - (now - overNanos));
        }
        long untilReset = resetNanos + askAfterNanos - now;
        long leftWhenAnswered = remaining - uncertain - inFlight;
        if (inFlight > 0 && remaining - uncertain > 0 && leftWhenAnswered < permits) {
            return WHEN_ANSWERED;
        }
        // Those behind more others than a window has go in a later one.
        return permits <= limit || limit <= 0 ? untilReset : untilReset + (permits - 1) / limit * lengthNanos;
    }

    @Override
    long size() {
        return limit;
    }

    @Override
    long most() {
        return limit > 0 ? limit : 1;
    }

    @Override
    long nanosUntilFull(long now) {
        return Math.max(0, resetNanos + askAfterNanos - now);
    }

    @Override
    void ended(int permits, long takenNanos, boolean silent) {
        if (over && takenNanos - overNanos >= 0 && asking > 0) {
            asking--;
        }
        if (silent) {
            uncertain += permits;
            uncertainSinceNanos = takenNanos;
        }
        neighbour.ours(permits);
    }

    @Override
    void observe(RateLimit said, long takenNanos, long now, long resetAtNanos, long inFlight, boolean throttled) {
        roundTripNanos += (now - takenNanos - roundTripNanos) / 8;
        if (!throttled && servedSinceMiss < SERVED_PER_MISS) {
            servedSinceMiss++;
        }
        int later = compare(said.resetEpochSecond(), resetAtNanos, now - takenNanos);
        if (later < 0 && takenNanos - observedNanos > 0 && resetAtNanos - now > SAME_WINDOW_NANOS) {
            // One that ends sooner, and has not ended: what was said before cannot have been true.
            enter(said, now, resetAtNanos);
        } else if (later > 0) {
            next(said, now, resetAtNanos);
        } else if (later == 0) {
            same(said, takenNanos, now, resetAtNanos, inFlight);
        }
    }

    /** Whether an answer speaks of a later window (positive), this one (0), or one that was before (negative). */
    private int compare(long saidEpochSecond, long resetAtNanos, long underWayNanos) {
        if (saidEpochSecond != 0 && epochSecond != 0) {
            // GitHub's reset was seen to move by a second from answer to answer within one window.
            long seconds = saidEpochSecond - epochSecond;
            return Math.abs(seconds) <= 1 ? 0 : Long.signum(seconds);
        }
        // Seconds to go count from when the answer was made, which may have been as long ago as the request.
        long latest = resetAtNanos - resetNanos;
        long earliest = latest - underWayNanos;
        return earliest > SAME_WINDOW_NANOS ? 1 : latest < -SAME_WINDOW_NANOS ? -1 : 0;
    }

    private void next(RateLimit said, long now, long resetAtNanos) {
        long length = said.resetEpochSecond() != 0 && epochSecond != 0
                ? (said.resetEpochSecond() - epochSecond) * SECOND_NANOS
                : Math.round((resetAtNanos - resetNanos) / (double) SECOND_NANOS) * SECOND_NANOS;
        if (length > 0 && (lengthNanos == 0 || length < lengthNanos)) {
            lengthNanos = length;
        }
        // It was over when this answer was made, at the latest.
        long late = now - resetNanos;
        if (late >= 0 && late < latenessAtMostNanos) {
            latenessAtMostNanos = late;
            latenessAtLeastNanos = Math.min(latenessAtLeastNanos, late);
        }
        enter(said, now, resetAtNanos);
    }

    private void enter(RateLimit said, long now, long resetAtNanos) {
        limit = said.limitOrNegative();
        remaining = said.remainingOrNegative();
        uncertain = 0;
        epochSecond = said.resetEpochSecond();
        resetNanos = resetAtNanos;
        firstResetNanos = resetAtNanos;
        observedNanos = now;
        over = false;
        asking = 0;
        if (latenessAtMostNanos > MOST_LATE_NANOS) {
            latenessAtLeastNanos = 0;
            latenessAtMostNanos = 0;
        }
        askAfterNanos = askAfter();
        neighbour.begin(remaining, now);
    }

    private void same(RateLimit said, long takenNanos, long now, long resetAtNanos, long inFlight) {
        long left = said.remainingOrNegative();
        if (left <= remaining) {
            remaining = left;
            observedNanos = now;
            neighbour.observe(remaining, 0, inFlight, now);
        }
        if (takenNanos - uncertainSinceNanos > 0) {
            uncertain = 0;
        }
        // An earlier time is a better one, as each errs to the late side; unless a clock was set meanwhile.
        if (resetAtNanos - resetNanos < 0 && firstResetNanos - resetAtNanos <= SECOND_NANOS) {
            resetNanos = resetAtNanos;
        }
        if (takenNanos - resetNanos >= 0 && left == 0) {
            stillNotOver(takenNanos - resetNanos);
        }
    }

    /** Somebody asked, so long after what was said, and was told of the same window. */
    private void stillNotOver(long latenessNanos) {
        over = false;
        asking = 0;
        servedSinceMiss = 0;
        latenessAtLeastNanos = Math.max(latenessAtLeastNanos, latenessNanos);
        if (latenessAtMostNanos <= latenessAtLeastNanos) {
            latenessAtMostNanos = latenessAtLeastNanos + SECOND_NANOS;
        }
        askAfterNanos = latenessAtMostNanos;
    }

    /**
     * What was said is taken at its word, until somebody who asks then is told of the old window: a reset is said in whole
     * seconds, and who cut them off says it up to a second too early. How much later it really is, is found out by halves,
     * where that second matters.
     */
    private long askAfter() {
        boolean worthwhile = lengthNanos > 0
                && lengthNanos <= SHORT_WINDOW_NANOS
                && latenessAtMostNanos - latenessAtLeastNanos > CLOSE_ENOUGH_NANOS
                && servedSinceMiss >= SERVED_PER_MISS;
        return worthwhile ? (latenessAtLeastNanos + latenessAtMostNanos) / 2 : latenessAtMostNanos;
    }
}
