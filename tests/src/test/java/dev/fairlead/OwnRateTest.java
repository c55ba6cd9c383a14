package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Callers with a rate of their own go at exact times, whatever becomes of the others. */
class OwnRateTest {
    private static Stage rated(int permits, Duration period, int burst) {
        return Stage.set().policy(policy -> policy.withRateLimit(permits, period, burst));
    }

    private static List<ScriptedCall> crowd(Stage stage, int size) {
        return IntStream.range(0, size)
                .mapToObj(each -> stage.call(GET, Reply.status(200)))
                .toList();
    }

    private static List<Long> sentAt(List<ScriptedCall> calls) {
        return calls.stream().flatMap(call -> call.sentAt.stream()).toList();
    }

    private static List<Long> times(int count, LongFunction<Long> each) {
        return LongStream.range(0, count).mapToObj(each).toList();
    }

    @Test
    void callersGoOneByOneInOrder() {
        Stage stage = rated(4, ofSeconds(1), 1);
        List<ScriptedCall> calls = crowd(stage, 5);
        stage.run();
        assertThat(sentAt(calls)).containsExactly(0L, 250L, 500L, 750L, 1_000L);
        assertThat(calls.get(4).report().waits())
                .containsExactly(new CallReport.Wait(WaitReason.RATE_LIMIT, ofSeconds(0), ofSeconds(1)));
        stage.ticker.advance(ofSeconds(60));
        List<ScriptedCall> later = crowd(stage, 3);
        stage.run();
        assertThat(sentAt(later)).as("nothing is saved up").containsExactly(61_000L, 61_250L, 61_500L);
    }

    @Test
    void aBurstGoesAtOnceAndIsThenPaidOff() {
        Stage stage = rated(10, ofSeconds(1), 3);
        List<ScriptedCall> calls = crowd(stage, 6);
        stage.run();
        assertThat(sentAt(calls)).containsExactly(0L, 0L, 0L, 100L, 200L, 300L);
    }

    @Test
    void callsThatCouldNotGoInTimeAreRefusedAtOnceAndDoNotPushBackTheNext() {
        Stage stage = rated(1, ofSeconds(1), 1).policy(policy -> policy.withLongestWait(ofSeconds(2)));
        List<ScriptedCall> calls = crowd(stage, 50);
        stage.runNow();
        assertThat(calls).filteredOn(ScriptedCall::isDone).hasSize(48);
        assertThat(calls.get(49).thrown(RateLimitedException.class).retryAfter())
                .as("behind the two who wait")
                .isEqualTo(ofSeconds(3));
        stage.run();
        assertThat(sentAt(calls)).containsExactly(0L, 1_000L, 2_000L);
        assertThat(stage.nowMillis()).isEqualTo(2_000);
        stage.ticker.advance(ofSeconds(1));
        assertThat(stage.run(GET, Reply.status(200)).sentAt).containsExactly(3_000L);
    }

    @Test
    void aDeadlineRefusesAtOnceAsWell() {
        Stage stage = rated(1, ofSeconds(1), 1);
        crowd(stage, 3);
        ScriptedCall hurried = stage.call(GET, CallOptions.deadline(ofSeconds(3)), Reply.status(200));
        ScriptedCall patient = stage.call(GET, CallOptions.deadline(ofMillis(3_001)), Reply.status(200));
        stage.run();
        assertThat(hurried.timeline).containsExactly("0 THROW RateLimitedException");
        assertThat(patient.sentAt).containsExactly(3_000L);
    }

    @Test
    void whoLeavesTheLineMovesTheOthersUp() {
        Stage stage = rated(1, ofSeconds(1), 1);
        List<ScriptedCall> calls = crowd(stage, 5);
        stage.runUntil(ofMillis(500));
        calls.get(1).cancel();
        calls.get(3).cancel();
        stage.run();
        assertThat(sentAt(calls)).containsExactly(0L, 1_000L, 2_000L);
    }

    @Test
    void whatIsSavedUpDuringAPauseDoesNotGoAllAtOnce() {
        Stage stage = rated(10, ofSeconds(1), 1);
        stage.keys(GET)[0].pause(ofSeconds(10).toNanos());
        List<ScriptedCall> calls = crowd(stage, 40);
        stage.run();
        assertThat(sentAt(calls)).isEqualTo(times(40, each -> 10_000 + 100 * each));
    }

