package dev.fairlead;

import static dev.fairlead.Races.NOW;

import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What two threads do to a smooth rate at once. */
@Tag("races")
class PaceRacesTest {
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
        Races.madeUp(2).sequentialSpecification(PaceByTheBook.class).check(SharedPace.class);
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

    /** See {@link LentPace}. */
    public static class TwoPermits extends PermitsByTheBook {
        /** Made by Lincheck. */
        public TwoPermits() {
            super(2);
        }
    }

    @Test
    void aPermitGivenBackIsThereAgainOnce() {
        Races.madeUp(3).sequentialSpecification(TwoPermits.class).check(LentPace.class);
    }

    /**
     * Who takes at the very moment of a change may go by the rate of before although another was told of a later one, so
     * there is no one order; but each permit is counted once, by one of the rates.
     */
    public static class ChangingPace {
        private static final int SLOWEST = 3;
        private final Pace pace = new Pace(1, 0, NOW);
        private final AtomicInteger taken = new AtomicInteger();

        public void take() {
            if (pace.take(1, NOW) == 0) {
                taken.incrementAndGet();
            }
        }

        public void reserve() {
            pace.reserve(2, NOW);
            taken.addAndGet(2);
        }

        public void slowDown() {
            pace.change(SLOWEST, SLOWEST - 1);
        }

        public void speedUp() {
            pace.change(2, 1);
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
        Races.meetings(ChangingPace.class)
                .of("take", "slowDown")
                .of("take", "reserve")
                .of("reserve", "reserve", "slowDown")
                .of("take", "reserve", "slowDown")
                .of("reserve", "slowDown", "speedUp")
                .check();
    }
}
