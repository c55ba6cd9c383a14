package dev.fairlead;

/** A bucket that is refilled all the time, up to its capacity. Not thread-safe; see {@link QuotaState}. */
final class RefillState extends QuotaState {
    private static final double SECOND_NANOS = 1e9;

    /** What is said is in whole permits, and may be rounded up; and the most that is added when that was not enough. */
    private static final double ROUNDING = 1;

    private static final double MOST_SLACK = 4;

    /** Somebody who takes more than usual does so for a moment. */
    private static final long MOST_UNSEEN_NANOS = 1_000_000_000L;

    private long capacity;
    private double level;
    private double perSecond;
    /** When it had that level. */
    private long observedNanos;

    private long roundTripNanos;
    private double slack = ROUNDING;

    /** Begins with the first answer that told of it. */
    RefillState(RateLimit said, long takenNanos, long now) {
        capacity = said.limitOrNegative();
        perSecond = said.perSecondOrZero();
        roundTripNanos = now - takenNanos;
        neighbour.begin(said.remainingOrNegative(), now);
        level = said.remainingOrNegative();
        observedNanos = now;
    }

    @Override
    long available(long now, long inFlight) {
        long sure = Math.max(0, (long) Math.floor(spare(now, inFlight)));
        // No more will ever be there than in a full bucket, whatever is kept: else nobody would ask again.
        return capacity >= 0 && levelAt(now) >= capacity ? Math.max(sure, most() - inFlight) : sure;
    }

    /** What is there for certain, or nearly so where somebody else takes as well. */
    private double spare(long now, long inFlight) {
        return levelAt(now) - inFlight - reserve(now);
    }

    /** For what is rounded up, and for how much more than usual somebody else takes until a request arrives. */
    private double reserve(long now) {
        double others = neighbour.in(Math.min(now - observedNanos, MOST_UNSEEN_NANOS) + roundTripNanos);
        double reserve = slack + 3 * Math.sqrt(others * permitsOfOne);
        return capacity < 0 ? reserve : Math.min(reserve, capacity / 4.0);
    }

    private double levelAt(long now) {
        long elapsed = Math.max(0, now - observedNanos);
        long seen = Math.min(elapsed, MOST_UNSEEN_NANOS);
        double soon = level + (perSecond - neighbour.perSecond()) * (double) seen / SECOND_NANOS;
        // Somebody else cannot take what is not there, however much they took in the moment before.
        double refilled =
                Math.max(Math.min(level, 0), soon) + laterPerSecond() * (double) (elapsed - seen) / SECOND_NANOS;
        return capacity < 0 ? refilled : Math.min((double) capacity, refilled);
    }

    /** What comes back for us in the long run; some of it does in any case, or nobody would ask again. */
    private double laterPerSecond() {
        return Math.max(perSecond - neighbour.perSecond(), perSecond / 3);
    }

    @Override
    long nanosUntil(long permits, long now, long inFlight) {
        double soonPerSecond = perSecond - neighbour.perSecond();
        long soonEnds = observedNanos + MOST_UNSEEN_NANOS;
        double seconds;
        if (soonPerSecond < laterPerSecond() && soonEnds - now > 0) {
            // Somebody takes more than comes back, for the moment.
            double missing = Math.max(0, permits - spare(soonEnds, inFlight));
            seconds = (soonEnds - now) / SECOND_NANOS + missing / laterPerSecond();
        } else {
            seconds = (permits - spare(now, inFlight)) / laterPerSecond();
        }
        return Math.max(1, (long) Math.ceil(Math.min(seconds * SECOND_NANOS, (double) Nanos.LONGEST)));
    }

    @Override
    long size() {
        return capacity;
    }

    @Override
    long most() {
        return capacity < 0 ? Integer.MAX_VALUE : Math.max(1, capacity - (long) Math.ceil(MOST_SLACK));
    }

    @Override
    long nanosUntilFull(long now) {
        return capacity < 0 ? 0 : (long) Math.max(0, ((double) capacity - levelAt(now)) / perSecond * SECOND_NANOS);
    }

    @Override
    void ended(int permits, long takenNanos, boolean silent) {
        if (silent) {
            // It was let in, so it took no more than there can be.
            level -= capacity < 0 ? permits : Math.min(permits, capacity);
        }
    }

    @Override
    void observe(RateLimit said, long takenNanos, long now, long resetAtNanos, long inFlight, boolean throttled) {
        long saidLevel = said.remainingOrNegative();
        roundTripNanos += (now - takenNanos - roundTripNanos) / 8;
        if (throttled) {
            // It would not have gone if the level had been known: somebody else was quicker, or it was rounded up.
            slack = Math.min(MOST_SLACK, slack + 1);
        } else if (slack > ROUNDING) {
            slack -= 1 / 256.0;
        }
        long spent = said.costOrNegative() >= 0 ? said.costOrNegative() : throttled ? 0 : 1;
        neighbour.ours(spent);
        capacity = said.limitOrNegative();
        perSecond = said.perSecondOrZero();
        // An answer that says less knows better. One that says more does if its request went when the last one had
        // come: otherwise those may be missing in it that were answered in between.
        if (takenNanos - observedNanos >= 0 || saidLevel < levelAt(now)) {
            if (capacity >= 0 && saidLevel >= capacity - 1) {
                // What would have come back is lost in a full bucket, and looks like a neighbour's.
                neighbour.begin(saidLevel, now);
            } else {
                double refilled = perSecond * (double) (now - neighbour.beganNanos()) / SECOND_NANOS;
                neighbour.observe(saidLevel, refilled, inFlight, now);
            }
            level = saidLevel;
            observedNanos = now;
        }
    }
}
