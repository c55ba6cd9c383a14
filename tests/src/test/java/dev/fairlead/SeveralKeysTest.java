package dev.fairlead;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A call that draws on several keys takes all of them or none, and holds up nobody who needs but one. */
class SeveralKeysTest {
    private static final AskedHead A = new AskedHead("GET", Stage.HOST, "/a");
    private static final AskedHead B = new AskedHead("GET", Stage.HOST, "/b");
    /** Both. */
    private static final AskedHead AB = new AskedHead("GET", Stage.HOST, "/a/b");

    private static final AskedHead BA = new AskedHead("GET", Stage.HOST, "/b/a");

    private final Stage stage = Stage.set()
            .provider(acme ->
                    acme.quotas(request -> List.of(request.path().substring(1).split("/"))))
            .policy(policy -> policy.withRateLearning(false));

    private static List<Long> sentAt(List<ScriptedCall> calls) {
        return calls.stream().flatMap(call -> call.sentAt.stream()).toList();
    }

    private List<ScriptedCall> crowd(int size, AskedHead head) {
        return IntStream.range(0, size)
                .mapToObj(each -> stage.call(head, Reply.status(200)))
                .toList();
    }

    @Test
    void whoWaitsForOneKeyTakesNothingOfTheOther() {
        stage.policy(policy -> policy.withQuotaRate("a", 1, ofSeconds(1), 1).withQuotaRate("b", 1, ofSeconds(10), 1));
        stage.run(B, Reply.status(200));
        List<ScriptedCall> both = crowd(2, AB);
        List<ScriptedCall> one = crowd(5, A);
        stage.run();
        assertThat(sentAt(one)).containsExactly(0L, 1_000L, 2_000L, 3_000L, 4_000L);
        assertThat(sentAt(both)).containsExactly(10_000L, 20_000L);
    }

    @Test
    void theOrderIsKeptAmongThoseWhoNeedTheSame() {
        stage.policy(policy -> policy.withQuotaRate("a", 1, ofSeconds(1), 1).withQuotaRate("b", 1, ofSeconds(1), 1));
        List<ScriptedCall> all = IntStream.range(0, 20)
                .mapToObj(each -> stage.call(AB, Reply.status(200)))
                .toList();
        stage.run();
        assertThat(sentAt(all)).hasSize(20).isSorted();
        assertThat(stage.nowMillis()).as("one a second of both").isEqualTo(19_000);
    }

    @Test
    void whoTurnsAroundStandsInNobodysWay() {
        stage.keys(A)[1].pause(ofSeconds(2).toNanos());
        stage.keys(B)[1].pause(ofSeconds(4).toNanos());
        ScriptedCall both = stage.call(AB, Reply.status(200));
        ScriptedCall other = stage.call(BA, Reply.status(200));
        ScriptedCall one = stage.call(A, Reply.status(200));
        stage.run();
        assertThat(one.sentAt).containsExactly(2_000L);
        assertThat(both.sentAt).containsExactly(4_000L);
        assertThat(other.sentAt).containsExactly(4_000L);
    }

    @Test
    void theHeadOfALineThatLeavesWakesTheNext() {
        stage.policy(policy -> policy.withQuotaRate("a", 1, ofSeconds(5), 1));
        stage.run(A, Reply.status(200));
        ScriptedCall head = stage.call(AB, Reply.status(200));
        ScriptedCall next = stage.call(A, Reply.status(200));
        ScriptedCall last = stage.call(A, CallOptions.deadline(ofSeconds(20)), Reply.status(200));
        stage.runUntil(ofSeconds(3));
        head.cancel();
        stage.runUntil(ofSeconds(4));
        next.cancel();
        stage.run();
        assertThat(last.sentAt).containsExactly(5_000L);
    }

    @Test
    void aPauseOfOneKeyRefusesAtOnceAllWhoCannotWaitForIt() {
        stage.policy(policy -> policy.withQuotaRate("a", 1, ofSeconds(5), 1));
        stage.run(A, Reply.status(200));
        List<ScriptedCall> hurried = IntStream.range(0, 3)
                .mapToObj(each -> stage.call(AB, CallOptions.deadline(ofSeconds(18)), Reply.status(200)))
                .toList();
        ScriptedCall patient = stage.call(AB, Reply.status(200));
        stage.runUntil(ofSeconds(1));
        stage.keys(A)[1].pause(ofSeconds(20).toNanos());
        stage.runNow();
        assertThat(hurried).allMatch(call -> call.thrown instanceof RateLimitedException);
        stage.run();
        assertThat(patient.sentAt).containsExactly(21_000L);
    }

    @Test
    void whoWaitsForAPlaceHoldsNoPermit() {
        stage.policy(policy -> policy.withMaxConcurrency(1).withQuotaRate("a", 1, ofSeconds(10), 1));
        stage.call(B, Reply.status(200).after(ofSeconds(2)));
        stage.runNow();
        ScriptedCall crowded = stage.call(A, Reply.status(200));
        stage.runUntil(ofSeconds(1));
        assertThat(crowded.timeline).containsExactly("0 WAIT CONCURRENCY 30000");
        crowded.cancel();
        stage.run();
        assertThat(stage.run(A, Reply.status(200)).sentAt).containsExactly(2_000L);
    }

    @Test
    void whoIsRefusedByALaterKeyGivesItsPlaceBack() {
        stage.policy(policy -> policy.withMaxConcurrency(1)
                .withQuotaRate("a", 1, ofSeconds(1), 1)
                .withQuotaRate("b", 1, ofSeconds(10), 1));
        stage.run(AB, Reply.status(200));
        List<ScriptedCall> both = crowd(2, AB);
        stage.runUntil(ofSeconds(5));
        both.forEach(ScriptedCall::cancel);
        stage.run();
        ScriptedCall next = stage.run(new AskedHead("GET", Stage.HOST, "/c"), Reply.status(200));
        assertThat(next.sentAt).as("the only place is free").containsExactly(5_000L);
    }

