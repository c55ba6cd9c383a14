package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.RateLimit.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One throttle pauses every caller of its key, and nobody else; afterwards they go in growing rounds. */
class PauseGateTest {
    private static final Reply OK = Reply.status(200).after(ofMillis(100));

    private final Stage stage = Stage.set();

    private List<ScriptedCall> crowd(int size, AskedHead head, Reply... replies) {
        return IntStream.range(0, size)
                .mapToObj(each -> stage.call(head, replies))
                .toList();
    }

    /** How many were sent at each time, in milliseconds. */
    private static TreeMap<Long, Integer> sends(List<ScriptedCall> calls) {
        TreeMap<Long, Integer> sends = new TreeMap<>();
        calls.forEach(call -> call.sentAt.forEach(time -> sends.merge(time, 1, Integer::sum)));
        return sends;
    }

    private static List<Long> firstSends(List<ScriptedCall> calls) {
        return calls.stream().map(call -> call.sentAt.get(0)).toList();
    }

    @Test
    void afterAThrottleNobodyOfItsKeyGoesAndThenOneTwoFourEight() {
        stage.run(GET, CallOptions.deadline(ofSeconds(1)), Reply.throttle(2));
        List<ScriptedCall> all = crowd(50, GET, OK);
        ScriptedCall other = stage.call(Stage.as(GET, "somebody-else"), OK);
        stage.run();
        assertThat(sends(all).toString()).isEqualTo("{2000=1, 2100=2, 2200=4, 2300=8, 2400=16, 2500=19}");
        assertThat(firstSends(all)).as("in order of arrival").isSorted();
        assertThat(other.sentAt).containsExactly(0L);
        assertThat(stage.keys(GET)[0].isUnhindered()).isTrue();
    }

    @Test
    void theThrottledCallItselfGoesFirstAndAlone() {
        ScriptedCall lead = stage.call(GET, Reply.throttle(2), OK);
        stage.runNow();
        List<ScriptedCall> all = crowd(50, GET, OK);
        stage.run();
        assertThat(lead.sentAt).containsExactly(0L, 2000L);
        assertThat(sends(all).toString()).isEqualTo("{2100=2, 2200=4, 2300=8, 2400=16, 2500=20}");
        assertThat(firstSends(all)).isSorted();
    }

    @Test
    void aThrottleDuringTheReleaseStartsOver() {
        ScriptedCall lead = stage.call(GET, Reply.throttle(2), OK);
        stage.runNow();
        // Among the second round is one that is throttled.
        ScriptedCall second = stage.call(GET, Reply.throttle(3).after(ofMillis(100)), OK);
        List<ScriptedCall> all = crowd(20, GET, OK);
        stage.run();
        assertThat(lead.sentAt).containsExactly(0L, 2000L);
        assertThat(second.sentAt.get(0)).isEqualTo(2100);
        assertThat(sends(all).headMap(5200L).toString())
                .as("nobody before the second pause is over")
                .isEqualTo("{2100=1}");
        assertThat(sends(all).tailMap(5200L).toString()).isEqualTo("{5200=1, 5300=2, 5400=4, 5500=8, 5600=4}");
        assertThat(second.timeline).endsWith("5700 RETURN SUCCESS");
    }

    @Test
    void aWaiterThatIsCancelledLetsTheNextGo() {
        stage.keys(GET)[0].pause(ofSeconds(2).toNanos());
        List<ScriptedCall> all = crowd(4, GET, OK);
        stage.runUntil(ofSeconds(1));
        all.get(0).cancel();
        stage.runUntil(ofMillis(2_050));
        assertThat(all.get(1).sentAt).containsExactly(2000L);
        assertThat(all.get(2).sentAt).isEmpty();
        all.get(2).cancel();
        stage.run();
        assertThat(all.get(3).sentAt).containsExactly(2100L);
    }

    @Test
    void theHeadOfTheLineThatLeavesAfterThePauseLetsTheNextGo() {
        stage.keys(GET)[0].pause(ofSeconds(2).toNanos());
        ScriptedCall lead = stage.call(GET, OK);
        ScriptedCall second = stage.call(GET, OK);
        ScriptedCall third = stage.call(GET, OK);
        stage.runUntil(ofMillis(2_050));
        second.cancel();
        stage.run();
        assertThat(lead.sentAt).containsExactly(2000L);
        assertThat(third.sentAt).containsExactly(2100L);
    }

    @Test
    void aWaiterThatIsRefusedLetsTheNextGo() {
        stage.keys(GET)[0].pause(ofSeconds(2).toNanos());
        stage.call(GET, OK);
        ScriptedCall hurried = stage.call(GET, CallOptions.deadline(ofMillis(2_050)), OK);
        ScriptedCall third = stage.call(GET, OK);
        stage.run();
        assertThat(hurried.timeline).endsWith("2050 THROW DeadlineExceededException");
        assertThat(third.sentAt).containsExactly(2100L);
    }

