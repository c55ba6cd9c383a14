package dev.fairlead;

import org.jspecify.annotations.Nullable;

/**
 * Finds the rate of a provider that says nothing of it but by throttling. Not thread-safe; its {@link ServerBucket}
 * guards it, except for {@link #pace()}.
 *
 * <p>A throttle tells that the provider's bucket is empty at that moment. So what was served between two throttles is
 * what came into the bucket meanwhile, whatever its size: that is the rate, measured and not guessed. From just below it
 * the rate grows again by a cubic, as that of CUBIC does (RFC 9438 section 4.2; the AWS SDKs use one in their adaptive
 * retry mode): hardly at first, so that throttles are few, and ever faster the longer there is none, since then somebody
 * else has left. Growth counts served requests instead of seconds, so that throttles cost the same share at every rate.
 *
 * <p>A long file, as its numbers and what follows from them are read together.
 */
final class LearnedRate {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long MILLI_NANOS = 1_000_000L;

    /** A fresh key begins with so few requests at once, for as many may be throttled together. */
    private static final int FIRST_AT_ONCE = 4;

    /** Twice as many after each of these, however few were answered: slow answers are no reason to wait. */
    private static final long RAMP_STEP_NANOS = 250 * MILLI_NANOS;

    private static final int RAMP_STEPS = 8;

    /** What is served in less than this many requests says too little. */
    private static final int EVIDENCE = 8;

    private static final long GATHERING_NANOS = 10 * SECOND_NANOS;

    /** While nothing but a first guess is known, the rate doubles with as many requests served. */
    private static final int SEARCH_REQUESTS = 16;

    /** The unit of growth: at 1.6 of it the bucket is empty again, where nothing has changed. */
    private static final int UNIT_REQUESTS = 60;

    /** Fewer where that takes longer than this, as somebody else may have come or gone. */
    private static final double UNIT_SECONDS = 2.5;

    private static final int LEAST_UNIT_REQUESTS = 24;

    /** Nor less than so many times what is under way: that is how many more may be throttled before it is noticed. */
    private static final int UNIT_ROUND_TRIPS = 8;

    /** Where the growth begins, as a share of the rate measured. */
    private static final double BEGIN_SHARE = 0.98;

    private static final double LINEAR_SHARE = 0.06;
    private static final double CUBIC_SHARE = 0.01;

    /** Beyond so many units something has changed, and the rate doubles with each further one of these. */
    private static final double CHANGED_UNITS = 2;

    private static final double DOUBLING_UNITS = 0.4;

    /** Who is throttled before so much of a unit has somebody beside him who was not there before. */
    private static final double EARLY_UNITS = 0.75;

    private static final double EARLY_SHARE = 0.75;

    private static final int MOST_EARLY_THROTTLES = 4;

    /** So many requests' time is waited after a throttle: chance in arrivals empties a bucket that holds less. */
    private static final int SPARE_REQUESTS = 3;

    /** Timers are late by as much; so much time's permits may go at once. */
    private static final long TIMER_NANOS = 10 * MILLI_NANOS;

    /** The AWS SDKs' adaptive mode bounds its rate in the same way: by twice what is really sent. */
    private static final double MOST_AHEAD = 2;

    private static final double SLOWEST_PER_SECOND = 0.01;
    private static final double FASTEST_PER_SECOND = 1e8;

    private static final int MOST_DOUBLINGS = 4;

    private static final int MOST_AFTERMATHS = 2;

    private static final long FORGET_NANOS = 10 * 60 * SECOND_NANOS;

    /** Read without the lock. */
    private volatile @Nullable Pace pace;

    private boolean ramping = true;
    /** When the ramp was first felt. */
    private long rampNanos;

    private boolean rampFelt;

    /** How many may be under way after the provider complained of too many at once; 0 for any. */
    private int atOnce;

    private long servedAtOnce;

    /** Whether the bucket was empty at {@code sinceNanos}; else it had an unknown number of permits. */
    private boolean emptyThen;

    private long sinceNanos;
    private long served;
    /** Served in the last second, for a first guess. */
    private long servedBefore;

    private boolean begun;
    /** Requests whose permits were taken before belong to a throttle that was acted upon. */
    private long cutNanos;

    private boolean wasCut;
    private boolean searching;
    private double perSecond;
    /** No more than so much, as growth that is not used teaches nothing. */
    private double mostPerSecond;

    private long learnedNanos;
    private long servedSinceCut;
    private long roundTripNanos;
    private boolean wasPressed;
    private long pressedNanos;
    /** Throttles since anything was served. */
    private int barren;

    private int aftermaths;
    /** Throttles in a row that came early, and how many requests were served between two of late. */
    private int earlyThrottles;

    private double servedOnAverage;
    private long servedNanos;

    /** The rate to keep to, or null where none is known. */
    @Nullable Pace pace() {
        return pace;
    }

