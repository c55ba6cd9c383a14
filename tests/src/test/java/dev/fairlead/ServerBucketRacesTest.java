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
    private static final int LIMIT = 2;

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
     * Whatever requests come at once: as many are counted as the window has, once all that are left have gone. All may use
     * what is reserved, but need the lock for that.
     */
    public static class CountedWindow {
        private final ServerBucket bucket = Races.unwatched(() -> bucketWithWindow(LIMIT, 50));
        private final AtomicInteger counted = new AtomicInteger();

        public void goes() {
            if (takes(bucket)) {
                int left = LIMIT - counted.incrementAndGet();
                settle(bucket, 1, Outcome.SERVED, window(LIMIT, left));
            }
        }

        public void goesAndIsToldNothing() {
            if (takes(bucket)) {
                counted.incrementAndGet();
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

        public void takesTwoAtOnce() {
            if (bucket.take(2, true, true, NOW) == 0) {
                counted.addAndGet(2);
            }
        }

        public void takesAll() {
            for (int each = 0; each <= LIMIT; each++) {
                if (takes(bucket)) {
                    counted.incrementAndGet();
                }
            }
        }

        @Validate
        public void validate() {
            Races.unwatched(() -> {
                takesAll();
                if (counted.get() != LIMIT) {
                    throw new IllegalStateException(counted + " of " + LIMIT);
                }
            });
        }
    }

    @Test
    void eachRequestIsCountedOnce() {
        Races.meetings(CountedWindow.class)
                .of("goes", "takesAll")
                .of("goes", "goesAndIsToldNothing")
                .of("goesAndIsToldNothing", "takesAll")
                .of("goesAndIsNotCounted", "takesAll")
                .of("doesNotGo", "takesAll")
                .of("doesNotGo", "goes")
                .of("takesTwoAtOnce", "takesAll")
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
