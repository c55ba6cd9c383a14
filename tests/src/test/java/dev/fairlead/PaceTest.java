package dev.fairlead;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ManualTicker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A smooth rate gives exact times. The clock wraps after its first second. */
class PaceTest {
    private final ManualTicker ticker = new ManualTicker();
    private final Pace four = pace(4, ofSeconds(1), 1);
    private final Pace bursting = pace(10, ofSeconds(1), 3);

    private Pace pace(int permits, Duration period, int burst) {
        return Pace.of(new Policy.Rate(permits, period, burst), ticker.nanoTime());
    }

    private long takeMillis(Pace from) {
        return ofNanos(from.take(1, ticker.nanoTime())).toMillis();
    }

    private long reserveMillis(Pace from) {
        return ofNanos(from.reserve(1, ticker.nanoTime())).toMillis();
    }

    private List<Long> reserveMillis(Pace from, int times) {
        return IntStream.range(0, times).mapToObj(each -> reserveMillis(from)).toList();
    }

    @Test
    void permitsComeAtExactTimes() {
        assertThat(takeMillis(four)).isZero();
        for (int permit = 1; permit <= 8; permit++) {
            assertThat(takeMillis(four)).as("before permit %s", permit).isEqualTo(250);
            assertThat(takeMillis(four)).as("who asks takes nothing").isEqualTo(250);
            ticker.advance(ofMillis(249));
            assertThat(takeMillis(four)).isEqualTo(1);
            ticker.advance(ofMillis(1));
            assertThat(takeMillis(four)).isZero();
        }
    }

    @Test
    void reservationsWaitExactTimes() {
        assertThat(reserveMillis(four, 5)).containsExactly(0L, 250L, 500L, 750L, 1_000L);
        ticker.advance(ofMillis(1_100));
        assertThat(reserveMillis(four)).isEqualTo(150);
        assertThat(takeMillis(four))
                .as("and those hold back who do not reserve")
                .isEqualTo(400);
    }

    @Test
    void nothingIsSavedUpWithoutABurst() {
        takeMillis(four);
        ticker.advance(ofSeconds(60));
        assertThat(reserveMillis(four, 3)).containsExactly(0L, 250L, 500L);
    }

    @Test
    void aBurstGoesAtOnceAndIsThenPaidOff() {
        assertThat(reserveMillis(bursting, 6)).containsExactly(0L, 0L, 0L, 100L, 200L, 300L);
        assertThat(bursting.isFull(ticker.nanoTime())).isFalse();
        ticker.advance(ofMillis(599));
        assertThat(bursting.isFull(ticker.nanoTime())).isFalse();
        ticker.advance(ofMillis(1));
        assertThat(bursting.isFull(ticker.nanoTime())).isTrue();
        assertThat(Stream.generate(() -> takeMillis(bursting)).limit(4)).containsExactly(0L, 0L, 0L, 100L);
    }

    @Test
    void aBurstComesBackPermitByPermit() {
        IntStream.range(0, 3).forEach(each -> takeMillis(bursting));
        ticker.advance(ofMillis(200));
        assertThat(Stream.generate(() -> takeMillis(bursting)).limit(3)).containsExactly(0L, 0L, 100L);
    }

    @Test
    void severalPermitsPushTheNextBackByAsMany() {
        assertThat(four.take(5, ticker.nanoTime())).isZero();
        assertThat(takeMillis(four)).isEqualTo(1_250);
        assertThat(bursting.reserve(4, ticker.nanoTime())).isZero();
        assertThat(reserveMillis(bursting)).isEqualTo(200);
    }

    @Test
    void aPeriodThatDoesNotDivideEvenlyIsRoundedUp() {
        Pace seven = pace(7, ofSeconds(1), 1);
        assertThat(seven.intervalNanos()).isEqualTo(142_857_143);
        IntStream.range(0, 7).forEach(each -> seven.reserve(1, ticker.nanoTime()));
        assertThat(seven.reserve(1, ticker.nanoTime())).as("the eighth").isEqualTo(1_000_000_001L);
    }

    @Test
    void absurdRatesDoNotOverflow() {
        Pace slow = pace(1, Duration.ofDays(365), Integer.MAX_VALUE);
        IntStream.range(0, 5).forEach(each -> assertThat(takeMillis(slow)).isZero());
        Pace fast = pace(Integer.MAX_VALUE, ofNanos(1), 1);
        assertThat(fast.take(1, ticker.nanoTime())).isZero();
        assertThat(fast.take(1, ticker.nanoTime())).isEqualTo(1);
        Pace many = pace(1, Duration.ofDays(365), 1);
        assertThat(many.estimateNanos(Long.MAX_VALUE, ticker.nanoTime()))
                .isGreaterThan(Duration.ofDays(365).toNanos());
    }

