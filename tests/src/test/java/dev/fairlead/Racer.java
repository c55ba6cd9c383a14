package dev.fairlead;

import dev.fairlead.CallOptions.Priority;
import dev.fairlead.ServerBucket.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A call that asks one key, which lets so many in at once. One thread drives it; {@link #readToItsEnd} may be called by
 * any.
 */
final class Racer extends CallHoldings {
    /** A wake hook that remembers. */
    static class Bell implements WakeHook {
        volatile boolean isRung;

        @Override
        public void wake() {
            isRung = true;
        }
    }

    private final QuotaKey key;
    final Bell bell;
    private final int permits;
    /** How many are inside; it finds the others there. */
    private final AtomicInteger inside;

    boolean isInside;
    /** Where it holds a place: others may read its answer to the end. */
    volatile boolean isSent;

    boolean isAnswered;
    /** What it waits for; null where it does not. */
    Turn turn;

    private long askedNanos;
    /** It leaves when both have come: it was answered, and it was read. */
    private final AtomicInteger toCome = new AtomicInteger(2);

    private final AtomicInteger reads = new AtomicInteger();

    /** @param permits how many may be inside */
    Racer(QuotaKey key, int permits, AtomicInteger inside, Bell bell) {
        super(new Route(key.rules, 0, 0, List.of(), new QuotaKey[] {key}), bell, Priority.NORMAL, 1);
        this.key = key;
        this.permits = permits;
        this.inside = inside;
        this.bell = bell;
    }

    @Override
    long placeEndNanos() {
        return Races.NOW + Duration.ofHours(1).toNanos();
    }

    /** Whether it will not ask again unless it is woken, or time passes. */
    boolean isAsleep(long now) {
        return turn != null && !bell.isRung && (turn.nanos() == Turn.WHEN_WOKEN || now - askedNanos < turn.nanos());
    }

    /** Returns whether there are no more inside than may be. */
    boolean ask(long now) {
        bell.isRung = false;
        askedNanos = now;
        turn = key.tryEnter(this, 0, now);
        isInside = turn == null;
        return !isInside || inside.incrementAndGet() <= permits;
    }

    private int round() {
        return history == null ? PauseGate.NO_ROUND : history.round(0);
    }

    /** It was not sent. */
    void giveBack(long now) {
        isInside = false;
        inside.decrementAndGet();
        key.giveBack(this, 0, round(), true, now, now);
        forgetRound();
    }

    /** Not counted, so that the next may go. */
    void comeBack(Outcome outcome, long askedToWaitNanos, long now) {
        isInside = false;
        inside.decrementAndGet();
        key.settle(this, 0, round(), outcome, RateLimit.NONE, askedToWaitNanos, now, now);
        forgetRound();
    }

    private void forgetRound() {
        if (history != null) {
            history.forgetRounds();
        }
    }

    void leaveLine() {
        turn = null;
        key.leaveLine(this);
    }

    // ---- with a place, in the order of Execution

    /** Its answer is handed over, to be read by whomever. */
    void answered(long now) {
        isAnswered = true;
        key.settle(this, 0, round(), Outcome.SERVED, RateLimit.NONE, -1, now, now);
        leaves();
        key.keepPlaceWhileReading(this);
    }

    /** Read to its end, or closed after that. */
    void readToItsEnd() {
        if (isSent && reads.getAndIncrement() == 0) {
            leaves();
            key.leavePlaceOfReading(this);
        } else if (toCome.get() == 0) {
            key.leavePlaceOfReading(this);
        }
    }

    private void leaves() {
        if (toCome.decrementAndGet() == 0) {
            inside.decrementAndGet();
        }
    }
}