    /** Whether it holds anybody back. */
    boolean isIdle() {
        return pace == null && atOnce == 0;
    }

    /** Somebody had to wait because of this. */
    void pressed(long now) {
        wasPressed = true;
        pressedNanos = now;
    }

    // ---- how many at once

    /** How many may be under way. */
    int mostAtOnce(boolean rampApplies, long now) {
        int most = atOnce == 0 ? Integer.MAX_VALUE : atOnce;
        if (ramping && rampApplies) {
            long steps = rampFelt ? (now - rampNanos) / RAMP_STEP_NANOS : 0;
            if (steps >= RAMP_STEPS) {
                ramping = false;
            } else {
                most = Math.min(most, FIRST_AT_ONCE << steps);
            }
        }
        return most;
    }

    /** How long until more may be under way, where as many are; or {@link QuotaState#WHEN_ANSWERED}. */
    long nanosUntilMoreAtOnce(long now) {
        if (!ramping) {
            return QuotaState.WHEN_ANSWERED;
        }
        if (!rampFelt) {
            rampFelt = true;
            rampNanos = now;
        }
        return RAMP_STEP_NANOS - (now - rampNanos) % RAMP_STEP_NANOS;
    }

    /**
     * The provider complained of too many at once: fewer, not slower. Returns how long to pause, as {@link #throttled}.
     */
    long tooManyAtOnce(long takenNanos, long inFlight, long longestPauseNanos, long now) {
        if (isOfEarlierThrottle(takenNanos)) {
            return ServerBucket.NO_PAUSE;
        }
        cut(now);
        ramping = false;
        // The one that was refused is no longer counted.
        atOnce = (int) Math.max(1, Math.min(atOnce == 0 ? Integer.MAX_VALUE : atOnce, inFlight + 1) * 3 / 4);
        servedAtOnce = 0;
        // It is over as soon as some of the others are.
        return longestPauseNanos / 10;
    }

    // ---- how fast

    /** A request was served, or refused for another reason than its rate. */
    void served(int permits, long takenNanos, long now) {
        if (pace != null && now - servedNanos > FORGET_NANOS) {
            // Nobody came for long: what was true then says little now.
            reset();
        }
        servedNanos = now;
        barren = 0;
        aftermaths = 0;
        if (isOfEarlierThrottle(takenNanos)) {
            return;
        }
        if (!begun) {
            begun = true;
            sinceNanos = takenNanos;
        }
        boolean pressed = wasPressed && now - pressedNanos < SECOND_NANOS;
        roundTripNanos += (now - takenNanos - roundTripNanos) / 16;
        growAtOnce(pressed);
        if (!pressed && now - sinceNanos > SECOND_NANOS && !isGathering(now)) {
            // Not all that came into the bucket was used, so nothing can be counted from before.
            emptyThen = false;
            servedBefore = now - sinceNanos > 2 * SECOND_NANOS ? 0 : served;
            served = 0;
            sinceNanos = now;
        }
        served += permits;
        if (pace != null && pressed) {
            servedSinceCut += permits;
            double seconds = Math.max(now - learnedNanos, SECOND_NANOS / 4) / (double) SECOND_NANOS;
            mostPerSecond = MOST_AHEAD * Math.max(perSecond, servedSinceCut / seconds);
            keep(now);
        }
    }

    /** Of a slow provider little is served from one throttle to the next: then it takes several to say something. */
    private boolean isGathering(long now) {
        return pace == null && emptyThen && served < EVIDENCE && now - cutNanos < GATHERING_NANOS;
    }

    private void growAtOnce(boolean pressed) {
        if (atOnce > 0 && pressed && ++servedAtOnce >= 8L * atOnce) {
            atOnce++;
            servedAtOnce = 0;
        }
    }

    /**
     * The provider throttled. Returns how long to pause in nanoseconds, where the provider did not say; {@link
     * ServerBucket#NO_PAUSE} where that was done already.
     */
    long throttled(long takenNanos, long longestPauseNanos, long now) {
        if (isOfEarlierThrottle(takenNanos)) {
            return ServerBucket.NO_PAUSE;
        }
        boolean isAftermath = pace != null && now - cutNanos < 2 * roundTripNanos;
        if (isAftermath && aftermaths < MOST_AFTERMATHS) {
            // Those sent before the cut were not all gone by: it is the same throttle still.
            aftermaths++;
            hold(longestPauseNanos, now);
            empty(now);
            return ServerBucket.NO_PAUSE;
        }
        if (barren == 0) {
            learn(now);
        }
        long pauseNanos = longestPauseNanos;
        Pace known = pace;
        if (known != null && served + servedBefore >= 1 && barren == 0) {
            // The pace holds everybody back, and lets them go one by one.
            hold(longestPauseNanos, now);
            pauseNanos = ServerBucket.NO_PAUSE;
        } else if (barren > 0) {
            pauseNanos = longestPauseNanos << Math.min(barren, MOST_DOUBLINGS);
        }
        if (barren++ == 0 && !isGathering(now)) {
            empty(now);
        } else {
            // A limit that lasts: what is served after it came in since it began.
            cut(now);
        }
        return pauseNanos;
    }