    @Test
    void aLeadThatFailsOrSaysNothingLetsTheNextRoundGo() {
        for (Reply reply :
                List.of(Reply.broken(), Reply.status(400), Reply.status(200).fromCache(), Reply.status(500))) {
            Stage fresh = Stage.set().policy(policy -> policy.withMaxAttempts(1));
            fresh.keys(GET)[0].pause(ofSeconds(2).toNanos());
            fresh.call(GET, reply.after(ofMillis(10)));
            ScriptedCall second = fresh.call(GET, OK);
            ScriptedCall third = fresh.call(GET, OK);
            fresh.run();
            assertThat(second.sentAt).as("%s", reply).containsExactly(2010L);
            // A cache's answer says nothing of the provider, so the second goes alone in its place.
            assertThat(third.sentAt).containsExactly(reply.cached() ? 2110L : 2010L);
        }
    }

    @Test
    void aLeadThatEndsInAnErrorLetsTheNextRoundGo() {
        stage.keys(GET)[0].pause(ofSeconds(2).toNanos());
        ScriptedCall lead = stage.call(GET, OK);
        ScriptedCall second = stage.call(GET, OK);
        stage.runUntil(ofMillis(2_050));
        // As in a finally, when an interceptor of the user's threw an Error.
        lead.execution.close();
        lead.state = ScriptedCall.State.DONE;
        stage.run();
        assertThat(second.sentAt).containsExactly(2050L);
    }

    @Test
    void aLongerPauseExtendsAndAShorterNeverShortens() {
        PauseGate gate = new PauseGate();
        long now = stage.ticker.nanoTime();
        gate.pause(ofSeconds(5).toNanos(), now);
        gate.pause(ofSeconds(2).toNanos(), now);
        assertThat(gate.pausedForNanos(now)).isEqualTo(ofSeconds(5).toNanos());
        gate.pause(ofSeconds(7).toNanos(), now);
        assertThat(gate.pausedForNanos(now)).isEqualTo(ofSeconds(7).toNanos());
        long later = now + ofSeconds(10).toNanos();
        assertThat(gate.pausedForNanos(later)).isZero();
        gate.pause(ofSeconds(1).toNanos(), later);
        assertThat(gate.pausedForNanos(later))
                .as("an old pause that is over counts for nothing")
                .isEqualTo(ofSeconds(1).toNanos());
    }

    @Test
    void aLongerPauseReachesThoseWhoWaitAlready() {
        stage.keys(GET)[0].pause(ofSeconds(2).toNanos());
        ScriptedCall patient = stage.call(GET, OK);
        ScriptedCall hurried = stage.call(GET, CallOptions.deadline(ofSeconds(8)), OK);
        stage.runUntil(ofSeconds(1));
        stage.keys(GET)[0].pause(ofSeconds(9).toNanos());
        stage.run();
        assertThat(patient.sentAt).containsExactly(10_000L);
        assertThat(hurried.timeline).as("refused as soon as it is known").endsWith("1000 THROW RateLimitedException");
    }

    @Test
    void aResetLetsAllGoAtOnce() {
        stage.run(GET, CallOptions.deadline(ofSeconds(1)), Reply.throttle(20));
        List<ScriptedCall> all = crowd(10, GET, OK);
        stage.runUntil(ofSeconds(1));
        stage.fairlead().reset(stage.fairlead().keys().get(0));
        stage.run();
        assertThat(sends(all).toString()).isEqualTo("{1000=10}");
    }

    @Test
    void aPauseByHandIsAPause() {
        stage.run(GET, OK);
        stage.fairlead().pause(stage.fairlead().keys().get(0), ofSeconds(4));
        assertThat(stage.fairlead().keys().get(0).pausedFor()).contains(ofSeconds(4));
        assertThat(stage.run(GET, OK).sentAt).containsExactly(4_100L);
        assertThat(stage.fairlead().keys().get(0).pausedFor()).isEmpty();
    }

    @Test
    void anAnswerFromBeforeThePauseDoesNotCountInARound() {
        stage.call(GET, Reply.status(200).after(ofMillis(2_050)));
        ScriptedCall throttled = stage.call(GET, Reply.throttle(2), OK);
        stage.runNow();
        List<ScriptedCall> all = crowd(3, GET, OK);
        stage.run();
        assertThat(throttled.sentAt).containsExactly(0L, 2000L);
        assertThat(sends(all).toString()).isEqualTo("{2100=2, 2200=1}");
    }

    // ---- two gates

