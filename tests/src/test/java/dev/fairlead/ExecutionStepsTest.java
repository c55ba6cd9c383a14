package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static dev.fairlead.Stage.POST;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Each reason to wait, to send, to return and to throw. */
class ExecutionStepsTest {
    private final Stage stage = Stage.set();

    // ---- to send and to return

    @Test
    void sendsAtOnceAndReturnsTheAnswer() {
        ScriptedCall call = stage.run(GET, Reply.status(200).after(ofMillis(120)));
        assertThat(call.timeline).containsExactly("0 SEND", "120 RETURN SUCCESS");
        assertThat(call.execution.isPlain()).isTrue();
        assertThat(call.execution.history).as("nothing made on the happy path").isNull();
        assertThat(call.report().explain())
                .isEqualTo("acme GET api.acme.test: 1 attempt (200), 1 on the wire, SUCCESS after 120 ms");
    }

    @Test
    void returnsAnAnswerThatNoRepetitionMends() {
        ScriptedCall call = stage.run(GET, Reply.status(404));
        assertThat(call.timeline).containsExactly("0 SEND", "0 RETURN NOT_RETRYABLE");
        assertThat(call.execution.error().kind()).isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(call.execution.isPlain()).isFalse();
    }

    @Test
    void returnsTheLastAnswerWhenAllAttemptsAreMade() {
        ScriptedCall call = stage.run(GET, Reply.status(502), Reply.status(503), Reply.status(500));
        assertThat(call.timeline)
                .containsExactly(
                        "0 SEND",
                        "0 WAIT BACKOFF 200",
                        "200 SEND",
                        "200 WAIT BACKOFF 400",
                        "600 SEND",
                        "600 RETURN ATTEMPTS_EXHAUSTED");
        assertThat(call.status()).isEqualTo(500);
        assertThat(call.report().explain())
                .isEqualTo("acme GET api.acme.test: 3 attempts (502 TRANSIENT, 503 TRANSIENT, 500 TRANSIENT), waited"
                        + " 200 ms (BACKOFF), 400 ms (BACKOFF), 3 on the wire, ATTEMPTS_EXHAUSTED after 600 ms");
    }

    @Test
    void returnsTheAnswerOfARequestThatMustNotBeRepeated() {
        ScriptedCall call = stage.run(POST, Reply.status(502));
        assertThat(call.timeline).containsExactly("0 SEND", "0 RETURN NOT_REPLAY_SAFE");
    }

    @Test
    void returnsTheAnswerOfARequestWhoseBodyIsGone() {
        ScriptedCall call = stage.call(GET, CallOptions.NONE, false, attempt -> Reply.status(502));
        stage.run();
        assertThat(call.timeline).containsExactly("0 SEND", "0 RETURN BODY_NOT_REPLAYABLE");
    }

    @Test
    void returnsTheThrottleAtOnceWhenItsWaitIsBeyondTheDeadline() {
        ScriptedCall call = stage.run(GET, Reply.throttle(60));
        assertThat(call.timeline).containsExactly("0 SEND", "0 RETURN DEADLINE");
        assertThat(call.status()).isEqualTo(429);
        assertThat(stage.keys(GET)[0].pausedForNanos(stage.ticker.nanoTime()))
                .as("the key stays paused")
                .isEqualTo(ofSeconds(60).toNanos());
    }

    @Test
    void returnsTheThrottleAtOnceWhenItsWaitIsLongerThanTheLongest() {
        stage.policy(policy -> policy.withLongestWait(ofSeconds(5)));
        ScriptedCall call = stage.run(GET, Reply.throttle(6));
        assertThat(call.timeline).containsExactly("0 SEND", "0 RETURN LONGEST_WAIT");
        ScriptedCall other = stage.run(GET, Reply.throttle(5), Reply.status(200));
        assertThat(other.timeline).containsExactly("0 THROW RateLimitedException");
    }

    @Test
    void waitsExactlyAsLongAsTheLongestWait() {
        stage.policy(policy -> policy.withLongestWait(ofSeconds(5)));
        assertThat(stage.run(GET, Reply.throttle(5), Reply.status(200)).timeline)
                .containsExactly("0 SEND", "0 WAIT PAUSED 5000", "5000 SEND", "5000 RETURN SUCCESS");
    }

