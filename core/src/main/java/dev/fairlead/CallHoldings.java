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

    /**
     * When the tokens were reserved or last asked for; from {@code SEND} on, which is the same moment, when the attempt
     * began.
     */
    long attemptNanos;

    boolean tokensReserved;
    private boolean inConcurrencyLimit;

    CallHoldings(Route route, WakeHook wakeHook) {
        this.route = route;
        this.wakeHook = wakeHook;
    }

    /**
     * Reserves tokens, once, and says how long until they may be used; after a wait asks for those it has again, as answers
     * may have told of less meanwhile.
     */
    final long reserveTokens(long now) {
        boolean again = tokensReserved;
        tokensReserved = true;
        long longest = 0;
        for (QuotaKey key : route.keys) {
            longest = Math.max(longest, again ? askAgain(key.bucket) : key.bucket.reserve(1));
            key.used(now);
        }
        attemptNanos = now;
        if (longest > 0) {
            history().tokensDue(now + longest);
        }
        return history == null ? 0 : history.tokensNanos(now, wakeHook);
    }

    private long askAgain(TokenBucket bucket) {
        return bucket instanceof ServerBucket server ? server.askAgain(1, attemptNanos) : 0;
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
        } else if (history != null) {
            history.inConcurrencyLine = false;
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
            long dueNanos = history == null ? attemptNanos : history.tokensDueOr(attemptNanos);
            for (QuotaKey key : route.keys) {
                if (key.bucket instanceof ServerBucket server) {
                    server.giveBack(1, attemptNanos, dueNanos);
                } else {
                    key.bucket.giveBack(1);
                }
            }
            if (history != null) {
                history.tokensGone();
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

    /** Before a wait for something else: whoever is not there when a place comes free would hold up the line. */
    final void leaveConcurrencyLine() {
        ConcurrencyLimit limit = route.rules.concurrency();
        if (history != null && limit != null) {
            history.leaveConcurrencyLine(limit, wakeHook);
        }
    }

    final void giveUpWaiting() {
        giveTokensBack();
        leaveConcurrencyLine();
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
