package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static dev.fairlead.Stage.POST;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.CircuitBreaker.Permit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a call takes it gives back exactly once, however it ends. */
class SettlingTest {
    /** Counts permits, and refuses when told to. */
    private static final class CountingBreaker implements CircuitBreaker {
        final List<String> settled = new ArrayList<>();
        int granted;
        boolean open;
        boolean refuseAtTheLastMoment;

        @Override
        public State state() {
            return open ? State.OPEN : State.CLOSED;
        }

        @Override
        public long nanosUntilTry(boolean replaySafe) {
            return open ? ofSeconds(5).toNanos() : 0;
        }

        @Override
        public Permit tryAcquire(boolean replaySafe) {
            if (refuseAtTheLastMoment) {
                return null;
            }
            granted++;
            return new Permit() {
                private boolean done;

                private void settle(String how) {
                    assertThat(done).as("settled once").isFalse();
                    done = true;
                    settled.add(how);
                }

                @Override
                public void success(long elapsedNanos) {
                    settle("success");
                }

                @Override
                public void failure(long elapsedNanos) {
                    settle("failure");
                }

                @Override
                public void ignored() {
                    settle("ignored");
                }
            };
        }

        @Override
        public void reset() {}
    }

    /** Counts tokens, and asks for a wait when told to. */
    private static final class CountingBucket implements TokenBucket {
        int lent;
        int reserved;
        long waitNanos;

        @Override
        public long reserve(int permits) {
            lent += permits;
            reserved += permits;
            return waitNanos;
        }

        @Override
        public void giveBack(int permits) {
            lent -= permits;
            assertThat(lent).as("given back once").isGreaterThanOrEqualTo(0);
        }

        @Override
        public void observe(RateLimit state) {}

        @Override
        public void reset() {}
    }

    private final CountingBreaker breaker = new CountingBreaker();
    private final CountingBucket bucket = new CountingBucket();

    private Stage stage(UnaryOperator<Policy> policy) {
        return Stage.set()
                .policy(base -> base.withBreaker(key -> breaker).withTokenBucket(key -> bucket))
                .policy(policy);
    }

    private final Stage stage = stage(UnaryOperator.identity());

    // ---- tokens

    @Test
    void aTokenIsSpentByWhatMayHaveBeenSent() {
        stage.run(GET, Reply.status(200));
        stage.run(POST, Reply.broken());
        assertThat(bucket.lent).isEqualTo(2);
    }

    @Test
    void aTokenGoesBackWhenNothingWasSent() {
        stage.run(GET, Reply.status(200).fromCache());
        stage.run(GET, Reply.unreachable());
        stage.call(GET, Reply.status(200)).cancel();
        stage.run();
        breaker.open = true;
        stage.run(GET, Reply.status(200));
        assertThat(bucket.reserved)
                .as("one for the cached and three for the unreachable")
                .isEqualTo(4);
        breaker.open = false;
        breaker.refuseAtTheLastMoment = true;
        stage.run(GET, Reply.status(200));
        breaker.refuseAtTheLastMoment = false;
        bucket.waitNanos = ofSeconds(60).toNanos();
        stage.run(GET, Reply.status(200));
        assertThat(bucket.reserved).isEqualTo(6);
        assertThat(bucket.lent).isZero();
    }

    @Test
    void aTokenIsHeldThroughAWaitForIt() {
        bucket.waitNanos = ofSeconds(3).toNanos();
        ScriptedCall call = stage.run(GET, Reply.status(200));
        assertThat(call.timeline).containsExactly("0 WAIT RATE_LIMIT 3000", "3000 SEND", "3000 RETURN SUCCESS");
        assertThat(bucket.reserved).isEqualTo(1);
        assertThat(bucket.lent).isEqualTo(1);
    }

