package dev.fairlead.examples.badhour;

import static dev.fairlead.examples.badhour.Hour.PROJECT;
import static dev.fairlead.examples.badhour.Hour.at;

import dev.fairlead.OutcomeUnknownException;
import dev.fairlead.StopReason;
import dev.fairlead.testkit.StubAnswer;
import java.time.Duration;

/** Requests that must not be executed twice. */
final class RiskyPosts implements Chapter {
    /** The provider's default: what GitHub asks of who writes. */
    private static final Duration BETWEEN_WRITES = Duration.ofSeconds(1);

    @Override
    public Duration begins() {
        return at(55, 0);
    }

    @Override
    public String title() {
        return "POSTs, which must not be doubled";
    }

    @Override
    public String story() {
        return "GitHub has no idempotency keys: an issue opened twice is two issues. So it matters whether a failed POST may"
                + " have been executed. A gateway's 502 and a lost connection leave that open; a 429 says that it was not."
                + " One write waits a second for the next, as GitHub asks.";
    }

    @Override
    public void play(Hour hour) {
        hour.github().willAnswer(Answers.badGateway());
        LoggedCall badGateway = hour.call(() -> hour.batch().openIssue(PROJECT, "Mast creaks"));
        hour.expect(
                badGateway.gotStatus(502) && badGateway.sent() == 1 && badGateway.stoppedBy(StopReason.NOT_REPLAY_SAFE),
                "after the 502 nothing was repeated, and the report says why: NOT_REPLAY_SAFE");

        hour.github().willAnswer(StubAnswer.disconnectBeforeAnswer());
        LoggedCall lost = hour.call(() -> hour.batch().openIssue(PROJECT, "Mast creaks"));
        hour.expect(
                lost.threw(OutcomeUnknownException.class) && lost.sent() == 1,
                "nor after the lost connection: the exception says that the outcome is unknown");

        hour.github().willAnswer(Answers.secondaryLimit(429).header("Retry-After", "20"));
        LoggedCall throttled = hour.call(() -> hour.batch().openIssue(PROJECT, "Mast creaks"));
        hour.expect(
                throttled.gotStatus(201)
                        && throttled.sent() == 2
                        && throttled.waited().equals(BETWEEN_WRITES.plusSeconds(20)),
                "the throttled POST was not executed, so it was repeated after its 20 s");
    }
}
