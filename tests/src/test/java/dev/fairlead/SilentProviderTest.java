package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Callers of a provider that says nothing of its limits but by refusing. */
class SilentProviderTest {
    private static final Reply OK = Reply.status(200).after(ofSeconds(5));

    private final Stage stage = Stage.set().policy(policy -> policy.withDeadline(ofMinutes(5)));

    private List<ScriptedCall> crowd(int size, Reply... replies) {
        return IntStream.range(0, size)
                .mapToObj(each -> stage.call(GET, replies))
                .toList();
    }

    /** How many were sent at each time, in milliseconds. */
    private static String sends(List<ScriptedCall> calls) {
        TreeMap<Long, Integer> sends = new TreeMap<>();
        calls.forEach(call -> call.sentAt.forEach(time -> sends.merge(time, 1, Integer::sum)));
        return sends.toString();
    }

    // ---- the careful start

    @Test
    void aFreshKeyBeginsWithFourAndDoublesForTwoSeconds() {
        List<ScriptedCall> all = crowd(1_000, OK);
        stage.run();
        assertThat(sends(all)).isEqualTo("{0=4, 250=4, 500=8, 750=16, 1000=32, 1250=64, 1500=128, 1750=256, 2000=488}");
        assertThat(all).extracting(call -> call.sentAt.get(0)).isSorted();
        assertThat(all.get(4).timeline).contains("0 WAIT CONCURRENCY 250");
    }

    @Test
    void answersMakeRoomMeanwhile() {
        List<ScriptedCall> all = crowd(12, Reply.status(200).after(ofMillis(100)));
        stage.run();
        assertThat(sends(all)).isEqualTo("{0=4, 100=4, 200=4}");
    }

    @Test
    void theStartCountsFromWhenItIsFirstFelt() {
        stage.run(GET, Reply.status(200));
        stage.ticker.advance(ofSeconds(60));
        assertThat(sends(crowdRun(9))).isEqualTo("{60000=4, 60250=4, 60500=1}");
    }

    private List<ScriptedCall> crowdRun(int size) {
        List<ScriptedCall> all = crowd(size, OK);
        stage.run();
        return all;
    }

    @Test
    void onceItIsOverItDoesNotBeginAgain() {
        crowdRun(300);
        stage.ticker.advanceTo(ofSeconds(60));
        assertThat(sends(crowdRun(100))).isEqualTo("{60000=100}");
    }

    @Test
    void itIsOffWithoutRateLearning() {
        stage.policy(policy -> policy.withRateLearning(false));
        assertThat(sends(crowdRun(100))).isEqualTo("{0=100}");
    }

    @Test
    void aRateOfOurOwnLeavesNothingToFindOut() {
        stage.policy(policy -> policy.withRateLimit(1, ofSeconds(1), 50));
        assertThat(sends(crowdRun(50))).isEqualTo("{0=50}");
    }

    @Test
    void aProviderThatSaysItsStateLeavesNothingToFindOut() {
        stage.run(GET, Reply.left(1_000, 60));
        assertThat(sends(crowdRun(100))).isEqualTo("{0=100}");
    }

    @Test
    void ofAnUnnamedQuotaOnlyTheCallsOwnKeyIsFoundOut() {
        stage.provider(acme -> acme.quotas(request -> List.of(request.path())));
        List<ScriptedCall> here = crowd(5, OK);
        List<ScriptedCall> there = IntStream.range(0, 5)
                .mapToObj(each -> stage.call(new AskedHead("GET", Stage.HOST, "/other"), OK))
                .toList();
        stage.run();
        assertThat(sends(here)).isEqualTo("{0=4, 250=1}");
        assertThat(sends(there)).as("the credential has no start of its own").isEqualTo("{0=4, 250=1}");
    }

    // ---- throttled without a hint

