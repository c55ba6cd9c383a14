package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.RateLimit.Scope;
import dev.fairlead.testkit.ManualTicker;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The bucket follows the server, down and up, and keeps to a rate of our own. The clock wraps after its first second. */
class ServerBucketTest {
    private final ManualTicker ticker = new ManualTicker();
    private final ServerBucket bucket = new ServerBucket(ticker, Policy.defaults(), "");

    private static RateLimit left(long remaining, long resetSeconds) {
        return RateLimit.window(
                Scope.CREDENTIAL, null, -1, remaining, ofSeconds(resetSeconds).toNanos());
    }

    private ServerBucket rated(int permits, Duration period, int burst) {
        return new ServerBucket(ticker, Policy.defaults().withRateLimit(permits, period, burst), "");
    }

    private long reserveMillis(ServerBucket from) {
        return Duration.ofNanos(from.reserve(1)).toMillis();
    }

    // ---- the server's window

    @Test
    void threeRemainingOnTheFirstAnswerOfAFreshProcessMeanThreeMore() {
        Stage stage = Stage.set();
        stage.run(GET, Reply.left(3, 60));
        stage.ticker.advance(ofSeconds(1));
        List<ScriptedCall> next = IntStream.range(0, 5)
                .mapToObj(each -> stage.call(GET, CallOptions.deadline(ofSeconds(5)), Reply.status(200)))
                .toList();
        stage.run();
        assertThat(next)
                .extracting(ScriptedCall::stopReason)
                .containsExactly(
                        StopReason.SUCCESS,
                        StopReason.SUCCESS,
                        StopReason.SUCCESS,
                        StopReason.DEADLINE,
                        StopReason.DEADLINE);
        assertThat(next.get(4).thrown(RateLimitedException.class).retryAfter()).isEqualTo(ofSeconds(59));
        stage.ticker.advanceTo(ofSeconds(60));
        assertThat(stage.run(GET, Reply.status(200)).sentAt).as("a new window").containsExactly(60_000L);
    }

    @Test
    void threeRemainingMeanThreeMoreAlsoForThoseWhoHeldTheirPlaceBefore() {
        Stage stage = Stage.set().policy(policy -> policy.withMaxConcurrency(1));
        List<ScriptedCall> calls = IntStream.range(0, 8)
                .mapToObj(each -> stage.call(
                        GET,
                        attempt -> each == 0
                                ? Reply.left(3, 20).after(ofMillis(50))
                                : Reply.status(200).after(ofMillis(50))))
                .toList();
        stage.run();
        assertThat(calls)
                .extracting(call -> call.sentAt.get(0))
                .containsExactly(0L, 50L, 100L, 150L, 20_050L, 20_100L, 20_150L, 20_200L);
    }

    @Test
    void noneRemainingOnASuccessWaitsForTheResetAndIsNoThrottle() {
        Stage stage = Stage.set();
        ScriptedCall call = stage.run(GET, Reply.left(0, 12));
        assertThat(call.stopReason()).isEqualTo(StopReason.SUCCESS);
        assertThat(stage.keys(GET)[0].gate.isOpen()).isTrue();
        assertThat(stage.events).noneMatch(event -> event.startsWith("keyPaused"));
        assertThat(stage.run(GET, Reply.status(200)).timeline)
                .containsExactly("0 WAIT RATE_LIMIT 12000", "12000 SEND", "12000 RETURN SUCCESS");
    }

    @Test
    void withinAWindowItNeverGoesUp() {
        bucket.observe(left(5, 60));
        bucket.observe(left(9, 60));
        IntStream.range(0, 5).forEach(each -> assertThat(bucket.reserve(1)).isZero());
        assertThat(reserveMillis(bucket)).isEqualTo(60_000);
        bucket.observe(left(9, 61));
        assertThat(reserveMillis(bucket)).as("resets come in whole seconds").isEqualTo(61_000);
    }

    @Test
    void aLowerNumberOfTheSameWindowHolds() {
        bucket.observe(left(50, 60));
        bucket.observe(left(1, 59));
        assertThat(bucket.reserve(1)).isZero();
        assertThat(reserveMillis(bucket)).isEqualTo(60_000);
    }

    @Test
    void aLaterWindowReplaces() {
        bucket.observe(left(0, 10));
        assertThat(reserveMillis(bucket)).isEqualTo(10_000);
        bucket.observe(left(2, 40));
        assertThat(bucket.reserve(1)).isZero();
        assertThat(bucket.reserve(1)).isZero();
        assertThat(reserveMillis(bucket)).isEqualTo(40_000);
    }

