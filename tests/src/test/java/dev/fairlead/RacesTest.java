package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.CallOptions.Priority;
import dev.fairlead.ServerBucket.Outcome;
import dev.fairlead.testkit.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What several threads do to permits, gates, lines and places at once. Lincheck makes up what each does, and tries one
 * interleaving after another: each that it finds fault with is printed step by step. Time stands still.
 *
 * <p>{@code -Dlincheck.scale=20} looks for about 20 times as long.
 */
@Tag("races")
class RacesTest {
    private static final int SCALE = Integer.getInteger("lincheck.scale", 1);
    private static final long NOW = new ManualTicker().nanoTime();

    private static <O extends Options<O, ?>> O sized(O options) {
        return options.iterations(10 * SCALE).actorsBefore(1).actorsAfter(2);
    }

    /** Every interleaving up to so many switches from thread to thread. */
    private static ModelCheckingOptions modelChecking() {
        return sized(new ModelCheckingOptions()).threads(2).actorsPerThread(3).invocationsPerIteration(100);
    }

    /** As the machine happens to interleave them. */
    private static StressOptions stress() {
        return sized(new StressOptions()).threads(3).actorsPerThread(2).invocationsPerIteration(200);
    }

    // ---- a smooth rate

    /** A rate as one would write it down for a single thread. */
    public static class PaceByTheBook {
        private static final long INTERVAL = 2;
        private static final long BURST = 4;
        private long due;

        public long take(int permits, int after) {
            long wait = due - BURST - after;
            if (wait <= 0) {
                reserve(permits, after);
            }
            return Math.max(0, wait);
        }

        public long reserve(int permits, int after) {
            long wait = due - BURST - after;
            due = Math.max(due, after) + permits * INTERVAL;
            return Math.max(0, wait);
        }
    }

    /** What each thread is told must fit one order of all of them. */
    @Param(name = "permits", gen = IntGen.class, conf = "1:2")
    @Param(name = "after", gen = IntGen.class, conf = "0:5")
    public static class SharedPace {
        private final Pace pace = new Pace(PaceByTheBook.INTERVAL, PaceByTheBook.BURST, NOW);

        @Operation
        public long take(@Param(name = "permits") int permits, @Param(name = "after") int after) {
            return pace.take(permits, NOW + after);
        }

        @Operation
        public long reserve(@Param(name = "permits") int permits, @Param(name = "after") int after) {
            return pace.reserve(permits, NOW + after);
        }
    }

    @Test
    void aPaceGivesNoPermitTwice() {
        modelChecking().sequentialSpecification(PaceByTheBook.class).check(SharedPace.class);
        stress().sequentialSpecification(PaceByTheBook.class).check(SharedPace.class);
    }

    /**
     * Who takes at the very moment of a change may go by the rate of before although another was told of a later one, so
     * there is no one order; but each permit is counted once, by one of the rates.
     */
    public static class ChangingPace {
        private static final int SLOWEST = 3;
        private final Pace pace = new Pace(1, 0, NOW);
        private final AtomicInteger taken = new AtomicInteger();

        @Operation
        public void take() {
            if (pace.take(1, NOW) == 0) {
                taken.incrementAndGet();
            }
        }

        @Operation
        public void reserve(@Param(gen = IntGen.class, conf = "1:2") int permits) {
            pace.reserve(permits, NOW);
            taken.addAndGet(permits);
        }

        @Operation
        public void change(@Param(gen = IntGen.class, conf = "1:3") int interval) {
            pace.change(interval, interval - 1);
        }

        @Validate
        public void validate() {
            pace.change(1, 0);
            long due = pace.estimateNanos(1, NOW);
            if (due < taken.get() || due > (long) SLOWEST * taken.get()) {
                throw new IllegalStateException(taken + " permits and due in " + due);
            }
        }
    }

    @Test
    void aPaceThatChangesCountsEachPermit() {
        modelChecking().verifier(EpsilonVerifier.class).check(ChangingPace.class);
        stress().verifier(EpsilonVerifier.class).check(ChangingPace.class);
    }

