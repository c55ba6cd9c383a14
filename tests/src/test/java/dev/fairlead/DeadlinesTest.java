package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.DeadlineContext.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tightest of the policy's, the call's and the caller's deadline holds, over everything. */
class DeadlinesTest {
    private final Stage stage = Stage.set();

    @AfterEach
    void noDeadlineIsLeftBehind() {
        assertThat(DeadlineContext.current()).isNull();
    }

    private Scope open(long seconds, long reserveSeconds) {
        return DeadlineContext.open(ofSeconds(seconds), ofSeconds(reserveSeconds), stage.ticker);
    }

    private long remainingSeconds() {
        return DeadlineContext.remaining().orElseThrow().toSeconds();
    }

    @ParameterizedTest
    @CsvSource({
        // policy, call, caller, what holds, in seconds; 0 for none
        "30, 0, 0, 30",
        "30, 5, 0, 5",
        "30, 0, 4, 4",
        "30, 5, 4, 4",
        "30, 4, 5, 4",
        "3, 5, 4, 3",
        "3, 60, 60, 3"
    })
    void theTightestHolds(long policy, long call, long caller, long holds) {
        stage.policy(base -> base.withDeadline(ofSeconds(policy)).withAttemptTimeout(ofSeconds(Math.min(policy, 10))));
        Scope scope = caller == 0 ? null : open(caller, 0);
        CallOptions options = call == 0 ? CallOptions.NONE : CallOptions.deadline(ofSeconds(call));
        ScriptedCall made = stage.call(GET, options, Reply.status(200));
        if (scope != null) {
            scope.close();
        }
        assertThat(made.execution.remainingNanos()).isEqualTo(ofSeconds(holds).toNanos());
        stage.ticker.advance(ofSeconds(1));
        assertThat(made.execution.remainingNanos())
                .isEqualTo(ofSeconds(holds - 1).toNanos());
    }

    @Test
    void anAttemptHasItsOwnTimeOrWhatIsLeft() {
        ScriptedCall call = stage.call(GET, Reply.silence());
        stage.runNow();
        assertThat(call.execution.attemptTimeoutNanos()).isEqualTo(ofSeconds(10).toNanos());
        assertThat(call.execution.isAttemptBoundedByDeadline()).isFalse();
        ScriptedCall tight = stage.call(GET, CallOptions.deadline(ofSeconds(4)), Reply.silence());
        stage.runNow();
        assertThat(tight.execution.attemptTimeoutNanos()).isEqualTo(ofSeconds(4).toNanos());
        assertThat(tight.execution.isAttemptBoundedByDeadline()).isTrue();
        stage.run();
        assertThat(tight.timeline).endsWith("4000 THROW DeadlineExceededException");
        assertThat(call.stopReason()).isEqualTo(StopReason.DEADLINE);
        assertThat(call.sentAt).containsExactly(0L, 10_200L, 20_600L);
        assertThat(stage.nowMillis()).isEqualTo(30_000);
    }

    @Test
    void scopesNestToTheTighterOneAndGiveBackWhatWasThere() {
        assertThat(DeadlineContext.remaining()).isEmpty();
        Scope outer = open(10, 0);
        Scope looser = open(20, 0);
        assertThat(remainingSeconds()).isEqualTo(10);
        looser.close();
        Scope tighter = open(3, 0);
        assertThat(remainingSeconds()).isEqualTo(3);
        stage.ticker.advance(ofSeconds(2));
        tighter.close();
        assertThat(remainingSeconds()).isEqualTo(8);
        outer.close();
        assertThat(DeadlineContext.remaining()).isEmpty();
    }

    @Test
    void aReserveIsHeldBackFromTheTighterDeadline() {
        Scope alone = open(10, 2);
        assertThat(remainingSeconds()).isEqualTo(8);
        alone.close();
        Scope outer = open(5, 0);
        Scope inner = open(10, 2);
        assertThat(remainingSeconds()).as("two seconds before the five").isEqualTo(3);
        inner.close();
        outer.close();
        Scope spent = open(1, 2);
        assertThat(DeadlineContext.remaining()).contains(Duration.ZERO);
        assertThat(DeadlineContext.current().remainingNanos()).isNegative();
        spent.close();
        assertThatThrownBy(() -> open(1, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-1S");
    }

    @Test
    void aDeadlineBeyondAllTimeIsNone() {
        Scope endless = DeadlineContext.open(ofSeconds(Long.MAX_VALUE), Duration.ZERO, stage.ticker);
        ScriptedCall call = stage.run(GET, Reply.status(200));
        endless.close();
        assertThat(call.stopReason()).isEqualTo(StopReason.SUCCESS);
        Scope longAgo = DeadlineContext.open(ofSeconds(Long.MIN_VALUE), Duration.ZERO, stage.ticker);
        ScriptedCall late = stage.call(GET, Reply.status(200));
        longAgo.close();
        stage.run();
        assertThat(late.thrown).isInstanceOf(DeadlineExceededException.class);
    }

    @Test
    void aPassedDeadlineRefusesBeforeSending() {
        Scope scope = open(2, 0);
        stage.ticker.advance(ofSeconds(2));
        ScriptedCall call = stage.call(GET, Reply.status(200));
        scope.close();
        stage.run();
        assertThat(call.sentAt).isEmpty();
        assertThat(call.thrown).hasMessageContaining("nothing was sent");
    }

    @Test
    void crossesThreadsByAnExplicitWrap() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Scope scope = open(7, 0);
            List<Object> seen = new ArrayList<>();
            Runnable task = DeadlineContext.wrap((Runnable) () -> seen.add(remainingSeconds()));
            Callable<Long> question = DeadlineContext.wrap((Callable<Long>) this::remainingSeconds);
            Executor wrapped = DeadlineContext.wrap((Executor) other);
            wrapped.execute(() -> seen.add(remainingSeconds()));
            scope.close();
            other.submit(task).get(20, TimeUnit.SECONDS);
            assertThat(other.submit(question).get(20, TimeUnit.SECONDS)).isEqualTo(7);
            assertThat(other.submit(DeadlineContext::current).get(20, TimeUnit.SECONDS))
                    .as("left clean")
                    .isNull();
            assertThat(seen).containsExactly(7L, 7L);
            Runnable none = DeadlineContext.wrap(
                    (Runnable) () -> seen.add(DeadlineContext.remaining().isPresent()));
            Scope mine = open(1, 0);
            none.run();
            assertThat(seen).as("what was captured, also where that is none").endsWith(false);
            assertThat(remainingSeconds()).isEqualTo(1);
            mine.close();
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void aWrappedTaskThatThrowsLeavesNothingBehind() {
        Scope scope = open(7, 0);
        Runnable failing = DeadlineContext.wrap((Runnable) () -> {
            throw new IllegalStateException("task");
        });
        scope.close();
        assertThatThrownBy(failing::run).hasMessage("task");
        assertThat(DeadlineContext.current()).isNull();
    }
}
