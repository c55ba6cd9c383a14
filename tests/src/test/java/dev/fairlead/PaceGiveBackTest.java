package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A smooth rate holds, whatever is given back, and when. */
class PaceGiveBackTest {
    private static final long INTERVAL = 10;
    private static final long BEGIN = Long.MAX_VALUE - 500;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void whatComesBackLateDoesNotAddToTheBurst(int burst) {
        Pace pace = new Pace(INTERVAL, (burst - 1) * INTERVAL, BEGIN);
        long later = BEGIN + 100 * INTERVAL;
        assertThat(takeAll(pace, BEGIN)).isEqualTo(burst);
        assertThat(takeAll(pace, later)).isEqualTo(burst);

        for (int each = 0; each < burst; each++) {
            pace.giveBack(1, BEGIN, later);
        }

        assertThat(takeAll(pace, later)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void whatComesBackInTimeIsThereAgain(int burst) {
        Pace pace = new Pace(INTERVAL, (burst - 1) * INTERVAL, BEGIN);
        assertThat(takeAll(pace, BEGIN)).isEqualTo(burst);

        for (int each = 0; each < burst; each++) {
            pace.giveBack(1, BEGIN, BEGIN);
        }

        assertThat(takeAll(pace, BEGIN)).isEqualTo(burst);
    }

    private static int takeAll(Pace pace, long now) {
        int taken = 0;
        while (pace.take(1, now) == 0) {
            taken++;
        }
        return taken;
    }

    /** Between any two moments no more are used than the burst, and one for each interval. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void noMoreAreUsedThanRateAndBurstAllow(int burst) {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Pace pace = new Pace(INTERVAL, (burst - 1) * INTERVAL, BEGIN);
            List<Long> used = new ArrayList<>();
            List<Long> held = new ArrayList<>();
            long elapsed = 0;
            for (int step = 0; step < 200; step++) {
                elapsed += random.nextInt(4) == 0 ? random.nextInt((int) (3 * burst * INTERVAL)) : 0;
                if (random.nextBoolean()) {
                    if (pace.take(1, BEGIN + elapsed) == 0) {
                        (random.nextBoolean() ? used : held).add(elapsed);
                    }
                } else if (!held.isEmpty()) {
                    long taken = held.remove(random.nextInt(held.size()));
                    pace.giveBack(1, BEGIN + taken, BEGIN + elapsed);
                }
            }
            for (int first = 0; first < used.size(); first++) {
                for (int last = first; last < used.size(); last++) {
                    assertThat(last - first + 1L)
                            .as("seed %d, from %d to %d", seed, used.get(first), used.get(last))
                            .isLessThanOrEqualTo(burst + (used.get(last) - used.get(first)) / INTERVAL);
                }
            }
        }
    }
}
