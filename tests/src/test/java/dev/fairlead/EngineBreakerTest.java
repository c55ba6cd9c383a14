package dev.fairlead;

import static dev.fairlead.CircuitBreaker.State.CLOSED;
import static dev.fairlead.CircuitBreaker.State.HALF_OPEN;
import static dev.fairlead.CircuitBreaker.State.OPEN;
import static dev.fairlead.Stage.GET;
import static dev.fairlead.Stage.POST;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.ApiError.Executed;
import dev.fairlead.CircuitBreaker.Permit;
import dev.fairlead.testkit.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The breaker counts the provider's distress and nothing else, and finds out by one careful request when it is over. */
class EngineBreakerTest {
    private final ManualTicker ticker = new ManualTicker();
    private final List<String> changes = new ArrayList<>();
    private final EngineBreaker breaker = breaker(Policy.defaults(), false);

    private EngineBreaker breaker(Policy policy, boolean any) {
        return new EngineBreaker("acme", policy, any, ticker, (from, to) -> changes.add(from + ">" + to));
    }

    private void failures(int number) {
        for (int each = 0; each < number; each++) {
            breaker.tryAcquire(true).failure(1);
        }
    }

    private void successes(int number) {
        for (int each = 0; each < number; each++) {
            breaker.tryAcquire(true).success(1);
        }
    }

    private Permit probe() {
        return breaker.tryAcquire(true);
    }

    // ---- opening

    @ParameterizedTest
    @CsvSource({
        // successes, failures, opens
        "0, 19, false",
        "0, 20, true",
        "10, 9, false",
        "10, 10, true",
        "11, 10, false",
        "30, 29, false",
        "30, 30, true"
    })
    void opensAtHalfOfAtLeastTwenty(int successes, int failures, boolean opens) {
        successes(successes);
        failures(failures);
        assertThat(breaker.state()).isEqualTo(opens ? OPEN : CLOSED);
    }

    @Test
    void opensAtTheTwentiethCallAlsoIfThatIsASuccess() {
        failures(15);
        successes(4);
        assertThat(breaker.state()).isEqualTo(CLOSED);
        successes(1);
        assertThat(breaker.state()).isEqualTo(OPEN);
        assertThat(changes).containsExactly("CLOSED>OPEN");
    }

    @Test
    void failuresLongerAgoThanTheWindowAreForgotten() {
        failures(19);
        ticker.advance(ofSeconds(30));
        failures(19);
        assertThat(breaker.state()).isEqualTo(CLOSED);
        ticker.advance(ofSeconds(29));
        failures(1);
        assertThat(breaker.state()).isEqualTo(OPEN);
    }

    @Test
    void opensWhenAllAnswersAreSlow() {
        for (int each = 0; each < 20; each++) {
            assertThat(breaker.state()).isEqualTo(CLOSED);
            breaker.tryAcquire(true).success(ofSeconds(11).toNanos());
        }
        assertThat(breaker.state()).isEqualTo(OPEN);
    }

    @Test
    void aSlowProbeOpensAgain() {
        failures(20);
        ticker.advance(ofSeconds(10));
        probe().success(ofSeconds(11).toNanos());
        assertThat(breaker.state()).isEqualTo(OPEN);
    }

    // ---- probing

    @Test
    void whileOpenNothingGoesAndItSaysForHowLong() {
        failures(20);
        assertThat(breaker.nanosUntilTry(true)).isEqualTo(ofSeconds(10).toNanos());
        assertThat(breaker.nanosUntilTry(false)).isEqualTo(ofSeconds(20).toNanos());
        ticker.advance(ofSeconds(10).minusNanos(1));
        assertThat(breaker.nanosUntilTry(true)).isEqualTo(1);
        assertThat(breaker.tryAcquire(true)).isNull();
        assertThat(breaker.state()).isEqualTo(OPEN);
    }

    @Test
    void oneProbeAtATime() {
        failures(20);
        ticker.advance(ofSeconds(10));
        assertThat(breaker.nanosUntilTry(true)).isZero();
        assertThat(breaker.state()).as("looking has no effect").isEqualTo(OPEN);
        Permit probe = probe();
        assertThat(breaker.state()).isEqualTo(HALF_OPEN);
        assertThat(breaker.tryAcquire(true)).isNull();
        assertThat(breaker.nanosUntilTry(true)).isPositive();
        probe.success(1);
        assertThat(breaker.state()).isEqualTo(CLOSED);
        assertThat(changes).containsExactly("CLOSED>OPEN", "OPEN>HALF_OPEN", "HALF_OPEN>CLOSED");
    }

