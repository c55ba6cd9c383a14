package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.RateLimit.Scope;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Callers of a provider that refills a bucket all the time, and counts points: they hold what they asked for at most. */
class RefilledQuotaTest {
    private final Stage stage = Stage.set()
            .policy(policy -> policy.withRateLearning(false))
            .provider(acme -> acme.rateLimit((head, body) -> RateLimit.refilling(
                            Scope.CREDENTIAL,
                            null,
                            number(head, "Capacity"),
                            number(head, "Available"),
                            number(head, "Per-Second"))
                    .withCost(number(head, "Cost"))
                    .withRequestedCost(number(head, "Requested"))
                    .withRetryAfterNanos(HeaderValues.retryAfterNanos(head))));

    private static long number(ResponseHead head, String name) {
        return HeaderValues.nonNegativeInteger(head.header(name));
    }

    private static AnswerHead level(int status, int capacity, int available, int perSecond) {
        return AnswerHead.of(status)
                .with("Capacity", Integer.toString(capacity))
                .with("Available", Integer.toString(available))
                .with("Per-Second", Integer.toString(perSecond));
    }

    /** Of a bucket of 1,000 points, 50 of which come back in a second. */
    private static Reply points(int available, int cost, int requested) {
        return Reply.of(level(200, 1_000, available, 50)
                        .with("Cost", Integer.toString(cost))
                        .with("Requested", Integer.toString(requested)))
                .after(ofMillis(100));
    }

    private static CallOptions cost(int permits) {
        return CallOptions.NONE.withCost(permits);
    }

    private static String sends(List<ScriptedCall> calls) {
        TreeMap<Long, Integer> sends = new TreeMap<>();
        calls.forEach(call -> call.sentAt.forEach(time -> sends.merge(time, 1, Integer::sum)));
        return sends.toString();
    }

    private List<ScriptedCall> crowd(int size, CallOptions options, Reply... replies) {
        return IntStream.range(0, size)
                .mapToObj(each -> stage.call(GET, options, replies))
                .toList();
    }

    @Test
    void callersGoAsTheBucketFills() {
        stage.run(GET, Reply.of(level(200, 10, 3, 2)));
        List<ScriptedCall> all = crowd(5, CallOptions.NONE, Reply.status(200));
        stage.run();
        assertThat(sends(all)).as("one is kept for rounding").isEqualTo("{0=2, 500=1, 1000=1, 1500=1}");
    }

    @Test
    void whatIsUnderWayIsHeldAgainstTheLevel() {
        stage.run(GET, Reply.of(level(200, 40, 6, 1)));
        List<ScriptedCall> all =
                crowd(8, CallOptions.NONE, Reply.of(level(200, 40, 3, 1)).after(ofMillis(100)));
        stage.runNow();
        assertThat(sends(all)).isEqualTo("{0=5}");
        stage.runUntil(ofMillis(150));
        assertThat(sends(all)).as("two of three, as soon as none is under way").isEqualTo("{0=5, 100=2}");
    }

    @Test
    void aCostThatIsSaidIsHeldUntilTheAnswerAndTheRestComesBack() {
        stage.run(GET, points(250, 10, 10));
        List<ScriptedCall> all = crowd(3, cost(100), points(255, 10, 100));
        stage.runUntil(ofMillis(150));
        assertThat(sends(all)).as("the third would wait for 51 points").isEqualTo("{100=2}");
        stage.run();
        assertThat(sends(all)).as("but gets what the first ones left").isEqualTo("{100=2, 200=1}");
    }

    @Test
    void aCostThatIsNotThereIsWaitedForExactly() {
        stage.run(GET, points(101, 10, 10));
        ScriptedCall call = stage.run(GET, cost(300), points(1, 300, 300));
        assertThat(call.sentAt).as("200 points at 50 a second").containsExactly(4_100L);
    }

    @Test
    void whoeverNeedsMoreThanTheBucketHoldsGoesWhenItIsFull() {
        stage.run(GET, points(901, 10, 10));
        ScriptedCall call = stage.run(GET, cost(5_000), points(1, 1_000, 5_000));
        assertThat(call.sentAt).as("996 are there and one more").containsExactly(2_020L);
    }

    @Test
    void aCostThatIsNotSaidIsTheUsualOne() {
        assertThat(typicalCost()).isEqualTo(1);
        stage.run(GET, points(900, 10, 100));
        assertThat(typicalCost()).isEqualTo(100);
        stage.run(GET, points(900, 10, 20));
        assertThat(typicalCost()).as("an eighth of the way down").isEqualTo(90);
        stage.run(GET, points(900, 10, 400));
        assertThat(typicalCost()).as("up at once").isEqualTo(400);
        List<ScriptedCall> all = crowd(3, CallOptions.NONE, points(905, 10, 400));
        stage.runUntil(ofMillis(350));
        assertThat(sends(all)).as("two times 400 of 899").isEqualTo("{300=2}");
        stage.run();
        assertThat(sends(all)).isEqualTo("{300=2, 400=1}");
    }

    private int typicalCost() {
        return stage.keys(GET)[0].bucket.typicalCost();
    }

    @Test
    void aThrottledCallRepeatsWithTheCostItWasAsked() {
        AnswerHead throttled =
                level(429, 1_000, 100, 50).with("Requested", "300").with("Retry-After", "1");
        ScriptedCall call = stage.run(GET, cost(10), Reply.of(throttled), points(0, 300, 300));
        assertThat(call.sentAt).as("199 and 201 more, at 50 a second").containsExactly(0L, 4_020L);
    }

    @Test
    void ofAReservedShareSomethingIsLeftToTheOthers() {
        stage.policy(policy -> policy.withReservedShare(90));
        stage.run(GET, Reply.of(level(200, 10, 10, 1)));
        ScriptedCall normal = stage.call(GET, Reply.status(200).after(ofSeconds(1)));
        List<ScriptedCall> interactive =
                crowd(5, CallOptions.NONE.withPriority(CallOptions.Priority.INTERACTIVE), Reply.silence());
        stage.runNow();
        assertThat(normal.sentAt).containsExactly(0L);
        assertThat(sends(interactive)).isEqualTo("{0=5}");
    }

    @Test
    void whoNeedsMoreThanIsNotReservedGoesWhenAllIsThere() {
        stage.policy(policy -> policy.withReservedShare(50));
        stage.run(GET, points(901, 10, 10));
        ScriptedCall call = stage.run(GET, cost(600), points(1, 600, 600));
        assertThat(call.sentAt).as("996 of 1,000, and one more").containsExactly(2_020L);
    }

    @Test
    void aProviderThatTurnsToWindowsIsFollowed() {
        stage.run(GET, Reply.of(level(200, 10, 1, 1)));
        stage.run(GET, CallOptions.deadline(ofMillis(1)), Reply.status(200));
        QuotaKey key = stage.keys(GET)[0];
        long now = stage.ticker.nanoTime();
        RateLimit window =
                RateLimit.window(Scope.CREDENTIAL, null, 10, 0, ofSeconds(5).toNanos());
        key.bucket.settle(
                0, now, ServerBucket.Outcome.SERVED, window, now + ofSeconds(5).toNanos(), 1, now);
        assertThat(stage.run(GET, Reply.status(200)).sentAt).containsExactly(5_000L);
    }
}