    // ---- given back

    @Test
    void theLastPermitTakenComesBackAndOneInTheMiddleIsLost() {
        long first = ticker.nanoTime();
        takeMillis(four);
        ticker.advance(ofMillis(250));
        long second = ticker.nanoTime();
        takeMillis(four);
        four.giveBack(1, first, ticker.nanoTime());
        assertThat(takeMillis(four)).as("never two within 250 ms").isEqualTo(250);
        four.giveBack(1, second, ticker.nanoTime());
        assertThat(takeMillis(four)).isZero();
    }

    @Test
    void theLastReservationComesBackAndOneInTheMiddleIsLost() {
        Pace ten = pace(10, ofSeconds(1), 1);
        long now = ticker.nanoTime();
        reserveMillis(ten, 3);
        ten.giveBack(1, now + ofMillis(200).toNanos(), now);
        assertThat(reserveMillis(ten)).isEqualTo(200);
        ten.giveBack(1, now + ofMillis(100).toNanos(), now);
        assertThat(reserveMillis(ten)).as("never two at 200 ms").isEqualTo(300);
    }

    @Test
    void ofABurstAllThatIsGivenBackComesBack() {
        long now = ticker.nanoTime();
        reserveMillis(bursting, 5);
        bursting.giveBack(2, now, now);
        assertThat(reserveMillis(bursting, 3)).containsExactly(100L, 200L, 300L);
    }

    // ---- changed

    @Test
    void anotherRateHoldsFromNowOnAndWhatWasTakenStaysTaken() {
        takeMillis(four);
        four.change(ofMillis(100).toNanos(), 0);
        assertThat(takeMillis(four)).as("the old rate's permit").isEqualTo(250);
        ticker.advance(ofMillis(250));
        assertThat(reserveMillis(four, 3)).containsExactly(0L, 100L, 200L);
        four.change(ofMillis(100).toNanos(), ofMillis(200).toNanos());
        assertThat(takeMillis(four)).as("now with a burst").isEqualTo(100);
    }

    @Test
    void heldBackItGivesNothingBeforeThatTimeAndNoBurstThen() {
        bursting.holdUntil(ticker.nanoTime() + ofSeconds(2).toNanos());
        assertThat(takeMillis(bursting)).isEqualTo(2_000);
        bursting.holdUntil(ticker.nanoTime() + ofSeconds(1).toNanos());
        assertThat(takeMillis(bursting)).as("never shortened").isEqualTo(2_000);
        ticker.advance(ofSeconds(2));
        assertThat(Stream.generate(() -> takeMillis(bursting)).limit(2)).containsExactly(0L, 100L);
    }

    @Test
    void aResetForgetsWhatWasTaken() {
        reserveMillis(four, 10);
        four.reset(ticker.nanoTime());
        assertThat(reserveMillis(four, 2)).containsExactly(0L, 250L);
    }

    @Test
    void theEstimateIsWhatAReservationWouldWait() {
        for (Pace pace : List.of(four, bursting)) {
            for (int before = 0; before < 8; before++) {
                long now = ticker.nanoTime();
                long estimate = pace.estimateNanos(3, now);
                Pace same = new Pace(
                        pace.intervalNanos(), pace == four ? 0 : ofMillis(200).toNanos(), now);
                same.reserve(before + 2, now);
                assertThat(estimate).as("behind %s", before).isEqualTo(same.reserve(1, now));
                pace.reserve(1, now);
            }
        }
    }

    @Test
    void threadsTogetherGetNoPermitTooMany() throws InterruptedException {
        Pace shared = pace(1, ofSeconds(1), 1_000);
        long now = ticker.nanoTime();
        AtomicInteger taken = new AtomicInteger();
        List<Thread> threads = Stream.generate(() -> new Thread(() -> {
                    for (int each = 0; each < 5_000; each++) {
                        if (shared.take(1, now) == 0) {
                            taken.incrementAndGet();
                            if (each % 3 == 0) {
                                shared.giveBack(1, now, now);
                                taken.decrementAndGet();
                            }
                        }
                    }
                }))
                .limit(4)
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(taken).hasValue(1_000);
        assertThat(shared.take(1, now)).isEqualTo(ofSeconds(1).toNanos());
    }
}
