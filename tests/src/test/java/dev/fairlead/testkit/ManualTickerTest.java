package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.fairlead.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ManualTickerTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final long SECOND_NANOS = SECOND.toNanos();

    private final ManualTicker ticker = new ManualTicker();

    @Test
    void timeStandsUntilItIsMovedAndWraps() {
        long start = ticker.nanoTime();
        assertThat(ticker.nanoTime()).isEqualTo(start).isPositive();
        ticker.advance(Duration.ofSeconds(2));
        assertThat(ticker.nanoTime()).isNegative();
        assertThat(ticker.nanoTime() - start).isEqualTo(2 * SECOND_NANOS);
        assertThat(ticker.elapsed()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void bothClocksMoveTogetherUnlessTheWallClockJumps() {
        assertThat(wallClock()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        ticker.advance(Duration.ofMillis(1500));
        assertThat(wallClock()).isEqualTo(Instant.parse("2026-01-01T00:00:01.500Z"));
        ticker.jumpWallClock(Duration.ofHours(-1));
        assertThat(wallClock()).isEqualTo(Instant.parse("2025-12-31T23:00:01.500Z"));
        assertThat(ticker.elapsed()).isEqualTo(Duration.ofMillis(1500));
        ticker.advance(SECOND);
        assertThat(wallClock()).isEqualTo(Instant.parse("2025-12-31T23:00:02.500Z"));
    }

    @Test
    void startsWhereItIsTold() {
        ManualTicker other = new ManualTicker(-7, Instant.ofEpochMilli(42));
        assertThat(other.nanoTime()).isEqualTo(-7);
        assertThat(other.wallTimeMillis()).isEqualTo(42);
    }

    @Test
    void jitterIsZeroOrAsScripted() {
        assertThat(ticker.jitter()).isZero();
        ticker.setJitter(0.25, 0.5);
        assertThat(List.of(ticker.jitter(), ticker.jitter(), ticker.jitter())).containsExactly(0.25, 0.5, 0.5);
        ticker.setJitter(0.75);
        assertThat(List.of(ticker.jitter(), ticker.jitter())).containsExactly(0.75, 0.75);
        assertThatIllegalArgumentException().isThrownBy(() -> ticker.setJitter(1));
        assertThatIllegalArgumentException().isThrownBy(() -> ticker.setJitter(0, -0.1));
        assertThatIllegalArgumentException().isThrownBy(() -> ticker.setJitter(Double.NaN));
    }

    @Test
    void timeGoesNeitherBackNorOutOfReach() {
        ticker.advanceTo(SECOND);
        ticker.advanceTo(SECOND);
        assertThat(ticker.elapsed()).isEqualTo(SECOND);
        assertThatIllegalArgumentException().isThrownBy(() -> ticker.advanceTo(SECOND.minusNanos(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> ticker.advance(Duration.ofNanos(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> ticker.advance(Duration.ofDays(36_500)));
        ticker.advance(SECOND);
        assertThat(ticker.elapsed()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void tasksRunInTheOrderOfTheirTimesWithTheClockAtEachOne() {
        List<String> ran = new ArrayList<>();
        schedule(ran, "c", Duration.ofSeconds(3));
        schedule(ran, "a", SECOND);
        schedule(ran, "a2", SECOND);
        schedule(ran, "b", Duration.ofSeconds(2));
        schedule(ran, "later", Duration.ofSeconds(4));
        assertThat(ticker.scheduledTasks()).isEqualTo(5);
        ticker.advance(Duration.ofMillis(3500));
        assertThat(ran).containsExactly("a at PT1S", "a2 at PT1S", "b at PT2S", "c at PT3S");
        assertThat(ticker.elapsed()).isEqualTo(Duration.ofMillis(3500));
        assertThat(ticker.scheduledTasks()).isOne();
        ticker.advance(Duration.ofMillis(499));
        assertThat(ran).hasSize(4);
        ticker.advance(Duration.ofMillis(1));
        assertThat(ran).hasSize(5).endsWith("later at PT4S");
    }

    @Test
    void tasksOfOneTimeRunInTheOrderInWhichTheyCame() {
        List<Integer> ran = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            ticker.schedule(() -> ran.add(number), SECOND_NANOS);
        }
        ticker.advance(SECOND);
        assertThat(ran).hasSize(50).isSorted();
    }

    @Test
    void aTaskNeverRunsInsideSchedule() {
        List<String> ran = new ArrayList<>();
        schedule(ran, "now", Duration.ZERO);
        schedule(ran, "past", Duration.ofSeconds(-5));
        assertThat(ran).isEmpty();
        assertThat(ticker.nextWake()).contains(Duration.ZERO);
        ticker.advance(Duration.ZERO);
        assertThat(ran).containsExactly("now at PT0S", "past at PT0S");
    }

    @Test
    void aTaskMayScheduleAnotherAndItRunsInTheSameMove() {
        List<String> ran = new ArrayList<>();
        ticker.schedule(() -> schedule(ran, "second", SECOND), SECOND_NANOS);
        ticker.advance(Duration.ofSeconds(2));
        assertThat(ran).containsExactly("second at PT2S");
    }

    @Test
    void aTaskMayMoveTheTime() {
        List<String> ran = new ArrayList<>();
        ticker.schedule(() -> ticker.advance(Duration.ofSeconds(4)), SECOND_NANOS);
        schedule(ran, "inside", Duration.ofSeconds(3));
        ticker.advance(Duration.ofSeconds(2));
        assertThat(ran).containsExactly("inside at PT3S");
        assertThat(ticker.elapsed()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aCancelledTaskDoesNotRun() {
        List<String> ran = new ArrayList<>();
        Ticker.Timer timer = schedule(ran, "cancelled", SECOND);
        schedule(ran, "other", SECOND);
        timer.cancel();
        timer.cancel();
        ticker.advance(SECOND);
        assertThat(ran).containsExactly("other at PT1S");
    }

    @Test
    void whatATaskThrowsComesOutAndTheClockStays() {
        List<String> ran = new ArrayList<>();
        ticker.schedule(
                () -> {
                    throw new IllegalStateException("thrown by a task");
                },
                SECOND_NANOS);
        schedule(ran, "next", Duration.ofSeconds(2));
        assertThatIllegalStateException()
                .isThrownBy(() -> ticker.advance(Duration.ofSeconds(9)))
                .withMessage("thrown by a task");
        assertThat(ticker.elapsed()).isEqualTo(SECOND);
        ticker.advance(SECOND);
        assertThat(ran).containsExactly("next at PT2S");
    }

    @Test
    void advanceToNextWakeSaysHowFarItWent() {
        List<String> ran = new ArrayList<>();
        schedule(ran, "a", Duration.ofSeconds(3));
        schedule(ran, "b", Duration.ofSeconds(5));
        assertThat(ticker.nextWake()).contains(Duration.ofSeconds(3));
        assertThat(ticker.advanceToNextWake()).isEqualTo(Duration.ofSeconds(3));
        assertThat(ticker.advanceToNextWake()).isEqualTo(Duration.ofSeconds(2));
        assertThat(ran).containsExactly("a at PT3S", "b at PT5S");
        assertThat(ticker.nextWake()).isEmpty();
        assertThatIllegalStateException()
                .isThrownBy(ticker::advanceToNextWake)
                .withMessage("nothing waits for a time; parked: nobody; scheduled tasks: 0");
    }

    @Test
    void aWaitWithoutAnEndIsNotTheNextWakeNotEvenLater() {
        ticker.schedule(() -> {}, Long.MAX_VALUE);
        assertThat(ticker.nextWake()).isEmpty();
        List<String> ran = new ArrayList<>();
        schedule(ran, "a", SECOND);
        assertThat(ticker.advanceToNextWake()).isEqualTo(SECOND);
        ticker.advance(Duration.ofDays(365));
        assertThat(ran).hasSize(1);
        assertThat(ticker.nextWake()).isEmpty();
    }

    @Test
    void aTimeThatHasComeNeedsNoParkAndUsesUpNoPermit() {
        ticker.unpark(Thread.currentThread());
        ticker.park(ticker.nanoTime());
        ticker.park(ticker.nanoTime() - SECOND_NANOS);
        // This one does, or it would block.
        ticker.park(ticker.nanoTime() + SECOND_NANOS);
        assertThat(ticker.parkedThreads()).isEmpty();
    }

    @Test
    void autoAdvanceDoesNotMoveTheTimeForOneWhoIsInterrupted() {
        ticker.autoAdvance();
        Thread.currentThread().interrupt();
        ticker.park(ticker.nanoTime() + SECOND_NANOS);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ticker.elapsed()).isZero();
    }

    @Test
    void autoAdvanceMovesTheTimeInsteadOfBlocking() {
        List<String> ran = new ArrayList<>();
        schedule(ran, "on the way", SECOND);
        schedule(ran, "at the end", Duration.ofSeconds(5));
        schedule(ran, "after", Duration.ofSeconds(6));
        ticker.autoAdvance();
        ticker.park(ticker.nanoTime() + 5 * SECOND_NANOS);
        assertThat(ran).containsExactly("on the way at PT1S", "at the end at PT5S");
        assertThat(ticker.elapsed()).isEqualTo(Duration.ofSeconds(5));
        ticker.park(ticker.nanoTime());
        assertThat(ticker.elapsed()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void autoAdvanceMovesTheTimeToATaskWithoutAnybodyParked() throws InterruptedException {
        ticker.autoAdvance();
        CountDownLatch ran = new CountDownLatch(1);
        ticker.schedule(ran::countDown, 2 * SECOND_NANOS);
        assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ticker.elapsed()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void autoAdvanceStopsWhereATaskUnparks() {
        Thread self = Thread.currentThread();
        ticker.schedule(() -> ticker.unpark(self), 2 * SECOND_NANOS);
        ticker.autoAdvance();
        long end = ticker.nanoTime() + 5 * SECOND_NANOS;
        ticker.park(end);
        assertThat(ticker.elapsed()).isEqualTo(Duration.ofSeconds(2));
        ticker.park(end);
        assertThat(ticker.elapsed()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void autoAdvanceWithoutAnEndGoesFromTaskToTask() {
        AtomicBoolean arrived = new AtomicBoolean();
        ticker.schedule(() -> {}, SECOND_NANOS);
        ticker.schedule(() -> arrived.set(true), 3 * SECOND_NANOS);
        ticker.autoAdvance();
        while (!arrived.get()) {
            ticker.park(ticker.nanoTime() + Long.MAX_VALUE);
        }
        assertThat(ticker.elapsed()).isEqualTo(Duration.ofSeconds(3));
    }

    private Instant wallClock() {
        return Instant.ofEpochMilli(ticker.wallTimeMillis());
    }

    private Ticker.Timer schedule(List<String> ran, String name, Duration delay) {
        return ticker.schedule(() -> ran.add(name + " at " + ticker.elapsed()), delay.toNanos());
    }
}
