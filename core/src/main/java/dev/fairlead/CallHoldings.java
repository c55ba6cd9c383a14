package dev.fairlead;

import dev.fairlead.CallOptions.Priority;
import dev.fairlead.CircuitBreaker.Permit;
import dev.fairlead.ServerBucket.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What one call takes and must give back exactly once: permits of its keys, places in rounds and among the requests under
 * way, the breaker's permit. A class of its own so that {@link Execution} reads as decisions only; its parent rather than
 * its part, as every call would pay for one more object. Not thread-safe.
 *
 * <p>A long file, as each way out is read against the way in.
 */
abstract class CallHoldings {
    /** A place among the requests under way. */
    enum Place {
        NONE,
        /** The request is under way. */
        HELD,
        /** It was answered, and the caller reads. */
        READING,
        /** It is under way, as far as the rules know, and was read to its end. */
        READ
    }

    final Route route;
    final WakeHook wakeHook;
    final Priority priority;
    /** Permits of its own quota, as the call says or the provider did when it refused it; 0 where nobody knows. */
    private int cost;
    /** Permits of its own quota that it asks for, or holds. */
    private int permits = 1;

    /** All that a call needs beyond one plain attempt; made when there is something to put into it. */
    @Nullable History history;

    /** The breaker's permit for the attempt under way. */
    @Nullable Permit permit;

    /** When the permits were taken, which from {@code SEND} on is when the attempt began. */
    long attemptNanos;

    /** Guarded by the lock of the key that has places, the route's first. */
    volatile Place place = Place.NONE;

    /** Whether the call holds permits of all its keys. */
    private boolean entered;

    CallHoldings(Route route, WakeHook wakeHook, Priority priority, int cost) {
        this.route = route;
        this.wakeHook = wakeHook;
        this.priority = priority;
        this.cost = cost;
    }

    /** Until when a place may be held by a caller who reads. */
    abstract long placeEndNanos();

    // ---- in

    /**
     * Takes what the call needs of each of its keys, or nothing at all: who held permits of one key while waiting for
     * another would hold up everybody behind it. The key whose line it stands in is asked first: as long as that refuses it
     * need not go through the lines of the others.
     *
     * @return null where it has all, or else what it waits for
     */
    final @Nullable Turn enterKeys(long now) {
        if (entered) {
            return null;
        }
        attemptNanos = now;
        QuotaKey[] keys = route.keys;
        permits = cost > 0 ? cost : keys[ownIndex()].bucket.typicalCost();
        int first = history == null ? 0 : history.indexOfLine(keys);
        for (int step = 0; step < keys.length; step++) {
            int index = inOrder(step, first);
            Turn turn = keys[index].tryEnter(this, index, now);
            if (turn != null) {
                History past = history();
                past.standIn(turn.isOutOfLine() ? null : keys[index], this);
                giveKeysBack(step, first, false, now);
                if (turn.reason() == WaitReason.PAUSED) {
                    // Nothing is held meanwhile: what is saved up during a pause would all go at once at its end.
                    giveReservationsBack();
                }
                return turn;
            }
        }
        entered = true;
        if (history != null) {
            history.standIn(null, this);
        }
        return null;
    }

    /** One key first, and then the others in their order. */
    private static int inOrder(int step, int first) {
        return step == 0 ? first : step <= first ? step - 1 : step;
    }

    /** The key of the most specific quota, which answers speak of and costs are taken from. */
    final int ownIndex() {
        return route.keys.length > 1 ? 1 : 0;
    }

    final int permits(int index) {
        return index == ownIndex() ? permits : 1;
    }

    /** What the provider asked for last time is what the repetition needs. */
    final void learnCost(RateLimit said) {
        if (said.requestedCostOrNegative() > 0) {
            cost = said.believableCostOrNegative();
        }
    }

    /** It passed a gate; only those that are not open count rounds. */
    final void entered(int index, int round) {
        if (round != PauseGate.NO_ROUND) {
            history().round(index, round, route.keys.length);
        }
    }

    /** Reserves of a bucket of the user's own, once; returns how long until the reservation may be used. */
    final long reserveOnce(TokenBucket own, int index, long now) {
        History past = history();
        if (!past.hasReserved(index)) {
            long waitNanos = own.reserve(permits(index));
            past.reserved(index, now + waitNanos);
        }
        return Math.max(0, past.untilReservation(index, now));
    }

    /** Where the call stands in every line. */
    final long rank() {
        return WaitingLine.rank(priority, hasStoodInLine() ? history().arrival : WaitingLine.JUST_COME);
    }

    /** Whether it waited for a key since it was sent last. */
    final boolean hasStoodInLine() {
        return history != null && history.arrival > 0;
    }

    /** It begins to wait for a key, or goes on to. */
    final void arrive() {
        if (!hasStoodInLine()) {
            history().arrival = route.rules.nextArrival();
        }
    }

