package dev.fairlead.examples.badhour;

import static dev.fairlead.examples.badhour.Hour.PROJECT;
import static dev.fairlead.examples.badhour.Hour.at;

import dev.fairlead.ApiError;
import dev.fairlead.ErrorKind;
import dev.fairlead.RetryAdvice;
import java.time.Duration;

/** HTML where JSON was asked for. */
final class UnicornPage implements Chapter {
    @Override
    public Duration begins() {
        return at(45, 0);
    }

    @Override
    public String title() {
        return "An HTML page for an answer";
    }

    @Override
    public String story() {
        return "A load balancer answers a program with a page for people. It has no message to read, and still a normal form:"
                + " a passing fault of the server's. A GET may be repeated.";
    }

    @Override
    public void play(Hour hour) {
        hour.github().willAnswer(Answers.unicornPage());
        LoggedCall call = hour.call(() -> hour.batch().latestRelease(PROJECT));
        ApiError error = call.errors().get(0);
        hour.note("normal form: " + error.kind() + ", " + error.advice() + ", status " + error.status() + ", executed "
                + error.executed());

        hour.expect(
                error.kind() == ErrorKind.TRANSIENT && error.advice() == RetryAdvice.ONLY_IF_IDEMPOTENT,
                "the page was understood as a passing fault");
        hour.expect(
                call.gotStatus(200) && call.sent() == 2 && call.waited().compareTo(Duration.ofSeconds(1)) < 0,
                "the GET was repeated after a short pause and got its answer");
    }
}
