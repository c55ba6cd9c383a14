package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static dev.fairlead.Stage.POST;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Keys that make a POST safe to repeat: who makes them, and what an answer out of the provider's store means. */
class IdempotencyKeysTest {
    private static final String FIRST = "00000000-0000-0000-0000-000000000001";

    private final Stage stage = Stage.set()
            .provider(acme -> acme.giveKeyTo(request -> request.method().equals("POST")));

    @Test
    void aRequestThatIsToHaveAKeyGetsOneForAllItsAttempts() {
        ScriptedCall call = stage.run(POST, Reply.broken(), Reply.status(503), Reply.status(200));
        assertThat(call.execution.idempotencyKey()).isEqualTo(FIRST);
        assertThat(call.sentAt).hasSize(3);
        assertThat(call.status()).isEqualTo(200);
    }

    @Test
    void twoCallsHaveTwoKeys() {
        String first = stage.run(POST, Reply.status(200)).execution.idempotencyKey();
        String second = stage.run(POST, Reply.status(200)).execution.idempotencyKey();
        assertThat(first).isNotEqualTo(second);
    }

    @Test
    void aRequestThatNeedsNoneGetsNone() {
        assertThat(stage.run(GET, Reply.status(200)).execution.idempotencyKey()).isNull();
    }

    @Test
    void theKeyOfTheBusinessOperationIsSent() {
        ScriptedCall call = stage.run(POST, CallOptions.NONE.withIdempotencyKey("order-17"), Reply.status(200));
        assertThat(call.execution.idempotencyKey()).isEqualTo("order-17");
        assertThat(call.execution.isKeyMade()).isFalse();
    }

    @Test
    void aHeaderOfTheCallersOwnWins() {
        ScriptedCall call = stage.run(
                POST.with("idempotency-key", "mine"),
                CallOptions.NONE.withIdempotencyKey("order-17"),
                Reply.broken(),
                Reply.status(200));
        assertThat(call.execution.idempotencyKey()).isNull();
        assertThat(call.sentAt).as("and makes it safe to repeat").hasSize(2);
    }

