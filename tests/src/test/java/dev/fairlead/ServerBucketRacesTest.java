package dev.fairlead;

import static dev.fairlead.Races.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.ServerBucket.Outcome;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What several threads do to the permits of a window at once. */
@Tag("races")
class ServerBucketRacesTest {
    private static final int LIMIT = 3;

    private static RateLimit window(int limit, int remaining) {
        return RateLimit.window(
                RateLimit.Scope.QUOTA,
                null,
                limit,
                remaining,
                Duration.ofHours(1).toNanos());
    }

    private static ServerBucket bucketWithWindow(int limit) {
        return bucketWithWindow(limit, 0);
    }

    private static ServerBucket bucketWithWindow(int limit, int reservedPercent) {
        Policy policy = Policy.defaults().withRateLearning(false).withReservedShare(reservedPercent);
        ServerBucket bucket = new ServerBucket(policy, "core", NOW);
        sayWindow(bucket, limit);
        return bucket;
    }

    /** An answer that counted nothing of ours. */
    static void sayWindow(ServerBucket bucket, int limit) {
        settle(bucket, 0, Outcome.SERVED, window(limit, limit));
    }

    private static void settle(ServerBucket bucket, int permits, Outcome outcome, RateLimit said) {
        bucket.settle(permits, NOW, outcome, said, NOW + Duration.ofHours(1).toNanos(), 0, NOW);
    }

    private static boolean takes(ServerBucket bucket) {
        return bucket.take(1, true, true, NOW) == 0;
    }

    /** A provider that said once that one is left. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static class SharedBucket {
        private final ServerBucket bucket = Races.unwatched(() -> bucketWithWindow(1));
        private final int[] held = new int[16];

        @Operation
        public boolean take(@Param(name = "thread") int thread) {
            boolean taken = takes(bucket);
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
                ServerBucketRacesTest.settle(bucket, 1, Outcome.SERVED, RateLimit.NONE);
            }
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
    void ofAWindowNoPermitIsLostOrGivenTwice() {
        Races.madeUp(2).sequentialSpecification(OnePermit.class).check(SharedBucket.class);
    }

    /**
     * Whatever requests come at once: no more are counted than the window has, and once all that are left have gone no
     * fewer. One of the three is reserved; all may use it, but need the lock for that.
     */
    public static class CountedWindow {
        private final ServerBucket bucket = Races.unwatched(() -> bucketWithWindow(LIMIT, 40));
        private final AtomicInteger counted = new AtomicInteger();
        /** Whether an answer told what is left, and whether one did not, or has not come yet. */
        private volatile boolean told;

        private volatile boolean untold;

        public void goes() {
            if (takes(bucket)) {
                int left = LIMIT - counted.incrementAndGet();
                told = true;
                settle(bucket, 1, Outcome.SERVED, window(LIMIT, left));
            }
        }

        public void threeGo() {
            goes();
            goes();
            goes();
        }

        public void goesAndIsToldNothing() {
            if (takes(bucket)) {
                counted.incrementAndGet();
                untold = true;
                settle(bucket, 1, Outcome.SERVED, RateLimit.NONE);
            }
        }

        public void goesAndIsNotCounted() {
            if (takes(bucket)) {
                settle(bucket, 1, Outcome.REFUSED_ELSEWHERE, RateLimit.NONE);
            }
        }

        public void doesNotGo() {
            if (takes(bucket)) {
                bucket.giveBack(1, NOW, NOW);
            }
        }

        public void takesAllAtOnce() {
            if (bucket.take(LIMIT, true, true, NOW) == 0) {
                counted.addAndGet(LIMIT);
                untold = true;
            }
        }

        public void takesAll() {
            for (int each = 0; each <= LIMIT && takes(bucket); each++) {
                counted.incrementAndGet();
                untold = true;
            }
        }

        @Validate
        public void validate() {
            // What is not told may be in what is told already, and is held against it all the same.
            boolean mayBeFewer = told && untold;
            Races.unwatched(() -> {
                takesAll();
                if (counted.get() > LIMIT || (counted.get() < LIMIT && !mayBeFewer)) {
                    throw new IllegalStateException(counted + " of " + LIMIT);
                }
            });
        }
    }

    @Test
    void eachRequestIsCountedOnce() {
        Races.meetings(CountedWindow.class)
                .of("goes", "threeGo")
                .of("goes", "takesAll")
                .of("goes", "goesAndIsToldNothing")
                .of("goesAndIsToldNothing", "takesAll")
                .of("goesAndIsNotCounted", "takesAll")
                .of("doesNotGo", "takesAll")
                .of("doesNotGo", "goes")
                .of("takesAllAtOnce", "takesAll")
                .check();
    }

    /** Counts what it takes, and says so in answers that arrive in any order; or, where it is not, keeps silent. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noMoreGoThanAWindowHas(boolean sayingSo) {
        int limit = 4;
        for (int round = 0; round < 300 * Races.SCALE; round++) {
            ServerBucket bucket = bucketWithWindow(limit);
            AtomicInteger counted = new AtomicInteger();
            Races.inThreads(3, (thread, random) -> {
                for (int request = 0; request < 8; request++) {
                    if (takes(bucket)) {
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
            while (takes(bucket)) {
                counted.incrementAndGet();
            }
            assertThat(counted).as("round %d", round).hasValue(limit);
        }
    }
}
