package dev.fairlead.examples.badhour;

import static dev.fairlead.examples.badhour.Hour.PROJECT;
import static dev.fairlead.examples.badhour.Hour.at;

import java.time.Duration;

/** All is well. */
final class FairWeather implements Chapter {
    @Override
    public Duration begins() {
        return at(0, 0);
    }

    @Override
    public String title() {
        return "Fair weather";
    }

    @Override
    public String story() {
        return "Ordinary calls with ordinary answers. A wrapped client does nothing that can be noticed.";
    }

    @Override
    public void play(Hour hour) {
        LoggedCall issues = hour.call(() -> hour.batch().issues(PROJECT));
        LoggedCall release = hour.call(() -> hour.batch().latestRelease(PROJECT));
        LoggedCall search = hour.call(() -> hour.batch().search("anchor"));
        hour.expect(
                issues.gotStatus(200) && release.gotStatus(200) && search.gotStatus(200),
                "three calls, three answers with 200");
        hour.expect(
                issues.sent() + release.sent() + search.sent() == 3
                        && hour.now().isZero(),
                "one request each, and no wait");
    }
}
