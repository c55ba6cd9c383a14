package dev.fairlead;

import dev.fairlead.ServerBucket.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One quota of one credential at one host, and who may go next: {@link #admit} is the order of its rules. Who must wait
 * joins its line, of which only the first has a timer; the first to leave wakes the next. Thread-safe.
 *
 * <p>A long file, as each way out is read against the way in.
 */
final class QuotaKey {
    final HostRules rules;
    final String quota;
    final String id;
    /** The library's own bucket; idle where the user has another. */
    final ServerBucket bucket;
    /** The user's own bucket, or null. */
    private final @Nullable GuardedBucket own;
    /** Guarded by {@code lock}, but for whether it is limited. */
    private final ConcurrencyPlaces places;

    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by {@code lock}. */
    private final PauseGate gate = new PauseGate();
    /** Guarded by {@code lock}. */
    private final WaitingLine line = new WaitingLine();
    /** Why the first of the line waits. Guarded by {@code lock}. */
    private WaitReason lineReason = WaitReason.RATE_LIMIT;
    /** Whether there is nothing to ask but the bucket. Written under {@code lock}; read without, to cost one read. */
    private volatile boolean unhindered;

    /** When it was throttled last. Lost writes among threads do no harm. */
    private volatile boolean wasThrottled;

    private volatile long throttledNanos;

    /** When a call last used it; a lost write among threads does no harm. */
    private volatile long lastUsedNanos;

    QuotaKey(HostRules rules, String quota, String id) {
        this.rules = rules;
        this.quota = quota;
        this.id = id;
        lastUsedNanos = rules.ticker().nanoTime();
        bucket = new ServerBucket(rules.policy(), quota, lastUsedNanos);
        places = new ConcurrencyPlaces(quota.isEmpty() ? rules.policy().maxConcurrency() : 0);
        unhindered = !places.isLimited();
        own = rules.ownBucket(info());
    }

    KeyInfo info() {
        long paused = pausedForNanos(rules.ticker().nanoTime());
        return new KeyInfo(
                id,
                rules.provider().name(),
                rules.host(),
                quota,
                paused > 0 ? Optional.of(Duration.ofNanos(paused)) : Optional.empty());
    }

    // ---- in

    /** Takes what the call needs of this key, and returns null; or takes nothing, and says what to wait for. */
    @Nullable Turn tryEnter(CallHoldings call, int index, long now) {
        used(now);
        if (unhindered) {
            if (take(call, index, now) == 0) {
                return null;
            }
        }
        WakeHook next = null;
        Turn turn;
        lock.lock();
        try {
            // First of all: who lands from now on looks into the line, and who landed before is seen by what follows.
            unhindered = false;
            boolean stoodInLine = call.hasStoodInLine();
            turn = admit(call, index, stoodInLine, now);
            if (turn == null) {
                line.leave(call.rank());
                next = line.first();
                call.entered(index, gate.pass());
                places.enter(call);
            } else if (turn.isOutOfLine()) {
                line.leave(call.rank());
                next = line.first();
            } else {
                call.arrive();
                line.join(call.rank(), call.wakeHook);
            }
            noteHindrance();
        } finally {
            lock.unlock();
        }
        wake(next);
        return turn;
    }

    /** The order of the rules of a key. Holds {@code lock}. */
    private @Nullable Turn admit(CallHoldings call, int index, boolean stoodInLine, long now) {
        boolean isNext = line.isNext(call.rank());
        long pausedNanos = gate.pausedForNanos(now);
        if (pausedNanos > 0) {
            return new Turn(WaitReason.PAUSED, isNext ? pausedNanos : Turn.WHEN_WOKEN, pausedNanos);
        }
        if (!isNext) {
            // Who has stood in a line already was told when it came.
            long atLeast = stoodInLine || own != null
                    ? 0
                    : bucket.estimateNanos((long) line.before(call.priority) + call.permits(index), now);
            return new Turn(lineReason, Turn.WHEN_WOKEN, atLeast);
        }
        if (!gate.hasRoom()) {
            return inLineFor(WaitReason.PACED_RELEASE, Turn.WHEN_WOKEN);
        }
        long waitNanos = take(call, index, now);
        if (waitNanos == 0) {
            if (places.hasRoom(now)) {
                return null;
            }
            if (own == null) {
                bucket.giveBack(call.permits(index), now, now);
            }
            return inLineFor(WaitReason.CONCURRENCY, places.nanosUntilReclaimed(now));
        }
        if (own != null) {
            // It has given out the place in its own line already.
            return Turn.outOfLine(WaitReason.RATE_LIMIT, waitNanos);
        }
        if (waitNanos == Turn.WHEN_WOKEN) {
            // The window may be over before any of those under way is answered.
            lineReason = WaitReason.RATE_LIMIT;
            return new Turn(WaitReason.RATE_LIMIT, bucket.nanosUntilMore(now), 0);
        }
        return waitNanos > 0
                ? inLineFor(WaitReason.RATE_LIMIT, waitNanos)
                : inLineFor(WaitReason.CONCURRENCY, -waitNanos);
    }

    private Turn inLineFor(WaitReason reason, long nanos) {
        lineReason = reason;
        // Another's answer may come sooner.
        return new Turn(reason, nanos, reason == WaitReason.RATE_LIMIT ? nanos : 0);
    }

    private long take(CallHoldings call, int index, long now) {
        if (own == null) {
            return bucket.take(
                    call.permits(index),
                    call.priority == CallOptions.Priority.INTERACTIVE,
                    index == call.ownIndex(),
                    now);
        }
        return call.reserveOnce(own, index, now);
    }

    // ---- out

    /** Leaves the line without having gone. */
    void leaveLine(CallHoldings call) {
        WakeHook next;
        lock.lock();
        try {
            line.leave(call.rank());
            next = line.first();
            noteHindrance();
        } finally {
            lock.unlock();
        }
        wake(next);
    }

    /** What was taken was not used: the request was not sent. */
    void giveBack(CallHoldings call, int index, int round, boolean permitsToo, long takenNanos, long now) {
        if (own == null) {
            bucket.giveBack(call.permits(index), takenNanos, now);
        } else if (permitsToo) {
            own.giveBack(call.permits(index), call.untilReservationNanos(index, now));
        }
        if (unhindered) {
            return;
        }
        WakeHook next;
        lock.lock();
        try {
            gate.giveBack(round);
            places.leave(call);
            next = line.first();
        } finally {
            lock.unlock();
        }
        wake(next);
    }

    /**
     * The request came back, or was lost.
     *
     * @param said what its answer said of this key, {@link RateLimit#NONE} for nothing
     * @param askedNanos how long the provider asked to wait, where it throttled; negative where it did not say
     */
    void settle(
            CallHoldings call,
            int index,
            int round,
            Outcome outcome,
            RateLimit said,
            long askedNanos,
            long takenNanos,
            long now) {
        boolean refused = outcome == Outcome.THROTTLED || outcome == Outcome.TOO_MANY_AT_ONCE;
        if (refused) {
            boolean withOthers = wasThrottled && takenNanos - throttledNanos < 0;
            call.history().isThrottledWithOthers = withOthers;
            if (!withOthers) {
                throttledNanos = now;
                wasThrottled = true;
            }
        }
        int permits = index < 0 ? 0 : call.permits(index);
        long pauseNanos = rules.throttlePauseNanos;
        if (own == null) {
            long resetAtNanos = said == RateLimit.NONE ? now : rules.resetAtNanos(said, takenNanos, now);
            pauseNanos = bucket.settle(permits, takenNanos, outcome, said, resetAtNanos, rules.throttlePauseNanos, now);
        } else if (said != RateLimit.NONE) {
            own.observe(said);
        }
        if (refused && (askedNanos >= 0 || pauseNanos >= 0)) {
            // "At once" is not believed for long: where nothing is served after it, the pause grows all the same.
            boolean isWorn = askedNanos == 0 && pauseNanos > rules.throttlePauseNanos;
            pause(askedNanos >= 0 && !isWorn ? askedNanos : pauseNanos, now);
        }
        if (unhindered) {
            return;
        }
        WakeHook next;
        lock.lock();
        try {
            gate.settle(round, line.isEmpty(), own == null && bucket.isGuiding());
            next = line.first();
            noteHindrance();
        } finally {
            lock.unlock();
        }
        wake(next);
    }

    // ---- places among the requests under way

    /** The answer is handed over, and its body is still to be read. */
    void keepPlaceWhileReading(CallHoldings call) {
        changePlace(call, places::keepWhileReading);
    }

    /** The answer's body was read or closed. By any thread. */
    void leavePlaceOfReading(CallHoldings call) {
        changePlace(call, places::leaveReading);
    }

    /** The request is no longer under way. */
    void leavePlace(CallHoldings call) {
        changePlace(call, places::leave);
    }

    private void changePlace(CallHoldings call, Consumer<CallHoldings> change) {
        if (!places.isLimited()) {
            return;
        }
        WakeHook next;
        lock.lock();
        try {
            change.accept(call);
            next = line.first();
        } finally {
            lock.unlock();
        }
        wake(next);
    }

    // ---- pauses

    /** Pauses all callers of the key and tells the listener. */
    void pause(long nanos) {
        pause(nanos, rules.ticker().nanoTime());
    }

    private void pause(long nanos, long now) {
        List<WakeHook> woken;
        lock.lock();
        try {
            gate.pause(nanos, now);
            // Also those who cannot wait so long and now need not.
            woken = line.all();
            noteHindrance();
        } finally {
            lock.unlock();
        }
        woken.forEach(WakeHook::wake);
        rules.notify(listener -> listener.keyPaused(info(), Duration.ofNanos(nanos)));
    }

    long pausedForNanos(long now) {
        if (unhindered) {
            return 0;
        }
        lock.lock();
        try {
            return gate.pausedForNanos(now);
        } finally {
            lock.unlock();
        }
    }

    void reset() {
        if (own != null) {
            own.reset();
        }
        bucket.reset(rules.ticker().nanoTime());
        List<WakeHook> woken;
        lock.lock();
        try {
            gate.reset();
            woken = line.all();
            noteHindrance();
        } finally {
            lock.unlock();
        }
        woken.forEach(WakeHook::wake);
    }

    /** Whether there is neither a pause nor a line, nor places that a call needs. */
    boolean isUnhindered() {
        return unhindered;
    }

    /** Holds {@code lock}. */
    private void noteHindrance() {
        unhindered = !places.isLimited() && gate.isOpen() && line.isEmpty();
    }

    private static void wake(@Nullable WakeHook waiter) {
        if (waiter != null) {
            waiter.wake();
        }
    }

    private void used(long nowNanos) {
        // A write for every call would make the line of this field travel between cores: a second is fine enough.
        if (nowNanos - lastUsedNanos > 1_000_000_000L) {
            lastUsedNanos = nowNanos;
        }
    }

    /** Whether forgetting the key would lose nothing that anybody could notice. */
    boolean isForgettable(long nowNanos) {
        if (nowNanos - lastUsedNanos <= IDLE_NANOS) {
            return false;
        }
        // The locks last: a sweep asks every key, and most are in use.
        lock.lock();
        try {
            if (!gate.isIdle(nowNanos) || !line.isEmpty() || !places.isUnused()) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        return own != null
                || bucket.isFull(nowNanos)
                || (nowNanos - lastUsedNanos > LEARNED_NANOS && bucket.isUnused(nowNanos));
    }

    /** Longer than any call's deadline by default, so that no call is under way with the key. */
    private static final long IDLE_NANOS = Duration.ofMinutes(2).toNanos();

    /** What was learned of a rate is worth keeping for longer. */
    private static final long LEARNED_NANOS = Duration.ofMinutes(20).toNanos();
}