    @Test
    void onlyARequestThatMayBeRepeatedProbesUntilTwiceTheOpenTime() {
        failures(20);
        ticker.advance(ofSeconds(20).minusNanos(1));
        assertThat(breaker.tryAcquire(false)).isNull();
        ticker.advance(Duration.ofNanos(1));
        Permit charge = breaker.tryAcquire(false);
        assertThat(charge).isNotNull();
        charge.failure(1);
        // Now it is open for 20 s, so a charge may try after 40 s.
        ticker.advance(ofSeconds(40).minusNanos(1));
        assertThat(breaker.nanosUntilTry(false)).isEqualTo(1);
        ticker.advance(Duration.ofNanos(1));
        breaker.tryAcquire(false).success(1);
        assertThat(breaker.state()).isEqualTo(CLOSED);
    }

    @Test
    void aProviderMayLetAnyRequestProbe() {
        EngineBreaker any = breaker(Policy.defaults(), true);
        for (int each = 0; each < 20; each++) {
            any.tryAcquire(false).failure(1);
        }
        ticker.advance(ofSeconds(10));
        assertThat(any.tryAcquire(false)).isNotNull();
    }

    @Test
    void theOpenTimeGrowsAndStartsOverAfterClosing() {
        failures(20);
        List<Long> seconds = new ArrayList<>();
        for (int each = 0; each < 5; each++) {
            seconds.add(TimeUnit.NANOSECONDS.toSeconds(breaker.nanosUntilTry(true)));
            ticker.advance(Duration.ofNanos(breaker.nanosUntilTry(true)));
            probe().failure(1);
        }
        assertThat(seconds).containsExactly(10L, 20L, 40L, 60L, 60L);
        ticker.advance(ofSeconds(60));
        probe().success(1);
        failures(20);
        assertThat(breaker.nanosUntilTry(true)).isEqualTo(ofSeconds(10).toNanos());
    }

    @Test
    void anIgnoredProbeLetsTheNextOneProbe() {
        failures(20);
        ticker.advance(ofSeconds(10));
        probe().ignored();
        assertThat(breaker.state()).isEqualTo(HALF_OPEN);
        assertThat(breaker.nanosUntilTry(true)).isZero();
        assertThat(breaker.nanosUntilTry(false))
                .as("a charge still is no probe")
                .isPositive();
        probe().success(1);
        assertThat(breaker.state()).isEqualTo(CLOSED);
    }

    @Test
    void afterClosingItCountsAnew() {
        failures(20);
        ticker.advance(ofSeconds(10));
        probe().success(1);
        failures(19);
        assertThat(breaker.state()).isEqualTo(CLOSED);
        failures(1);
        assertThat(breaker.state()).isEqualTo(OPEN);
    }

    // ---- results of an earlier state

    @Test
    void resultsFromBeforeTheOpeningDoNotChangeLaterStates() {
        Permit lateSuccess = breaker.tryAcquire(true);
        Permit lateFailure = breaker.tryAcquire(true);
        failures(20);
        lateSuccess.success(1);
        assertThat(breaker.state()).isEqualTo(OPEN);
        ticker.advance(ofSeconds(10));
        Permit probe = probe();
        lateSuccess.success(1);
        lateFailure.failure(1);
        lateSuccess.ignored();
        assertThat(breaker.state()).isEqualTo(HALF_OPEN);
        assertThat(breaker.tryAcquire(true)).as("the probe is still under way").isNull();
        probe.success(1);
        for (int each = 0; each < 30; each++) {
            lateFailure.failure(1);
        }
        assertThat(breaker.state()).isEqualTo(CLOSED);
        for (int each = 0; each < 30; each++) {
            lateSuccess.success(1);
        }
        failures(20);
        assertThat(breaker.state())
                .as("nor do old successes water down new failures")
                .isEqualTo(OPEN);
    }

    @Test
    void aProbeFromBeforeAResetOrASecondSettlingDoesNothing() {
        failures(20);
        ticker.advance(ofSeconds(10));
        Permit probe = probe();
        breaker.reset();
        probe.failure(1);
        assertThat(breaker.state()).isEqualTo(CLOSED);
        failures(20);
        ticker.advance(ofSeconds(10));
        Permit second = probe();
        second.ignored();
        second.failure(1);
        assertThat(breaker.state()).as("settled once").isEqualTo(HALF_OPEN);
        breaker.reset();
        breaker.reset();
        assertThat(changes)
                .containsExactly(
                        "CLOSED>OPEN",
                        "OPEN>HALF_OPEN",
                        "HALF_OPEN>CLOSED",
                        "CLOSED>OPEN",
                        "OPEN>HALF_OPEN",
                        "HALF_OPEN>CLOSED");
    }

