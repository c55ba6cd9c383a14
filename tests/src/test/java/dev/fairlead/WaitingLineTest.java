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
    private final Waiter a = new Waiter("a");
    private final Waiter b = new Waiter("b");
    private final Waiter c = new Waiter("c");

    @Test
    void inAnEmptyLineAnybodyIsNext() {
        assertThat(line.isEmpty()).isTrue();
        assertThat(line.first()).isNull();
        assertThat(line.isNext(a, BATCH)).isTrue();
        assertThat(line.all()).isEmpty();
        assertThat(line.before(BATCH)).isZero();
        line.leave(a, BATCH);
        assertThat(line.contains(a, BATCH)).isFalse();
    }

    @Test
    void withinAPriorityWhoCameFirstIsNext() {
        line.join(a, NORMAL);
        line.join(b, NORMAL);
        assertThat(line.first()).isSameAs(a);
        assertThat(line.isNext(a, NORMAL)).isTrue();
        assertThat(line.isNext(b, NORMAL)).isFalse();
        assertThat(line.isNext(c, NORMAL)).as("not in the line yet").isFalse();
        line.leave(a, NORMAL);
        assertThat(line.isNext(b, NORMAL)).isTrue();
    }

    @Test
    void whoJoinsAgainKeepsItsPlaceAndCountsOnce() {
        line.join(a, NORMAL);
        line.join(b, NORMAL);
        line.join(a, NORMAL);
        assertThat(line.all()).containsExactly(a, b);
        assertThat(line.before(NORMAL)).isEqualTo(2);
        line.leave(a, NORMAL);
        line.leave(a, NORMAL);
        line.leave(b, NORMAL);
        assertThat(line.isEmpty()).isTrue();
    }

    @Test
    void aHigherPriorityGoesBeforeAllOfALower() {
        line.join(a, BATCH);
        line.join(b, NORMAL);
        assertThat(line.isNext(c, INTERACTIVE)).as("who comes last may be next").isTrue();
        line.join(c, INTERACTIVE);
        assertThat(line.all()).containsExactly(c, b, a);
        assertThat(line.first()).isSameAs(c);
        assertThat(line.isNext(b, NORMAL)).isFalse();
        assertThat(line.isNext(a, BATCH)).isFalse();
        line.leave(c, INTERACTIVE);
        assertThat(line.isNext(b, NORMAL)).isTrue();
        assertThat(line.isNext(a, BATCH)).isFalse();
    }

    @Test
    void beforeStandThoseOfTheSameAndHigherPriorities() {
        line.join(a, BATCH);
        line.join(b, NORMAL);
        line.join(c, INTERACTIVE);
        assertThat(List.of(line.before(INTERACTIVE), line.before(NORMAL), line.before(BATCH)))
                .containsExactly(1, 2, 3);
    }

    @Test
    void aLineOfThousandsBehavesLikeASortedList() {
        record Place(Waiter waiter, Priority priority, int number) {}
        Random dice = new Random(1);
        List<Place> sorted = new ArrayList<>();
        for (int each = 0; each < 5_000; each++) {
            if (dice.nextInt(3) > 0 || sorted.isEmpty()) {
                Place place = new Place(new Waiter("w" + each), Priority.values()[dice.nextInt(3)], each);
                line.join(place.waiter, place.priority);
                sorted.add(place);
                sorted.sort(Comparator.comparing(Place::priority).thenComparing(Place::number));
            } else {
                Place gone = sorted.remove(dice.nextInt(sorted.size()));
                line.leave(gone.waiter, gone.priority);
                assertThat(line.contains(gone.waiter, gone.priority)).isFalse();
            }
            if (!sorted.isEmpty()) {
                assertThat(line.first()).isSameAs(sorted.get(0).waiter);
                Place some = sorted.get(dice.nextInt(sorted.size()));
                assertThat(line.contains(some.waiter, some.priority)).isTrue();
                assertThat(line.isNext(some.waiter, some.priority)).isEqualTo(some == sorted.get(0));
            }
            assertThat(line.isEmpty()).isEqualTo(sorted.isEmpty());
        }
        assertThat(line.all()).isEqualTo(sorted.stream().map(Place::waiter).toList());
    }
}
