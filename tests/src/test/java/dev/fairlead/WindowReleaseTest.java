package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Callers of a provider that says what is left of a window: nobody goes without a permit, nor waits without a reason. */
class WindowReleaseTest {
    private final Stage stage = Stage.set();

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

    private static Reply left(int remaining, int resetSeconds) {
        return Reply.left(remaining, resetSeconds).after(ofMillis(100));
    }

    @Test
    void threeRemainingOnTheFirstAnswerOfAFreshProcessMeanThreeMore() {
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
    void whoStandsBehindThoseUnderWayWaitsForTheirAnswers() {
        stage.run(GET, Reply.left(3, 60));
        ScriptedCall first = stage.call(GET, left(3, 60));
        ScriptedCall second = stage.call(GET, Reply.status(200).after(ofMillis(300)));
        ScriptedCall third = stage.call(GET, Reply.unreachable().after(ofMillis(500)));
        List<ScriptedCall> more = crowd(2, left(0, 60));
        stage.runNow();
        assertThat(List.of(first, second, third)).allMatch(call -> call.sentAt.equals(List.of(0L)));
        stage.runUntil(ofMillis(400));
        assertThat(sends(more)).as("the first took none of them").isEqualTo("{100=1}");
    }

    @Test
    void noneRemainingOnASuccessIsNoThrottle() {
        ScriptedCall call = stage.run(GET, Reply.left(0, 12));
        assertThat(call.stopReason()).isEqualTo(StopReason.SUCCESS);
        assertThat(stage.events).noneMatch(event -> event.startsWith("keyPaused"));
        assertThat(stage.keys(GET)[0].isUnhindered()).isTrue();
        assertThat(stage.run(GET, Reply.status(200)).timeline)
                .containsExactly("0 WAIT RATE_LIMIT 12000", "12000 SEND", "12000 RETURN SUCCESS");
    }

    // ---- the end of a spent window

    @Test
    void oneAsksAloneAndTheRestFollowOnItsAnswer() {
        stage.run(GET, left(0, 10));
        List<ScriptedCall> all = crowd(6, left(9, 10));
        stage.run();
        assertThat(sends(all)).isEqualTo("{10100=1, 10200=5}");
        assertThat(all.get(0).sentAt).as("in order of arrival").containsExactly(10_100L);
    }

    @Test
    void onlyAsManyFollowAsItsAnswerSays() {
        stage.policy(policy -> policy.withDeadline(ofSeconds(60)));
        stage.run(GET, left(0, 10));
        ScriptedCall first = stage.call(GET, left(2, 10));
        List<ScriptedCall> rest = crowd(4, left(0, 10));
        stage.run();
        assertThat(first.sentAt).containsExactly(10_100L);
        assertThat(sends(rest)).as("the second window ends at 20.2").isEqualTo("{10200=2, 20200=1, 30300=1}");
    }

    @Test
    void alsoWhoNeedsMoreThanOnePermitMayAsk() {
        stage.run(GET, Reply.of(left(0, 10).head().with("RateLimit-Limit", "10")));
        assertThat(stage.run(GET, CallOptions.NONE.withCost(5), left(5, 10)).timeline)
                .containsExactly("0 WAIT RATE_LIMIT 10000", "10000 SEND", "10100 RETURN SUCCESS");
    }

    @Test
    void alsoWhoMayNotUseTheReservedShareMayAsk() {
        stage.policy(policy -> policy.withReservedShare(50));
        stage.run(GET, Reply.of(left(0, 10).head().with("RateLimit-Limit", "10")));
        assertThat(stage.run(GET, left(9, 10)).timeline)
                .containsExactly("0 WAIT RATE_LIMIT 10000", "10000 SEND", "10100 RETURN SUCCESS");
    }

    @Test
    void whileNobodyAnswersAnotherAsksAfterThreeRoundTrips() {
        stage.run(GET, left(0, 10));
        List<ScriptedCall> all = crowd(4, Reply.silence());
        stage.runUntil(ofMillis(11_300));
        assertThat(sends(all)).isEqualTo("{10100=1, 10400=1, 10700=1, 11000=1}");
    }

    @Test
    void nobodyAsksAgainSoonerThanATenthOfASecond() {
        stage.run(GET, Reply.left(0, 10).after(ofMillis(1)));
        List<ScriptedCall> all = crowd(3, Reply.silence());
        stage.runUntil(ofSeconds(11));
        assertThat(sends(all)).isEqualTo("{10001=1, 10101=1, 10201=1}");
    }

    @Test
    void anAnswerThatSaysNothingLetsTheNextAsk() {
        stage.run(GET, left(0, 10));
        List<ScriptedCall> all = crowd(3, Reply.status(200).after(ofMillis(100)));
        stage.run();
        assertThat(sends(all)).isEqualTo("{10100=1, 10200=1, 10300=1}");
    }

    @Test
    void whoCouldNotAskLetsTheNextAsk() {
        stage.run(GET, left(0, 10));
        ScriptedCall lead = stage.call(GET, Reply.unreachable().after(ofMillis(50)));
        List<ScriptedCall> all = crowd(3, left(9, 10));
        stage.runUntil(ofSeconds(11));
        assertThat(lead.sentAt.get(0)).isEqualTo(10_100);
        assertThat(sends(all)).isEqualTo("{10150=1, 10250=2}");
    }

    @Test
    void whatWasLeftAtTheEndOfAWindowMayGoWithoutAsking() {
        stage.run(GET, left(3, 10));
        stage.ticker.advanceTo(ofMillis(10_100));
        List<ScriptedCall> all = crowd(6, left(9, 10));
        stage.run();
        assertThat(sends(all)).as("three, and one asks").isEqualTo("{10100=4, 10200=2}");
    }

    @Test
    void whatWasLeftAtTheEndOfAWindowMayGoAlsoIfSomebodyAsked() {
        stage.run(GET, left(3, 10));
        stage.ticker.advanceTo(ofMillis(10_100));
        stage.run(GET, Reply.status(200).fromCache());
        List<ScriptedCall> all = crowd(6, left(9, 10));
        stage.run();
        assertThat(sends(all)).isEqualTo("{10100=3, 10200=3}");
    }

    @Test
    void whoAskedTooEarlyAsksAgainASecondLater() {
        // The provider cuts what it says to whole seconds: the window really ends at 10.6.
        stage.run(GET, left(0, 10));
        ScriptedCall early = stage.call(GET, throttled(0), left(9, 10));
        stage.run();
        assertThat(early.sentAt).containsExactly(10_100L, 11_100L);
    }

    private static Reply throttled(int resetSeconds) {
        return Reply.of(AnswerHead.of(429)
                        .with("RateLimit-Remaining", "0")
                        .with("RateLimit-Reset", Integer.toString(resetSeconds)))
                .after(ofMillis(100));
    }

    // ---- what is given back

    @Test
    void permitsComeBackFromWhateverWasNotSent() {
        Stage once = Stage.set().policy(policy -> policy.withMaxAttempts(1));
        once.run(GET, Reply.left(2, 600));
        once.run(GET, Reply.status(200).fromCache());
        once.run(GET, Reply.unreachable());
        ScriptedCall cancelled = once.call(GET, Reply.status(200)).cancel();
        once.run();
        assertThat(cancelled.sentAt).isEmpty();
        once.openBreaker();
        once.run(GET, Reply.status(200));
        once.rules().breaker().reset();
        assertThat(once.run(GET, Reply.broken()).sentAt).containsExactly(0L);
        assertThat(once.run(GET, Reply.status(200)).sentAt).containsExactly(0L);
        assertThat(once.run(GET, Reply.status(200)).stopReason())
                .as("what may have been sent is spent")
                .isEqualTo(StopReason.DEADLINE);
    }

    @Test
    void whoWasThrottledTookNothing() {
        stage.run(GET, Reply.left(2, 600));
        stage.run(GET, Reply.throttle(1), Reply.status(200));
        assertThat(stage.run(GET, Reply.status(200)).sentAt).containsExactly(1_000L);
        assertThat(stage.run(GET, Reply.status(200)).sentAt).isEmpty();
    }
}
