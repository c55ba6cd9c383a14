package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ManualTicker;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dates are cut to seconds, and yet tell where a clock stands; what is not known is taken as late. */
class ServerClockTest {
    private final ManualTicker ticker = new ManualTicker();
    private final ServerClock clock = new ServerClock();
    /** What the provider's clock showed when ours began. */
    private Duration server = ofSeconds(1_800_000_000L);

    private Duration serverTime() {
        return server.plus(ticker.elapsed());
    }

    /** An answer that the provider made half-way. */
    private void answer(long latencyMillis) {
        long asked = ticker.nanoTime();
        ticker.advance(ofMillis(latencyMillis / 2));
        long shown = serverTime().toSeconds();
        ticker.advance(ofMillis(latencyMillis / 2));
        clock.observe(shown, asked, ticker.nanoTime());
    }

    /** How much later than it really is the provider's clock is thought to show some second, in milliseconds. */
    private long lateMillis() {
        long second = serverTime().toSeconds() + 100;
        long really = ticker.nanoTime() + ofSeconds(second).minus(serverTime()).toNanos();
        return Duration.ofNanos(clock.nanosAt(second) - really).toMillis();
    }

    @Test
    void nothingIsKnownBeforeTheFirstAnswer() {
        assertThat(clock.isKnown()).isFalse();
        answer(0);
        assertThat(clock.isKnown()).isTrue();
    }

    @Test
    void oneAnswerTellsItToASecondAndItsTimeUnderWay() {
        server = server.plusMillis(700);
        answer(200);
        assertThat(lateMillis()).as("0.8 cut off, and 0.1 under way").isEqualTo(900);
    }

    @Test
    void anAnswerRightAfterAFullSecondTellsItExactly() {
        server = server.plusMillis(900);
        answer(0);
        assertThat(lateMillis()).isEqualTo(900);
        ticker.advance(ofMillis(100));
        answer(0);
        assertThat(lateMillis()).isZero();
        ticker.advance(ofMillis(500));
        answer(0);
        assertThat(lateMillis())
                .as("a later one that tells less takes nothing away")
                .isZero();
    }

    @Test
    void manyAnswersTellItToTheTimeUnderWay() {
        for (int each = 0; each < 50; each++) {
            answer(40);
            ticker.advance(ofMillis(137));
        }
        assertThat(lateMillis()).isBetween(20L, 40L);
    }

    @Test
    void aSlowAnswerMakesKnowledgeNoWorse() {
        answer(0);
        answer(1_600);
        assertThat(lateMillis()).isZero();
    }

    @Test
    void aClockThatIsSetBackIsBelievedAtOnce() {
        answer(0);
        ticker.advance(ofMillis(300));
        server = server.minusSeconds(60);
        answer(100);
        assertThat(lateMillis())
                .as("0.35 cut off, 0.05 under way, and never early")
                .isEqualTo(400);
        ticker.advance(ofMillis(600));
        answer(0);
        assertThat(lateMillis()).isZero();
    }

    @Test
    void aClockThatIsSetForwardIsBelievedAtOnce() {
        answer(0);
        ticker.advance(ofMillis(300));
        server = server.plusSeconds(60);
        answer(100);
        assertThat(lateMillis()).isEqualTo(400);
    }

    @Test
    void aLittleDisagreementIsADateThatWasWrittenAMomentAgo() {
        answer(0);
        ticker.advance(ofMillis(1_020));
        long shownBefore = serverTime().toSeconds() - 1;
        clock.observe(shownBefore, ticker.nanoTime(), ticker.nanoTime());
        assertThat(lateMillis()).as("no more than was seen").isEqualTo(20);
    }

    @Test
    void whatWasSeenLongAgoIsForgotten() {
        answer(0);
        // Slower and slower, by half a second in all: each answer alone contradicts nothing.
        server = server.minusMillis(500);
        ticker.advance(ofMillis(600));
        answer(0);
        assertThat(lateMillis()).as("still thought to be ahead").isEqualTo(-500);
        for (int minute = 0; minute < 2; minute++) {
            ticker.advance(ofSeconds(61));
            answer(0);
        }
        assertThat(lateMillis()).isEqualTo(100);
    }

    /** Whatever the latency, it is never thought to be ahead of what it is. */
    @ParameterizedTest
    @ValueSource(longs = {-600, -59, 0, 1, 600, 100_000_000})
    void neverEarlyAndSoonWithinTheLatency(long offsetSeconds) {
        server = server.plusSeconds(offsetSeconds);
        Random dice = new Random(offsetSeconds);
        for (int each = 0; each < 500; each++) {
            answer(10 + dice.nextInt(90));
            ticker.advance(ofMillis(dice.nextInt(400)));
            assertThat(lateMillis()).isBetween(0L, each < 50 ? 1_050L : 100L);
        }
    }

    // ---- what callers notice

    private static Reply spent(Instant shown, long resetEpochSecond) {
        return Reply.of(AnswerHead.of(200)
                .with("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(shown.atOffset(ZoneOffset.UTC)))
                .with("X-RateLimit-Remaining", "0")
                .with("X-RateLimit-Reset", Long.toString(resetEpochSecond)));
    }

    @ParameterizedTest
    @ValueSource(longs = {-600, -1, 0, 1, 600})
    void aWaitCountsByTheProvidersClock(long offsetSeconds) {
        Stage stage = Stage.set();
        Instant shown = Instant.ofEpochMilli(stage.ticker.wallTimeMillis()).plusSeconds(offsetSeconds);
        stage.run(GET, spent(shown, shown.getEpochSecond() + 20));
        assertThat(stage.run(GET, Reply.status(200)).sentAt).containsExactly(20_000L);
    }

    @ParameterizedTest
    @ValueSource(longs = {-24, 24})
    void aJumpOfOurWallClockChangesNoWait(long hours) {
        Stage stage = Stage.set().policy(policy -> policy.withDeadline(ofMinutes(2)));
        Instant shown = Instant.ofEpochMilli(stage.ticker.wallTimeMillis());
        stage.run(GET, spent(shown, shown.getEpochSecond() + 20));
        ScriptedCall waiting = stage.call(GET, spent(shown.plusSeconds(20), shown.getEpochSecond() + 60));
        stage.runUntil(ofSeconds(5));
        stage.ticker.jumpWallClock(ofHours(hours));
        ScriptedCall later = stage.call(GET, Reply.status(200));
        stage.run();
        assertThat(waiting.sentAt).containsExactly(20_000L);
        assertThat(later.sentAt)
                .as("in the window that was said after the jump")
                .containsExactly(60_000L);
    }
}
