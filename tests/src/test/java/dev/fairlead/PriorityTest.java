package dev.fairlead;

import static dev.fairlead.CallOptions.Priority.BATCH;
import static dev.fairlead.CallOptions.Priority.INTERACTIVE;
import static dev.fairlead.Stage.GET;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.CallOptions.Priority;
import dev.fairlead.RateLimit.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Somebody who waits for an answer goes before a crowd that has time, however the quota is counted. */
class PriorityTest {
    private static final int CROWD = 500;

    private final Stage stage = Stage.set().policy(policy -> policy.withDeadline(ofMinutes(30)));

    private static CallOptions with(Priority priority) {
        return CallOptions.NONE.withPriority(priority);
    }

    /** A call every second, half a second after a full one, beside the crowd; how long each waited, in milliseconds. */
    private List<Long> waits(Priority priority, int seconds, Supplier<Reply> server) {
        long beganMillis = stage.nowMillis();
        List<ScriptedCall> crowd = IntStream.range(0, CROWD)
                .mapToObj(each -> stage.call(GET, with(BATCH), true, attempt -> server.get()))
                .toList();
        List<Long> waits = new ArrayList<>();
        for (int second = 0; second < seconds; second++) {
            long bornMillis = beganMillis + 1_000L * second + 530;
            stage.runUntil(ofMillis(bornMillis));
            ScriptedCall call = stage.call(GET, with(priority), true, attempt -> server.get());
            stage.runUntil(ofMillis(bornMillis + 1_000));
            waits.add(call.sentAt.isEmpty() ? Long.MAX_VALUE : call.sentAt.get(call.sentAt.size() - 1) - bornMillis);
        }
        assertThat(crowd).as("the crowd still waits").anyMatch(call -> !call.isDone());
        return waits;
    }

    // ---- in a line

    @Test
    void batchIsLastAndWithinAPriorityWhoCameFirstIsFirst() {
        stage.policy(policy -> policy.withRateLimit(1, ofSeconds(1), 1));
        stage.run(GET, Reply.status(200));
        List<ScriptedCall> calls = new ArrayList<>();
        for (Priority priority : List.of(BATCH, Priority.NORMAL, INTERACTIVE, BATCH, Priority.NORMAL, INTERACTIVE)) {
            calls.add(stage.call(GET, with(priority), Reply.status(200)));
        }
        stage.run();
        assertThat(calls)
                .extracting(call -> call.sentAt.get(0))
                .containsExactly(5_000L, 3_000L, 1_000L, 6_000L, 4_000L, 2_000L);
    }

    @Test
    void whoComesLastAndGoesFirstHasTheOnlyTimer() {
        stage.policy(policy -> policy.withRateLimit(1, ofSeconds(10), 1));
        stage.run(GET, Reply.status(200));
        ScriptedCall batch = stage.call(GET, with(BATCH), Reply.status(200));
        stage.runUntil(ofSeconds(4));
        ScriptedCall interactive = stage.call(GET, with(INTERACTIVE), Reply.status(200));
        stage.runUntil(ofSeconds(5));
        interactive.cancel();
        stage.run();
        assertThat(batch.sentAt).as("woken again by who left").containsExactly(10_000L);
        ScriptedCall patient = stage.call(GET, with(BATCH), Reply.status(200));
        ScriptedCall hurried = stage.call(GET, with(INTERACTIVE), Reply.status(200));
        stage.run();
        assertThat(hurried.sentAt).containsExactly(20_000L);
        assertThat(patient.sentAt).containsExactly(30_000L);
    }

    @Test
    void whereThereIsNotEnoughForAllBatchRunsOutOfItsDeadline() {
        stage.policy(policy -> policy.withRateLimit(1, ofSeconds(1), 1));
        List<ScriptedCall> batch = IntStream.range(0, 5)
                .mapToObj(each -> stage.call(GET, with(BATCH).withDeadline(ofSeconds(6)), Reply.status(200)))
                .toList();
        stage.runNow();
        List<ScriptedCall> interactive = IntStream.range(0, 4)
                .mapToObj(each -> stage.call(GET, with(INTERACTIVE).withDeadline(ofSeconds(6)), Reply.status(200)))
                .toList();
        stage.run();
        assertThat(interactive).allMatch(call -> call.stopReason() == StopReason.SUCCESS);
        assertThat(batch)
                .filteredOn(call -> call.stopReason() == StopReason.SUCCESS)
                .hasSize(2);
        assertThat(batch)
                .filteredOn(call -> call.stopReason() == StopReason.DEADLINE)
                .hasSize(3);
    }

