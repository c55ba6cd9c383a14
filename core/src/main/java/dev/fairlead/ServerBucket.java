package dev.fairlead;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bucket used unless another is given. It follows what the provider says of a quota; where the provider says nothing,
 * what it does; and keeps to a rate of our own where the policy has one. Thread-safe.
 *
 * <p>It is asked for permits and gives them or says when to ask again; who waits, and in what order, is its
 * {@link QuotaKey}'s affair. Permits are under way from then on until the request ended: {@link #giveBack} if it was not
 * sent, {@link #settle} if it was.
 *
 * <p>A long file, as what is done with the lock and without it is read against each other.
 */
final class ServerBucket {
    /** What became of a request that was sent. */
    enum Outcome {
        /** Refused because of another key of the call: it says nothing of this one. */
        REFUSED_ELSEWHERE,
        /** It was served, or refused for a reason of its own: the provider took it. */
        SERVED,
        /** No answer, so nobody knows whether the provider counted it. */
        LOST,
        /** Refused because of the rate. */
        THROTTLED,
        /** Refused because too many are under way. */
        TOO_MANY_AT_ONCE
    }

    /** {@link #settle}: the key need not pause because of this answer. */
    static final long NO_PAUSE = -1;

    private static final int IN_FLIGHT_BITS = 32;
    private static final long FREE_MASK = 0xFFFF_FFFFL;
    private static final int MOST_FREE = 1 << 30;

    private final Policy policy;
    /** A rate of our own, or null. */
    private final @Nullable Pace ownPace;

    /**
     * Permits under way, and in the lower half those that may go without asking any further: a permit that is free costs
     * one compare-and-set of both.
     */
    private final AtomicLong flight = new AtomicLong();

    private final ReentrantLock lock = new ReentrantLock();
    /** What the provider said; null while it said nothing. Guarded by {@code lock}. */
    private @Nullable QuotaState state;
    /** Only where the policy wants it. Its parts are guarded by {@code lock}, but for its pace. */
    private final @Nullable LearnedRate learned;
    /** What a request of the quota usually asks for, where the provider counts more than requests. Written by lock. */
    private volatile int typicalCost = 1;
    /** Whether a silent provider's limit is learned for this key. Guarded by {@code lock}. */
    private boolean careful;
    /** How many requests were served so far. */
    private final AtomicLong served = new AtomicLong();
    /** When the next permit is due where a window is spread until its reset. Guarded by {@code lock}. */
    private long spreadNanos;

    private boolean spreading;

    ServerBucket(Policy policy, String quota, long now) {
        this.policy = policy;
        Policy.Rate rate = policy.rate(quota);
        ownPace = rate == null ? null : Pace.of(rate, now);
        learned = policy.rateLearning() ? new LearnedRate() : null;
    }

    /**
     * Takes permits if they may go now, and returns 0; or takes none and returns how long to wait before asking again,
     * {@link QuotaState#WHEN_ANSWERED} where only an answer can tell. The wait is negative where it is not the rate that
     * holds it back but how many are under way.
     *
     * @param interactive whether the share that is kept for interactive calls may be used
     * @param careful whether this is the key that a silent provider's limit is learned for
     */
    long take(int permits, boolean interactive, boolean careful, long now) {
        Pace learnedPace = learned == null ? null : learned.pace();
        if (ownPace != null) {
            long waitNanos = ownPace.take(permits, now);
            if (waitNanos > 0) {
                return waitNanos;
            }
        }
        long waitNanos = learnedPace == null ? 0 : learnedPace.take(permits, now);
        if (waitNanos > 0) {
            pressed(now);
        } else if (!takeFree(permits)) {
            waitNanos = takeSlowly(permits, interactive, careful, now);
            if (waitNanos != 0 && learnedPace != null) {
                learnedPace.giveBack(permits, now, now);
            }
        }
        if (waitNanos != 0 && ownPace != null) {
            ownPace.giveBack(permits, now, now);
        }
        return waitNanos;
    }

    private boolean takeFree(int permits) {
        while (true) {
            long seen = flight.get();
            if ((seen & FREE_MASK) < permits) {
                return false;
            }
            if (flight.compareAndSet(seen, seen + ((long) permits << IN_FLIGHT_BITS) - permits)) {
                return true;
            }
        }
    }

    private void pressed(long now) {
        lock.lock();
        try {
            if (learned != null) {
                learned.pressed(now);
            }
        } finally {
            lock.unlock();
        }
    }

    private long takeSlowly(int permits, boolean interactive, boolean carefully, long now) {
        lock.lock();
        try {
            careful = carefully;
            while (true) {
                long seen = flight.get();
                long inFlight = seen >>> IN_FLIGHT_BITS;
                long atOnce = mostAtOnce(now) - inFlight;
                if (atOnce < permits && inFlight > 0) {
                    return -untilMoreAtOnce(now);
                }
                long waitNanos = state == null ? 0 : untilSaid(state, permits, interactive, inFlight, now);
                if (waitNanos > 0) {
                    return waitNanos;
                }
                long free = free(inFlight + permits, now);
                if (flight.compareAndSet(seen, (inFlight + permits) << IN_FLIGHT_BITS | free)) {
                    if (state != null) {
                        taken(state, permits, inFlight, now);
                    }
                    return 0;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- all that follows holds the lock

    private int mostAtOnce(long now) {
        // A provider that says its state, or a rate of our own, leaves nothing to find out.
        boolean unknown = careful && state == null && ownPace == null;
        return learned == null ? Integer.MAX_VALUE : learned.mostAtOnce(unknown, now);
    }

    private long untilMoreAtOnce(long now) {
        if (learned == null) {
            return QuotaState.WHEN_ANSWERED;
        }
        learned.pressed(now);
        return learned.nanosUntilMoreAtOnce(now);
    }

    private long untilSaid(QuotaState said, int permits, boolean interactive, long inFlight, long now) {
        // No more than can be there at once, or it would wait for ever.
        long needed = Math.min(permits + (interactive ? 0 : reserved(said)), said.most());
        if (said.available(now, inFlight) < needed) {
            return Math.max(1, said.nanosUntil(needed, now, inFlight));
        }
        return spreading && policy.pacedSpending() ? Math.max(0, spreadNanos - now) : 0;
    }

    private long reserved(QuotaState said) {
        int percent = policy.reservedPercent();
        return percent == 0 || said.size() <= 0 ? 0 : Math.min(said.size() * percent / 100, said.most() - 1);
    }

    private void taken(QuotaState said, int permits, long inFlightBefore, long now) {
        said.asking();
        if (policy.pacedSpending()) {
            long left = Math.max(1, said.available(now, inFlightBefore));
            long untilFull = said.nanosUntilFull(now);
            // Where the window's size is unknown a request may take more than is left, but not of the time after it.
            spreadNanos = now + (permits >= left ? untilFull : untilFull / left * permits);
            spreading = true;
        }
    }

    /** How many may go without asking any further. */
    private long free(long inFlight, long now) {
        long free = mostAtOnce(now) - inFlight;
        if (state != null) {
            free = policy.pacedSpending() ? 0 : Math.min(free, state.available(now, inFlight) - reserved(state));
            if (state instanceof WindowState window && window.isOver(now)) {
                // Each of those who ask is counted.
                free = 0;
            }
        }
        return Math.max(0, Math.min(free, MOST_FREE));
    }

    /** So many are no longer under way; what is free is worked out anew. */
    private void landed(int permits, long now) {
        while (true) {
            long seen = flight.get();
            long inFlight = Math.max(0, (seen >>> IN_FLIGHT_BITS) - permits);
            if (flight.compareAndSet(seen, inFlight << IN_FLIGHT_BITS | free(inFlight, now))) {
                return;
            }
        }
    }

    private long inFlight() {
        return flight.get() >>> IN_FLIGHT_BITS;
    }

    // ---- what became of a request

    /** The request was not sent. */
    void giveBack(int permits, long takenNanos, long now) {
        if (ownPace != null) {
            ownPace.giveBack(permits, takenNanos, now);
        }
        lock.lock();
        try {
            if (learned != null && learned.pace() != null) {
                learned.pace().giveBack(permits, takenNanos, now);
            }
            landed(permits, now);
            if (state != null) {
                state.ended(0, takenNanos, false);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The request was sent and is no longer under way.
     *
     * @param said what its answer said of this bucket, {@link RateLimit#NONE} for nothing
     * @param resetAtNanos when the window ends that it told of, by our clock
     * @param longestPauseNanos how long to pause at most where the provider throttles and does not say
     * @return how long the key should pause if the provider did not say, or {@link #NO_PAUSE}
     */
    long settle(
            int permits,
            long takenNanos,
            Outcome outcome,
            RateLimit said,
            long resetAtNanos,
            long longestPauseNanos,
            long now) {
        lock.lock();
        try {
            boolean throttled = outcome == Outcome.THROTTLED;
            boolean saysState =
                    said.remainingOrNegative() >= 0 && (said.perSecondOrZero() > 0 || said.resetNanosOrNegative() >= 0);
            if (outcome == Outcome.SERVED) {
                served.incrementAndGet();
            }
            // It lands last of all: until what it cost is noted its permits are not free, and some need no lock to take
            // them.
            long others = Math.max(0, inFlight() - permits);
            if (state != null) {
                boolean counted = outcome == Outcome.SERVED || outcome == Outcome.LOST;
                state.ended(counted ? permits : 0, takenNanos, counted && !saysState);
            }
            if (saysState) {
                observe(said, takenNanos, now, resetAtNanos, others, throttled);
            }
            if (said.requestedCostOrNegative() > 0) {
                noteCost(said.believableCostOrNegative());
            }
            long pauseNanos = learn(permits, takenNanos, outcome, others, longestPauseNanos, now);
            landed(permits, now);
            return pauseNanos;
        } finally {
            lock.unlock();
        }
    }

    private long learn(int permits, long takenNanos, Outcome outcome, long others, long longestPauseNanos, long now) {
        if (learned == null) {
            return longestPauseNanos;
        }
        return switch (outcome) {
            case TOO_MANY_AT_ONCE -> learned.tooManyAtOnce(takenNanos, others, longestPauseNanos, now);
            // What the provider says of its state is better than what can be learned.
            case THROTTLED -> state == null ? learned.throttled(takenNanos, longestPauseNanos, now) : longestPauseNanos;
            case SERVED -> {
                learned.served(permits, takenNanos, now);
                yield NO_PAUSE;
            }
            case LOST, REFUSED_ELSEWHERE -> NO_PAUSE;
        };
    }

    private void observe(RateLimit said, long takenNanos, long now, long resetAtNanos, long others, boolean throttled) {
        boolean refilling = said.perSecondOrZero() > 0;
        QuotaState known = state;
        if (known != null && refilling == known instanceof RefillState) {
            known.observe(said, takenNanos, now, resetAtNanos, others, throttled);
        } else {
            state = refilling
                    ? new RefillState(said, takenNanos, now)
                    : new WindowState(said, takenNanos, now, resetAtNanos);
        }
    }

    private void noteCost(int requested) {
        // Rather too much than too little: what was too much comes back with the answer.
        int known = typicalCost;
        typicalCost = requested >= known ? requested : known - Math.max(1, (known - requested) / 8);
        if (state != null) {
            state.permitsOfOne = typicalCost;
        }
    }

    long served() {
        return served.get();
    }

    /** How many permits a request needs that does not say. */
    int typicalCost() {
        return typicalCost;
    }

    /** How long one that stands behind so many permits in the line will have to wait, as far as can be told. */
    long estimateNanos(long permits, long now) {
        long longest = ownPace == null ? 0 : ownPace.estimateNanos(permits, now);
        lock.lock();
        try {
            if (learned != null && learned.pace() != null) {
                longest = Math.max(longest, learned.pace().estimateNanos(permits, now));
            }
            if (state != null && state.available(now, inFlight()) < permits) {
                long said = state.nanosUntil(permits, now, inFlight());
                longest = Math.max(longest, said == QuotaState.WHEN_ANSWERED ? 0 : said);
            }
            return longest;
        } finally {
            lock.unlock();
        }
    }

    /** How long until there may be more even if nothing is answered; {@link QuotaState#WHEN_ANSWERED} for never. */
    long nanosUntilMore(long now) {
        lock.lock();
        try {
            return state == null ? QuotaState.WHEN_ANSWERED : Math.max(1, state.nanosUntilFull(now));
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is known how fast requests may go, so that a release after a pause need not feel its way. */
    boolean isGuiding() {
        lock.lock();
        try {
            return state != null || ownPace != null || (learned != null && learned.pace() != null);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what the provider said and what was learned; what is under way stays so. */
    void reset(long now) {
        if (ownPace != null) {
            ownPace.reset(now);
        }
        lock.lock();
        try {
            state = null;
            spreading = false;
            typicalCost = 1;
            if (learned != null) {
                learned.reset();
            }
            landed(0, now);
        } finally {
            lock.unlock();
        }
    }

    /** Whether forgetting this bucket would lose nothing. */
    boolean isFull(long now) {
        return isUnused(now) && (learned == null || learned.isIdle());
    }

    /** Whether all permits are there, but for what was learned of their rate. */
    boolean isUnused(long now) {
        lock.lock();
        try {
            return inFlight() == 0
                    && (ownPace == null || ownPace.isFull(now))
                    && (state == null || state.nanosUntilFull(now) == 0);
        } finally {
            lock.unlock();
        }
    }
}
