package dev.fairlead.examples.badhour;

import dev.fairlead.CircuitBreaker;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The hour from its first call to its summary. */
public final class ScriptedHour {
    private static final List<Chapter> CHAPTERS = List.of(
            new FairWeather(),
            new QuotaRunsOut(),
            new SearchQuotaUsedUp(),
            new SecondaryLimit(),
            new GatewayStorm(),
            new DrippingBody(),
            new UnicornPage(),
            new GarbageHeaders(),
            new RiskyPosts(),
            new NothingNew());

    private ScriptedHour() {}

    /** Plays it; true if each expected thing happened. */
    public static boolean play(PrintStream out) throws IOException {
        out.println(
                "A bad hour for a service that mirrors GitHub issues. Time is virtual; the requests are real ones, over");
        out.println("HTTP/2 to a stub on this machine that answers for api.github.com.");
        try (Hour hour = new Hour(out)) {
            int number = 1;
            for (Chapter chapter : CHAPTERS) {
                hour.passTo(chapter.begins());
                hour.timeline().heading(number++ + " " + chapter.title(), chapter.story());
                chapter.play(hour);
            }
            return conclude(hour, out);
        }
    }

    private static boolean conclude(Hour hour, PrintStream out) {
        hour.passTo(Duration.ofHours(1));
        Summary summary = Summary.of(hour.logbook());
        hour.timeline().heading("The hour, at 01:00:00", "What it came to, and what has to be true of all of it.");
        summary.print(out);
        out.println();
        hour.expect(
                summary.wireRequests() == hour.requestsSeenByGitHub()
                        && summary.wireRequests() == hour.logbook().wireRequests(),
                "the reports name every request: " + summary.wireRequests() + ", and GitHub saw "
                        + hour.requestsSeenByGitHub());
        hour.expect(
                hour.github().refusals() == 0, "GitHub never had to refuse a request for a quota it had told us about");
        hour.expect(
                hour.fairlead().breakerState("api.github.com").equals(Optional.of(CircuitBreaker.State.CLOSED)),
                "the breaker is closed again");
        return Verdict.print(hour.expectations(), out);
    }
}