    /** How long until what was reserved may be used; negative where it might have been. */
    final long untilReservationNanos(int index, long now) {
        return history == null ? 0 : history.untilReservation(index, now);
    }

    // ---- out

    /** The call was not sent, and will not be, or not now. */
    final void giveKeysBack() {
        if (entered) {
            entered = false;
            giveKeysBack(route.keys.length, 0, true, route.rules.ticker().nanoTime());
        }
    }

    /** Reservations may be kept for the next time. */
    private void giveKeysBack(int steps, int first, boolean reservationsToo, long now) {
        History past = history;
        for (int step = 0; step < steps; step++) {
            int index = inOrder(step, first);
            boolean reserved = past != null && past.hasReserved(index);
            route.keys[index].giveBack(this, index, round(index), !reserved || reservationsToo, attemptNanos, now);
            if (past != null && reservationsToo) {
                past.unreserved(index);
            }
        }
        if (past != null) {
            past.forgetRounds();
        }
    }

    final void giveReservationsBack() {
        History past = history;
        for (int index = 0; past != null && index < route.keys.length; index++) {
            if (past.hasReserved(index)) {
                long now = route.rules.ticker().nanoTime();
                route.keys[index].giveBack(this, index, PauseGate.NO_ROUND, true, attemptNanos, now);
                past.unreserved(index);
            }
        }
    }

    /**
     * The request was answered, or lost.
     *
     * @param throttled the key that the answer throttled, or null; it need not be the call's own
     * @param outcome what became of the request for that key
     * @param said what the answer said of a limit
     * @param about the key that it said it of, or null
     * @param askedNanos how long the provider asked to wait; negative where it did not say
     */
    final void settleKeys(
            @Nullable QuotaKey throttled,
            Outcome outcome,
            RateLimit said,
            @Nullable QuotaKey about,
            long askedNanos,
            long now) {
        entered = false;
        Error thrown = null;
        QuotaKey othersThrottled = throttled;
        QuotaKey othersAbout = about;
        for (int index = 0; index < route.keys.length; index++) {
            QuotaKey key = route.keys[index];
            if (key == throttled) {
                othersThrottled = null;
            }
            if (key == about) {
                othersAbout = null;
            }
            Outcome itsOutcome = throttled == null || key == throttled ? outcome : Outcome.REFUSED_ELSEWHERE;
            RateLimit itsSaid = key == about ? said : RateLimit.NONE;
            try {
                key.settle(this, index, round(index), itsOutcome, itsSaid, askedNanos, attemptNanos, now);
            } catch (Error ofListener) {
                // The other keys must not lose what they lent.
                thrown = ofListener;
            }
        }
        if (othersThrottled != null) {
            RateLimit itsSaid = othersThrottled == othersAbout ? said : RateLimit.NONE;
            settleOther(othersThrottled, outcome, itsSaid, askedNanos, now);
        }
        if (othersAbout != null && othersAbout != othersThrottled) {
            settleOther(othersAbout, Outcome.REFUSED_ELSEWHERE, said, askedNanos, now);
        }
        if (history != null) {
            history.forgetReservations();
            history.forgetRounds();
        }
        if (thrown != null) {
            throw thrown;
        }
    }

    /** Whether the call holds permits of its keys. */
    final boolean isEntered() {
        return entered;
    }

    /** A key that the call has not drawn on, and the answer speaks of. */
    private void settleOther(QuotaKey key, Outcome outcome, RateLimit said, long askedNanos, long now) {
        key.settle(this, -1, PauseGate.NO_ROUND, outcome, said, askedNanos, attemptNanos, now);
    }

    private int round(int index) {
        return history == null ? PauseGate.NO_ROUND : history.round(index);
    }

    /** The answer's body is still to be read; or the place is free from now on. */
    final void keepPlace(boolean whileReading) {
        if (whileReading) {
            route.keys[0].keepPlaceWhileReading(this);
        } else {
            route.keys[0].leavePlace(this);
        }
    }

    final void giveUpWaiting() {
        giveKeysBack();
        giveReservationsBack();
        if (place == Place.HELD || place == Place.READ) {
            // Something was thrown before it was said what becomes of it.
            keepPlace(false);
        }
        if (history != null) {
            history.giveUpWaiting(route, this);
        }
    }

    // ---- the breaker's permit

    final void settlePermit(@Nullable ApiError error, long elapsedNanos, boolean fromCache) {
        Permit settled = takePermit();
        if (settled == null) {
            return;
        }
        if (fromCache) {
            settled.ignored();
        } else if (error == null) {
            settled.success(elapsedNanos);
        } else {
            Distress.of(error).settle(settled, elapsedNanos);
        }
    }

    final @Nullable Permit takePermit() {
        Permit taken = permit;
        permit = null;
        return taken;
    }

    final History history() {
        History past = history;
        if (past == null) {
            past = new History();
            history = past;
        }
        return past;
    }
}