    @Test
    void returnsTheAnswerInHandWhenTheBreakerOpensMeanwhile() {
        ScriptedCall call = stage.call(GET, Reply.status(503));
        stage.runNow();
        stage.openBreaker();
        stage.run();
        assertThat(call.timeline).containsExactly("0 SEND", "0 WAIT BACKOFF 200", "200 RETURN CIRCUIT_OPEN");
        assertThat(call.status()).isEqualTo(503);
        assertThat(call.execution.error().kind()).isEqualTo(ErrorKind.TRANSIENT);
    }

    @Test
    void returnsTheAnswerInHandWhenTheBudgetIsSpent() {
        stage.policy(policy -> policy.withRetryBudget(20, 14, 5, 1));
        ScriptedCall call = stage.run(GET, Reply.status(503), Reply.status(502));
        assertThat(call.timeline)
                .containsExactly("0 SEND", "0 WAIT BACKOFF 200", "200 SEND", "200 RETURN RETRY_BUDGET_EXHAUSTED");
        assertThat(call.status()).isEqualTo(502);
    }

    @Test
    void returnsAnEarlierAnswerWhenRefusedAfterAFailure() {
        ScriptedCall call = stage.call(GET, Reply.status(503), Reply.unreachable());
        stage.runUntil(ofMillis(300));
        stage.openBreaker();
        stage.run();
        assertThat(call.timeline.get(call.timeline.size() - 1)).isEqualTo("600 RETURN CIRCUIT_OPEN");
        assertThat(call.status()).isEqualTo(503);
        assertThat(call.execution.error()).as("what the answer in hand means").isNotNull();
        assertThat(call.report().error()).map(ApiError::status).contains(503);
    }

    @Test
    void forgetsTheErrorOfAnEarlierAnswerAfterASuccess() {
        ScriptedCall call = stage.run(GET, Reply.status(503), Reply.unreachable(), Reply.status(200));
        assertThat(call.stopReason()).isEqualTo(StopReason.SUCCESS);
        assertThat(call.execution.error()).isNull();
        assertThat(call.report().attempts())
                .extracting(CallReport.Attempt::outcome)
                .containsExactly("503", "ConnectException", "200");
    }

    // ---- to wait

    @Test
    void waitsForThePauseOfItsKey() {
        stage.keys(GET)[0].pause(ofSeconds(2).toNanos());
        ScriptedCall call = stage.run(GET, Reply.status(200));
        assertThat(call.timeline).containsExactly("0 WAIT PAUSED 2000", "2000 SEND", "2000 RETURN SUCCESS");
        assertThat(call.report().waits())
                .containsExactly(new CallReport.Wait(WaitReason.PAUSED, Duration.ZERO, ofSeconds(2)));
        assertThat(call.report().waited()).isEqualTo(ofSeconds(2));
    }

    @Test
    void waitsForItsTurnAfterAPause() {
        stage.keys(GET)[0].pause(ofSeconds(2).toNanos());
        stage.call(GET, Reply.status(200).after(ofMillis(50)));
        ScriptedCall second = stage.run(GET, Reply.status(200));
        assertThat(second.timeline)
                .containsExactly(
                        "0 WAIT PAUSED 30000", "2000 WAIT PACED_RELEASE 28000", "2050 SEND", "2050 RETURN SUCCESS");
    }

    @Test
    void waitsForTheProvidersWindow() {
        stage.run(GET, Reply.left(0, 7));
        assertThat(stage.run(GET, Reply.status(200)).timeline)
                .containsExactly("0 WAIT RATE_LIMIT 7000", "7000 SEND", "7000 RETURN SUCCESS");
    }

    @Test
    void waitsForAPlaceAmongTheConcurrent() {
        stage.policy(policy -> policy.withMaxConcurrency(1));
        stage.call(GET, Reply.status(200).after(ofMillis(700)));
        assertThat(stage.run(GET, Reply.status(200)).timeline)
                .containsExactly("0 WAIT CONCURRENCY 30000", "700 SEND", "700 RETURN SUCCESS");
    }

    @Test
    void waitsForOneReasonAfterTheOther() {
        stage.policy(policy -> policy.withRateLimit(1, ofSeconds(3), 1));
        stage.run(GET, Reply.status(200));
        stage.keys(GET)[0].pause(ofSeconds(2).toNanos());
        assertThat(stage.run(GET, Reply.status(200)).timeline)
                .containsExactly("0 WAIT PAUSED 2000", "2000 WAIT RATE_LIMIT 1000", "3000 SEND", "3000 RETURN SUCCESS");
    }