    /** Permits that come back at the moment they were taken. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static class LentPace {
        private final Pace pace = new Pace(1, 1, NOW);
        private final int[] held = new int[16];

        @Operation
        public boolean take(@Param(name = "thread") int thread) {
            boolean taken = pace.take(1, NOW) == 0;
            held[thread] += taken ? 1 : 0;
            return taken;
        }

        @Operation
        public void giveBack(@Param(name = "thread") int thread) {
            if (held[thread] > 0) {
                held[thread]--;
                pace.giveBack(1, NOW, NOW);
            }
        }
    }

    /** So many at once, and no more. */
    public abstract static class PermitsByTheBook {
        private int free;
        private final int[] held = new int[16];

        PermitsByTheBook(int free) {
            this.free = free;
        }

        public boolean take(int thread) {
            boolean taken = free > 0;
            if (taken) {
                free--;
                held[thread]++;
            }
            return taken;
        }

        public void giveBack(int thread) {
            if (held[thread] > 0) {
                held[thread]--;
                free++;
            }
        }

        /** The provider has counted it. */
        public void settle(int thread) {
            if (held[thread] > 0) {
                held[thread]--;
            }
        }
    }

    /** See {@link LentPace}. */
    public static class TwoPermits extends PermitsByTheBook {
        /** Made by Lincheck. */
        public TwoPermits() {
            super(2);
        }
    }

    /** See {@link SharedBucket}. */
    public static class OnePermit extends PermitsByTheBook {
        /** Made by Lincheck. */
        public OnePermit() {
            super(1);
        }
    }

    @Test
    void aPermitGivenBackIsThereAgainOnce() {
        modelChecking().sequentialSpecification(TwoPermits.class).check(LentPace.class);
        stress().sequentialSpecification(TwoPermits.class).check(LentPace.class);
    }

    // ---- a window

    private static RateLimit window(int limit, int remaining) {
        return RateLimit.window(
                RateLimit.Scope.QUOTA,
                null,
                limit,
                remaining,
                Duration.ofHours(1).toNanos());
    }

    private static ServerBucket bucketWithWindow(int limit) {
        ServerBucket bucket = new ServerBucket(Policy.defaults().withRateLearning(false), "core", NOW);
        // An answer that counted nothing of ours.
        settle(bucket, 0, Outcome.SERVED, window(limit, limit));
        return bucket;
    }

    private static void settle(ServerBucket bucket, int permits, Outcome outcome, RateLimit said) {
        bucket.settle(permits, NOW, outcome, said, NOW + Duration.ofHours(1).toNanos(), 0, NOW);
    }

