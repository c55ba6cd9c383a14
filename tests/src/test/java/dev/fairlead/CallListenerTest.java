package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an observer is told of a call, and in which order. */
class CallListenerTest {
    private final Stage stage = Stage.set();

    @Test
    void aPlainCall() {
        stage.run(GET, Reply.status(200));
        assertThat(stage.events).containsExactly("attemptStarted 1", "attemptAnswered 200", "callEnded SUCCESS");
    }

    @Test
    void aCallWithEverything() {
        stage.keys(GET)[0].pause(ofSeconds(1).toNanos());
        stage.run(GET, Reply.unreachable(), Reply.throttle(2), Reply.status(200));
        assertThat(stage.events)
                .containsExactly(
                        "keyPaused 1000",
                        "waitStarted PAUSED 1000",
                        "waitEnded PAUSED 1000",
                        "attemptStarted 1",
                        "attemptFailed NOT_SENT",
                        "retryScheduled 200",
                        "waitStarted BACKOFF 200",
                        "waitEnded BACKOFF 200",
                        "attemptStarted 2",
                        "keyPaused 2000",
                        "attemptAnswered 429 RATE_LIMITED",
                        "retryScheduled 2000",
                        "waitStarted PAUSED 2000",
                        "waitEnded PAUSED 2000",
                        "attemptStarted 3",
                        "attemptAnswered 200",
                        "callEnded SUCCESS");
    }

    @Test
    void aCallThatIsRefused() {
        stage.openBreaker();
        stage.run(GET, Reply.status(200));
        assertThat(stage.events).containsExactly("breakerChanged CLOSED OPEN", "callEnded CIRCUIT_OPEN");
    }

    @Test
    void whatIsSeenOfACallIsTrueAtEveryMoment() {
        List<String> seen = new ArrayList<>();
        Stage watched = Stage.set().listener(new CallListener() {
            @Override
            public void attemptStarted(CallInfo call) {
                see(call);
            }

            @Override
            public void waitStarted(CallInfo call, WaitReason reason, java.time.Duration atMost) {
                see(call);
            }

            @Override
            public void callEnded(CallInfo call, StopReason reason) {
                see(call);
                assertThat(call.report().stopReason()).isEqualTo(reason);
                assertThat(call.toString()).doesNotContain("things");
            }

            private void see(CallInfo call) {
                CallReport report = call.report();
                seen.add(call.provider() + " " + call.method() + " " + call.host() + " " + call.attempts() + " of "
                        + report.attempts().size() + " at " + report.elapsed().toMillis());
            }
        });
        watched.run(GET, Reply.status(503), Reply.status(200));
        String who = "acme GET api.acme.test ";
        assertThat(seen)
                .containsExactly(
                        who + "1 of 0 at 0", who + "1 of 1 at 0", who + "2 of 1 at 200", who + "2 of 2 at 200");
        ScriptedCall cancelled = watched.call(GET, Reply.status(200)).cancel();
        watched.run();
        assertThat(cancelled.thrown).hasMessage("Canceled");
        assertThat(seen).endsWith(who + "0 of 0 at 0");
    }
}