    @Test
    void aTokenGoesBackWhenTheWaitForItIsCancelledOrAbandoned() {
        bucket.waitNanos = ofSeconds(3).toNanos();
        ScriptedCall cancelled = stage.call(GET, Reply.status(200));
        ScriptedCall abandoned = stage.call(GET, Reply.status(200));
        stage.runUntil(ofSeconds(1));
        assertThat(bucket.lent).isEqualTo(2);
        cancelled.cancel();
        // As in a finally, when the thread was interrupted.
        abandoned.execution.close();
        abandoned.state = ScriptedCall.State.DONE;
        stage.run();
        assertThat(bucket.lent).isZero();
        assertThat(abandoned.report().waits())
                .containsExactly(new CallReport.Wait(WaitReason.RATE_LIMIT, ofSeconds(0), ofSeconds(1)));
        assertThat(stage.events)
                .endsWith("waitEnded RATE_LIMIT 1000", "callEnded CANCELED")
                .contains("callEnded ABORTED");
    }

    @Test
    void afterAWaitEverythingIsAskedAgain() {
        bucket.waitNanos = ofSeconds(3).toNanos();
        ScriptedCall call = stage.call(GET, Reply.status(200));
        stage.runUntil(ofSeconds(1));
        breaker.open = true;
        stage.run();
        assertThat(call.timeline).containsExactly("0 WAIT RATE_LIMIT 3000", "3000 THROW CircuitOpenException");
        assertThat(call.thrown(CircuitOpenException.class).retryAfter()).isEqualTo(ofSeconds(5));
        assertThat(bucket.lent).isZero();
        assertThat(breaker.granted).as("never held during a wait").isZero();
    }

    // ---- the order of the questions

    @Test
    void cancelledComesFirstAndThenDeadlineBreakerTokensPlacesPermit() {
        Stage strict = stage(policy -> policy.withMaxConcurrency(1));
        strict.call(GET, Reply.status(200).after(ofSeconds(9)));
        strict.runNow();
        bucket.waitNanos = ofSeconds(60).toNanos();
        breaker.open = true;
        breaker.refuseAtTheLastMoment = true;
        DeadlineContext.Scope over = DeadlineContext.open(ofSeconds(0), ofSeconds(0), strict.ticker);
        ScriptedCall cancelled = strict.call(GET, Reply.status(200)).cancel();
        ScriptedCall late = strict.call(GET, Reply.status(200));
        over.close();
        strict.runNow();
        assertThat(cancelled.stopReason()).isEqualTo(StopReason.CANCELED);
        assertThat(late.stopReason()).isEqualTo(StopReason.DEADLINE);
        assertThat(late.thrown).isInstanceOf(DeadlineExceededException.class);
        int reserved = bucket.reserved;
        ScriptedCall broken = strict.call(GET, Reply.status(200));
        strict.runNow();
        assertThat(broken.stopReason()).isEqualTo(StopReason.CIRCUIT_OPEN);
        assertThat(bucket.reserved)
                .as("the breaker is asked before tokens are taken")
                .isEqualTo(reserved);
        breaker.open = false;
        ScriptedCall limited = strict.call(GET, Reply.status(200));
        strict.runNow();
        assertThat(limited.thrown).isInstanceOf(RateLimitedException.class);
        bucket.waitNanos = 0;
        ScriptedCall crowded = strict.call(GET, Reply.status(200));
        strict.runNow();
        assertThat(crowded.timeline).as("no permit is asked for").containsExactly("0 WAIT CONCURRENCY 30000");
        strict.run();
        assertThat(crowded.timeline).endsWith("9000 THROW CircuitOpenException");
    }

    @Test
    void aRefusalAtTheLastMomentGivesEverythingBack() {
        Stage strict = stage(policy -> policy.withMaxConcurrency(1));
        strict.keys(GET)[0].pause(ofSeconds(1).toNanos());
        ScriptedCall refused = strict.call(GET, Reply.status(200));
        ScriptedCall next = strict.call(GET, Reply.status(200));
        breaker.refuseAtTheLastMoment = true;
        strict.runUntil(ofMillis(999));
        strict.beforeTimePasses = calls -> {};
        refused.state = ScriptedCall.State.READY;
        strict.ticker.advance(ofMillis(1));
        refused.advance();
        breaker.refuseAtTheLastMoment = false;
        strict.run();
        assertThat(refused.timeline).endsWith("1000 THROW CircuitOpenException");
        assertThat(next.timeline).endsWith("1000 SEND", "1000 RETURN SUCCESS");
        assertThat(bucket.lent).isEqualTo(1);
    }