    // ---- the listener

    @Test
    void theListenerMayWaitForAnotherThreadThatUsesTheBreaker() {
        EngineBreaker[] used = new EngineBreaker[1];
        used[0] = new EngineBreaker("acme", Policy.defaults(), false, ticker, (from, to) -> {
            changes.add(from + ">" + to);
            if (to == OPEN && changes.size() == 1) {
                // Whoever held a lock here would wait for itself.
                CompletableFuture.runAsync(() -> {
                            ticker.advance(ofSeconds(10));
                            used[0].state();
                            used[0].nanosUntilTry(true);
                            used[0].tryAcquire(true).success(1);
                        })
                        .orTimeout(20, TimeUnit.SECONDS)
                        .join();
                changes.add("back");
            }
        });
        for (int each = 0; each < 20; each++) {
            used[0].tryAcquire(true).failure(1);
        }
        assertThat(changes).as("in order").containsExactly("CLOSED>OPEN", "back", "OPEN>HALF_OPEN", "HALF_OPEN>CLOSED");
        assertThat(used[0].state()).isEqualTo(CLOSED);
    }

    @Test
    void aListenerThatThrowsIsToldOfTheNextChange() {
        List<String> told = new ArrayList<>();
        EngineBreaker rude = new EngineBreaker("acme", Policy.defaults(), false, ticker, (from, to) -> {
            told.add(from + ">" + to);
            throw new AssertionError("rude");
        });
        try {
            for (int each = 0; each < 20; each++) {
                rude.tryAcquire(true).failure(1);
            }
        } catch (AssertionError expected) {
            assertThat(expected).hasMessage("rude");
        }
        try {
            rude.reset();
        } catch (AssertionError expected) {
            assertThat(expected).hasMessage("rude");
        }
        assertThat(told).containsExactly("CLOSED>OPEN", "OPEN>CLOSED");
    }

    @Test
    void theListenerOfAFairleadMayUseItFromAnotherThread() {
        Stage[] staged = new Stage[1];
        List<String> states = new ArrayList<>();
        staged[0] = Stage.set().listener(new CallListener() {
            @Override
            public void breakerChanged(
                    String provider, String host, CircuitBreaker.State from, CircuitBreaker.State to) {
                states.add(CompletableFuture.supplyAsync(
                                () -> staged[0].fairlead().breakerState(host).orElseThrow() + " "
                                        + staged[0].fairlead().keys().size())
                        .orTimeout(20, TimeUnit.SECONDS)
                        .join());
            }
        });
        staged[0].openBreaker();
        assertThat(states).containsExactly("OPEN 1");
    }

    // ---- what counts

    private static Stage afterCalls(int number, UnaryOperator<Stage> scene, AskedHead head, Reply reply) {
        Stage stage = scene.apply(Stage.set().policy(policy -> policy.withMaxAttempts(1)));
        for (int each = 0; each < number; each++) {
            stage.run(head, reply);
        }
        return stage;
    }

    private static CircuitBreaker.State state(Stage stage) {
        return stage.rules().breaker().state();
    }

    @ParameterizedTest
    @CsvSource({
        "200, CLOSED",
        "304, CLOSED",
        "400, CLOSED",
        "401, CLOSED",
        "403, CLOSED",
        "404, CLOSED",
        "408, CLOSED",
        "409, CLOSED",
        "422, CLOSED",
        "425, CLOSED",
        "429, CLOSED",
        "500, OPEN",
        "502, OPEN",
        "503, OPEN",
        "504, OPEN"
    })
    void onlyTheProvidersDistressCounts(int status, CircuitBreaker.State expected) {
        Stage stage = afterCalls(40, UnaryOperator.identity(), GET, Reply.status(status));
        assertThat(state(stage)).isEqualTo(expected);
    }

    @Test
    void failuresOfTheConnectionAndFullTimeoutsCount() {
        assertThat(state(afterCalls(20, UnaryOperator.identity(), GET, Reply.broken())))
                .isEqualTo(OPEN);
        assertThat(state(afterCalls(20, UnaryOperator.identity(), GET, Reply.unreachable())))
                .isEqualTo(OPEN);
        Stage silent = Stage.set().policy(policy -> policy.withMaxAttempts(1).withRateLearning(false));
        for (int each = 0; each < 20; each++) {
            silent.call(GET, Reply.silence());
        }
        silent.run();
        assertThat(silent.nowMillis()).as("the attempt's full time").isEqualTo(10_000);
        assertThat(state(silent)).isEqualTo(OPEN);
    }