    // ---- under a flood

    @Test
    void withARateOfOurOwnNobodyInteractiveWaitsLongerThanForOnePermit() {
        stage.policy(policy -> policy.withRateLimit(4, ofSeconds(1), 1));
        assertThat(waits(INTERACTIVE, 60, () -> Reply.status(200).after(ofMillis(50))))
                .containsOnly(220L);
    }

    @Test
    void withoutAPriorityItStandsBehindTheCrowd() {
        stage.policy(policy -> policy.withRateLimit(4, ofSeconds(1), 1));
        assertThat(waits(BATCH, 10, () -> Reply.status(200).after(ofMillis(50))))
                .containsOnly(Long.MAX_VALUE);
    }

    @Test
    void ofAWindowTheReservedShareGoesAtOnce() {
        stage.policy(policy -> policy.withReservedShare(20));
        Window window = new Window(50, 10_000);
        stage.run(GET, window.answer());
        assertThat(waits(INTERACTIVE, 60, window::answer))
                .allMatch(wait -> wait <= 100)
                .contains(0L);
        assertThat(window.throttled).isZero();
        assertThat(window.used).as("the crowd left what is reserved").isLessThanOrEqualTo(50);
    }

    /** Of so many requests, until its end in whole seconds. */
    private final class Window {
        private final int limit;
        private final long lengthMillis;
        private long number;
        private int used;
        private int throttled;

        Window(int limit, long lengthMillis) {
            this.limit = limit;
            this.lengthMillis = lengthMillis;
        }

        Reply answer() {
            long now = stage.nowMillis();
            if (now / lengthMillis != number) {
                number = now / lengthMillis;
                used = 0;
            }
            boolean admitted = used < limit;
            if (admitted) {
                used++;
            } else {
                throttled++;
            }
            long untilEnd = lengthMillis * (number + 1) - now;
            return Reply.of(AnswerHead.of(admitted ? 200 : 429)
                            .with("RateLimit-Limit", Integer.toString(limit))
                            .with("RateLimit-Remaining", Integer.toString(limit - used))
                            .with("RateLimit-Reset", Long.toString((untilEnd + 999) / 1_000)))
                    .after(ofMillis(0));
        }
    }

    @Test
    void ofARefilledBucketNobodyInteractiveWaitsLongerThanForOnePermit() {
        stage.provider(acme -> acme.rateLimit((head, body) -> RateLimit.refilling(
                Scope.CREDENTIAL, null, 40, HeaderValues.nonNegativeInteger(head.header("Available")), 4)));
        Bucket bucket = new Bucket(40, 4);
        Supplier<Reply> server = () -> bucket.take()
                ? Reply.of(AnswerHead.of(200).with("Available", Integer.toString((int) bucket.level)))
                : Reply.status(429);
        stage.run(GET, server.get());
        assertThat(waits(INTERACTIVE, 60, server)).allMatch(wait -> wait <= 250);
        assertThat(bucket.throttled).isZero();
    }

    private final class Bucket {
        private final double capacity;
        private final double perSecond;
        private double level;
        private long filledMillis;
        private int throttled;

        Bucket(double capacity, double perSecond) {
            this.capacity = capacity;
            this.perSecond = perSecond;
            level = capacity;
        }

        boolean take() {
            long now = stage.nowMillis();
            level = Math.min(capacity, level + perSecond * (now - filledMillis) / 1_000);
            filledMillis = now;
            if (level < 1) {
                throttled++;
                return false;
            }
            level--;
            return true;
        }
    }

    @Test
    void atALearnedRateNobodyInteractiveWaitsLongerThanForOnePermitButAfterAThrottle() {
        stage.policy(policy -> policy.withRetryBudget(1_000_000, 14, 5, 1));
        Bucket bucket = new Bucket(20, 20);
        Supplier<Reply> server = () -> Reply.status(bucket.take() ? 200 : 429).after(ofMillis(50));
        int seconds = 20;
        List<Long> waits = waits(INTERACTIVE, seconds, server);
        assertThat(waits.subList(10, seconds)).filteredOn(wait -> wait > 50).hasSizeLessThan(5);
    }
}