    @Test
    void thePauseOfAKeyCoversTheBackoffOfItsCalls() {
        stage.policy(policy -> policy.withBackoff(ofSeconds(5), 1, ofSeconds(5)));
        stage.keys(GET);
        ScriptedCall call = stage.call(GET, Reply.status(503), Reply.status(200));
        stage.runUntil(ofSeconds(1));
        stage.keys(GET)[0].pause(ofSeconds(6).toNanos());
        stage.run();
        assertThat(call.timeline)
                .containsExactly(
                        "0 SEND", "0 WAIT BACKOFF 5000", "5000 WAIT PAUSED 2000", "7000 SEND", "7000 RETURN SUCCESS");
    }

    // ---- to throw

    @Test
    void throwsWhenTheCallIsCancelledBeforeItBegins() {
        ScriptedCall call = stage.call(GET, Reply.status(200)).cancel();
        stage.run();
        assertThat(call.timeline).containsExactly("0 THROW IOException");
        assertThat(call.thrown).hasMessage("Canceled").hasNoCause();
        assertThat(call.stopReason()).isEqualTo(StopReason.CANCELED);
        assertThat(call.report().elapsed()).isZero();
    }

    @Test
    void throwsOkHttpsOwnExceptionWhenCancelledInFlight() {
        ScriptedCall call = stage.call(GET, Reply.status(200).after(ofSeconds(1)));
        stage.runUntil(ofMillis(300));
        call.cancel();
        stage.run();
        assertThat(call.timeline).containsExactly("0 SEND", "300 THROW IOException");
        assertThat(call.report().explain())
                .isEqualTo("acme GET api.acme.test: 1 attempt (IOException), 1 on the wire, CANCELED after 300 ms");
    }

    @Test
    void throwsCanceledAndNotAnEarlierFailureWhenCancelledBetweenAttempts() {
        ScriptedCall call = stage.call(GET, Reply.unreachable());
        stage.runUntil(ofMillis(100));
        call.cancel();
        stage.run();
        assertThat(call.timeline).containsExactly("0 SEND", "0 WAIT BACKOFF 200", "100 THROW IOException");
        assertThat(call.thrown).hasMessage("Canceled");
    }

    @Test
    void aCancelBeatsTheAnswerInHand() {
        ScriptedCall call = stage.call(GET, Reply.status(503));
        stage.runUntil(ofMillis(100));
        call.cancel();
        stage.run();
        assertThat(call.timeline.get(2)).isEqualTo("100 THROW IOException");
    }

    @Test
    void throwsWhenTheDeadlineIsSpentBeforeAnythingIsSent() {
        DeadlineContext.Scope past = DeadlineContext.open(Duration.ZERO, Duration.ZERO, stage.ticker);
        ScriptedCall call = stage.call(GET, Reply.status(200));
        past.close();
        stage.run();
        assertThat(call.timeline).containsExactly("0 THROW DeadlineExceededException");
        assertThat(call.thrown)
                .hasMessageStartingWith("acme at api.acme.test: the deadline passed after 0 ms; nothing was sent.")
                .hasMessageContaining("Policy.withDeadline")
                .hasMessageEndingWith("(docs/troubleshooting.md#deadline-exceeded)");
        assertThat(call.thrown(DeadlineExceededException.class).lastAnswer()).isEmpty();
    }

    @Test
    void throwsWhenTheDeadlineCutsAnAttemptAndSaysThatItWasSent() {
        stage.policy(policy -> policy.withDeadline(ofSeconds(4)).withAttemptTimeout(ofSeconds(4)));
        ScriptedCall call = stage.run(GET, Reply.status(503), Reply.silence());
        assertThat(call.timeline)
                .containsExactly("0 SEND", "0 WAIT BACKOFF 200", "200 SEND", "4000 THROW DeadlineExceededException");
        DeadlineExceededException thrown = call.thrown(DeadlineExceededException.class);
        assertThat(thrown)
                .hasMessageContaining("the GET was sent, and whether it was executed is unknown")
                .hasCauseInstanceOf(java.net.SocketTimeoutException.class);
        assertThat(thrown.lastAnswer()).map(LastAnswer::status).contains(503);
        assertThat(thrown.lastAnswer().orElseThrow().bodyText()).isEqualTo("body");
        assertThat(thrown.report().stopReason()).isEqualTo(StopReason.DEADLINE);
        assertThat(thrown.report().elapsed()).isEqualTo(ofSeconds(4));
    }

