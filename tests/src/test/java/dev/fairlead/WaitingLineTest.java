package dev.fairlead;

import static dev.fairlead.CallOptions.Priority.BATCH;
import static dev.fairlead.CallOptions.Priority.INTERACTIVE;
import static dev.fairlead.CallOptions.Priority.NORMAL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.CallOptions.Priority;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who is next: the highest priority, and within it whoever came first. */
class WaitingLineTest {
    /** Equal only to itself. */
    private static final class Waiter implements WakeHook {
        private final String name;
        private long arrival = WaitingLine.JUST_COME;

        Waiter(String name) {
            this.name = name;
        }

        @Override
        public void wake() {}

        @Override
        public String toString() {
            return name;
        }
    }

    private final WaitingLine line = new WaitingLine();
    private long arrivals;
    private final Waiter a = new Waiter("a");
    private final Waiter b = new Waiter("b");
    private final Waiter c = new Waiter("c");

    /** In the order in which each was asked for first. */
    private long rank(Waiter waiter, Priority priority) {
        if (waiter.arrival == WaitingLine.JUST_COME) {
            waiter.arrival = ++arrivals;
        }
        return WaitingLine.rank(priority, waiter.arrival);
    }

    @Test
    void inAnEmptyLineAnybodyIsNext() {
        assertThat(line.isEmpty()).isTrue();
        assertThat(line.first()).isNull();
        assertThat(line.isNext(rank(a, BATCH))).isTrue();
        assertThat(line.all()).isEmpty();
        assertThat(line.before(BATCH)).isZero();
        line.leave(rank(a, BATCH));
        assertThat(line.contains(rank(a, BATCH))).isFalse();
    }

    @Test
    void withinAPriorityWhoCameFirstIsNext() {
        line.join(rank(a, NORMAL), a);
        line.join(rank(b, NORMAL), b);
        assertThat(line.first()).isSameAs(a);
        assertThat(line.isNext(rank(a, NORMAL))).isTrue();
        assertThat(line.isNext(rank(b, NORMAL))).isFalse();
        assertThat(line.isNext(rank(c, NORMAL))).as("not in the line yet").isFalse();
        line.leave(rank(a, NORMAL));
        assertThat(line.isNext(rank(b, NORMAL))).isTrue();
    }

    @Test
    void whoJoinsAgainKeepsItsPlaceAndCountsOnce() {
        line.join(rank(a, NORMAL), a);
        line.join(rank(b, NORMAL), b);
        line.join(rank(a, NORMAL), a);
        assertThat(line.all()).containsExactly(a, b);
        assertThat(line.before(NORMAL)).isEqualTo(2);
        line.leave(rank(a, NORMAL));
        line.leave(rank(a, NORMAL));
        line.leave(rank(b, NORMAL));
        assertThat(line.isEmpty()).isTrue();
    }

    @Test
    void aHigherPriorityGoesBeforeAllOfALower() {
        line.join(rank(a, BATCH), a);
        line.join(rank(b, NORMAL), b);
        assertThat(line.isNext(rank(c, INTERACTIVE)))
                .as("who comes last may be next")
                .isTrue();
        line.join(rank(c, INTERACTIVE), c);
        assertThat(line.all()).containsExactly(c, b, a);
        assertThat(line.first()).isSameAs(c);
        assertThat(line.isNext(rank(b, NORMAL))).isFalse();
        assertThat(line.isNext(rank(a, BATCH))).isFalse();
        line.leave(rank(c, INTERACTIVE));
        assertThat(line.isNext(rank(b, NORMAL))).isTrue();
        assertThat(line.isNext(rank(a, BATCH))).isFalse();
    }

    @Test
    void whoComesFromAnotherLineKeepsItsRank() {
        long earlier = rank(a, NORMAL);
        line.join(rank(b, NORMAL), b);
        assertThat(line.isNext(earlier)).isTrue();
        assertThat(line.isNext(WaitingLine.rank(NORMAL, WaitingLine.JUST_COME))).isFalse();
        line.join(earlier, a);
        assertThat(line.all()).containsExactly(a, b);
    }

    @Test
    void beforeStandThoseOfTheSameAndHigherPriorities() {
        line.join(rank(a, BATCH), a);
        line.join(rank(b, NORMAL), b);
        line.join(rank(c, INTERACTIVE), c);
        assertThat(List.of(line.before(INTERACTIVE), line.before(NORMAL), line.before(BATCH)))
                .containsExactly(1, 2, 3);
    }

    @Test
    void aLineOfThousandsBehavesLikeASortedList() {
        record Place(Waiter waiter, Priority priority, int number) {
            long rank() {
                return WaitingLine.rank(priority, number);
            }
        }
        Random dice = new Random(1);
        List<Place> sorted = new ArrayList<>();
        for (int each = 0; each < 5_000; each++) {
            if (dice.nextInt(3) > 0 || sorted.isEmpty()) {
                Place place = new Place(new Waiter("w" + each), Priority.values()[dice.nextInt(3)], each);
                line.join(place.rank(), place.waiter);
                sorted.add(place);
                sorted.sort(Comparator.comparing(Place::priority).thenComparing(Place::number));
            } else {
                Place gone = sorted.remove(dice.nextInt(sorted.size()));
                line.leave(gone.rank());
                assertThat(line.contains(gone.rank())).isFalse();
            }
            if (!sorted.isEmpty()) {
                assertThat(line.first()).isSameAs(sorted.get(0).waiter);
                Place some = sorted.get(dice.nextInt(sorted.size()));
                assertThat(line.contains(some.rank())).isTrue();
                assertThat(line.isNext(some.rank())).isEqualTo(some == sorted.get(0));
            }
            assertThat(line.isEmpty()).isEqualTo(sorted.isEmpty());
        }
        assertThat(line.all()).isEqualTo(sorted.stream().map(Place::waiter).toList());
    }
}
