package dev.fairlead.examples.badhour;

import static dev.fairlead.CircuitBreaker.State.CLOSED;
import static dev.fairlead.CircuitBreaker.State.HALF_OPEN;
import static dev.fairlead.CircuitBreaker.State.OPEN;
import static dev.fairlead.examples.badhour.Hour.PROJECT;
import static dev.fairlead.examples.badhour.Hour.at;

import dev.fairlead.CircuitOpenException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The provider is down for everybody. */
final class GatewayStorm implements Chapter {
    private static final int CALLS = 45;
    private static final Duration STORM_ENDS = at(30, 35);

    @Override
    public Duration begins() {
        return at(30, 0);
    }

    @Override
    public String title() {
        return "A storm of 502s";
    }

    @Override
    public String story() {
        return "For 35 s every request fails, while the service goes on asking once a second. Each GET may be tried 3 times,"
                + " until 20 requests in 30 s have shown that it is no use: the breaker opens, and calls end at once without"
                + " bothering anybody. One probe after 10 s, the next 20 s later, finds out when it is over.";
    }

    @Override
    public void play(Hour hour) {
        hour.github().storm(hour.wallClockAt(STORM_ENDS));
        List<LoggedCall> calls = new ArrayList<>();
        int sentInStorm = 0;
        for (int second = 0; second < CALLS; second++) {
            hour.passTo(begins().plusSeconds(second));
            LoggedCall call = hour.call(() -> hour.batch().issues(PROJECT));
            calls.add(call);
            sentInStorm += hour.now().compareTo(STORM_ENDS) < 0 ? call.sent() : 0;
        }
        int retries = calls.stream()
                .mapToInt(call -> Math.max(0, call.report().attempts().size() - 1))
                .sum();
        hour.note(retries
                + " retries. Each takes 14 of the retry budget's 500 tokens, so that an outage would cost GitHub"
                + " 35 retries at most, however many callers there are and if there were no breaker.");
        long refused = calls.stream()
                .filter(call -> call.threw(CircuitOpenException.class))
                .count();

        hour.expect(
                hour.logbook().breakerStates().equals(List.of(CLOSED, OPEN, HALF_OPEN, OPEN, HALF_OPEN, CLOSED)),
                "the breaker opened, probed in vain, probed again and closed");
        hour.expect(
                sentInStorm == 21,
                "35 calls in the storm cost GitHub " + sentInStorm
                        + " requests: 20 and one probe; 3 tries each are 105");
        hour.expect(
                refused == 29
                        && calls.stream()
                                .filter(call -> call.threw(CircuitOpenException.class))
                                .allMatch(call -> call.sent() == 0),
                refused + " calls were refused, and none of these was sent");
        hour.expect(
                calls.subList(37, CALLS).stream().allMatch(call -> call.gotStatus(200) && call.sent() == 1),
                "from the second probe on every call got its answer");
    }
}