    @Test
    void throwsWhenTheDeadlinePassesInALine() {
        stage.policy(policy -> policy.withMaxConcurrency(1));
        stage.call(GET, Reply.status(200).after(ofSeconds(9)));
        ScriptedCall call = stage.run(GET, CallOptions.deadline(ofSeconds(3)), Reply.status(200));
        assertThat(call.timeline).containsExactly("0 WAIT CONCURRENCY 3000", "3000 THROW DeadlineExceededException");
        assertThat(call.thrown).hasMessageContaining("nothing was sent").hasMessageContaining("CONCURRENCY");
    }

    @Test
    void throwsAtOnceWhenTheKeyIsPausedBeyondTheDeadline() {
        stage.keys(GET)[0].pause(ofSeconds(90).toNanos());
        ScriptedCall call = stage.run(GET, Reply.status(200));
        assertThat(call.timeline).containsExactly("0 THROW RateLimitedException");
        RateLimitedException thrown = call.thrown(RateLimitedException.class);
        assertThat(thrown.retryAfter()).isEqualTo(ofSeconds(90));
        assertThat(thrown)
                .hasMessage(
                        "acme at api.acme.test: the key may send again in 1 min 30 s (PAUSED), but the call's deadline"
                                + " is sooner (the tightest of Policy.withDeadline, CallOptions.deadline, the caller's"
                                + " DeadlineContext and the client's callTimeout); raise it, or call again later (docs/troubleshooting.md#rate-limited)");
        assertThat(thrown.report().stopReason()).isEqualTo(StopReason.DEADLINE);
    }

    @Test
    void throwsAtOnceWhenTheKeyIsPausedLongerThanTheLongestWait() {
        stage.policy(policy -> policy.withLongestWait(ofSeconds(1)));
        stage.keys(GET)[0].pause(ofSeconds(2).toNanos());
        ScriptedCall call = stage.run(GET, Reply.status(200));
        assertThat(call.thrown(RateLimitedException.class).report().stopReason())
                .isEqualTo(StopReason.LONGEST_WAIT);
        assertThat(call.thrown).hasMessageContaining("Policy.withLongestWait");
    }

    @Test
    void throwsWhenItStoodInALineForTheLongestWait() {
        stage.policy(policy -> policy.withMaxConcurrency(1).withLongestWait(ofSeconds(1)));
        stage.call(GET, Reply.status(200).after(ofSeconds(9)));
        ScriptedCall call = stage.run(GET, Reply.status(200));
        assertThat(call.timeline).containsExactly("0 WAIT CONCURRENCY 1000", "1000 THROW RateLimitedException");
        assertThat(call.thrown)
                .hasMessageContaining("the call's turn did not come (CONCURRENCY)")
                .hasMessageContaining("Policy.withLongestWait");
    }

    @Test
    void throwsWhenTheBreakerIsOpen() {
        stage.openBreaker();
        stage.ticker.advance(ofSeconds(3));
        ScriptedCall call = stage.run(GET, Reply.status(200));
        assertThat(call.timeline).containsExactly("3000 THROW CircuitOpenException");
        CircuitOpenException thrown = call.thrown(CircuitOpenException.class);
        assertThat(thrown.retryAfter()).isEqualTo(ofSeconds(7));
        assertThat(thrown)
                .hasMessageStartingWith("acme at api.acme.test: the circuit breaker is open")
                .hasMessageContaining("may be tried in 7 s")
                .hasMessageContaining("Policy.withBreakerThreshold")
                .hasMessageEndingWith("(docs/troubleshooting.md#circuit-open)");
        assertThat(thrown.report().explain())
                .isEqualTo(
                        "acme GET api.acme.test: not sent, 0 on the wire, CIRCUIT_OPEN (could go on in 7 s) after 0 ms");
    }

    @Test
    void throwsOutcomeUnknownWhenAChargeMayHaveBeenMade() {
        ScriptedCall call = stage.run(POST, Reply.broken());
        assertThat(call.timeline).containsExactly("0 SEND", "0 THROW OutcomeUnknownException");
        assertThat(call.thrown)
                .hasMessageStartingWith(
                        "acme at api.acme.test: a POST failed (IOException) after it may have been sent")
                .hasMessageContaining("idempotency key")
                .hasMessageEndingWith("(docs/troubleshooting.md#outcome-unknown)")
                .hasCauseInstanceOf(IOException.class);
        assertThat(call.stopReason()).isEqualTo(StopReason.NOT_REPLAY_SAFE);
    }

