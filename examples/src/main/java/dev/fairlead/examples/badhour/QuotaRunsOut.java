package dev.fairlead.examples.badhour;

import static dev.fairlead.examples.badhour.Hour.PROJECT;
import static dev.fairlead.examples.badhour.Hour.at;

import dev.fairlead.RateLimitedException;
import java.time.Duration;

/** The primary limit: 5000 requests an hour, counted down in every answer. */
final class QuotaRunsOut implements Chapter {
    private static final Duration RESET = at(10, 0);

    @Override
    public Duration begins() {
        return at(5, 0);
    }

    @Override
    public String title() {
        return "The hourly quota runs out";
    }

    @Override
    public String story() {
        return "Other jobs with our token have left 3 requests until 00:10:00. The answers say so (2, 1, 0), and the rules"
                + " count along: the fourth request is not wasted on a refusal. Who cannot wait hears it at once.";
    }

    @Override
    public void play(Hour hour) {
        hour.github().othersLeave(SimulatedGitHub::core, 3, hour.wallClockAt(RESET));
        for (int call = 0; call < 3; call++) {
            hour.call(() -> hour.batch().issues(PROJECT));
        }
        LoggedCall impatient = hour.call(() -> hour.interactive().issues(PROJECT));
        LoggedCall search = hour.call(() -> hour.interactive().search("anchor"));
        LoggedCall patient = hour.call(() -> hour.batch().issues(PROJECT));

        hour.expect(
                impatient.threw(RateLimitedException.class) && impatient.sent() == 0,
                "a call with 5 s was refused at once, unsent, and told how long the wait would be");
        hour.expect(search.gotStatus(200), "search has a quota of its own and went on");
        hour.expect(
                patient.gotStatus(200) && patient.waited().equals(RESET.minus(begins())) && patient.sent() == 1,
                "a call with time waited for the reset and was sent once");
        hour.expect(hour.sentBetween(begins(), RESET) == 0, "GitHub saw nothing between 00:05:00 and 00:10:00");
    }
}
