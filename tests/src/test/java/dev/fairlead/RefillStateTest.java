package dev.fairlead;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.RateLimit.Scope;
import dev.fairlead.testkit.ManualTicker;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is in a bucket that fills up all the time, worked out from the last answer. The clock wraps after its first second. */
class RefillStateTest {
    private final ManualTicker ticker = new ManualTicker();

    private static RateLimit said(long capacity, long available, double perSecond) {
        return RateLimit.refilling(Scope.CREDENTIAL, null, capacity, available, perSecond);
    }

    private RefillState state(long capacity, long available, double perSecond) {
        return new RefillState(said(capacity, available, perSecond), ticker.nanoTime(), ticker.nanoTime());
    }

    private long available(RefillState state) {
        return state.available(ticker.nanoTime(), 0);
    }

    private long untilMillis(RefillState state, long permits) {
        return state.nanosUntil(permits, ticker.nanoTime(), 0) / 1_000_000;
    }

    private void observe(RefillState state, RateLimit said, boolean throttled) {
        observe(state, said, ticker.nanoTime(), throttled);
    }

    private void observe(RefillState state, RateLimit said, long takenNanos, boolean throttled) {
        state.observe(said, takenNanos, ticker.nanoTime(), 0, 0, throttled);
    }

    @Test
    void oneLessIsThereThanWasSaidAsItMayBeRoundedUp() {
        RefillState state = state(40, 10, 2);
        assertThat(available(state)).isEqualTo(9);
        assertThat(state.available(ticker.nanoTime(), 3))
                .as("three are under way")
                .isEqualTo(6);
        assertThat(state.available(ticker.nanoTime(), 30)).isZero();
    }

    @Test
    void ofASmallBucketNoMoreThanAQuarterIsKeptForRounding() {
        assertThat(available(state(2, 2, 1))).isEqualTo(1);
        assertThat(available(state(4, 3, 1))).isEqualTo(2);
        assertThat(available(state(1, 1, 1)))
                .as("there will never be more than in a full one")
                .isEqualTo(1);
        assertThat(untilMillis(state(1, 0, 1), 1)).isEqualTo(1_250);
    }

    @Test
    void itFillsUpExactly() {
        RefillState state = state(40, 10, 2);
        assertThat(untilMillis(state, 10)).isEqualTo(500);
        assertThat(untilMillis(state, 15)).isEqualTo(3_000);
        ticker.advance(ofMillis(499));
        assertThat(available(state)).isEqualTo(9);
        ticker.advance(ofMillis(1));
        assertThat(available(state)).isEqualTo(10);
        assertThat(state.nanosUntilFull(ticker.nanoTime()) / 1_000_000).isEqualTo(14_500);
        ticker.advance(ofSeconds(60));
        assertThat(available(state)).as("and no further").isEqualTo(39);
        assertThat(state.nanosUntilFull(ticker.nanoTime())).isZero();
    }

    @Test
    void withoutACapacityItFillsUpForEver() {
        RefillState state = state(-1, 0, 10);
        ticker.advance(ofSeconds(1_000));
        assertThat(available(state)).isEqualTo(9_999);
        assertThat(state.nanosUntilFull(ticker.nanoTime())).isZero();
    }

    @Test
    void aWaitIsRoundedUp() {
        RefillState state = state(40, 1, 3);
        long nanos = state.nanosUntil(1, ticker.nanoTime(), 0);
        assertThat(nanos).isEqualTo(333_333_334);
        assertThat(state.available(ticker.nanoTime() + nanos, 0)).isEqualTo(1);
        assertThat(state.nanosUntil(0, ticker.nanoTime(), 0)).as("never none").isEqualTo(1);
    }

    @Test
    void anAbsurdlySlowBucketDoesNotOverflow() {
        RefillState state = state(1_000_000_000, 0, 1e-9);
        assertThat(state.nanosUntil(1_000_000_000, ticker.nanoTime(), 0)).isBetween(Nanos.LONGEST, Nanos.LONGEST + 1);
    }

