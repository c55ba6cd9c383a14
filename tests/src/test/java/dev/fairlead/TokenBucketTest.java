package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.RateLimit.Scope;
import dev.fairlead.testkit.ManualTicker;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@link TokenBucket#smooth}: whoever reserves is told when to go, and its callers go then. */
class TokenBucketTest {
    private final ManualTicker ticker = new ManualTicker();
    private final TokenBucket four = TokenBucket.smooth(4, ofSeconds(1), 1, ticker);

    private static long millis(long nanos) {
        return ofNanos(nanos).toMillis();
    }

    private static List<Long> reserve(TokenBucket from, int times) {
        return IntStream.range(0, times)
                .mapToObj(each -> millis(from.reserve(1)))
                .toList();
    }

    private static Stage rated(int permits, Duration period, int burst) {
        Stage stage = Stage.set();
        return stage.policy(
                policy -> policy.withTokenBucket(key -> TokenBucket.smooth(permits, period, burst, stage.ticker)));
    }

    private static List<Long> sentAt(List<ScriptedCall> calls) {
        return calls.stream().flatMap(call -> call.sentAt.stream()).toList();
    }

    private static List<ScriptedCall> crowd(Stage stage, int size) {
        return IntStream.range(0, size)
                .mapToObj(each -> stage.call(GET, Reply.status(200)))
                .toList();
    }

    @Test
    void reservationsComeEvenly() {
        assertThat(reserve(four, 4)).containsExactly(0L, 250L, 500L, 750L);
        ticker.advance(ofMillis(1_100));
        assertThat(reserve(four, 2)).containsExactly(0L, 250L);
        assertThat(reserve(TokenBucket.smooth(10, ofSeconds(1), 3, ticker), 5)).containsExactly(0L, 0L, 0L, 100L, 200L);
    }

    @Test
    void severalPermitsCountAsMany() {
        assertThat(four.reserve(3)).isZero();
        assertThat(reserve(four, 2)).containsExactly(750L, 1_000L);
    }

    @Test
    void whatIsGivenBackWhenItWasDueIsThereAgain() {
        assertThat(reserve(four, 1)).containsExactly(0L);
        four.giveBack(1);
        assertThat(reserve(four, 2)).containsExactly(0L, 250L);
    }

    @Test
    void ofALineThatWasReservedNoTimeIsGivenTwice() {
        assertThat(reserve(four, 3)).containsExactly(0L, 250L, 500L);
        four.giveBack(1);
        assertThat(reserve(four, 1)).as("somebody may hold 500").containsExactly(750L);
    }

    @Test
    void noAnswerChangesIt() {
        four.observe(
                RateLimit.window(Scope.CREDENTIAL, null, 10, 0, ofSeconds(60).toNanos()));
        assertThat(reserve(four, 2)).containsExactly(0L, 250L);
    }

    @Test
    void aResetForgetsWhatWasReserved() {
        reserve(four, 9);
        four.reset();
        assertThat(reserve(four, 2)).containsExactly(0L, 250L);
    }

    @Test
    void nonsenseIsRefusedAtOnce() {
        assertThatThrownBy(() -> TokenBucket.smooth(0, ofSeconds(1), 1, ticker))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("permits must be at least 1");
        assertThatThrownBy(() -> TokenBucket.smooth(1, ofSeconds(0), 1, ticker))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("period must be more than zero");
        assertThatThrownBy(() -> TokenBucket.smooth(1, ofSeconds(1), 0, ticker))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("burst must be at least 1");
    }

    // ---- its callers

    @Test
    void callersGoWhenTheyWereTold() {
        Stage stage = rated(4, ofSeconds(1), 1);
        List<ScriptedCall> calls = crowd(stage, 5);
        stage.run();
        assertThat(sentAt(calls)).containsExactly(0L, 250L, 500L, 750L, 1_000L);
    }

    @Test
    void whatIsReservedWhenAPauseComesDoesNotGoAllAtOnceAtItsEnd() {
        Stage stage = rated(4, ofSeconds(1), 1);
        List<ScriptedCall> calls = crowd(stage, 5);
        stage.runUntil(ofMillis(300));
        stage.keys(GET)[0].pause(ofSeconds(10).toNanos());
        stage.run();
        List<Long> times = sentAt(calls);
        assertThat(times.subList(0, 3)).containsExactly(0L, 250L, 10_300L);
        for (int each = 1; each < times.size(); each++) {
            assertThat(times.get(each) - times.get(each - 1)).isGreaterThanOrEqualTo(250);
        }
    }

    @Test
    void callersThatAreRefusedDoNotPushBackTheNext() {
        Stage stage = rated(1, ofSeconds(1), 1).policy(policy -> policy.withLongestWait(ofSeconds(2)));
        List<ScriptedCall> calls = crowd(stage, 50);
        stage.run();
        assertThat(sentAt(calls)).containsExactly(0L, 1_000L, 2_000L);
        stage.ticker.advance(ofSeconds(1));
        assertThat(stage.run(GET, Reply.status(200)).sentAt).containsExactly(3_000L);
    }

    @Test
    void whoIsCancelledLeavesNoTimeToTwo() {
        Stage stage = rated(4, ofSeconds(1), 1);
        List<ScriptedCall> calls = crowd(stage, 4);
        stage.runNow();
        calls.get(1).cancel();
        calls.get(3).cancel();
        stage.runNow();
        List<ScriptedCall> later = crowd(stage, 2);
        stage.run();
        assertThat(sentAt(calls)).containsExactly(0L, 500L);
        assertThat(sentAt(later)).as("the last place is free again").containsExactly(750L, 1_000L);
    }
}
