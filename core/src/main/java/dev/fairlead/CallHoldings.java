package dev.fairlead;

import dev.fairlead.CircuitBreaker.Permit;
import org.jspecify.annotations.Nullable;

/**
 * What one call takes and must give back exactly once: tokens, places in gates and lines, the breaker's permit. A class
 * of its own so that {@link Execution} reads as decisions only; its parent rather than its part, as every call would pay
 * for one more object. Not thread-safe.
 */
abstract class CallHoldings {
    final Route route;
    final WakeHook wakeHook;

    /** All that a call needs beyond one plain attempt; made when there is something to put into it. */
    @Nullable History history;

    /** The breaker's permit for the attempt under way. */
    @Nullable Permit permit;

    boolean tokensReserved;
    private boolean inConcurrencyLimit;

    CallHoldings(Route route, WakeHook wakeHook) {
        this.route = route;
        this.wakeHook = wakeHook;
    }

    final void reserveTokens(long now) {
        if (tokensReserved) {
            return;
        }
        tokensReserved = true;
        for (QuotaKey key : route.keys) {
            long waitNanos = key.bucket.reserve(1);
            key.used(now);
            if (waitNanos > 0) {
                history().tokensDue(now + waitNanos, now);
            }
        }
    }

    final boolean gatesAreOpen() {
        for (QuotaKey key : route.keys) {
            if (!key.gate.isOpen()) {
                return false;
            }
        }
        return true;
    }

    /** A request passes all gates or none: who held a place in one while waiting at another would block that one. */
    final boolean passGates() {
        if (gatesAreOpen()) {
            return true;
        }
        History past = history();
        PauseGate.Slot[] slots = new PauseGate.Slot[route.keys.length];
        for (int index = 0; index < slots.length; index++) {
            PauseGate gate = route.keys[index].gate;
            PauseGate.Slot slot = gate.tryPass(wakeHook);
            if (slot == null) {
                for (int passed = 0; passed < index; passed++) {
                    route.keys[passed].gate.giveBack(slots[passed]);
                }
                past.standIn(gate, wakeHook);
                return false;
            }
            slots[index] = slot;
        }
        past.standIn(null, wakeHook);
        past.slots = slots;
        return true;
    }

    final boolean enterConcurrencyLimit() {
        ConcurrencyLimit limit = route.rules.concurrency();
        if (limit == null || inConcurrencyLimit) {
            return true;
        }
        inConcurrencyLimit = limit.tryEnter(wakeHook);
        if (!inConcurrencyLimit) {
            history().inConcurrencyLine = true;
            history().giveSlotsBack(route);
        }
        return inConcurrencyLimit;
    }

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

    final void giveTokensBack() {
        if (tokensReserved) {
            tokensReserved = false;
            for (QuotaKey key : route.keys) {
                key.bucket.giveBack(1);
            }
        }
    }

    final void leaveGatesAndLimit() {
        if (history != null) {
            history.settleSlots(route);
        }
        ConcurrencyLimit limit = route.rules.concurrency();
        if (inConcurrencyLimit && limit != null) {
            inConcurrencyLimit = false;
            limit.exit();
        }
    }

    final void giveUpWaiting() {
        giveTokensBack();
        if (history != null) {
            history.giveUpWaiting(route, wakeHook);
        }
        ConcurrencyLimit limit = route.rules.concurrency();
        if (inConcurrencyLimit && limit != null) {
            inConcurrencyLimit = false;
            limit.exit();
        }
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