    @Test
    void aSilentAnswerTookWhatItHeldAndOneThatSaysTheLevelDoesNot() {
        RefillState state = state(40, 10, 2);
        state.ended(3, ticker.nanoTime(), true);
        assertThat(available(state)).isEqualTo(6);
        state.ended(3, ticker.nanoTime(), false);
        assertThat(available(state)).isEqualTo(6);
    }

    @Test
    void anAnswerToAnEarlierRequestCountsOnlyWhereItSaysLess() {
        long earlier = ticker.nanoTime();
        ticker.advance(ofMillis(10));
        RefillState state = state(40, 10, 2);
        observe(state, said(40, 20, 2), earlier, false);
        assertThat(available(state)).isEqualTo(9);
        observe(state, said(40, 5, 2), earlier, false);
        assertThat(available(state)).isEqualTo(4);
        observe(state, said(40, 30, 2), false);
        assertThat(available(state)).as("the latest counts in any case").isEqualTo(29);
    }

    @Test
    void aThrottleAddsOneToWhatIsKeptUpToFourAndAnswersTakeItAway() {
        RefillState state = state(40, 10, 2);
        for (int expected : new int[] {8, 7, 6, 6}) {
            observe(state, said(40, 10, 2), true);
            assertThat(available(state)).isEqualTo(expected);
        }
        for (int each = 0; each < 255; each++) {
            observe(state, said(40, 10, 2), false);
        }
        assertThat(available(state)).isEqualTo(6);
        observe(state, said(40, 10, 2), false);
        assertThat(available(state)).isEqualTo(7);
    }

    @Test
    void whoeverNeedsMoreThanCanEverBeThereMayGoWhenAsMuchIs() {
        assertThat(state(40, 10, 2).most()).isEqualTo(36);
        assertThat(state(3, 3, 2).most()).isEqualTo(1);
        assertThat(state(-1, 10, 2).most()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void whatSomebodyElseTakesIsKeptForThem() {
        RefillState state = state(1_000, 100, 10);
        ticker.advance(ofSeconds(1));
        // 10 came in and 1 was ours, so 48 or 49 were somebody else's; one may be due to rounding.
        observe(state, said(1_000, 60, 10).withCost(1), false);
        assertThat(state.neighbour.perSecond()).isEqualTo(48);
        assertThat(available(state)).isEqualTo(59);
        ticker.advance(ofMillis(500));
        assertThat(available(state)).as("60 - 38 / 2 - 1 - 3√24").isEqualTo(25);
        ticker.advance(ofMillis(500));
        assertThat(available(state)).as("60 - 38 - 1 - 3√48").isZero();
        assertThat(untilMillis(state, 1))
                .as("0.785 more, at a third of the rate, as they do not take it for ever")
                .isEqualTo(235);
        ticker.advance(ofSeconds(3));
        assertThat(available(state)).as("60 - 38 + 10 - 1 - 3√48").isEqualTo(10);
    }

    @Test
    void whoIsAloneHasNoNeighbour() {
        RefillState state = state(1_000, 1_000, 10);
        for (int second = 0; second < 60; second++) {
            ticker.advance(ofSeconds(1));
            state.observe(
                    said(1_000, 1_000 - 10 * (second + 1), 10).withCost(20),
                    ticker.nanoTime(),
                    ticker.nanoTime(),
                    0,
                    0,
                    false);
            assertThat(state.neighbour.perSecond()).isZero();
        }
    }

    @Test
    void aFullBucketIsNoNeighbours() {
        RefillState state = state(100, 99, 10);
        LongStream.range(0, 10).forEach(second -> {
            ticker.advance(ofSeconds(1));
            observe(state, said(100, 99, 10).withCost(1), false);
        });
        assertThat(state.neighbour.perSecond()).isZero();
    }
}
