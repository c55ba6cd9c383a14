package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static dev.fairlead.Stage.POST;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.ApiError.Executed;
import dev.fairlead.RetryPolicy.FailedAttempt;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A retry is made only when it is safe, never early, and not for ever. */
class RetryRulesTest {
    private static final RetryPolicy RULES = RetryPolicy.exponential(ofMillis(200), 2, ofSeconds(10));

    private static String decision(FailedAttempt attempt) {
        RetryDecision decision = RULES.decide(attempt);
        return decision instanceof RetryDecision.Stop stop
                ? stop.reason().toString()
                : decision instanceof RetryDecision.Retry again && again.waitAskedFor()
                        ? "asked " + again.pause().toMillis()
                        : "retry " + ((RetryDecision.Retry) decision).pause().toMillis();
    }

    @ParameterizedTest
    @CsvSource({
        // reach, replay-safe, body replayable, decision
        "NOT_SENT, false, true,  retry 200",
        "NOT_SENT, true,  true,  retry 200",
        "NOT_SENT, false, false, BODY_NOT_REPLAYABLE",
        "SENT,     true,  true,  retry 200",
        "SENT,     true,  false, BODY_NOT_REPLAYABLE",
        "SENT,     false, true,  NOT_REPLAY_SAFE",
        "SENT,     false, false, NOT_REPLAY_SAFE"
    })
    void withoutAnAnswerAllDependsOnHowFarItGot(Reach reach, boolean safe, boolean body, String expected) {
        assertThat(decision(new FailedAttempt(1, null, reach, safe, body))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        // advice, executed, replay-safe, body replayable, wait asked for in seconds, decision
        "SAME_REQUEST,         NO,      false, true,  -1, retry 200",
        "SAME_REQUEST,         UNKNOWN, false, true,  -1, retry 200",
        "SAME_REQUEST,         NO,      false, false, -1, BODY_NOT_REPLAYABLE",
        "AFTER_WAIT,           NO,      false, true,   3, asked 3000",
        "AFTER_WAIT,           NO,      false, true,   0, asked 0",
        "AFTER_WAIT,           NO,      false, true,  -1, retry 200",
        "AFTER_WAIT,           UNKNOWN, false, true,   3, NOT_REPLAY_SAFE",
        "AFTER_WAIT,           UNKNOWN, true,  true,   3, asked 3000",
        "AFTER_WAIT,           YES,     false, true,   3, NOT_REPLAY_SAFE",
        "ONLY_IF_IDEMPOTENT,   UNKNOWN, true,  true,  -1, retry 200",
        "ONLY_IF_IDEMPOTENT,   UNKNOWN, true,  true,   4, asked 4000",
        "ONLY_IF_IDEMPOTENT,   UNKNOWN, false, true,  -1, NOT_REPLAY_SAFE",
        "ONLY_IF_IDEMPOTENT,   UNKNOWN, true,  false, -1, BODY_NOT_REPLAYABLE",
        "AFTER_CREDENTIAL_FIX, NO,      true,  true,  -1, NOT_RETRYABLE",
        "AFTER_CHANGE,         NO,      true,  true,  -1, NOT_RETRYABLE",
        "NEVER,                NO,      true,  true,   5, NOT_RETRYABLE"
    })
    void afterAnAnswerTheAdviceDecides(
            RetryAdvice advice, Executed executed, boolean safe, boolean body, int wait, String expected) {
        ApiError error = ApiError.builder("acme", 503, ErrorKind.TRANSIENT, advice)
                .executed(executed)
                .retryAfter(wait < 0 ? null : ofSeconds(wait))
                .build();
        assertThat(decision(new FailedAttempt(1, error, Reach.ANSWERED, safe, body)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        // method, idempotency key, option, may be repeated
        "GET, , false, true", "HEAD, , false, true", "OPTIONS, , false, true", "PUT, , false, true",
        "DELETE, , false, true", "TRACE, , false, true", "POST, , false, false", "PATCH, , false, false",
        "POST, order-17, false, true", "PATCH, order-17, false, true", "POST, , true, true"
    })
    void aMethodAKeyOrTheCallerMakeARequestSafe(String method, String key, boolean option, boolean safe) {
        CallOptions options = option ? CallOptions.NONE.withReplaySafe() : CallOptions.NONE;
        AskedHead head = new AskedHead(method, Stage.HOST, "/");
        Stage stage = Stage.set();
        ScriptedCall byOption = stage.run(
                head, key == null ? options : options.withIdempotencyKey(key), Reply.broken(), Reply.status(200));
        assertThat(byOption.stopReason()).isEqualTo(safe ? StopReason.SUCCESS : StopReason.NOT_REPLAY_SAFE);
        if (key != null) {
            ScriptedCall byHeader = stage.run(head.with("idempotency-key", key), Reply.broken(), Reply.status(200));
            assertThat(byHeader.stopReason()).isEqualTo(StopReason.SUCCESS);
        }
    }

    @Test
    void aProviderWithoutKeysIsNotFooledByOne() {
        Stage stage = Stage.set().provider(acme -> acme.idempotencyHeader(null));
        assertThat(stage.run(
                                POST.with("Idempotency-Key", "order-17"),
                                CallOptions.NONE.withIdempotencyKey("order-17"),
                                Reply.broken())
                        .thrown)
                .isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void noPolicyRepeatsWhatMayHaveBeenDone() {
        Stage stage = Stage.set()
                .policy(policy -> policy.withRetry(attempt -> new RetryDecision.Retry(Duration.ZERO, false)));
        assertThat(stage.run(POST, Reply.broken()).thrown).isInstanceOf(OutcomeUnknownException.class);
        assertThat(stage.run(POST, Reply.status(500)).stopReason()).isEqualTo(StopReason.NOT_REPLAY_SAFE);
        ScriptedCall gone = stage.call(GET, CallOptions.NONE, false, attempt -> Reply.broken());
        stage.run();
        assertThat(gone.stopReason()).isEqualTo(StopReason.BODY_NOT_REPLAYABLE);
        assertThat(stage.run(POST, Reply.unreachable(), Reply.throttle(1), Reply.status(200))
                        .stopReason())
                .isEqualTo(StopReason.SUCCESS);
    }

    // ---- when

    @ParameterizedTest
    @CsvSource({"0, 200, 400", "0.5, 250, 500", "0.999, 299, 599"})
    void jitterOnlyAdds(double jitter, long first, long second) {
        Stage stage = Stage.set();
        stage.ticker.setJitter(jitter);
        ScriptedCall call = stage.run(GET, Reply.status(503));
        assertThat(call.sentAt).containsExactly(0L, first, first + second + (jitter > 0.9 ? 1 : 0));
    }

    @Test
    void theBackoffDoublesUpToTenSeconds() {
        Stage stage = Stage.set()
                .policy(policy -> policy.withMaxAttempts(9)
                        .withDeadline(ofSeconds(60))
                        .withBreakerThreshold(100, 90, ofSeconds(30)));
        ScriptedCall call = stage.run(GET, Reply.status(503));
        assertThat(call.report().waits())
                .extracting(wait -> wait.took().toMillis())
                .containsExactly(200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 10_000L, 10_000L);
    }

    @Test
    void aWaitThatTheProviderAskedForIsNeverShortened() {
        Stage stage = Stage.set();
        stage.ticker.setJitter(0.999);
        Reply busy = Reply.of(AnswerHead.of(503).with("Retry-After", "4"));
        assertThat(stage.run(GET, busy, Reply.status(200)).sentAt.get(1)).isBetween(4_000L, 6_000L);
        Stage hasty =
                Stage.set().policy(policy -> policy.withRetry(attempt -> new RetryDecision.Retry(ofMillis(1), false)));
        assertThat(hasty.run(GET, busy, Reply.status(200)).sentAt.get(1)).isEqualTo(4_000L);
    }

    @Test
    void jitterOfAVeryLongWaitIsBounded() {
        Stage stage = Stage.set().policy(policy -> policy.withDeadline(Duration.ofHours(2)));
        stage.ticker.setJitter(0.999);
        Reply busy = Reply.of(AnswerHead.of(503).with("Retry-After", "3000"));
        assertThat(stage.run(GET, busy, Reply.status(200)).sentAt.get(1)).isBetween(3_000_000L, 3_005_000L);
    }

    @Test
    void inTenThousandTrialsNobodyIsEverEarly() {
        Random dice = new Random(20_261_122);
        Stage stage = Stage.set()
                .policy(policy -> policy.withDeadline(Duration.ofHours(3))
                        .withBreakerThreshold(100, 1_000_000, ofSeconds(30))
                        .withRetryBudget(0, 0, 0, 0));
        for (int trial = 0; trial < 10_000; trial++) {
            long seconds = dice.nextInt(trial % 10 == 0 ? 3_600 : 90);
            boolean throttle = dice.nextBoolean();
            stage.ticker.setJitter(dice.nextDouble());
            stage.ticker.advance(Duration.ofNanos(dice.nextInt(2_000_000_000)));
            Reply reply = Reply.of(AnswerHead.of(throttle ? 429 : 503).with("Retry-After", Long.toString(seconds)))
                    .after(Duration.ofNanos(dice.nextInt(900_000_000)));
            long[] askedAt = new long[1];
            long[] sentAt = new long[1];
            stage.call(GET, CallOptions.NONE, true, attempt -> {
                sentAt[0] = stage.ticker.nanoTime();
                if (attempt == 1) {
                    askedAt[0] = stage.ticker.nanoTime() + reply.took().toNanos();
                    return reply;
                }
                return Reply.status(200);
            });
            stage.run();
            long waited = sentAt[0] - askedAt[0];
            assertThat(waited)
                    .isBetween(
                            ofSeconds(seconds).toNanos(), ofSeconds(seconds + 5).toNanos());
        }
    }

    @Test
    void aWaitThatNobodyCanBelieveIsNoHint() {
        Stage stage = Stage.set().provider(acme -> acme.maxPause(ofSeconds(90)));
        ScriptedCall call = stage.run(GET, Reply.throttle(91), Reply.status(200));
        assertThat(call.timeline)
                .as("the pause for a throttle without a time")
                .containsExactly("0 SEND", "0 WAIT PAUSED 1000", "1000 SEND", "1000 RETURN SUCCESS");
        assertThat(call.report().attempts()).hasSize(2);
        assertThat(stage.run(GET, Reply.throttle(90)).stopReason()).isEqualTo(StopReason.DEADLINE);
        assertThat(stage.keys(GET)[0].pausedForNanos(stage.ticker.nanoTime()))
                .isEqualTo(ofSeconds(90).toNanos());
        ScriptedCall far = Stage.set()
                .provider(acme -> acme.maxPause(ofSeconds(90))
                        .rateLimit((head, body) -> RateLimit.window(
                                        RateLimit.Scope.CREDENTIAL,
                                        null,
                                        10,
                                        0,
                                        Duration.ofDays(99).toNanos())
                                .withRetryAfterNanos(Duration.ofDays(99).toNanos())))
                .run(GET, Reply.status(429), Reply.status(200));
        assertThat(far.sentAt).containsExactly(0L, 1_000L);
    }

    @Test
    void aThrottleWithoutATimePausesForThePolicys() {
        Stage stage = Stage.set().policy(policy -> policy.withUnspecifiedThrottlePause(ofSeconds(3)));
        assertThat(stage.run(GET, Reply.status(429), Reply.status(200)).sentAt).containsExactly(0L, 3_000L);
    }

    // ---- for how long

    @Test
    void anOutageCostsABoundedNumberOfExtraRequests() {
        Stage stage = Stage.set().policy(policy -> policy.withBreakerThreshold(100, 1_000_000, ofSeconds(30)));
        int sent = 0;
        for (int call = 0; call < 1_000; call++) {
            sent += stage.run(GET, Reply.status(503)).sentAt.size();
        }
        assertThat(sent).as("35 of 14 tokens each").isEqualTo(1_000 + 500 / 14);
    }

    @Test
    void successesPayTheBudgetBack() {
        Stage stage = Stage.set().policy(policy -> policy.withBreakerThreshold(100, 1_000_000, ofSeconds(30)));
        for (int call = 0; call < 100; call++) {
            stage.run(GET, Reply.status(503));
        }
        assertThat(stage.run(GET, Reply.status(503)).sentAt).hasSize(1);
        for (int call = 0; call < 28; call++) {
            stage.run(GET, Reply.status(200));
        }
        assertThat(stage.run(GET, Reply.status(503)).sentAt)
                .as("10 left, and 28, buy two")
                .hasSize(3);
    }

    @Test
    void theBudgetIsOneForAllCredentialsOfAHost() {
        Stage stage = Stage.set().policy(policy -> policy.withRetryBudget(14, 14, 5, 0));
        assertThat(stage.run(Stage.as(GET, "a"), Reply.status(503)).sentAt).hasSize(2);
        assertThat(stage.run(Stage.as(GET, "b"), Reply.status(503)).sentAt).hasSize(1);
        assertThat(stage.run(new AskedHead("GET", "other.acme.test", "/"), Reply.status(503)).sentAt)
                .hasSize(2);
    }

    @Test
    void theSecretIsTakenOutOfWhatTheProviderRepeats() {
        Stage stage = Stage.set()
                .provider(acme -> acme.errors((request, head, body) ->
                        Optional.of(ApiError.builder("acme", 401, ErrorKind.AUTHENTICATION, RetryAdvice.NEVER)
                                .message("no such token: sk_live_123")
                                .build())));
        for (String header : new String[] {"Bearer sk_live_123", "  Bearer   sk_live_123  ", "sk_live_123"}) {
            ScriptedCall call = stage.run(GET.with("Authorization", header), Reply.status(401));
            assertThat(call.execution.error().message()).isEqualTo("no such token: [credential]");
        }
    }
}