    // ---- permits

    @TestFactory
    List<DynamicTest> aPermitIsSettledOnceByWhatTheAttemptSaysOfTheProvider() {
        return List.of(
                permit("success", Reply.status(200)),
                permit("success", Reply.status(404)),
                permit("failure", Reply.status(500)),
                permit("ignored", Reply.status(429)),
                permit("ignored", Reply.status(408)),
                permit("ignored", Reply.status(500).fromCache()),
                permit("ignored", Reply.status(200).fromCache()),
                permit("failure", Reply.broken()),
                permit("failure", Reply.unreachable()),
                permit("failure", Reply.silence()));
    }

    private static DynamicTest permit(String how, Reply reply) {
        return DynamicTest.dynamicTest(how + " by " + reply, () -> {
            SettlingTest fresh = new SettlingTest();
            Stage once = fresh.stage(policy -> policy.withMaxAttempts(1));
            once.run(GET, reply);
            assertThat(fresh.breaker.settled).containsExactly(how);
        });
    }

    @Test
    void everyAttemptHasAPermitOfItsOwn() {
        stage.run(GET, Reply.status(503), Reply.unreachable(), Reply.status(200));
        assertThat(breaker.settled).containsExactly("failure", "failure", "success");
        assertThat(breaker.granted).isEqualTo(3);
    }

    @Test
    void aCancelAndATightDeadlineSettleAsIgnored() {
        ScriptedCall cancelled = stage.call(GET, Reply.status(200).after(ofSeconds(5)));
        stage.runUntil(ofSeconds(1));
        cancelled.cancel();
        stage.run();
        stage.run(GET, CallOptions.deadline(ofSeconds(2)), Reply.silence());
        assertThat(breaker.settled).containsExactly("ignored", "ignored");
    }

    @Test
    void anErrorInFlightSettlesAsIgnored() {
        ScriptedCall call = stage.call(GET, Reply.status(200).after(ofSeconds(5)));
        stage.runNow();
        call.execution.close();
        call.execution.close();
        assertThat(breaker.settled).containsExactly("ignored");
        assertThat(bucket.lent).as("it may have been sent").isEqualTo(1);
        assertThat(stage.events).filteredOn("callEnded ABORTED"::equals).hasSize(1);
    }

    @Test
    void anErrorInAParserSettlesAsIgnored() {
        Stage failing = stage(UnaryOperator.identity())
                .provider(acme -> acme.errors((request, head, body) -> {
                    throw new StackOverflowError();
                }));
        ScriptedCall call = failing.call(GET, Reply.status(500));
        assertThatThrownBy(failing::run).isInstanceOf(StackOverflowError.class);
        call.execution.close();
        assertThat(breaker.settled).containsExactly("ignored");
        assertThat(call.stopReason()).isEqualTo(StopReason.ABORTED);
    }

    // ---- plug-ins that throw, or say null

    private static <T> T thrown() {
        throw new IllegalStateException("of the plug-in's own");
    }

    @TestFactory
    List<DynamicTest> aPlugInThatFailsIsTakenAsIfItHadSaidNothing() {
        return List.of(
                plugIn("credential", acme -> acme.credential(request -> thrown())),
                plugIn("quotas", acme -> acme.quotas(request -> thrown())),
                plugIn("no quotas", acme -> acme.quotas(request -> null)),
                plugIn("a null quota", acme -> acme.quotas(request -> java.util.Collections.singletonList(null))),
                plugIn(
                        "replay safety",
                        acme -> acme.replaySafe(request -> thrown()).idempotencyHeader(null)),
                plugIn("parser", acme -> acme.rateLimit((head, body) -> thrown())),
                plugIn("no rate limit", acme -> acme.rateLimit((head, body) -> null)),
                plugIn("normalizer", acme -> acme.errors((request, head, body) -> thrown())),
                plugIn("no error", acme -> acme.errors((request, head, body) -> null)),
                plugIn("peek", acme -> acme.peek((request, head) -> thrown())));
    }