    /** A provider that said once that one is left. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static class SharedBucket {
        private final ServerBucket bucket = bucketWithWindow(1);
        private final int[] held = new int[16];

        @Operation
        public boolean take(@Param(name = "thread") int thread) {
            boolean taken = bucket.take(1, true, true, NOW) == 0;
            held[thread] += taken ? 1 : 0;
            return taken;
        }

        @Operation
        public void giveBack(@Param(name = "thread") int thread) {
            if (held[thread] > 0) {
                held[thread]--;
                bucket.giveBack(1, NOW, NOW);
            }
        }

        @Operation
        public void settle(@Param(name = "thread") int thread) {
            if (held[thread] > 0) {
                held[thread]--;
                RacesTest.settle(bucket, 1, Outcome.SERVED, RateLimit.NONE);
            }
        }
    }

    @Test
    void ofAWindowNoPermitIsLostOrGivenTwice() {
        modelChecking().sequentialSpecification(OnePermit.class).check(SharedBucket.class);
        stress().sequentialSpecification(OnePermit.class).check(SharedBucket.class);
    }

    /** Counts what it takes, and says so in answers that arrive in any order; or, where it is not, keeps silent. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noMoreGoThanAWindowHas(boolean sayingSo) {
        int limit = 4;
        for (int round = 0; round < 300 * SCALE; round++) {
            ServerBucket bucket = bucketWithWindow(limit);
            AtomicInteger counted = new AtomicInteger();
            inThreads(3, (thread, random) -> {
                for (int request = 0; request < 8; request++) {
                    if (bucket.take(1, true, true, NOW) == 0) {
                        if (random.nextInt(4) == 0) {
                            bucket.giveBack(1, NOW, NOW);
                            continue;
                        }
                        int left = limit - counted.incrementAndGet();
                        if (sayingSo) {
                            settle(bucket, 1, Outcome.SERVED, window(limit, Math.max(0, left)));
                        } else {
                            settle(bucket, 1, random.nextBoolean() ? Outcome.SERVED : Outcome.LOST, RateLimit.NONE);
                        }
                    }
                }
            });
            while (bucket.take(1, true, true, NOW) == 0) {
                counted.incrementAndGet();
            }
            assertThat(counted).as("round %d", round).hasValue(limit);
        }
    }

    // ---- a key: its gate, its line and its places

    private static final int PERMITS = 1;
    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final HostRules RULES = Stage.set()
            .policy(policy -> policy.withRateLearning(false))
            .listener(CallListener.NONE)
            .rules();
    private static final HostRules RULES_OF_PLACES = Stage.set()
            .policy(policy -> policy.withRateLearning(false).withMaxConcurrency(PERMITS))
            .listener(CallListener.NONE)
            .rules();

    private static QuotaKey keyWithWindow() {
        QuotaKey key = new QuotaKey(RULES, "core", "key");
        settle(key.bucket, 0, Outcome.SERVED, window(PERMITS, PERMITS));
        return key;
    }

    private static QuotaKey keyWithPlaces() {
        return new QuotaKey(RULES_OF_PLACES, "", "key");
    }

    /** A wake hook that remembers, and can be waited for. */
    private static class Bell implements WakeHook {
        volatile boolean isRung;

        @Override
        public void wake() {
            isRung = true;
        }
    }

    private static final class LoudBell extends Bell {
        final Semaphore rings = new Semaphore(0);

        @Override
        public void wake() {
            super.wake();
            rings.release();
        }
    }

    /** A call that asks one key. One thread drives it; {@link #readToItsEnd} may be called by any. */
    private static final class Caller extends CallHoldings {
        final QuotaKey key;
        final Bell bell;
        /** Whom it finds besides it. */
        final AtomicInteger inside;

        boolean isInside;
        boolean isAnswered;
        volatile boolean isSent;
        /** What it waits for; null where it does not. */
        Turn turn;
        /** It leaves when both have come: it was answered, and it was read. */
        final AtomicInteger toCome = new AtomicInteger(2);

        private final AtomicInteger reads = new AtomicInteger();

        Caller(QuotaKey key, AtomicInteger inside, Bell bell) {
            super(new Route(RULES, 0, 0, List.of(), new QuotaKey[] {key}), bell, Priority.NORMAL, 1);
            this.key = key;
            this.inside = inside;
            this.bell = bell;
        }

        @Override
        long placeEndNanos() {
            return NOW + Duration.ofHours(1).toNanos();
        }

        boolean isAsleep() {
            return turn != null && turn.nanos() == Turn.WHEN_WOKEN && !bell.isRung;
        }

        /** Returns whether there are no more inside than may be. */
        boolean ask(long now) {
            bell.isRung = false;
            turn = key.tryEnter(this, 0, now);
            isInside = turn == null;
            return !isInside || inside.incrementAndGet() <= PERMITS;
        }

        private int round() {
            return history == null ? PauseGate.NO_ROUND : history.round(0);
        }

        void giveBack(long now) {
            isInside = false;
            inside.decrementAndGet();
            key.giveBack(this, 0, round(), true, now, now);
            forgetRound();
        }

