package dev.fairlead.examples.badhour;

import static dev.fairlead.examples.badhour.Hour.PROJECT;
import static dev.fairlead.examples.badhour.Hour.at;

import dev.fairlead.RateLimitedException;
import java.time.Duration;

/** The limit against bursts, which no header announces. */
final class SecondaryLimit implements Chapter {
    @Override
    public Duration begins() {
        return at(20, 0);
    }

    @Override
    public String title() {
        return "A secondary limit without Retry-After";
    }

    @Override
    public String story() {
        return "Thousands are left of the quota, and still GitHub says: too much at once. It does not say for how long; its"
                + " documentation does: at least a minute. The limit is the token's, so all its calls pause, and no others.";
    }

    @Override
    public void play(Hour hour) {
        hour.github().willAnswer(Answers.secondaryLimit(403));
        LoggedCall first = hour.call(() -> hour.interactive().issues(PROJECT));
        LoggedCall elsewhere = hour.call(() -> hour.interactive().search("rudder"));
        LoggedCall other = hour.call(() -> hour.otherAccount().issues("port/buoy"));
        LoggedCall patient = hour.call(() -> hour.batch().latestRelease(PROJECT));

        hour.expect(first.gotStatus(403) && first.sent() == 1, "who was throttled and cannot wait got the 403");
        hour.expect(
                elsewhere.threw(RateLimitedException.class) && elsewhere.sent() == 0,
                "another endpoint's call with the same token was not sent");
        hour.expect(other.gotStatus(200) && other.waited().isZero(), "another account's call went on");
        hour.expect(
                patient.gotStatus(200) && patient.waited().equals(Duration.ofSeconds(60)) && patient.sent() == 1,
                "a call with time waited a minute and was sent once");
        hour.expect(
                hour.sentBetween(begins(), begins().plusSeconds(60)) == 0,
                "GitHub saw nothing between 00:20:00 and 00:21:00");
    }
}
