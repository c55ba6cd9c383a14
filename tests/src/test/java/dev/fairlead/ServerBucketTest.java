package dev.fairlead;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.RateLimit.Scope;
import dev.fairlead.ServerBucket.Outcome;
import dev.fairlead.testkit.ManualTicker;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The bucket follows a provider's windows, down and up. The clock wraps after its first second. */
class ServerBucketTest {
    private static final long WHEN_ANSWERED = ofNanos(QuotaState.WHEN_ANSWERED).toMillis();

    private final ManualTicker ticker = new ManualTicker();
    private ServerBucket bucket = bucket(policy -> policy);

    private ServerBucket bucket(UnaryOperator<Policy> policy) {
        return new ServerBucket(policy.apply(Policy.defaults().withRateLearning(false)), "", ticker.nanoTime());
    }

    private static RateLimit left(long remaining, long resetSeconds) {
        return left(-1, remaining, resetSeconds);
    }

    private static RateLimit left(long limit, long remaining, long resetSeconds) {
        return RateLimit.window(
                Scope.CREDENTIAL,
                null,
                limit,
                remaining,
                ofSeconds(resetSeconds).toNanos());
    }

    /** 0 where it may go; or else how many milliseconds to wait. */
    private long take() {
        return take(false);
    }

    private long take(boolean interactive) {
        return ofNanos(bucket.take(1, interactive, true, ticker.nanoTime())).toMillis();
    }

    private long[] take(int times) {
        return LongStream.range(0, times).map(each -> take()).toArray();
    }

    private void answered(RateLimit said) {
        answered(said, ticker.nanoTime());
    }

    private void answered(RateLimit said, long takenNanos) {
        settle(Outcome.SERVED, said, takenNanos);
    }

    private void settle(Outcome outcome, RateLimit said, long takenNanos) {
        long now = ticker.nanoTime();
        long reset = now + Math.max(0, said.resetNanosOrNegative());
        bucket.settle(1, takenNanos, outcome, said, reset, ofSeconds(1).toNanos(), now);
    }

    /** One request that was answered at once. */
    private void asked(RateLimit said) {
        assertThat(take()).isZero();
        answered(said);
    }

    // ---- what is left, and what is under way

    @Test
    void asManyGoAsAreLeft() {
        asked(left(3, 60));
        assertThat(take(4)).containsExactly(0, 0, 0, WHEN_ANSWERED);
    }

    @Test
    void whatIsUnderWayIsHeldAgainstWhatIsLeftWhetherOrNotTheAnswerCountsIt() {
        asked(left(3, 60));
        assertThat(take(3)).containsOnly(0);
        for (int remaining = 2; remaining > 0; remaining--) {
            answered(left(remaining, 60));
            assertThat(take()).as("%s left", remaining).isEqualTo(WHEN_ANSWERED);
        }
        answered(left(0, 60));
        assertThat(take()).isEqualTo(60_000);
    }

    @Test
    void anAnswerThatOvertookAnotherDoesNotReopenASpentWindow() {
        asked(left(2, 60));
        long first = ticker.nanoTime();
        take();
        ticker.advance(ofMillis(10));
        long second = ticker.nanoTime();
        take();
        ticker.advance(ofMillis(100));
        answered(left(0, 60), second);
        assertThat(take()).isEqualTo(59_890);
        answered(left(1, 60), first);
        assertThat(take()).as("still spent").isEqualTo(59_890);
    }

    @Test
    void aLostOrSilentAnswerCountsAsServed() {
        asked(left(2, 60));
        assertThat(take(2)).containsOnly(0);
        settle(Outcome.LOST, RateLimit.NONE, ticker.nanoTime());
        answered(RateLimit.NONE);
        assertThat(take()).isEqualTo(60_000);
    }

    @Test
    void whatARefusedRequestTookComesBack() {
        asked(left(1, 60));
        take();
        settle(Outcome.REFUSED_ELSEWHERE, RateLimit.NONE, ticker.nanoTime());
        assertThat(take(2)).containsExactly(0, WHEN_ANSWERED);
    }

    @Test
    void anAnswerToALaterRequestTellsWhatBecameOfTheLostOnes() {
        asked(left(3, 60));
        take();
        settle(Outcome.LOST, RateLimit.NONE, ticker.nanoTime());
        ticker.advance(ofMillis(1));
        asked(left(2, 60));
        assertThat(take(3)).as("the lost one never arrived").containsExactly(0, 0, WHEN_ANSWERED);
    }

    @Test
    void whatIsGivenBackCountsAgain() {
        asked(left(1, 60));
        take();
        bucket.giveBack(1, ticker.nanoTime(), ticker.nanoTime());
        assertThat(take(2)).containsExactly(0, WHEN_ANSWERED);
    }

    @Test
    void noneRemainingOnASuccessWaitsForTheReset() {
        asked(left(0, 12));
        assertThat(take()).isEqualTo(12_000);
        assertThat(bucket.isGuiding()).isTrue();
    }

    @Test
    void withoutANumberOrAResetNothingIsKnown() {
        asked(left(-1, 10));
        asked(RateLimit.window(Scope.CREDENTIAL, null, 100, 0, -1));
        asked(RateLimit.NONE.withRetryAfterNanos(5));
        assertThat(bucket.isGuiding()).isFalse();
        asked(RateLimit.NONE);
        assertThat(bucket.isFull(ticker.nanoTime())).isTrue();
    }