    @Test
    void aCallersTightDeadlineDoesNotCount() {
        Stage stage = Stage.set();
        for (int each = 0; each < 40; each++) {
            ScriptedCall call = stage.run(GET, CallOptions.deadline(ofMillis(100)), Reply.silence());
            assertThat(call.thrown).isInstanceOf(DeadlineExceededException.class);
        }
        assertThat(state(stage)).isEqualTo(CLOSED);
    }

    @Test
    void cancelsRefusalsAndCachedAnswersDoNotCount() {
        Stage stage = Stage.set();
        for (int each = 0; each < 40; each++) {
            ScriptedCall call = stage.call(GET, Reply.silence());
            stage.runUntil(stage.ticker.elapsed().plusMillis(10));
            call.cancel();
            stage.run();
            stage.run(
                    GET,
                    CallOptions.NONE,
                    Reply.status(500).fromCache(),
                    Reply.status(500).fromCache());
        }
        stage.keys(GET)[0].pause(Duration.ofHours(1).toNanos());
        for (int each = 0; each < 40; each++) {
            assertThat(stage.run(GET, Reply.status(500)).thrown).isInstanceOf(RateLimitedException.class);
        }
        assertThat(state(stage)).isEqualTo(CLOSED);
    }

    @Test
    void aCachedSuccessIsNoSignOfRecovery() {
        Stage stage = Stage.set().openBreaker();
        stage.ticker.advance(ofSeconds(10));
        stage.run(GET, Reply.status(200).fromCache());
        assertThat(state(stage)).isEqualTo(HALF_OPEN);
        stage.run(GET, Reply.status(200));
        assertThat(state(stage)).isEqualTo(CLOSED);
    }

    /** A 403 that is a throttle in disguise, as GitHub has. */
    private static final ErrorNormalizer FORBIDDEN_IS_A_THROTTLE = (request, head, body) -> head.status() == 200
            ? Optional.empty()
            : Optional.of(ApiError.builder("acme", head.status(), ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT)
                    .executed(Executed.NO)
                    .build());

    @ParameterizedTest
    @CsvSource({"429", "403"})
    void throttlesLeaveItAsItWas(int status) {
        Stage stage = Stage.set()
                .provider(acme -> acme.errors(FORBIDDEN_IS_A_THROTTLE))
                .policy(policy -> policy.withMaxAttempts(1));
        for (int each = 0; each < 60; each++) {
            stage.run(GET, Reply.status(status));
        }
        assertThat(state(stage)).isEqualTo(CLOSED);
        stage.openBreaker();
        stage.ticker.advance(ofSeconds(10));
        for (int each = 0; each < 60; each++) {
            assertThat(stage.run(GET, Reply.status(status)).sentAt)
                    .as("an ignored probe lets the next one probe")
                    .hasSize(1);
        }
        assertThat(state(stage)).isEqualTo(HALF_OPEN);
        stage.run(GET, Reply.status(200));
        assertThat(state(stage)).isEqualTo(CLOSED);
    }

    @Test
    void aProbeThatDoesNotComeBackIsThere() {
        Stage stage = Stage.set().openBreaker();
        stage.ticker.advance(ofSeconds(10));
        ScriptedCall probe = stage.call(GET, Reply.status(200).after(ofSeconds(3)));
        stage.runNow();
        ScriptedCall second = stage.call(GET, Reply.status(200));
        stage.run();
        assertThat(probe.stopReason()).isEqualTo(StopReason.SUCCESS);
        assertThat(second.thrown(CircuitOpenException.class).retryAfter()).isPositive();
        assertThat(stage.run(GET, Reply.status(200)).stopReason()).isEqualTo(StopReason.SUCCESS);
    }

    @Test
    void aChargeIsNoProbeButAChargeWithAKeyIs() {
        Stage stage = Stage.set().openBreaker();
        stage.ticker.advance(ofSeconds(10));
        assertThat(stage.run(POST, Reply.status(200))
                        .thrown(CircuitOpenException.class)
                        .retryAfter())
                .isEqualTo(ofSeconds(10));
        assertThat(stage.run(POST, CallOptions.NONE.withIdempotencyKey("order-17"), Reply.status(200))
                        .stopReason())
                .isEqualTo(StopReason.SUCCESS);
    }
}