        /** Not counted, so that the next may go. */
        void comeBack(Outcome outcome, long askedNanos, long now) {
            isInside = false;
            inside.decrementAndGet();
            key.settle(this, 0, round(), outcome, RateLimit.NONE, askedNanos, now, now);
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

        /** In the order of {@link Execution}, while its answer is read by whomever. */
        void answered() {
            isAnswered = true;
            key.settle(this, 0, round(), Outcome.SERVED, RateLimit.NONE, -1, NOW, NOW);
            leaves();
            key.keepPlaceWhileReading(this);
        }

        void readToItsEnd() {
            if (isSent && reads.getAndIncrement() == 0) {
                leaves();
                key.leavePlaceOfReading(this);
            } else if (toCome.get() == 0) {
                // Read to its end, and then closed.
                key.leavePlaceOfReading(this);
            }
        }

        private void leaves() {
            if (toCome.decrementAndGet() == 0) {
                inside.decrementAndGet();
            }
        }
    }

    /** What the threads of one check share. */
    public abstract static class Crowd {
        final QuotaKey key;
        final AtomicInteger inside = new AtomicInteger();
        /** One for each thread of Lincheck's, and for what goes before and after. */
        final Caller[] callers = new Caller[5];

        volatile boolean paused;
        volatile String fault;

        Crowd(QuotaKey key) {
            this.key = key;
            for (int each = 0; each < callers.length; each++) {
                callers[each] = new Caller(key, inside, new Bell());
            }
        }

        final void enter(Caller caller) {
            boolean pausedBefore = paused;
            if (!caller.ask(NOW)) {
                fault = "more are inside than may be";
            }
            if (pausedBefore && caller.isInside) {
                fault = "let in during a pause";
            }
        }

        abstract void finish(Caller caller, long now);

        /** Nobody does anything any more but who was woken, and then those inside leave: all must get in. */
        final void everybodyGetsIn() {
            expect(fault == null, fault);
            askWhoIsAwake(NOW);
            // No streams: each of their steps would be watched.
            boolean someoneSleeps = false;
            for (Caller caller : callers) {
                someoneSleeps |= caller.isAsleep();
            }
            expect(paused || !someoneSleeps || inside.get() == PERMITS, "asleep although there is room");
            long later = paused ? NOW + PAUSE_NANOS : NOW;
            for (int round = 0; round < callers.length; round++) {
                askWhoIsAwake(later);
                for (Caller caller : callers) {
                    if (caller.isInside) {
                        finish(caller, later);
                    }
                }
            }
            for (Caller caller : callers) {
                expect(caller.turn == null, "asleep although nobody is inside");
            }
            expect(inside.get() == 0, "counted wrong");
            Caller last = new Caller(key, inside, new Bell());
            last.ask(later);
            expect(last.isInside, "nobody there, and no room");
            // It opens the gate, where that is not open yet.
            finish(last, later);
            AtomicInteger more = new AtomicInteger();
            for (int each = 0; each <= PERMITS; each++) {
                new Caller(key, more, new Bell()).ask(later);
            }
            expect(more.get() == PERMITS, "room for " + more.get());
        }

        private void askWhoIsAwake(long now) {
            for (boolean again = true; again; ) {
                again = false;
                for (Caller caller : callers) {
                    boolean isDue = caller.turn != null && !caller.isAsleep();
                    boolean waitsOutThePause = paused && now == NOW && caller.turn != null && !caller.bell.isRung;
                    if (isDue && !waitsOutThePause) {
                        expect(caller.ask(now), "more are inside than may be");
                        again = true;
                    }
                }
            }
        }

        private static void expect(boolean isSo, String otherwise) {
            if (!isSo) {
                throw new IllegalStateException(otherwise);
            }
        }
    }

    /** Permits of a window: nothing hinders until the first has to wait, so that most goes without the key's lock. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static class CrowdOfWindow extends Crowd {
        /** Made by Lincheck. */
        public CrowdOfWindow() {
            super(keyWithWindow());
        }