    @Test
    void aResetByHandForgetsTheWindowButNotWhatIsUnderWay() {
        asked(left(1, 60));
        take();
        bucket.reset(ticker.nanoTime());
        assertThat(take(3)).containsOnly(0);
        assertThat(bucket.isFull(ticker.nanoTime())).isFalse();
    }

    // ---- which window

    @Test
    void withinAWindowItNeverGoesUp() {
        asked(left(5, 60));
        asked(left(9, 60));
        asked(left(9, 61));
        for (int each = 0; each < 5; each++) {
            asked(RateLimit.NONE);
        }
        assertThat(take()).as("resets come in whole seconds").isEqualTo(60_000);
    }

    @Test
    void aLowerNumberOfTheSameWindowHolds() {
        asked(left(50, 60));
        asked(left(1, 59));
        assertThat(take()).isZero();
        answered(RateLimit.NONE);
        assertThat(take()).as("the earlier end").isEqualTo(59_000);
    }

    @Test
    void aLaterWindowReplaces() {
        asked(left(1, 10));
        asked(left(2, 40));
        assertThat(take(2)).containsOnly(0);
        answered(RateLimit.NONE);
        answered(RateLimit.NONE);
        assertThat(take()).isEqualTo(40_000);
    }

    @Test
    void anAnswerOfAnOlderWindowIsIgnored() {
        asked(left(7, 60));
        asked(left(0, 30));
        assertThat(take()).isZero();
    }

    @Test
    void anAnswerThatWasLongUnderWayIsNotOfALaterWindow() {
        asked(left(1, 60));
        long taken = ticker.nanoTime();
        take();
        ticker.advance(ofSeconds(5));
        // Made when it arrived there, five seconds ago.
        answered(left(1, 60), taken);
        assertThat(take()).isZero();
        answered(RateLimit.NONE);
        assertThat(take()).as("the reset is the first one's").isEqualTo(55_000);
    }

    @Test
    void aResetThatIsAlwaysAMinuteOffIsNotOneEndlessWindow() {
        // As token buckets report: refilled all the time, full again in a minute.
        for (int second = 0; second < 600; second++) {
            assertThat(take()).as("second %s", second).isZero();
            answered(left(9, 60));
            ticker.advance(ofSeconds(1));
        }
    }

    @Test
    void aSecondOfTheProvidersClockTellsTheWindow() {
        long end = 1_800_000_060L;
        asked(until(1, end));
        asked(until(5, end + 1));
        assertThat(take(2)).as("GitHub's moves by a second").containsExactly(0, WHEN_ANSWERED);
        answered(until(0, end - 1));
        assertThat(take()).isEqualTo(59_000);
        answered(until(5, end + 60));
        assertThat(take(6)).as("and that is the next").containsExactly(0, 0, 0, 0, 0, WHEN_ANSWERED);
        answered(until(1, end));
        assertThat(take()).as("of the one before").isZero();
    }

    private static RateLimit until(long remaining, long epochSecond) {
        AnswerHead head = AnswerHead.of(200).with("Date", "Fri, 15 Jan 2027 08:00:00 GMT");
        return RateLimit.windowUntil(Scope.CREDENTIAL, null, 100, remaining, epochSecond, head);
    }

    @Test
    void aWindowThatIsOverIsForgotten() {
        asked(left(0, 2));
        assertThat(bucket.isFull(ticker.nanoTime())).isFalse();
        ticker.advance(ofSeconds(2));
        assertThat(bucket.isFull(ticker.nanoTime())).isTrue();
        asked(left(0, 2));
        assertThat(take()).isEqualTo(2_000);
    }

    // ---- who may use it

    @Test
    void theReservedShareIsForInteractiveCalls() {
        bucket = bucket(policy -> policy.withReservedShare(20));
        asked(left(10, 4, 60));
        assertThat(take(3)).as("two of ten are kept").containsExactly(0, 0, WHEN_ANSWERED);
        assertThat(take(true)).isZero();
        assertThat(take(true)).isZero();
        assertThat(take(true)).isEqualTo(WHEN_ANSWERED);
        bucket.giveBack(1, ticker.nanoTime(), ticker.nanoTime());
        assertThat(take(false)).isEqualTo(WHEN_ANSWERED);
        assertThat(take(true)).isZero();
    }

    @Test
    void pacedSpendingSpreadsWhatIsLeftUntilTheReset() {
        bucket = bucket(policy -> policy.withPacedSpending(true));
        asked(left(4, 10));
        assertThat(take(2)).containsExactly(0, 2_500);
        ticker.advance(ofMillis(2_500));
        answered(RateLimit.NONE);
        assertThat(take(2)).containsExactly(0, 2_500);
        ticker.advance(ofMillis(2_500));
        answered(left(1, 5));
        assertThat(take(2)).as("the last one has all that time").containsExactly(0, WHEN_ANSWERED);
        answered(left(0, 5));
        assertThat(take()).isEqualTo(5_000);
    }

    @Test
    void whoIsBehindMoreThanAWindowHasGoesInALaterOne() {
        asked(left(2, 0, 10));
        ticker.advance(ofSeconds(10));
        asked(left(2, 0, 10));
        assertThat(LongStream.rangeClosed(1, 5)
                        .map(place -> bucket.estimateNanos(place, ticker.nanoTime()) / 1_000_000)
                        .toArray())
                .containsExactly(10_000, 10_000, 20_000, 20_000, 30_000);
    }
}
