package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A place among the requests of a credential is held until the answer's body was read, and comes free exactly once. */
class CredentialPlacesTest {
    private final Stage stage = Stage.set()
            .policy(policy -> policy.withMaxConcurrency(1).withMaxAttempts(1).withRateLearning(false));

    /** A request that is on its way; what becomes of it the test tells. */
    private Execution sent(CallOptions options) {
        Execution call = stage.fairlead()
                .begin(GET, options, 0, Fairlead.NO_CLIENT_TIMEOUT, DeadlineContext.current(), () -> {});
        assertThat(call.next()).isEqualTo(Execution.Step.SEND);
        return call;
    }

    private static void answer(Execution call) {
        call.onAnswer(AnswerHead.of(200), ErrorBody.NONE, AnswerSource.PROVIDER);
        assertThat(call.next()).isEqualTo(Execution.Step.RETURN);
        call.close();
    }

    /** When the next one of the credential is sent, in milliseconds. */
    private ScriptedCall next() {
        ScriptedCall next = stage.call(GET, Reply.status(200));
        stage.runNow();
        return next;
    }

    @Test
    void aPlaceIsHeldWhileTheBodyIsRead() {
        Execution call = sent(CallOptions.NONE);
        answer(call);
        ScriptedCall next = next();
        stage.runUntil(ofSeconds(3));
        assertThat(next.timeline).containsExactly("0 WAIT CONCURRENCY 30000");
        call.onExchangeEnd();
        stage.run();
        assertThat(next.sentAt).containsExactly(3_000L);
    }

    @Test
    void theBodyMayEndBeforeTheRulesHearOfTheAnswer() {
        Execution call = sent(CallOptions.NONE);
        call.onExchangeEnd();
        ScriptedCall next = next();
        assertThat(next.sentAt).as("the rules do not know yet what it means").isEmpty();
        answer(call);
        stage.run();
        assertThat(next.sentAt).containsExactly(0L);
    }

    @Test
    void anEndThatIsToldTwiceFreesOnePlace() {
        Execution call = sent(CallOptions.NONE);
        answer(call);
        call.onExchangeEnd();
        Execution second = sent(CallOptions.NONE);
        call.onExchangeEnd();
        call.close();
        assertThat(next().sentAt).isEmpty();
        answer(second);
        second.onExchangeEnd();
        stage.run();
        assertThat(next().sentAt).containsExactly(0L);
        assertThat(next().sentAt).containsExactly(0L);
    }

    @Test
    void anAnswerThatIsRepeatedFreesItsPlaceMeanwhile() {
        Stage again = Stage.set().policy(policy -> policy.withMaxConcurrency(1));
        ScriptedCall failing =
                again.call(GET, Reply.status(503), Reply.status(200).after(ofSeconds(1)));
        again.runNow();
        ScriptedCall next = again.call(GET, Reply.status(200).after(ofMillis(300)));
        again.run();
        assertThat(next.sentAt).containsExactly(0L);
        assertThat(failing.sentAt).as("and waits for one like anybody").containsExactly(0L, 300L);
    }

    @Test
    void aFailureFreesItsPlace() {
        for (Reach reach : Reach.values()) {
            if (reach != Reach.ANSWERED) {
                Execution call = sent(CallOptions.NONE);
                call.onFailure(new IOException("broken"), reach, FailureCause.TRANSPORT);
                assertThat(next().sentAt).as("%s", reach).containsExactly(0L);
            }
        }
    }

    @Test
    void anAnswerOfTheCacheHoldsItsPlaceUntilItIsRead() {
        Execution call = sent(CallOptions.NONE);
        call.onAnswer(AnswerHead.of(200), ErrorBody.NONE, AnswerSource.CACHE);
        assertThat(next().sentAt).as("it was not sent").containsExactly(0L);
    }

    @Test
    void aCancelledCallFreesItsPlace() {
        ScriptedCall cancelled = stage.call(GET, Reply.status(200).after(ofSeconds(9)));
        stage.runNow();
        ScriptedCall next = stage.call(GET, Reply.status(200));
        stage.runUntil(ofSeconds(2));
        cancelled.cancel();
        stage.run();
        assertThat(next.sentAt).containsExactly(2_000L);
    }

    @Test
    void aWaiterThatIsCancelledLeavesTheLineToTheNext() {
        Execution call = sent(CallOptions.NONE);
        ScriptedCall first = next();
        ScriptedCall second = next();
        first.cancel();
        stage.runNow();
        answer(call);
        call.onExchangeEnd();
        stage.run();
        assertThat(first.sentAt).isEmpty();
        assertThat(second.sentAt).containsExactly(0L);
    }

    @Test
    void anErrorFreesItsPlace() {
        Execution call = sent(CallOptions.NONE);
        call.close();
        assertThat(next().sentAt).containsExactly(0L);
    }

    @Test
    void anErrorAfterTheAnswerLeavesThePlaceToWhoeverReads() {
        Execution call = sent(CallOptions.NONE);
        call.onAnswer(AnswerHead.of(200), ErrorBody.NONE, AnswerSource.PROVIDER);
        call.close();
        ScriptedCall next = next();
        assertThat(next.sentAt).isEmpty();
        call.onExchangeEnd();
        stage.run();
        assertThat(next.sentAt).containsExactly(0L);
    }

    @Test
    void whoNeitherReadsNorClosesLosesItsPlaceAtItsDeadline() {
        Execution forgotten = sent(CallOptions.deadline(ofSeconds(5)));
        answer(forgotten);
        stage.runUntil(ofMillis(4_999));
        ScriptedCall early = next().cancel();
        stage.runUntil(ofSeconds(5));
        assertThat(early.sentAt).isEmpty();
        Execution taker = sent(CallOptions.NONE);
        forgotten.onExchangeEnd();
        assertThat(next().sentAt).as("a late reader frees nobody else's").isEmpty();
        answer(taker);
        taker.onExchangeEnd();
        stage.run();
    }

    @Test
    void whoStandsInLineGetsThePlaceOfOneWhoNeitherReadsNorCloses() {
        answer(sent(CallOptions.deadline(ofSeconds(5))));
        ScriptedCall next = next();
        stage.run();
        assertThat(next.timeline).startsWith("0 WAIT CONCURRENCY 5000");
        assertThat(next.sentAt).containsExactly(5_000L);
    }

    @Test
    void alsoIfItStoodThereBeforeTheAnswerCame() {
        Execution forgotten = sent(CallOptions.deadline(ofSeconds(5)));
        ScriptedCall next = next();
        stage.runUntil(ofSeconds(2));
        answer(forgotten);
        stage.run();
        assertThat(next.sentAt).containsExactly(5_000L);
    }

    @Test
    void manyWhoReadHoldAsManyPlaces() {
        Stage three = Stage.set().policy(policy -> policy.withMaxConcurrency(3).withRateLearning(false));
        List<ScriptedCall> calls = java.util.stream.IntStream.range(0, 9)
                .mapToObj(each -> three.call(GET, Reply.status(200).after(ofMillis(100 * (1 + each % 3)))))
                .toList();
        three.run();
        assertThat(calls)
                .extracting(call -> call.sentAt.get(0))
                .containsExactly(0L, 0L, 0L, 100L, 200L, 200L, 300L, 400L, 400L);
    }
}
