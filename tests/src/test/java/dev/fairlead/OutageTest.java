package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static dev.fairlead.Stage.POST;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A provider that is down for an hour: what it costs, and how soon it is over. */
class OutageTest {
    private final Stage stage = Stage.set();
    private int sentWhileDown;

    private Reply answer(int seconds) {
        boolean down = stage.ticker.elapsed().toSeconds() >= 60
                && stage.ticker.elapsed().toSeconds() < 60 + seconds;
        if (down) {
            sentWhileDown++;
        }
        return (down ? Reply.status(503) : Reply.status(200)).after(ofMillis(80));
    }

    private ScriptedCall callAt(AskedHead head, Duration time, int outageSeconds) {
        stage.runUntil(time);
        return stage.call(head, CallOptions.NONE, true, attempt -> answer(outageSeconds));
    }

    @Test
    void anHoursOutageCostsAFewRequestsAndIsOverSoonAfter() {
        Random dice = new Random(1);
        Duration time = Duration.ZERO;
        Duration recoveredAt = null;
        int calls = 0;
        while (time.toSeconds() < 60 + 3_600 + 120) {
            ScriptedCall call = callAt(GET, time, 3_600);
            calls++;
            stage.runUntil(time.plusMillis(500));
            if (recoveredAt == null
                    && time.toSeconds() >= 3_660
                    && call.isDone()
                    && call.stopReason() == StopReason.SUCCESS) {
                recoveredAt = time;
            }
            time = time.plusMillis(900 + dice.nextInt(200));
        }
        stage.run();
        assertThat(calls).isGreaterThan(3_700);
        // Until it opens: 60 of 120 in the window, 35 of them retries at most. Then a probe with its retries for each
        // open time: 10, 20, 40 and 57 times 60 s.
        assertThat(sentWhileDown).isBetween(60, 60 + 35 + 70);
        assertThat(recoveredAt).isBetween(ofSeconds(3_660), ofSeconds(3_660 + 62));
        assertThat(stage.rules().breaker().state()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void aKeyThatOnlyChargesRecoversToo() {
        Duration time = Duration.ZERO;
        ScriptedCall last = null;
        while (time.toSeconds() < 60 + 3_600 + 130) {
            last = callAt(POST, time, 3_600);
            time = time.plusSeconds(1);
        }
        stage.run();
        assertThat(last.stopReason()).isEqualTo(StopReason.SUCCESS);
        assertThat(sentWhileDown).as("a charge is never repeated").isLessThan(30 + 35);
    }

    @Test
    void aHiccupOpensNothing() {
        for (int second = 0; second < 300; second++) {
            ScriptedCall call = callAt(GET, ofSeconds(second), 5);
            stage.runUntil(ofMillis(second * 1_000L + 999));
            if (second < 60 || second >= 66) {
                assertThat(call.stopReason()).as("second %s", second).isEqualTo(StopReason.SUCCESS);
            }
        }
        assertThat(stage.rules().breaker().state()).isEqualTo(CircuitBreaker.State.CLOSED);
        assertThat(stage.events).noneMatch(event -> event.startsWith("breakerChanged"));
    }
}