    private static Stage withQuotas(RateLimitParser parser) {
        return Stage.set()
                .provider(acme -> acme.rateLimit(parser)
                        .quotas(request -> request.path().startsWith("/search") ? List.of("search") : List.of("core")));
    }

    @Test
    void aThrottledQuotaDoesNotPauseOtherQuotasOfTheCredential() {
        Stage two =
                withQuotas((head, body) -> RateLimits.ietf().parse(head, body).withScope(Scope.QUOTA));
        AskedHead search = new AskedHead("GET", Stage.HOST, "/search");
        two.run(search, CallOptions.deadline(ofSeconds(1)), Reply.throttle(5));
        ScriptedCall paused = two.call(search, OK);
        ScriptedCall free = two.call(GET, OK);
        two.run();
        assertThat(paused.sentAt).containsExactly(5_000L);
        assertThat(free.sentAt).containsExactly(0L);
    }

    @Test
    void aThrottledCredentialPausesAllItsQuotas() {
        Stage two = withQuotas(RateLimits.ietf());
        AskedHead search = new AskedHead("GET", Stage.HOST, "/search");
        two.run(search, CallOptions.deadline(ofSeconds(1)), Reply.throttle(5));
        ScriptedCall first = two.call(search, OK);
        ScriptedCall other = two.call(GET, OK);
        two.run();
        assertThat(first.sentAt).containsExactly(5_000L);
        assertThat(other.sentAt).containsExactly(5_100L);
    }

    /** As where one object is asked for too often: neither the credential nor the quota is to blame. */
    @Test
    void aThrottleOfNoKeyOfOursPausesTheCallAlone() {
        Stage two =
                withQuotas((head, body) -> RateLimits.ietf().parse(head, body).withScope(Scope.NONE));
        ScriptedCall throttled = two.call(GET, Reply.throttle(5), OK);
        two.runNow();
        ScriptedCall other = two.run(GET, OK);
        assertThat(other.sentAt).containsExactly(0L);
        assertThat(throttled.sentAt).containsExactly(0L, 5_000L);
    }

    @Test
    void aThrottleWithoutAWordAboutItsScopePausesTheCredential() {
        Stage two = withQuotas((head, body) -> RateLimit.NONE);
        two.run(GET, CallOptions.deadline(ofSeconds(1)), Reply.throttle(5));
        ScriptedCall paused = two.run(GET, OK);
        assertThat(paused.sentAt).containsExactly(5_000L);
    }

    /** The second quota is a rate of our own, and no answer speaks of it. */
    @Test
    void aThrottledQuotaThatNobodyDrawsOnPausesTheFirstOfTheCall() {
        Stage two = Stage.set()
                .provider(acme -> acme.quotas(request -> List.of("core", "write"))
                        .rateLimit((head, body) -> RateLimit.window(Scope.QUOTA, "unheard-of", -1, -1, -1)));
        two.run(GET, CallOptions.deadline(ofSeconds(1)), Reply.throttle(5));
        QuotaKey[] keys = two.keys(GET);
        assertThat(keys[1].info().pausedFor()).isPresent();
        assertThat(keys[0].info().pausedFor()).isEmpty();
        assertThat(keys[2].info().pausedFor()).isEmpty();
    }

    @Test
    void whoWaitsForOneGateHoldsUpNobodyAtAnother() {
        Stage two = withQuotas(RateLimits.ietf());
        AskedHead search = new AskedHead("GET", Stage.HOST, "/search");
        QuotaKey[] keys = two.keys(search);
        keys[0].pause(ofSeconds(2).toNanos());
        keys[1].pause(ofSeconds(6).toNanos());
        ScriptedCall both = two.call(search, OK);
        ScriptedCall credentialOnly = two.call(GET, OK);
        ScriptedCall another = two.call(GET, OK);
        two.run();
        assertThat(credentialOnly.sentAt).containsExactly(2_000L);
        assertThat(another.sentAt).containsExactly(2_100L);
        assertThat(both.sentAt).containsExactly(6_000L);
    }

    @Test
    void aQuotaNamedTwiceOrEmptyIsOneKey() {
        Stage twice = Stage.set().provider(acme -> acme.quotas(request -> List.of("core", "core")));
        assertThat(twice.keys(GET)).hasSize(2);
        twice.keys(GET)[1].pause(ofSeconds(1).toNanos());
        assertThat(twice.run(GET, OK).sentAt).containsExactly(1_000L);
        assertThat(Stage.set()
                        .provider(acme -> acme.quotas(request -> List.of("")))
                        .keys(GET))
                .hasSize(1);
    }

    // ---- nobody is forgotten