    private static DynamicTest plugIn(String name, UnaryOperator<Provider.Builder> plugIn) {
        return DynamicTest.dynamicTest(name, () -> {
            SettlingTest fresh = new SettlingTest();
            Stage once = fresh.stage(policy -> policy.withMaxAttempts(1)).provider(plugIn);
            ScriptedCall call = once.run(GET, Reply.status(503));
            assertThat(call.status()).isEqualTo(503);
            assertThat(call.execution.error()).as("judged by its status").isNotNull();
            assertThat(fresh.breaker.settled).containsExactly("failure");
            assertThat(once.run(GET, Reply.status(200)).stopReason()).isEqualTo(StopReason.SUCCESS);
            assertThat(fresh.bucket.lent).isPositive();
        });
    }

    @Test
    void aRetryPolicyThatFailsOrSaysNothingStops() {
        for (RetryPolicy policy : List.<RetryPolicy>of(attempt -> thrown(), attempt -> null)) {
            SettlingTest fresh = new SettlingTest();
            ScriptedCall call = fresh.stage(base -> base.withRetry(policy)).run(GET, Reply.status(503));
            assertThat(call.timeline).containsExactly("0 SEND", "0 RETURN NOT_RETRYABLE");
            assertThat(fresh.breaker.settled).containsExactly("failure");
        }
    }

    @Test
    void aBucketThatFailsToObserveHarmsNoCall() {
        Stage failing = Stage.set()
                .policy(policy -> policy.withTokenBucket(key -> new TokenBucket() {
                    @Override
                    public long reserve(int permits) {
                        return 0;
                    }

                    @Override
                    public void giveBack(int permits) {}

                    @Override
                    public void observe(RateLimit state) {
                        thrown();
                    }

                    @Override
                    public void reset() {}
                }));
        assertThat(failing.run(GET, Reply.left(5, 5)).stopReason()).isEqualTo(StopReason.SUCCESS);
    }

    @Test
    void aListenerThatThrowsHarmsNoCall() {
        Consumer<Stage> calls = scene -> {
            assertThat(scene.run(GET, Reply.status(503), Reply.unreachable(), Reply.status(200)).timeline)
                    .containsExactly(
                            "0 SEND",
                            "0 WAIT BACKOFF 200",
                            "200 SEND",
                            "200 WAIT BACKOFF 400",
                            "600 SEND",
                            "600 RETURN SUCCESS");
            assertThat(scene.run(GET, Reply.throttle(1), Reply.status(200)).stopReason())
                    .isEqualTo(StopReason.SUCCESS);
        };
        calls.accept(stage);
        CallListener rude = (CallListener) java.lang.reflect.Proxy.newProxyInstance(
                CallListener.class.getClassLoader(),
                new Class<?>[] {CallListener.class},
                (proxy, method, arguments) -> {
                    if (method.getDeclaringClass() == Object.class) {
                        return method.getName().equals("equals") ? proxy == arguments[0] : "rude".hashCode();
                    }
                    throw new IllegalStateException("rude");
                });
        SettlingTest fresh = new SettlingTest();
        calls.accept(fresh.stage(UnaryOperator.identity()).listener(rude));
        assertThat(fresh.breaker.settled).containsExactly("failure", "failure", "success", "ignored", "success");
    }

    // ---- the budget

    @Test
    void theBudgetIsDrawnAtTheDecisionAndReturnedIfTheRetryIsNotSent() {
        RetryBudget budget = stage.rules().budget();
        ScriptedCall cancelled = stage.call(GET, Reply.status(503));
        stage.runNow();
        assertThat(budget.available()).isEqualTo(486);
        cancelled.cancel();
        stage.run();
        assertThat(budget.available()).isEqualTo(500);

        stage.run(GET, Reply.throttle(60));
        assertThat(budget.available()).as("refused by the deadline").isEqualTo(500);
        stage.fairlead().reset(stage.fairlead().keys().get(0));

        ScriptedCall abandoned = stage.call(GET, Reply.status(503));
        stage.runNow();
        abandoned.execution.close();
        abandoned.state = ScriptedCall.State.DONE;
        assertThat(budget.available()).isEqualTo(500);

        ScriptedCall refused = stage.call(GET, Reply.status(503));
        stage.runNow();
        breaker.open = true;
        stage.run();
        assertThat(refused.stopReason()).isEqualTo(StopReason.CIRCUIT_OPEN);
        assertThat(budget.available()).isEqualTo(500);
        breaker.open = false;

        stage.run(GET, Reply.status(503), Reply.throttle(1), Reply.status(200));
        assertThat(budget.available()).as("14 and 5, and 1 for the success").isEqualTo(500 - 14 - 5 + 1);
    }