    /** Everybody comes to an end, and no key sees more than its rate. */
    @Test
    void nobodyGoesRoundInCirclesAndNoRateIsBroken() {
        for (int seed = 0; seed < 10; seed++) {
            Random dice = new Random(seed);
            List<String> names = List.of("a", "b", "c", "d");
            Stage scene = Stage.set()
                    .provider(acme -> acme.quotas(
                            request -> List.of(request.path().substring(1).split("/"))))
                    .policy(policy -> policy.withRateLearning(false)
                            .withMaxConcurrency(4)
                            .withDeadline(ofSeconds(600))
                            .withQuotaRate("a", 10, ofSeconds(1), 1)
                            .withQuotaRate("b", 8, ofSeconds(1), 1)
                            .withQuotaRate("c", 5, ofSeconds(1), 1));
            TreeMap<String, List<Long>> sends = new TreeMap<>();
            List<ScriptedCall> calls = new ArrayList<>();
            for (int each = 0; each < 300; each++) {
                List<String> shuffled = new ArrayList<>(names);
                java.util.Collections.shuffle(shuffled, dice);
                List<String> drawn = shuffled.subList(0, 1 + dice.nextInt(2));
                AskedHead head = new AskedHead("GET", Stage.HOST, "/" + String.join("/", drawn));
                calls.add(scene.call(head, CallOptions.NONE, true, attempt -> {
                    drawn.forEach(name -> sends.computeIfAbsent(name, none -> new ArrayList<>())
                            .add(scene.ticker.elapsed().toNanos()));
                    return Reply.status(200).after(ofMillis(dice.nextInt(300)));
                }));
                if (dice.nextInt(10) == 0) {
                    calls.get(dice.nextInt(calls.size())).cancel();
                }
                scene.runUntil(scene.ticker.elapsed().plusMillis(dice.nextInt(100)));
            }
            scene.run();
            assertThat(calls).allMatch(ScriptedCall::isDone);
            assertThat(calls.stream().map(ScriptedCall::stopReason).distinct())
                    .containsOnly(StopReason.SUCCESS, StopReason.CANCELED);
            assertSpaced(sends.get("a"), 100);
            assertSpaced(sends.get("b"), 125);
            assertSpaced(sends.get("c"), 200);
        }
    }

    /**
     * Each was first in one line and behind somebody in the other: they changed places for ever, and nothing was sent. Seen
     * with GitHub's provider and 32 enqueued calls.
     */
    @Test
    void allLinesAgreeOnWhoIsFirst() {
        stage.policy(policy -> policy.withMaxConcurrency(1).withQuotaRate("a", 1, ofMillis(100), 1));
        Execution first = begun(A);
        assertThat(first.next()).isEqualTo(Execution.Step.SEND);
        answer(first);
        List<Execution> forTheRate = List.of(begun(A), begun(A));
        assertThat(forTheRate).allMatch(call -> call.next() == Execution.Step.WAIT);
        Execution other = begun(B);
        assertThat(other.next()).isEqualTo(Execution.Step.SEND);
        List<Execution> forThePlace = List.of(begun(A), begun(A));
        assertThat(forThePlace).allMatch(call -> call.next() == Execution.Step.WAIT);
        stage.ticker.advance(ofMillis(150));
        answer(other);

        List<Execution> inTurns = List.of(forThePlace.get(0), forTheRate.get(0), forThePlace.get(1), forTheRate.get(1));
        List<Execution> sent = new ArrayList<>();
        for (int step = 0; step < 40; step++) {
            Execution call = inTurns.get(step % 4);
            if (!sent.contains(call) && call.next() == Execution.Step.SEND) {
                sent.add(call);
                answer(call);
                stage.ticker.advance(ofMillis(100));
            }
        }
        assertThat(sent)
                .as("by arrival")
                .containsExactly(inTurns.get(1), inTurns.get(3), inTurns.get(0), inTurns.get(2));
    }

    private Execution begun(AskedHead head) {
        return stage.fairlead().begin(head, CallOptions.NONE, 0, Fairlead.NO_CLIENT_TIMEOUT, null, () -> {});
    }

    private static void answer(Execution call) {
        call.onAnswer(AnswerHead.of(200), ErrorBody.NONE, AnswerSource.PROVIDER);
        assertThat(call.next()).isEqualTo(Execution.Step.RETURN);
        call.close();
        call.onExchangeEnd();
    }

    @Test
    void anErrorOfAListenersLosesNothingOfTheOtherKeys() {
        Stage failing = Stage.set()
                .provider(acme -> acme.quotas(request -> List.of("a", "b")))
                .policy(policy -> policy.withRateLearning(false))
                .listener(new CallListener() {
                    @Override
                    public void keyPaused(KeyInfo key, java.time.Duration pause) {
                        throw new NoClassDefFoundError("a metrics library that is not there");
                    }
                });
        ScriptedCall call = failing.call(A, Reply.throttle(1));
        assertThatThrownBy(failing::run).isInstanceOf(NoClassDefFoundError.class);
        call.execution.close();
        long now = failing.ticker.nanoTime();
        assertThat(failing.keys(A)).hasSize(3).allMatch(key -> key.bucket.isUnused(now));
    }

    private static void assertSpaced(List<Long> times, long millis) {
        for (int each = 1; each < times.size(); each++) {
            assertThat(times.get(each) - times.get(each - 1))
                    .isGreaterThanOrEqualTo(ofMillis(millis).toNanos());
        }
    }
}