    @Test
    void pausesDoubleWhileNothingIsServedUpToSixteenSeconds() {
        stage.policy(policy -> policy.withMaxAttempts(8));
        ScriptedCall call = stage.run(GET, Reply.status(429));
        assertThat(call.sentAt).containsExactly(0L, 1_000L, 3_000L, 7_000L, 15_000L, 31_000L, 47_000L, 63_000L);
        assertThat(call.stopReason()).isEqualTo(StopReason.ATTEMPTS_EXHAUSTED);
    }

    @Test
    void aHintIsTakenAtItsWord() {
        ScriptedCall call = stage.run(GET, Reply.throttle(3), Reply.throttle(3), Reply.status(200));
        assertThat(call.sentAt).containsExactly(0L, 3_000L, 6_000L);
    }

    @Test
    void whatWasServedBeforeAThrottleIsTheRateFromThenOn() {
        for (int each = 0; each < 20; each++) {
            stage.run(GET, Reply.status(200).after(ofMillis(10)));
            stage.ticker.advance(ofMillis(40));
        }
        // 20 in a second and, as a full bucket has about a second's worth besides, ten a second.
        ScriptedCall throttled = stage.call(GET, Reply.status(429), OK);
        stage.runUntil(ofMillis(1_001));
        List<ScriptedCall> all = crowd(4, OK);
        stage.run();
        assertThat(throttled.sentAt.get(0)).isEqualTo(1_000);
        List<Long> times = IntStream.range(1, 4)
                .mapToObj(each ->
                        all.get(each).sentAt.get(0) - all.get(each - 1).sentAt.get(0))
                .toList();
        assertThat(all.get(0).sentAt.get(0))
                .as("three permits' time, and half a round trip")
                .isBetween(1_300L, 1_310L);
        assertThat(times.subList(1, 3)).containsOnly(100L);
    }

    // ---- other refusals

    private Stage refusing(ErrorKind kind) {
        return stage.provider(acme -> acme.errors((request, head, body) -> head.status() == 200
                ? Optional.empty()
                : Optional.of(ApiError.builder("acme", head.status(), kind, RetryAdvice.AFTER_WAIT)
                        .executed(ApiError.Executed.NO)
                        .build())));
    }

    @Test
    void tooManyAtOnceMeansFewerAndNotSlower() {
        refusing(ErrorKind.CONCURRENCY_LIMITED);
        crowd(3, OK);
        ScriptedCall refused = stage.call(GET, Reply.status(429), OK);
        stage.runUntil(ofMillis(50));
        assertThat(stage.events).contains("keyPaused 100");
        List<ScriptedCall> all = crowd(6, Reply.status(200).after(ofMillis(100)));
        stage.run();
        assertThat(sends(all)).as("three of four may be under way").isEqualTo("{5000=1, 5100=2, 5200=3}");
        assertThat(refused.sentAt)
                .as("behind those who came during its backoff")
                .containsExactly(0L, 5_300L);
    }

    @Test
    void aLockedObjectSlowsNobodyDown() {
        refusing(ErrorKind.LOCK_CONTENTION);
        ScriptedCall locked = stage.call(GET, Reply.status(429), Reply.status(429), Reply.status(200));
        stage.runNow();
        assertThat(stage.run(GET, Reply.status(200)).sentAt).containsExactly(0L);
        assertThat(locked.sentAt).containsExactly(0L, 200L, 600L);
        assertThat(stage.events).noneMatch(event -> event.startsWith("keyPaused"));
        assertThat(stage.keys(GET)[0].bucket.isFull(stage.ticker.nanoTime())).isTrue();
    }

    @Test
    void anExhaustedQuotaIsNotAskedAgain() {
        ScriptedCall call = stage.run(GET, Reply.status(402), Reply.status(200));
        assertThat(call.timeline).containsExactly("0 SEND", "0 RETURN NOT_RETRYABLE");
        assertThat(call.execution.error().kind()).isEqualTo(ErrorKind.QUOTA_EXHAUSTED);
        assertThat(stage.run(GET, Reply.status(200)).sentAt).containsExactly(0L);
    }
}