    @Test
    void aCachedSuccessPaysNothingBack() {
        stage.rules().budget().tryTake(100);
        stage.run(GET, Reply.status(200).fromCache());
        assertThat(stage.rules().budget().available()).isEqualTo(400);
        stage.run(GET, Reply.status(200));
        assertThat(stage.rules().budget().available()).isEqualTo(401);
    }

    @Test
    void aFullBudgetStaysFull() {
        RetryBudget budget = new RetryBudget(10, 3);
        budget.success();
        assertThat(budget.available()).isEqualTo(10);
        assertThat(budget.tryTake(9)).isTrue();
        assertThat(budget.tryTake(2)).isFalse();
        budget.success();
        assertThat(budget.available()).isEqualTo(4);
        budget.giveBack(9);
        assertThat(budget.available()).isEqualTo(10);
        budget.tryTake(10);
        budget.reset();
        assertThat(budget.available()).isEqualTo(10);
    }

    // ---- places among the concurrent

    @Test
    void allPlacesThatComeFreeTogetherAreTakenAgain() {
        Stage crowded =
                Stage.set().policy(policy -> policy.withMaxConcurrency(10).withRateLearning(false));
        List<ScriptedCall> calls = new ArrayList<>();
        for (int each = 0; each < 100; each++) {
            calls.add(crowded.call(GET, Reply.status(200).after(ofSeconds(1))));
        }
        crowded.run();
        assertThat(crowded.nowMillis()).isEqualTo(10_000);
        assertThat(calls).extracting(call -> call.sentAt.get(0)).isSorted();
    }

    @Test
    void aPlaceIsGivenBackByFailuresAndErrors() {
        Stage crowded =
                Stage.set().policy(policy -> policy.withMaxConcurrency(1).withMaxAttempts(1));
        crowded.run(GET, Reply.broken());
        crowded.run(GET, Reply.unreachable());
        ScriptedCall dead = crowded.call(GET, Reply.silence());
        crowded.runNow();
        ScriptedCall next = crowded.call(GET, Reply.status(200));
        crowded.runUntil(ofSeconds(1));
        dead.execution.close();
        dead.state = ScriptedCall.State.DONE;
        crowded.run();
        assertThat(next.sentAt).containsExactly(1_000L);
    }

    @Test
    void whoWaitsForItsQuotaHoldsUpNobodyInTheLineForAPlace() {
        Stage crowded = Stage.set()
                .provider(acme -> acme.quotas(request -> List.of(request.path())))
                .policy(policy -> policy.withMaxConcurrency(1));
        crowded.call(new AskedHead("GET", Stage.HOST, "/a"), Reply.status(200).after(ofSeconds(1)));
        AskedHead head = new AskedHead("GET", Stage.HOST, "/b");
        ScriptedCall paused = crowded.call(head, Reply.status(200));
        crowded.runUntil(ofMillis(500));
        crowded.keys(head)[1].pause(ofSeconds(5).toNanos());
        ScriptedCall free = crowded.call(new AskedHead("GET", Stage.HOST, "/c"), Reply.status(200));
        crowded.run();
        assertThat(free.sentAt).containsExactly(1_000L);
        assertThat(paused.sentAt).containsExactly(5_500L);
    }

    @Test
    void eachCredentialHasPlacesOfItsOwn() {
        Stage crowded = Stage.set().policy(policy -> policy.withMaxConcurrency(1));
        crowded.call(Stage.as(GET, "a"), Reply.status(200).after(ofSeconds(1)));
        assertThat(crowded.run(Stage.as(GET, "b"), Reply.status(200)).sentAt).containsExactly(0L);
    }
}
