package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.RateLimit.Scope;
import org.junit.jupiter.api.Test;

/** What a provider says that nobody can go by, or no longer: nobody waits for ever because of it. */
class HostileQuotaTest {
    private final Stage stage = Stage.set()
            .policy(policy -> policy.withRateLearning(false))
            .provider(acme -> acme.rateLimit((head, body) -> head.header("Per-Second") == null
                    ? RateLimit.NONE
                    : RateLimit.refilling(
                                    Scope.CREDENTIAL,
                                    null,
                                    HeaderValues.nonNegativeInteger(head.header("Capacity")),
                                    HeaderValues.nonNegativeInteger(head.header("Available")),
                                    Double.parseDouble(head.header("Per-Second")))
                            .withRequestedCost(HeaderValues.nonNegativeInteger(head.header("Requested")))));

    private static Reply level(int capacity, int available, String perSecond) {
        return Reply.of(AnswerHead.of(200)
                .with("Capacity", Integer.toString(capacity))
                .with("Available", Integer.toString(available))
                .with("Per-Second", perSecond));
    }

    private static Reply asked(Reply reply, int requested) {
        return Reply.of(reply.head().with("Requested", Integer.toString(requested)));
    }

    private static CallOptions cost(int permits) {
        return CallOptions.NONE.withCost(permits);
    }

    @Test
    void aBucketOfOneIsUsed() {
        stage.run(GET, level(1, 1, "1"));
        ScriptedCall next = stage.run(GET, level(1, 0, "1"));
        assertThat(next.stopReason()).isEqualTo(StopReason.SUCCESS);
    }

    @Test
    void aBucketThatHoldsNothingIsAskedOneByOne() {
        stage.run(GET, level(0, 0, "5"));
        ScriptedCall next = stage.run(GET, level(0, 0, "5"));
        assertThat(next.stopReason()).isEqualTo(StopReason.SUCCESS);
    }

    @Test
    void aRateThatNobodyCanWaitForIsNotBelieved() {
        stage.run(GET, level(1000, 0, "1e-9"));
        ScriptedCall next = stage.run(GET, level(1000, 500, "50"));
        assertThat(next.stopReason()).isEqualTo(StopReason.SUCCESS);
    }

    @Test
    void aWholeBucketIsSpentThoughSomebodyElseTakesOfIt() {
        stage.run(GET, cost(900), asked(level(1000, 1000, "50"), 900));
        for (int left : new int[] {900, 890, 880, 870, 860, 850, 840, 830}) {
            stage.ticker.advance(ofMillis(400));
            stage.run(GET, cost(1), level(1000, left, "50"));
        }
        ScriptedCall next = stage.run(GET, cost(900), level(1000, 100, "50"));
        assertThat(next.stopReason()).isEqualTo(StopReason.SUCCESS);
    }

    @Test
    void aCostThatFitsIntoNoBucketIsOneThatFillsIt() {
        stage.run(GET, asked(level(1000, 900, "50"), 1_000_000_000));
        stage.ticker.advance(ofSeconds(10));
        stage.run(GET, Reply.status(200));
        stage.ticker.advance(ofSeconds(70));
        ScriptedCall next = stage.run(GET, level(1000, 990, "50"));
        assertThat(next.stopReason()).isEqualTo(StopReason.SUCCESS);
    }

    @Test
    void norDoesItSpendARateOfOurOwnForEver() {
        stage.policy(policy -> policy.withRateLimit(10, ofSeconds(1), 10));
        stage.run(GET, asked(level(1000, 900, "50"), 1_000_000_000));
        stage.ticker.advance(ofSeconds(100));
        stage.run(GET, level(1000, 990, "50"));
        stage.ticker.advance(ofSeconds(3600));
        ScriptedCall next = stage.run(GET, level(1000, 990, "50"));
        assertThat(next.stopReason()).isEqualTo(StopReason.SUCCESS);
    }

    @Test
    void whoWaitsForASlowAnswerGoesWhenTheWindowIsOverBefore() {
        Stage scene = Stage.set().policy(policy -> policy.withRateLearning(false));
        scene.run(GET, Reply.left(1, 2));
        scene.call(GET, Reply.left(9, 2).after(ofSeconds(9)));
        scene.runNow();
        ScriptedCall next = scene.call(GET, Reply.left(9, 2));
        scene.run();
        assertThat(next.sentAt).containsExactly(2_000L);
    }

    @Test
    void whatIsSpreadOverAWindowIsNotSpreadBeyondIt() {
        Stage scene =
                Stage.set().policy(policy -> policy.withRateLearning(false).withPacedSpending(true));
        scene.run(GET, Reply.left(5, 10));
        scene.run(GET, cost(500), Reply.status(200));
        ScriptedCall next = scene.run(GET, Reply.left(5, 10));
        assertThat(next.sentAt).containsExactly(10_000L);
    }

    private static AnswerHead until(Stage scene, int status, int left, long seconds) {
        return AnswerHead.of(status)
                .with("X-RateLimit-Remaining", Integer.toString(left))
                .with("X-RateLimit-Reset", Long.toString(seconds));
    }

    @Test
    void aResetThatWasLongAgoIsForgottenWithItsWindow() {
        Stage scene = Stage.set()
                .policy(policy -> policy.withRateLearning(false))
                .provider(acme -> acme.rateLimit((head, body) -> RateLimit.windowUntil(
                        Scope.CREDENTIAL,
                        null,
                        10,
                        HeaderValues.nonNegativeInteger(head.header("X-RateLimit-Remaining")),
                        HeaderValues.nonNegativeInteger(head.header("X-RateLimit-Reset")),
                        head)));
        long now = scene.ticker.wallTimeMillis() / 1000;
        for (int i = 0; i < 30; i++) {
            scene.run(GET, Reply.of(until(scene, 200, 0, now - 3_000)).after(ofMillis(100)));
        }
        scene.ticker.advance(ofSeconds(600));
        for (int i = 0; i < 3; i++) {
            scene.run(GET, Reply.of(until(scene, 200, 0, now - 3_000)).after(ofMillis(100)));
        }
        long later = scene.ticker.wallTimeMillis() / 1000;
        scene.run(GET, Reply.of(until(scene, 200, 0, later + 5)));
        ScriptedCall next = scene.run(GET, Reply.of(until(scene, 200, 9, later + 10)));
        assertThat(next.stopReason()).isEqualTo(StopReason.SUCCESS);
    }

    @Test
    void aWrongEndOfAWindowIsGivenUpWhenOneEndsSooner() {
        Stage scene = Stage.set();
        scene.run(GET, Reply.left(1, 3_000));
        scene.ticker.advance(ofSeconds(1));
        scene.run(GET, Reply.left(90, 30).after(ofMillis(100)));
        ScriptedCall[] crowd = new ScriptedCall[20];
        for (int each = 0; each < crowd.length; each++) {
            crowd[each] = scene.call(GET, Reply.left(89 - each, 30).after(ofMillis(100)));
        }
        scene.run();
        assertThat(crowd).allMatch(call -> call.sentAt.get(0) == 1_100);
    }
}