    @Test
    void aPauseInTheMiddleOfALineLosesAndSavesNothing() {
        Stage stage = rated(10, ofSeconds(1), 1);
        List<ScriptedCall> calls = crowd(stage, 8);
        stage.runUntil(ofMillis(350));
        stage.keys(GET)[0].pause(ofSeconds(1).toNanos());
        stage.run();
        assertThat(sentAt(calls)).isEqualTo(times(8, each -> each < 4 ? 100 * each : 1_350 + 100 * (each - 4)));
    }

    @Test
    void whatWasNotSentComesBack() {
        Stage stage = rated(1, ofSeconds(10), 1).policy(policy -> policy.withMaxAttempts(1));
        stage.run(GET, Reply.status(200).fromCache());
        stage.run(GET, Reply.unreachable());
        stage.call(GET, Reply.status(200)).cancel();
        stage.run();
        stage.openBreaker();
        stage.run(GET, Reply.status(200));
        stage.rules().breaker().reset();
        assertThat(stage.run(GET, Reply.broken()).sentAt).containsExactly(0L);
        assertThat(stage.run(GET, Reply.status(200)).sentAt)
                .as("what may have been sent is spent")
                .containsExactly(10_000L);
    }

    @Test
    void whoWaitsForTheProvidersWindowTakesNothingOfOurRate() {
        Stage stage = rated(1, ofSeconds(20), 2);
        stage.run(GET, Reply.left(0, 10));
        assertThat(stage.run(GET, Reply.status(200)).sentAt).containsExactly(10_000L);
    }

    @Test
    void aRateOfOneQuotaHoldsBackNoOther() {
        Stage stage = Stage.set()
                .provider(acme -> acme.quotas(request -> List.of(request.method())))
                .policy(policy -> policy.withQuotaRate("POST", 1, ofSeconds(1), 1));
        List<ScriptedCall> writes = IntStream.range(0, 3)
                .mapToObj(each -> stage.call(Stage.POST, Reply.status(200)))
                .toList();
        List<ScriptedCall> reads = crowd(stage, 3);
        stage.run();
        assertThat(sentAt(writes)).containsExactly(0L, 1_000L, 2_000L);
        assertThat(sentAt(reads)).containsExactly(0L, 0L, 0L);
    }

    /** Whatever is given back, cancelled, throttled or waits: never do two go within the time between two permits. */
    @Test
    void theRateHoldsWhateverHappens() {
        for (int seed = 0; seed < 10; seed++) {
            Random dice = new Random(seed);
            boolean learning = seed % 2 == 0;
            Stage stage = rated(20, ofSeconds(1), 1).policy(policy -> policy.withRateLearning(learning));
            TreeMap<Long, Integer> sends = new TreeMap<>();
            for (int round = 0; round < 100; round++) {
                ScriptedCall[] born = IntStream.range(0, dice.nextInt(6))
                        .mapToObj(each -> stage.call(GET, CallOptions.NONE, true, attempt -> {
                            sends.merge(stage.ticker.elapsed().toNanos(), 1, Integer::sum);
                            return dice.nextInt(30) == 0 ? Reply.throttle(1) : Reply.status(200);
                        }))
                        .toArray(ScriptedCall[]::new);
                if (born.length > 2 && dice.nextBoolean()) {
                    stage.runUntil(stage.ticker.elapsed().plusMillis(20));
                    born[dice.nextInt(born.length)].cancel();
                }
                stage.runUntil(stage.ticker.elapsed().plusMillis(dice.nextInt(300)));
            }
            stage.run();
            assertThat(sends.size()).isGreaterThan(80);
            long before = -ofSeconds(1).toNanos();
            for (var at : sends.entrySet()) {
                assertThat(at.getValue()).as("at %s", at).isEqualTo(1);
                assertThat(at.getKey() - before)
                        .isGreaterThanOrEqualTo(ofMillis(50).toNanos());
                before = at.getKey();
            }
        }
    }
}
