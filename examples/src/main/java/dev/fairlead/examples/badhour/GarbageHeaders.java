package dev.fairlead.examples.badhour;

import static dev.fairlead.examples.badhour.Hour.PROJECT;
import static dev.fairlead.examples.badhour.Hour.at;

import dev.fairlead.testkit.StubAnswer;
import java.time.Duration;

/** Headers that nobody should believe. */
final class GarbageHeaders implements Chapter {
    @Override
    public Duration begins() {
        return at(50, 0);
    }

    @Override
    public String title() {
        return "Garbage in the headers";
    }

    @Override
    public String story() {
        return "Bugs and proxies write Retry-After: 99999999999 (three thousand years) and x-ratelimit-reset: banana. What"
                + " cannot be read or believed counts as not said: no crash, and no wait but the usual ones.";
    }

    @Override
    public void play(Hour hour) {
        hour.github()
                .willAnswer(
                        garbage(StubAnswer.json(200, "[]"), "-5", "banana").header("Retry-After", "yesterday"),
                        garbage(StubAnswer.json(200, "[]"), "0", "99999999999"));
        LoggedCall unreadable = hour.call(() -> hour.batch().issues(PROJECT));
        LoggedCall implausible = hour.call(() -> hour.batch().issues(PROJECT));
        LoggedCall after = hour.call(() -> hour.batch().issues(PROJECT));
        hour.expect(
                unreadable.gotStatus(200)
                        && implausible.gotStatus(200)
                        && after.gotStatus(200)
                        && after.waited().isZero(),
                "remaining -5, reset banana, reset in the year 5138: nobody waited");

        hour.github().willAnswer(Answers.unicornPage().header("Retry-After", "99999999999"));
        LoggedCall serverError = hour.call(() -> hour.batch().issues(PROJECT));
        hour.expect(
                serverError.gotStatus(200) && serverError.waited().compareTo(Duration.ofSeconds(1)) < 0,
                "a 503 with a wait of three thousand years: repeated after the usual pause");

        hour.github()
                .willAnswer(garbage(Answers.secondaryLimit(429), "", "-1")
                        .header("Retry-After", "99999999999999999999999999"));
        LoggedCall throttled = hour.call(() -> hour.batch().issues(PROJECT));
        hour.expect(
                throttled.gotStatus(200) && throttled.waited().equals(Duration.ofSeconds(60)),
                "a 429 whose wait has 26 digits: the documented minute instead");
    }

    private static StubAnswer garbage(StubAnswer answer, String remaining, String reset) {
        return answer.header("x-ratelimit-limit", "many")
                .header("x-ratelimit-remaining", remaining)
                .header("x-ratelimit-reset", reset)
                .header("x-ratelimit-resource", "core");
    }
}