        @Operation
        public void enter(@Param(name = "thread") int thread) {
            if (!callers[thread].isInside) {
                enter(callers[thread]);
            }
        }

        @Operation
        public void giveBack(@Param(name = "thread") int thread) {
            if (callers[thread].isInside) {
                callers[thread].giveBack(NOW);
            }
        }

        @Operation
        public void comeBack(@Param(name = "thread") int thread) {
            if (callers[thread].isInside) {
                callers[thread].comeBack(Outcome.REFUSED_ELSEWHERE, -1, NOW);
            }
        }

        @Operation
        public void leaveLine(@Param(name = "thread") int thread) {
            if (callers[thread].turn != null) {
                callers[thread].leaveLine();
            }
        }

        @Override
        void finish(Caller caller, long now) {
            caller.comeBack(Outcome.REFUSED_ELSEWHERE, -1, now);
        }

        @Validate
        public void validate() {
            everybodyGetsIn();
        }
    }

    /** The same with a throttle, whose pause is over at once or lasts until the end. */
    public static class CrowdThatIsThrottled extends CrowdOfWindow {
        @Operation
        public void throttled(@Param(name = "thread") int thread) {
            if (callers[thread].isInside) {
                callers[thread].comeBack(Outcome.THROTTLED, 0, NOW);
            }
        }

        @Operation
        public void pause() {
            key.pause(PAUSE_NANOS);
            paused = true;
        }
    }

    /** Places among the requests under way, which others may end by reading. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static class CrowdOfPlaces extends Crowd {
        /** Made by Lincheck. */
        public CrowdOfPlaces() {
            super(keyWithPlaces());
        }

        @Operation
        public void enter(@Param(name = "thread") int thread) {
            Caller caller = callers[thread];
            if (!caller.isInside) {
                enter(caller);
                caller.isSent = caller.isInside;
            }
        }

        /** Enters, and is not sent. */
        @Operation
        public void enterInVain(@Param(name = "thread") int thread) {
            Caller caller = callers[thread];
            if (!caller.isInside) {
                enter(caller);
                if (caller.isInside) {
                    caller.giveBack(NOW);
                }
            }
        }

        @Operation
        public void answered(@Param(name = "thread") int thread) {
            Caller caller = callers[thread];
            if (caller.isSent && !caller.isAnswered) {
                caller.answered();
            }
        }

        @Operation
        public void readToItsEnd(@Param(gen = IntGen.class, conf = "0:3") int whose) {
            callers[whose].readToItsEnd();
        }

        @Operation
        public void leaveLine(@Param(name = "thread") int thread) {
            if (callers[thread].turn != null) {
                callers[thread].leaveLine();
            }
        }

        @Override
        void finish(Caller caller, long now) {
            caller.isSent = true;
            if (!caller.isAnswered) {
                caller.answered();
            }
            caller.readToItsEnd();
            caller.isInside = false;
        }

