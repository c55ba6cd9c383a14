package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A throttle is no failed attempt where others were served meanwhile: they were only quicker. The deadline bounds it. */
class ForgivenThrottleTest {
    private final Stage stage =
            Stage.set().policy(policy -> policy.withMaxAttempts(3).withDeadline(ofSeconds(30)));

    /** Another call of the key is served between two attempts. */
    private ScriptedCall whileOthersAreServed(Stage scene, AskedHead other) {
        ScriptedCall unlucky = scene.call(GET, Reply.throttle(2));
        for (int second = 1; second < 60; second += 2) {
            scene.runUntil(ofSeconds(second));
            if (unlucky.isDone()) {
                break;
            }
            // Served although the key pauses, as one that was sent before it.
            scene.keys(other)[scene.keys(other).length - 1].bucket.settle(
                    0,
                    scene.ticker.nanoTime(),
                    ServerBucket.Outcome.SERVED,
                    RateLimit.NONE,
                    0,
                    1,
                    scene.ticker.nanoTime());
        }
        scene.run();
        return unlucky;
    }

    @Test
    void whileItsKeyIsServedACallGoesOnUntilItsDeadline() {
        ScriptedCall unlucky = whileOthersAreServed(stage, GET);
        assertThat(unlucky.sentAt)
                .hasSize(15)
                .startsWith(0L, 2_000L, 4_000L, 6_000L)
                .endsWith(28_000L);
        assertThat(unlucky.stopReason()).isEqualTo(StopReason.DEADLINE);
    }

    @Test
    void whileItsKeyServesNobodyItStopsAfterMaxAttempts() {
        ScriptedCall unlucky = stage.run(GET, Reply.throttle(2));
        assertThat(unlucky.sentAt).containsExactly(0L, 2_000L, 4_000L);
        assertThat(unlucky.stopReason()).isEqualTo(StopReason.ATTEMPTS_EXHAUSTED);
    }

    @Test
    void whatAnotherKeyServesIsNoReason() {
        ScriptedCall unlucky = whileOthersAreServed(stage, Stage.as(GET, "somebody-else"));
        assertThat(unlucky.sentAt).containsExactly(0L, 2_000L, 4_000L);
    }

    @Test
    void otherErrorsCountAsEver() {
        ScriptedCall unlucky = stage.call(GET, Reply.throttle(1), Reply.status(503));
        stage.runUntil(ofMillis(500));
        ScriptedCall served = stage.call(GET, Reply.status(200));
        stage.run();
        assertThat(served.stopReason()).isEqualTo(StopReason.SUCCESS);
        assertThat(unlucky.sentAt).hasSize(3);
        assertThat(unlucky.stopReason()).isEqualTo(StopReason.ATTEMPTS_EXHAUSTED);
    }

    @Test
    void theRetryBudgetBoundsItAsWell() {
        stage.policy(policy -> policy.withRetryBudget(20, 14, 5, 0));
        ScriptedCall unlucky = whileOthersAreServed(stage, GET);
        assertThat(unlucky.sentAt).as("four repetitions at five tokens").hasSize(5);
        assertThat(unlucky.stopReason()).isEqualTo(StopReason.RETRY_BUDGET_EXHAUSTED);
    }

    @Test
    void aCrowdThatIsThrottledInTurnIsServedInTheEnd() {
        Stage one = Stage.set()
                .policy(policy ->
                        policy.withMaxAttempts(2).withDeadline(ofSeconds(300)).withRateLearning(false));
        long[] lastSecond = {-1};
        List<ScriptedCall> all = java.util.stream.IntStream.range(0, 30)
                .mapToObj(each -> one.call(GET, CallOptions.NONE, true, attempt -> {
                    long second = one.nowMillis() / 1_000;
                    boolean served = second != lastSecond[0];
                    lastSecond[0] = second;
                    return served ? Reply.status(200).after(ofMillis(10)) : Reply.throttle(1);
                }))
                .toList();
        one.run();
        assertThat(all).allMatch(call -> call.stopReason() == StopReason.SUCCESS);
        assertThat(all).as("beyond two attempts").anyMatch(call -> call.sentAt.size() > 2);
    }
}