    @Test
    void anAnswerOfAnOlderWindowIsIgnored() {
        bucket.observe(left(7, 60));
        bucket.observe(left(0, 30));
        assertThat(bucket.reserve(1)).isZero();
    }

    @Test
    void aResetThatIsAlwaysAMinuteOffIsNotOneEndlessWindow() {
        // As token buckets report: refilled all the time, full again in a minute.
        for (int second = 0; second < 600; second++) {
            assertThat(bucket.reserve(1)).as("second %s", second).isZero();
            bucket.observe(left(9, 60));
            ticker.advance(ofSeconds(1));
        }
    }

    @Test
    void aWindowThatIsOverIsForgotten() {
        bucket.observe(left(0, 2));
        assertThat(bucket.isFull()).isFalse();
        ticker.advance(ofSeconds(2));
        assertThat(bucket.isFull()).isTrue();
        assertThat(bucket.reserve(1)).isZero();
        bucket.observe(left(0, 2));
        assertThat(reserveMillis(bucket)).isEqualTo(2_000);
    }

    @Test
    void withoutANumberOrAResetNothingIsKnown() {
        bucket.observe(left(-1, 10));
        bucket.observe(RateLimit.window(Scope.CREDENTIAL, null, 100, 0, -1));
        bucket.observe(RateLimit.NONE.withRetryAfterNanos(5));
        assertThat(bucket.reserve(1)).isZero();
        assertThat(bucket.isFull()).isTrue();
    }

    @Test
    void whatIsGivenBackCountsAgain() {
        bucket.observe(left(1, 60));
        ticker.advance(ofMillis(1));
        bucket.reserve(1);
        bucket.giveBack(1);
        assertThat(bucket.reserve(1)).isZero();
        assertThat(bucket.reserve(1)).isPositive();
    }

    @Test
    void whatWasReservedBeforeTheAnswerIsNotInItsCount() {
        long before = ticker.nanoTime();
        bucket.reserve(1);
        ticker.advance(ofMillis(1));
        bucket.observe(left(3, 60));
        bucket.giveBack(1, before, before);
        IntStream.range(0, 3).forEach(each -> assertThat(bucket.reserve(1)).isZero());
        assertThat(bucket.reserve(1)).as("still three").isPositive();
    }

    @Test
    void whatWasReservedBeforeALowerAnswerIsNotInItsCountEither() {
        bucket.observe(left(10, 60));
        ticker.advance(ofMillis(1));
        long reservedAt = ticker.nanoTime();
        bucket.reserve(1);
        bucket.reserve(1);
        ticker.advance(ofMillis(1));
        bucket.observe(left(1, 60));
        ticker.advance(ofMillis(1));
        assertThat(bucket.askAgain(1, reservedAt)).as("the one that is left").isZero();
        assertThat(bucket.askAgain(1, reservedAt)).isPositive();
        bucket.giveBack(1, reservedAt, reservedAt);
        assertThat(bucket.reserve(1)).isPositive();
    }

    @Test
    void aResetByHandForgetsTheWindow() {
        bucket.observe(left(0, 60));
        bucket.reset();
        assertThat(bucket.reserve(1)).isZero();
    }

    @Test
    void tokensComeBackFromWhateverWasNotSent() {
        Stage stage = Stage.set().policy(policy -> policy.withMaxAttempts(1));
        stage.run(GET, Reply.left(2, 600));
        stage.ticker.advance(ofMillis(1));
        stage.run(GET, Reply.status(200).fromCache());
        stage.run(GET, Reply.unreachable());
        ScriptedCall cancelled = stage.call(GET, Reply.status(200)).cancel();
        stage.run();
        assertThat(cancelled.sentAt).isEmpty();
        stage.openBreaker();
        stage.run(GET, Reply.status(200));
        stage.rules().breaker().reset();
        ServerBucket own = (ServerBucket) stage.keys(GET)[0].bucket;
        assertThat(own.reserve(1)).isZero();
        assertThat(own.reserve(1)).isZero();
        assertThat(own.reserve(1)).isPositive();
    }

    @Test
    void tokensOfWhatMayHaveBeenSentAreSpent() {
        Stage stage = Stage.set().policy(policy -> policy.withMaxAttempts(1));
        stage.run(GET, Reply.left(1, 600));
        stage.ticker.advance(ofMillis(1));
        stage.run(GET, Reply.broken());
        assertThat(stage.keys(GET)[0].bucket.reserve(1)).isPositive();
    }