        @Validate
        public void validate() {
            everybodyGetsIn();
        }
    }

    /** Two come and go: few steps, so that nearly every way in which they can meet is tried. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    public abstract static class Two extends Crowd {
        Two(QuotaKey key) {
            super(key);
        }

        @Operation
        public void comeAndGo(@Param(name = "thread") int thread) {
            Caller caller = callers[thread];
            enter(caller);
            if (caller.isInside) {
                finish(caller, NOW);
            }
        }

        @Validate
        public void validate() {
            everybodyGetsIn();
        }
    }

    /** For a permit of a window. */
    public static class TwoForAPermit extends Two {
        /** Made by Lincheck. */
        public TwoForAPermit() {
            super(keyWithWindow());
        }

        @Override
        void finish(Caller caller, long now) {
            caller.comeBack(Outcome.REFUSED_ELSEWHERE, -1, now);
        }
    }

    /** For a place among the requests under way. */
    public static class TwoForAPlace extends Two {
        /** Made by Lincheck. */
        public TwoForAPlace() {
            super(keyWithPlaces());
        }

        @Override
        void finish(Caller caller, long now) {
            caller.isSent = true;
            if (caller == callers[1]) {
                caller.readToItsEnd();
                caller.answered();
            } else {
                caller.answered();
                caller.readToItsEnd();
            }
            caller.isInside = false;
        }
    }

    // What each of them gets depends on who was first: all that counts is what it comes to.

    @ParameterizedTest
    @ValueSource(classes = {TwoForAPermit.class, TwoForAPlace.class})
    void whoeverGoesWakesWhoeverCame(Class<?> two) {
        modelChecking()
                .iterations(SCALE)
                .actorsBefore(0)
                .actorsPerThread(1)
                .actorsAfter(0)
                .invocationsPerIteration(500)
                .verifier(EpsilonVerifier.class)
                .check(two);
    }

    @ParameterizedTest
    @ValueSource(classes = {CrowdOfWindow.class, CrowdThatIsThrottled.class, CrowdOfPlaces.class})
    void nobodyIsForgottenInLine(Class<?> crowd) {
        modelChecking().iterations(3 * SCALE).verifier(EpsilonVerifier.class).check(crowd);
    }

    /** The same for long, in threads that wait to be woken. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoWaitsIsWoken(boolean byPlaces) {
        QuotaKey key = byPlaces ? keyWithPlaces() : keyWithWindow();
        AtomicInteger inside = new AtomicInteger();
        Queue<Caller> toBeRead = new ConcurrentLinkedQueue<>();
        inThreads(4, (thread, random) -> {
            for (int request = 0; request < 2_000 * SCALE; request++) {
                LoudBell bell = new LoudBell();
                Caller caller = new Caller(key, inside, bell);
                if (!getsIn(caller, bell, random)) {
                    continue;
                }
                // So that others come meanwhile, also where there are few processors.
                Thread.yield();
                int chance = random.nextInt(16);
                if (chance < 4) {
                    caller.giveBack(NOW);
                } else if (byPlaces) {
                    caller.isSent = true;
                    toBeRead.add(caller);
                    // Its own or another's, which may not be answered yet.
                    if (random.nextBoolean()) {
                        toBeRead.remove().readToItsEnd();
                        caller.answered();
                    } else {
                        caller.answered();
                        toBeRead.remove().readToItsEnd();
                    }
                } else if (chance == 4) {
                    caller.comeBack(Outcome.THROTTLED, 0, NOW);
                } else {
                    caller.comeBack(Outcome.REFUSED_ELSEWHERE, -1, NOW);
                }
            }
        });
        assertThat(inside).hasValue(0);
    }

    /** Waits until it is its turn, unless it gives up: when it should wait, or when it need not any longer. */
    private static boolean getsIn(Caller caller, LoudBell bell, Random random) throws InterruptedException {
        while (true) {
            assertThat(caller.ask(NOW)).as("no more inside than may be").isTrue();
            if (caller.isInside) {
                return true;
            }
            assertThat(caller.turn.nanos()).isEqualTo(Turn.WHEN_WOKEN);
            if (random.nextInt(8) == 0) {
                caller.leaveLine();
                return false;
            }
            assertThat(bell.rings.tryAcquire(20, TimeUnit.SECONDS)).as("woken").isTrue();
            if (random.nextInt(8) == 0) {
                caller.leaveLine();
                return false;
            }
        }
    }

    // ---- threads

    private interface Work {
        void run(int thread, Random random) throws InterruptedException;
    }

    /** Runs the same in several threads at once, and throws what any of them throws. */
    private static void inThreads(int threads, Work work) {
        List<Callable<Void>> tasks = new ArrayList<>();
        IntStream.range(0, threads)
                .forEach(thread -> tasks.add(() -> {
                    work.run(thread, new Random(thread));
                    return null;
                }));
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            for (Future<Void> future : executor.invokeAll(tasks)) {
                future.get();
            }
        } catch (Exception thrown) {
            throw new AssertionError(thrown);
        } finally {
            executor.shutdownNow();
        }
    }
}