    @Test
    void outcomeUnknownCarriesAnEarlierAnswer() {
        ScriptedCall call = stage.run(POST, Reply.throttle(1), Reply.broken());
        assertThat(call.thrown(OutcomeUnknownException.class).lastAnswer())
                .map(LastAnswer::status)
                .contains(429);
        assertThat(call.report().attempts()).hasSize(2);
    }

    @Test
    void throwsCallFailedWhenAllAttemptsFailed() {
        ScriptedCall call = stage.run(GET, Reply.unreachable());
        assertThat(call.timeline)
                .containsExactly(
                        "0 SEND",
                        "0 WAIT BACKOFF 200",
                        "200 SEND",
                        "200 WAIT BACKOFF 400",
                        "600 SEND",
                        "600 THROW CallFailedException");
        assertThat(call.thrown)
                .hasMessageStartingWith(
                        "acme at api.acme.test: no answer to a GET (ConnectException) after 3 attempt(s),"
                                + " stopped because ATTEMPTS_EXHAUSTED (see Policy.withMaxAttempts)")
                .hasMessageEndingWith("(docs/troubleshooting.md#call-failed)")
                .hasCauseInstanceOf(java.net.ConnectException.class);
        assertThat(call.report().wireRequests()).isZero();
    }

    @Test
    void throwsCallFailedWhenTheBodyIsGone() {
        ScriptedCall call = stage.call(GET, CallOptions.NONE, false, attempt -> Reply.broken());
        stage.run();
        assertThat(call.thrown(CallFailedException.class)).hasMessageContaining("BODY_NOT_REPLAYABLE");
    }

    @Test
    void throwsCallFailedWhenTheBudgetIsSpent() {
        stage.policy(policy -> policy.withRetryBudget(10, 10, 5, 1));
        ScriptedCall call = stage.run(GET, Reply.unreachable());
        assertThat(call.report().attempts()).hasSize(2);
        assertThat(call.thrown(CallFailedException.class))
                .hasMessageContaining("RETRY_BUDGET_EXHAUSTED")
                .hasMessageContaining("Policy.withRetryBudget");
    }

    @Test
    void throwsCallFailedWithTheFailureWhenRefusedAfterIt() {
        stage.policy(policy -> policy.withDeadline(ofMillis(150))
                .withAttemptTimeout(ofMillis(150))
                .withBackoff(ofMillis(100), 2, ofSeconds(1))
                .withJitter(0));
        ScriptedCall call = stage.run(GET, Reply.unreachable().after(ofMillis(60)));
        assertThat(call.timeline).containsExactly("0 SEND", "60 THROW CallFailedException");
        assertThat(call.thrown)
                .hasMessageContaining("DEADLINE (the next one could begin in 100 ms; see Policy.withDeadline)");
        assertThat(call.thrown(CallFailedException.class)).hasCauseInstanceOf(java.net.ConnectException.class);
    }

    @Test
    void theBindingsOwnFailuresEndAsAborted() {
        ScriptedCall call = stage.call(GET, Reply.status(200).after(ofSeconds(1)));
        stage.runNow();
        call.execution.close();
        assertThat(call.stopReason()).isEqualTo(StopReason.ABORTED);
        assertThat(stage.events).endsWith("callEnded ABORTED");
    }

    @Test
    void aDeadlineInTheBodyIsReported() {
        ScriptedCall call = stage.run(GET, Reply.status(200).after(ofSeconds(1)));
        stage.ticker.advance(ofSeconds(29));
        call.execution.onDeadlineInBody();
        stage.ticker.advance(ofSeconds(5));
        assertThat(call.stopReason()).isEqualTo(StopReason.DEADLINE_IN_BODY);
        assertThat(call.report().elapsed()).isEqualTo(ofSeconds(30));
        assertThat(call.report().attempts()).hasSize(1);
    }

    @Test
    void theTimeOfAnEndedCallStandsStill() {
        ScriptedCall call = stage.run(GET, Reply.status(503), Reply.status(200));
        stage.ticker.advance(ofSeconds(9));
        assertThat(call.report().elapsed()).isEqualTo(ofMillis(200));
        ScriptedCall canceled = stage.call(GET, Reply.status(200)).cancel();
        stage.run();
        stage.ticker.advance(ofSeconds(9));
        assertThat(canceled.report().elapsed()).isZero();
    }
}
