package dev.fairlead;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Drives one {@link Execution} as a binding does, by a script instead of a network, and writes down what happened and
 * when: {@code "0 SEND"}, {@code "0 WAIT BACKOFF 200"}, {@code "200 SEND"}, {@code "200 RETURN SUCCESS"}, in milliseconds
 * since the stage was set. Driven by a {@link Stage}.
 */
final class ScriptedCall implements WakeHook {
    enum State {
        READY,
        WAITING,
        IN_FLIGHT,
        DONE
    }

    final Execution execution;
    final List<String> timeline = new ArrayList<>();
    /** When requests were sent, in milliseconds. */
    final List<Long> sentAt = new ArrayList<>();

    State state = State.READY;
    /** When the wait or the attempt ends, while there is one. */
    long untilNanos;

    IOException thrown;
    /** How long the call took in all. */
    long endedAfterMillis;

    private final long beganMillis;

    private final Stage stage;
    private final IntFunction<Reply> server;
    private final boolean bodyReplayable;
    private Reply underWay;
    private boolean cutByDeadline;
    private AnswerHead inHand;
    private boolean held;

    ScriptedCall(
            Stage stage, RequestHead head, CallOptions options, boolean bodyReplayable, IntFunction<Reply> server) {
        this.stage = stage;
        beganMillis = stage.nowMillis();
        this.server = server;
        this.bodyReplayable = bodyReplayable;
        execution =
                stage.fairlead().begin(head, options, 0, Fairlead.NO_CLIENT_TIMEOUT, DeadlineContext.current(), this);
    }

    @Override
    public void wake() {
        if (state == State.WAITING) {
            state = State.READY;
        }
    }

    /** Cancels as a binding does: tells the rules, ends its own wait, or breaks the attempt off. */
    ScriptedCall cancel() {
        execution.cancel();
        if (state == State.WAITING) {
            state = State.READY;
        } else if (state == State.IN_FLIGHT) {
            underWay = Reply.failing(new IOException("Canceled"), Reach.SENT);
            untilNanos = stage.ticker.nanoTime();
        }
        return this;
    }

    /** One step on. */
    void advance() {
        if (state == State.IN_FLIGHT) {
            arrive();
        }
        Execution.Step step = execution.next();
        if (inHand != null && !held && (step == Execution.Step.WAIT || step == Execution.Step.SEND)) {
            held = true;
            execution.holdAnswer(new LastAnswer(
                    inHand.status(),
                    List.of(Map.entry("X-Attempt", Integer.toString(execution.attempts()))),
                    "body".getBytes(StandardCharsets.UTF_8),
                    false,
                    execution.error()));
        }
        switch (step) {
            case WAIT -> {
                state = State.WAITING;
                untilNanos = execution.wakeNanos();
                note("WAIT " + execution.history().waitReason + " " + millis(untilNanos - stage.ticker.nanoTime()));
            }
            case SEND -> send();
            case RETURN -> {
                note("RETURN " + execution.report().stopReason());
                finish();
            }
            case THROW -> {
                thrown = execution.failure();
                note("THROW " + thrown.getClass().getSimpleName());
                finish();
            }
        }
    }

    private void send() {
        note("SEND");
        sentAt.add(stage.nowMillis());
        underWay = server.apply(execution.attempts());
        if (underWay.reach() != Reach.NOT_SENT && !underWay.cached()) {
            execution.onWireRequest();
            if (!bodyReplayable) {
                execution.onBodySpent();
            }
        }
        cutByDeadline = false;
        long took = underWay.took().toNanos();
        long bound = execution.attemptTimeoutNanos();
        if (took > bound) {
            cutByDeadline = execution.isAttemptBoundedByDeadline();
            underWay = Reply.failing(new java.net.SocketTimeoutException("timeout"), Reach.SENT);
            took = bound;
        }
        untilNanos = stage.ticker.nanoTime() + took;
        state = State.IN_FLIGHT;
    }

    private void arrive() {
        state = State.READY;
        if (underWay.failure() != null) {
            execution.onFailure(
                    underWay.failure(),
                    underWay.reach(),
                    cutByDeadline ? FailureCause.DEADLINE : FailureCause.TRANSPORT);
        } else {
            inHand = underWay.head();
            held = false;
            execution.peekBytes(inHand);
            if (!underWay.cached()) {
                execution.onWireAnswer(inHand.status());
            }
            execution.onAnswer(inHand, underWay.body(), underWay.cached() ? AnswerSource.CACHE : AnswerSource.PROVIDER);
        }
    }

    private void finish() {
        execution.close();
        execution.onExchangeEnd();
        state = State.DONE;
        endedAfterMillis = stage.nowMillis() - beganMillis;
    }

    private void note(String what) {
        timeline.add(stage.nowMillis() + " " + what);
    }

    private static long millis(long nanos) {
        return Duration.ofNanos(nanos).toMillis();
    }

    // ---- what the tests ask

    boolean isDone() {
        return state == State.DONE;
    }

    /** The answer that was returned. */
    int status() {
        return thrown == null ? inHand.status() : -1;
    }

    CallReport report() {
        return execution.report();
    }

    StopReason stopReason() {
        return report().stopReason();
    }

    <T extends IOException> T thrown(Class<T> type) {
        return type.cast(thrown);
    }

    @Override
    public String toString() {
        return timeline.toString();
    }
}