    @Test
    void aProviderWithoutKeysGivesNone() {
        Stage none = Stage.set().provider(acme -> acme.idempotencyHeader(null).giveKeyTo(request -> true));
        ScriptedCall call =
                none.run(POST, CallOptions.NONE.withIdempotencyKey("order-17"), Reply.broken(), Reply.status(200));
        assertThat(call.execution.idempotencyKey()).isNull();
        assertThat(call.thrown).isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void aRuleThatThrowsGivesNoKey() {
        Stage throwing = Stage.set()
                .provider(acme -> acme.giveKeyTo(request -> {
                    throw new IllegalStateException("no idea");
                }));
        ScriptedCall call = throwing.run(POST, Reply.broken(), Reply.status(200));
        assertThat(call.thrown).isInstanceOf(OutcomeUnknownException.class);
    }

    /** As an empty setting makes it: the provider has no key to know a repetition by. */
    @Test
    void anEmptyHeaderIsNoKey() {
        ScriptedCall call = stage.run(POST.with("Idempotency-Key", " "), Reply.broken(), Reply.status(200));
        assertThat(call.execution.idempotencyKey()).isEqualTo(FIRST);
        ScriptedCall unsafe = Stage.set().run(POST.with("Idempotency-Key", ""), Reply.broken(), Reply.status(200));
        assertThat(unsafe.thrown).isInstanceOf(OutcomeUnknownException.class);
    }

    /** Whoever makes the call again makes it under another key, and it would be done twice. */
    @Test
    void aKeyThatWasMadeEndsWithItsCall() {
        assertThat(stage.run(POST, Reply.broken()).thrown)
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("made for this call alone");
        assertThat(stage.run(POST, Reply.unreachable()).thrown).isInstanceOf(CallFailedException.class);
        assertThat(stage.run(POST, CallOptions.NONE.withIdempotencyKey("order-17"), Reply.broken()).thrown)
                .isInstanceOf(CallFailedException.class);
        assertThat(stage.run(POST, CallOptions.NONE.withReplaySafe(), Reply.broken()).thrown)
                .isInstanceOf(CallFailedException.class);
        Stage everything = Stage.set().provider(acme -> acme.giveKeyTo(request -> true));
        assertThat(everything.run(GET, Reply.broken()).thrown).isInstanceOf(CallFailedException.class);
    }

    @Test
    void whatAnyOfItsAttemptsMayHaveDoneIsNotForgotten() {
        assertThat(stage.run(POST, Reply.broken(), Reply.unreachable()).thrown)
                .isInstanceOf(OutcomeUnknownException.class);
        assertThat(stage.run(POST, Reply.status(503), Reply.unreachable()).thrown)
                .isInstanceOf(OutcomeUnknownException.class);
        assertThat(stage.run(POST, Reply.throttle(1), Reply.unreachable()).thrown)
                .isInstanceOf(CallFailedException.class);
    }

    /** Whoever believes a refusal's "not executed" makes the call again, and has two charges. */
    @Test
    void whatRefusesARepetitionSaysNothingOfWhatWasRepeated() {
        ScriptedCall throttled = stage.run(POST, Reply.broken(), Reply.throttle(1));
        assertThat(throttled.status()).isEqualTo(429);
        assertThat(throttled.report().error().orElseThrow())
                .returns(ApiError.Executed.UNKNOWN, ApiError::executed)
                .returns(RetryAdvice.AFTER_WAIT, ApiError::advice)
                .returns(ErrorKind.RATE_LIMITED, ApiError::kind);
        Stage locked = Stage.set()
                .provider(acme -> acme.giveKeyTo(request -> true)
                        .errors((request, response, body) -> ErrorNormalizer.byStatus("acme")
                                .normalize(request, response, body)
                                .map(error -> error.status() != 409
                                        ? error
                                        : error.toBuilder(ErrorKind.IDEMPOTENCY_IN_USE, RetryAdvice.SAME_REQUEST)
                                                .executed(ApiError.Executed.NO)
                                                .build())));
        ScriptedCall inUse = locked.run(POST, Reply.status(500), Reply.status(409));
        assertThat(inUse.sentAt).hasSize(3);
        assertThat(inUse.report().error().orElseThrow())
                .returns(ApiError.Executed.UNKNOWN, ApiError::executed)
                .returns(RetryAdvice.ONLY_IF_IDEMPOTENT, ApiError::advice);
        ScriptedCall own =
                locked.run(POST, CallOptions.NONE.withIdempotencyKey("order-17"), Reply.status(500), Reply.status(409));
        assertThat(own.report().error().orElseThrow())
                .returns(ApiError.Executed.NO, ApiError::executed)
                .returns(RetryAdvice.SAME_REQUEST, ApiError::advice);
        assertThat(stage.run(POST, Reply.throttle(1))
                        .report()
                        .error()
                        .orElseThrow()
                        .executed())
                .isEqualTo(ApiError.Executed.NO);
        assertThat(stage.run(POST, Reply.broken(), Reply.status(400))
                        .report()
                        .error()
                        .orElseThrow()
                        .executed())
                .as("the earlier one was no better")
                .isEqualTo(ApiError.Executed.NO);
    }

    private static Reply replayed(int status) {
        return Reply.of(AnswerHead.of(status).with("Idempotent-Replayed", "true"));
    }

    @Test
    void aReplayedFailureIsNotRetriedUnderTheSameKey() {
        ScriptedCall call = stage.run(POST, Reply.broken(), replayed(500), Reply.status(200));
        assertThat(call.status()).isEqualTo(500);
        assertThat(call.stopReason()).isEqualTo(StopReason.NOT_RETRYABLE);
        assertThat(call.report().explain()).contains("500 TRANSIENT replayed");
    }

    @Test
    void aReplayedFailureIsNoneOfTheProvidersHealth() {
        for (int i = 0; i < 40; i++) {
            stage.run(POST, replayed(500));
        }
        assertThat(stage.rules().breaker().state()).isEqualTo(CircuitBreaker.State.CLOSED);
        for (int i = 0; i < 40; i++) {
            stage.run(POST, Reply.status(500));
        }
        assertThat(stage.rules().breaker().state()).isEqualTo(CircuitBreaker.State.OPEN);
    }

    @Test
    void aReplayedSuccessIsReported() {
        CallReport report = stage.run(POST, replayed(200)).report();
        assertThat(report.attempts()).singleElement().returns(true, CallReport.Attempt::replayed);
        assertThat(report.error()).isEqualTo(Optional.empty());
    }

    @Test
    void ofARequestWithoutAKeyNothingIsReplayed() {
        CallReport report = Stage.set()
                .provider(acme -> acme.idempotencyHeader(null))
                .run(POST, replayed(200))
                .report();
        assertThat(report.attempts()).singleElement().returns(false, CallReport.Attempt::replayed);
    }
}
