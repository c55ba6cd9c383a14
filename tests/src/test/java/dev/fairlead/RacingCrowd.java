package dev.fairlead;

import static dev.fairlead.Races.NOW;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Validate;

/** Three who ask one key that lets one in at a time; and that nobody is forgotten, whatever two of them do at once. */
public abstract class RacingCrowd {
    static final int PERMITS = 1;
    static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    final QuotaKey key;
    final AtomicInteger inside = new AtomicInteger();
    final Racer ann;
    final Racer bob;
    final Racer cid;

    private volatile boolean paused;
    private volatile String fault;

    RacingCrowd(QuotaKey key) {
        this.key = key;
        ann = newRacer(inside);
        bob = newRacer(inside);
        cid = newRacer(inside);
    }

    private Racer newRacer(AtomicInteger amongThose) {
        return new Racer(key, PERMITS, amongThose, new Racer.Bell());
    }

    final void enter(Racer racer) {
        enter(racer, NOW);
    }

    final void enter(Racer racer, long now) {
        boolean pausedBefore = paused;
        if (!racer.ask(now)) {
            fault = "more are inside than may be";
        }
        if (pausedBefore && racer.isInside) {
            fault = "let in during a pause";
        }
    }

    final void pauseAll() {
        key.pause(PAUSE_NANOS);
        paused = true;
    }

    /** What one who is inside does to get out. */
    abstract void finish(Racer racer, long now);

    @Validate
    public final void validate() {
        Races.unwatched(this::everybodyGetsIn);
    }

    /** Nobody does anything any more but who was woken, and then those inside leave: all must get in. */
    private void everybodyGetsIn() {
        List<Racer> all = List.of(ann, bob, cid);
        expect(fault == null, fault);
        askWhoIsAwake(all, NOW);
        boolean someoneSleeps = all.stream().anyMatch(racer -> racer.isAsleep(NOW));
        expect(paused || !someoneSleeps || inside.get() == PERMITS, "asleep although there is room");
        long later = paused ? NOW + PAUSE_NANOS : NOW;
        for (int each = 0; each < all.size(); each++) {
            askWhoIsAwake(all, later);
            all.stream().filter(racer -> racer.isInside).forEach(racer -> finish(racer, later));
        }
        expect(all.stream().allMatch(racer -> racer.turn == null), "asleep although nobody is inside");
        expect(inside.get() == 0, "counted wrong");
        Racer last = newRacer(inside);
        last.ask(later);
        expect(last.isInside, "nobody there, and no room");
        // It opens the gate, where that is not open yet.
        finish(last, later);
        AtomicInteger more = new AtomicInteger();
        for (int each = 0; each <= PERMITS; each++) {
            newRacer(more).ask(later);
        }
        expect(more.get() == PERMITS, "room for " + more);
    }

    private static void askWhoIsAwake(List<Racer> all, long now) {
        int asked = 0;
        for (boolean again = true; again; ) {
            again = false;
            for (Racer racer : all) {
                if (racer.turn != null && !racer.isAsleep(now)) {
                    expect(racer.ask(now), "more are inside than may be");
                    expect(asked++ < 100, "asks again and again");
                    again = true;
                }
            }
        }
    }

    static void expect(boolean isSo, String otherwise) {
        if (!isSo) {
            throw new IllegalStateException(otherwise);
        }
    }
}
