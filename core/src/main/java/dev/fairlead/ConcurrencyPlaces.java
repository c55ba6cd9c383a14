package dev.fairlead;

import dev.fairlead.CallHoldings.Place;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many requests of a credential may be under way: each holds a place until its answer's body was read. Not
 * thread-safe; its {@link QuotaKey} guards it, and with it the {@code place} of its calls.
 */
final class ConcurrencyPlaces {
    /** 0 for any number. */
    private final int limit;

    private int inUse;
    /** Whose answers are being read; made when there is one. */
    private @Nullable List<CallHoldings> reading;

    ConcurrencyPlaces(int limit) {
        this.limit = limit;
    }

    boolean isLimited() {
        return limit > 0;
    }

    boolean isUnused() {
        return inUse == 0;
    }

    /** Whether there is a place, if need be one of a caller who neither reads nor closes his answer. */
    boolean hasRoom(long now) {
        return limit == 0 || inUse < limit || reclaim(now);
    }

    void enter(CallHoldings call) {
        if (limit > 0) {
            inUse++;
            call.place = Place.HELD;
        }
    }

    /** The answer is handed over, and its body is still to be read; a place is held until then, or until a time. */
    void keepWhileReading(CallHoldings call) {
        if (call.place != Place.HELD) {
            leave(call);
            return;
        }
        call.place = Place.READING;
        if (reading == null) {
            reading = new ArrayList<>();
        }
        reading.add(call);
    }

    /** The answer's body was read or closed, or there was none. */
    void leaveReading(CallHoldings call) {
        if (call.place == Place.HELD) {
            // Before the rules were told of the answer.
            call.place = Place.READ;
        } else {
            leave(call);
        }
    }

    void leave(CallHoldings call) {
        // The call's other keys have none to give back.
        if (limit > 0 && call.place != Place.NONE) {
            if (reading != null && call.place == Place.READING) {
                reading.remove(call);
            }
            call.place = Place.NONE;
            inUse--;
        }
    }

    /** When the place of a caller who neither reads nor closes his answer is free at the latest; nobody wakes for that. */
    long nanosUntilReclaimed(long now) {
        long soonest = Turn.WHEN_WOKEN;
        if (reading != null) {
            for (CallHoldings call : reading) {
                soonest = Math.min(soonest, Math.max(1, call.placeEndNanos() - now));
            }
        }
        return soonest;
    }

    private boolean reclaim(long now) {
        if (reading != null) {
            for (CallHoldings call : List.copyOf(reading)) {
                if (now - call.placeEndNanos() >= 0) {
                    leave(call);
                }
            }
        }
        return inUse < limit;
    }
}
