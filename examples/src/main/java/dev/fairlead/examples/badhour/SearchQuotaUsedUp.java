package dev.fairlead.examples.badhour;

import static dev.fairlead.examples.badhour.Hour.PROJECT;
import static dev.fairlead.examples.badhour.Hour.at;

import dev.fairlead.ErrorKind;
import dev.fairlead.StopReason;
import java.time.Duration;

/** The primary limit of one resource, met without warning. */
final class SearchQuotaUsedUp implements Chapter {
    private static final Duration RESET = at(15, 40);

    @Override
    public Duration begins() {
        return at(15, 0);
    }

    @Override
    public String title() {
        return "A 403 that is a rate limit";
    }

    @Override
    public String story() {
        return "Another job has used up the search quota (30 a minute) since we last asked. GitHub says so with 403 and"
                + " remaining 0, which is no lack of permission: search pauses until its reset, and nothing else does.";
    }

    @Override
    public void play(Hour hour) {
        hour.github().othersLeave(SimulatedGitHub::search, 0, hour.wallClockAt(RESET));
        hour.github().willAnswer(Answers.primaryLimit());
        LoggedCall impatient = hour.call(() -> hour.interactive().search("keel"));
        LoggedCall issues = hour.call(() -> hour.interactive().issues(PROJECT));
        LoggedCall patient = hour.call(() -> hour.batch().search("keel"));

        hour.expect(
                impatient.gotStatus(403) && impatient.stoppedBy(StopReason.DEADLINE),
                "a call with 5 s got the 403 at once, not an exception: an answer beats a refusal");
        hour.expect(
                impatient.errors().get(0).kind() == ErrorKind.RATE_LIMITED,
                "its normal form says RATE_LIMITED, not PERMISSION");
        hour.expect(issues.gotStatus(200) && issues.waited().isZero(), "issues went on meanwhile");
        hour.expect(
                patient.gotStatus(200) && hour.now().equals(RESET) && patient.sent() == 1,
                "the next search waited for the reset at 00:15:40 and was sent once");
    }
}