    /** Nothing goes until there is something again, and those that were sent before have gone by. */
    private void hold(long longestNanos, long now) {
        Pace known = pace;
        if (known != null) {
            long holdNanos = (long) (SPARE_REQUESTS * SECOND_NANOS / perSecond) + roundTripNanos / 2;
            known.holdUntil(now + Math.min(longestNanos, holdNanos));
        }
    }

    private void empty(long now) {
        cut(now);
        emptyThen = true;
        sinceNanos = now;
        served = 0;
        servedBefore = 0;
    }

    private void learn(long now) {
        if (!begun || (perSecond == 0 && served + servedBefore < EVIDENCE)) {
            return;
        }
        if (perSecond > 0 && isInsensitive()) {
            return;
        }
        double seconds = Math.max(now - sinceNanos, MILLI_NANOS) / (double) SECOND_NANOS;
        double measured;
        if (emptyThen) {
            // Until those had gone by that were under way at the first throttle, they took all that came in.
            double roundTrip = roundTripNanos / (double) SECOND_NANOS;
            measured = served / Math.max(seconds - roundTrip, seconds / 2);
        } else {
            // A full bucket has about a second's worth besides: most are made so.
            measured = (served + servedBefore) / (seconds + 1 + (servedBefore > 0 ? 1 : 0));
        }
        if (perSecond == 0) {
            searching = true;
        } else {
            double current = currentPerSecond();
            if (served < EVIDENCE) {
                // Too little to measure, enough to know that it is too much.
                measured = Math.max(current / 2, Math.min(measured, current * 0.85));
            } else if (served < 2 * EVIDENCE || !emptyThen) {
                measured = Math.max(current / 2, Math.min(measured, current));
            } else {
                measured = Math.min(measured, current);
            }
            if (!searching && units() < EARLY_UNITS) {
                measured = Math.min(measured, current * EARLY_SHARE);
            }
            searching = false;
        }
        perSecond = Math.max(SLOWEST_PER_SECOND, Math.min(FASTEST_PER_SECOND, measured));
        servedSinceCut = 0;
        learnedNanos = now;
        mostPerSecond = MOST_AHEAD * perSecond;
        keep(now);
    }

    /**
     * Whether being slower has not helped for some time: then it is not the rate that is throttled, and going on with it
     * would end in standing still.
     */
    private boolean isInsensitive() {
        servedOnAverage += (served - servedOnAverage) / 4;
        earlyThrottles = units() < EARLY_UNITS ? earlyThrottles + 1 : 0;
        return earlyThrottles > MOST_EARLY_THROTTLES && servedOnAverage >= EVIDENCE / 2.0;
    }

    private double units() {
        double requests = Math.max(LEAST_UNIT_REQUESTS, Math.min(UNIT_REQUESTS, perSecond * UNIT_SECONDS));
        double roundTrip = perSecond * (double) roundTripNanos / SECOND_NANOS;
        return servedSinceCut / Math.max(requests, UNIT_ROUND_TRIPS * roundTrip);
    }

    private double currentPerSecond() {
        return Math.min(mostPerSecond, perSecond * factor());
    }

    private double factor() {
        if (searching) {
            return Math.pow(2, Math.min(30, servedSinceCut / (double) SEARCH_REQUESTS));
        }
        double units = units();
        double smooth = Math.min(units, CHANGED_UNITS);
        double doublings = Math.min(30, (units - smooth) / DOUBLING_UNITS);
        return (BEGIN_SHARE + LINEAR_SHARE * smooth + CUBIC_SHARE * smooth * smooth * smooth) * Math.pow(2, doublings);
    }

    private void keep(long now) {
        long interval = Math.max(1, (long) (SECOND_NANOS / Math.min(FASTEST_PER_SECOND, currentPerSecond())));
        long burst = Math.max(interval, TIMER_NANOS);
        Pace known = pace;
        if (known == null) {
            pace = new Pace(interval, burst, now);
        } else {
            known.change(interval, burst);
        }
    }

    private void cut(long now) {
        wasCut = true;
        ramping = false;
        cutNanos = now;
    }

    private boolean isOfEarlierThrottle(long takenNanos) {
        return wasCut && takenNanos - cutNanos < 0;
    }

    void reset() {
        pace = null;
        atOnce = 0;
        begun = false;
        emptyThen = false;
        perSecond = 0;
        served = 0;
        servedBefore = 0;
        barren = 0;
    }
}