    /**
     * Thousands of calls with cancels, throttles, failures, deadlines, a limit of places and a rate, all by a seeded dice:
     * nobody sends during a pause, never are more under way than allowed, and all come to an end in time.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void nobodyIsForgotten(long seed) {
        Random dice = new Random(seed);
        int places = 3 + dice.nextInt(10);
        boolean rated = seed % 3 == 0;
        Stage scene = withQuotas((head, body) -> RateLimits.ietf()
                        .parse(head, body)
                        .withScope("credential".equals(head.header("Scope")) ? Scope.CREDENTIAL : Scope.QUOTA))
                .policy(policy -> rated ? policy.withRateLimit(50, ofSeconds(1), 5) : policy)
                .policy(policy -> seed % 2 == 0 ? policy.withMaxConcurrency(places) : policy)
                .policy(policy ->
                        policy.withBreakerThreshold(100, 10_000, ofSeconds(30)).withRateLearning(false));
        scene.beforeTimePasses = PauseGateTest::checkThatWhoWaitsWaitsForSomebody;
        AskedHead search = new AskedHead("GET", Stage.HOST, "/search");
        List<ScriptedCall> calls = new ArrayList<>();
        long[] inFlightAtMost = new long[1];
        for (int round = 0; round < 150; round++) {
            for (int born = dice.nextInt(8); born > 0; born--) {
                AskedHead head = dice.nextBoolean() ? GET : search;
                QuotaKey[] keys = scene.keys(head);
                calls.add(scene.call(
                        head, CallOptions.deadline(ofMillis(500 + dice.nextInt(20_000))), true, attempt -> {
                            for (QuotaKey key : keys) {
                                assertThat(key.pausedForNanos(scene.ticker.nanoTime()))
                                        .as("sent during a pause")
                                        .isZero();
                            }
                            inFlightAtMost[0] = Math.max(
                                    inFlightAtMost[0],
                                    1
                                            + calls.stream()
                                                    .filter(call -> call.state == ScriptedCall.State.IN_FLIGHT)
                                                    .count());
                            return reply(dice);
                        }));
            }
            if (dice.nextInt(4) == 0) {
                calls.stream()
                        .filter(call -> !call.isDone())
                        .skip(dice.nextInt(5))
                        .findFirst()
                        .ifPresent(ScriptedCall::cancel);
            }
            scene.runUntil(scene.ticker.elapsed().plusMillis(dice.nextInt(400)));
        }
        scene.run();

        assertThat(calls).allMatch(ScriptedCall::isDone);
        assertThat(calls).hasSizeGreaterThan(300);
        // Nobody waited for the whole of a deadline because nobody woke it: whoever was not sent knows a good reason.
        assertThat(calls).filteredOn(call -> call.endedAfterMillis > 20_500).isEmpty();
        if (seed % 2 == 0) {
            assertThat(inFlightAtMost[0]).isLessThanOrEqualTo(places);
        }
        // All is open again, and all that was lent was given back.
        scene.ticker.advance(ofSeconds(60));
        ScriptedCall[] after = IntStream.range(0, 40)
                .mapToObj(each -> scene.call(each % 2 == 0 ? GET : search, Reply.status(200)))
                .toArray(ScriptedCall[]::new);
        scene.run();
        assertThat(after).allMatch(call -> call.stopReason() == StopReason.SUCCESS);
        for (QuotaKey key : scene.keys(search)) {
            assertThat(key.isUnhindered()
                            || key.isForgettable(
                                    scene.ticker.nanoTime() + ofSeconds(1_000).toNanos()))
                    .isTrue();
        }
    }

    private static void checkThatWhoWaitsWaitsForSomebody(List<ScriptedCall> calls) {
        List<ScriptedCall> inFlight = calls.stream()
                .filter(call -> call.state == ScriptedCall.State.IN_FLIGHT)
                .toList();
        for (ScriptedCall waiter : calls) {
            if (waiter.state != ScriptedCall.State.WAITING) {
                continue;
            }
            WaitReason reason = waiter.execution.history().waitReason;
            // Behind the first of a line the reason is the first's when they came, which may have changed since.
            if (reason == WaitReason.PACED_RELEASE || reason == WaitReason.CONCURRENCY) {
                assertThat(inFlight)
                        .as("somebody whose return lets %s go", waiter)
                        .anyMatch(call -> Stream.of(call.execution.route.keys)
                                .anyMatch(List.of(waiter.execution.route.keys)::contains));
            }
        }
    }

    private static Reply reply(Random dice) {
        int face = dice.nextInt(20);
        Reply reply = face == 0
                ? Reply.of(AnswerHead.of(429)
                        .with("Retry-After", Integer.toString(dice.nextInt(4)))
                        .with("Scope", dice.nextBoolean() ? "credential" : "quota"))
                : face == 1
                        ? Reply.broken()
                        : face == 2 ? Reply.unreachable() : face == 3 ? Reply.status(503) : Reply.status(200);
        return reply.after(ofMillis(dice.nextInt(300)));
    }
}