    // ---- a rate of our own

    @Test
    void aRateWithoutBurstGivesExactTimes() {
        ServerBucket rate = rated(4, ofSeconds(1), 1);
        assertThat(IntStream.range(0, 5).mapToObj(each -> reserveMillis(rate)))
                .containsExactly(0L, 250L, 500L, 750L, 1000L);
        ticker.advance(ofMillis(1_100));
        assertThat(reserveMillis(rate)).isEqualTo(150);
        ticker.advance(ofSeconds(60));
        assertThat(IntStream.range(0, 3).mapToObj(each -> reserveMillis(rate))).containsExactly(0L, 250L, 500L);
    }

    @Test
    void aBurstGoesAtOnceAndIsThenPaidOff() {
        ServerBucket rate = rated(10, ofSeconds(1), 3);
        assertThat(IntStream.range(0, 6).mapToObj(each -> reserveMillis(rate)))
                .containsExactly(0L, 0L, 0L, 100L, 200L, 300L);
        assertThat(rate.isFull()).isFalse();
        ticker.advance(ofMillis(600));
        assertThat(rate.isFull()).isTrue();
    }

    @Test
    void aPeriodThatDoesNotDivideEvenlyIsRoundedUp() {
        ServerBucket rate = rated(7, ofSeconds(1), 1);
        IntStream.range(0, 7).forEach(each -> rate.reserve(1));
        assertThat(rate.reserve(1))
                .as("the eighth")
                .isGreaterThanOrEqualTo(ofSeconds(1).toNanos());
    }

    @Test
    void absurdRatesDoNotOverflow() {
        ServerBucket slow = rated(1, Duration.ofDays(365), Integer.MAX_VALUE);
        IntStream.range(0, 5).forEach(each -> assertThat(slow.reserve(1)).isZero());
        ServerBucket fast = rated(Integer.MAX_VALUE, Duration.ofNanos(1), 1);
        assertThat(fast.reserve(1)).isZero();
        assertThat(fast.reserve(1)).isEqualTo(1);
    }

    @Test
    void theLastPlaceGivenBackIsFreeAgainAndOneInTheMiddleIsLost() {
        ServerBucket rate = rated(10, ofSeconds(1), 1);
        long now = ticker.nanoTime();
        rate.reserve(1);
        rate.reserve(1);
        rate.reserve(1);
        rate.giveBack(1, now, now + ofMillis(200).toNanos());
        assertThat(reserveMillis(rate)).isEqualTo(200);
        rate.giveBack(1, now, now + ofMillis(100).toNanos());
        assertThat(reserveMillis(rate)).as("never two at 200 ms").isEqualTo(300);
    }

    @Test
    void callsThatAreRefusedDoNotPushBackTheNext() {
        Stage stage = Stage.set()
                .policy(policy -> policy.withRateLimit(1, ofSeconds(1), 1).withLongestWait(ofSeconds(2)));
        List<ScriptedCall> calls = IntStream.range(0, 50)
                .mapToObj(each -> stage.call(GET, Reply.status(200)))
                .toList();
        stage.run();
        assertThat(calls).filteredOn(call -> !call.sentAt.isEmpty()).hasSize(3);
        assertThat(stage.nowMillis()).isEqualTo(2_000);
        stage.ticker.advance(ofSeconds(1));
        assertThat(stage.run(GET, Reply.status(200)).sentAt).containsExactly(3_000L);
    }

    @Test
    void whatIsSavedUpDuringAPauseDoesNotGoAllAtOnce() {
        Stage stage = Stage.set().policy(policy -> policy.withRateLimit(10, ofSeconds(1), 1));
        stage.keys(GET)[0].pause(ofSeconds(10).toNanos());
        List<ScriptedCall> calls = IntStream.range(0, 40)
                .mapToObj(each -> stage.call(GET, Reply.status(200)))
                .toList();
        stage.run();
        assertThat(calls)
                .extracting(call -> call.sentAt.get(0))
                .isEqualTo(IntStream.range(0, 40)
                        .mapToObj(each -> 10_000L + 100 * each)
                        .toList());
    }

    /** Whatever is given back, cancelled, throttled or waits: in no second go more than the rate and its burst allow. */
    @Test
    void theRateHoldsWhateverHappens() {
        for (int seed = 0; seed < 10; seed++) {
            Random dice = new Random(seed);
            Stage stage = Stage.set().policy(policy -> policy.withRateLimit(20, ofSeconds(1), 1));
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
            assertThat(sends.size()).isGreaterThan(100);
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
