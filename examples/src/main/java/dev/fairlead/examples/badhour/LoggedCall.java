package dev.fairlead.examples.badhour;

import dev.fairlead.ApiError;
import dev.fairlead.CallReport;
import dev.fairlead.StopReason;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the logbook has of one call.
 *
 * @param at when it began
 * @param request method, path and query
 * @param steps what happened, in order
 * @param errors what the answers that were errors mean, in order
 * @param report the library's own account
 * @param status what the caller got, or 0
 * @param failure what the caller got instead of an answer, or null
 */
record LoggedCall(
        Duration at,
        String request,
        List<Step> steps,
        List<ApiError> errors,
        CallReport report,
        int status,
        @Nullable IOException failure) {
    /** One line of the timeline. */
    record Step(Duration at, String text) {}

    boolean gotStatus(int expected) {
        return failure == null && status == expected;
    }

    boolean threw(Class<? extends IOException> type) {
        return type.isInstance(failure);
    }

    boolean stoppedBy(StopReason reason) {
        return report.stopReason() == reason;
    }

    int sent() {
        return report.wireRequests();
    }

    Duration waited() {
        return report.waited();
    }
}
