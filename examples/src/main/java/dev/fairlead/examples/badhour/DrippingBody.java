package dev.fairlead.examples.badhour;

import static dev.fairlead.examples.badhour.Hour.PROJECT;
import static dev.fairlead.examples.badhour.Hour.at;

import dev.fairlead.CallOptions;
import dev.fairlead.CallReport;
import dev.fairlead.StopReason;
import dev.fairlead.examples.badhour.IssueMirror.Answer;
import dev.fairlead.okhttp.ResilientOkHttp;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** An answer that begins at once and never ends. */
final class DrippingBody implements Chapter {
    private static final CallOptions DEADLINE = CallOptions.deadline(Duration.ofMillis(400));

    private @Nullable CallReport report;

    @Override
    public Duration begins() {
        return at(40, 0);
    }

    @Override
    public String title() {
        return "A body that drips";
    }

    @Override
    public String story() {
        return "The 200 is there at once; then a file comes, 64 bytes every 20 ms. No read timeout ever sees a silence. The"
                + " deadline of 400 ms covers the body too (here in real time, as bytes are real), except for streams.";
    }

    @Override
    public void play(Hour hour) {
        hour.github().willAnswer(Answers.drippingFile(1000), Answers.drippingFile(25));
        LoggedCall file = hour.call(() -> download(hour.with(DEADLINE)));
        StopReason stopReason = stopReason();
        hour.note("ResilientOkHttp.report(response).stopReason(): " + stopReason);
        LoggedCall stream = hour.call(() -> download(hour.with(DEADLINE.withStreaming())));

        hour.expect(
                file.threw(SocketTimeoutException.class) && stopReason == StopReason.DEADLINE_IN_BODY,
                "the deadline ended the reading, and the report knows");
        hour.expect(file.sent() == 1, "an answer that has begun is not asked for again");
        hour.expect(
                stream.gotStatus(200), "a stream of 500 ms was read to its end: its deadline is for its head alone");
    }

    private Answer download(IssueMirror service) throws IOException {
        try (Response response = service.download(PROJECT, 7)) {
            try {
                return new Answer(response.code(), response.body().string());
            } finally {
                report = ResilientOkHttp.report(response);
            }
        }
    }

    private @Nullable StopReason stopReason() {
        return report == null ? null : report.stopReason();
    }
}
