package dev.fairlead.okhttp.faults;

import dev.fairlead.CallReport;
import dev.fairlead.WaitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What became of one call, in the columns of the table. Immutable and thread-safe.
 *
 * @param result what the caller got
 * @param report the columns after it: what the report says, and how many requests are in the server's own record
 * @param violations what must never be, whatever the table says
 */
record Observation(String result, String report, List<String> violations) {
    static Observation of(String result, @Nullable CallReport report, int served, List<String> violations) {
        return new Observation(
                result,
                report == null
                        ? "- | - | %d | - | - | -".formatted(served)
                        : "%d | %d | %d | %s | %s | %s"
                                .formatted(
                                        report.attempts().size(),
                                        report.wireRequests(),
                                        served,
                                        report.executed(),
                                        report.stopReason(),
                                        timeline(report)),
                violations);
    }

    String columns() {
        return result + " | " + report;
    }

    /** Attempts and waits in their order. */
    private static String timeline(CallReport report) {
        List<Map.Entry<Duration, String>> steps = new ArrayList<>();
        for (CallReport.Attempt attempt : report.attempts()) {
            steps.add(Map.entry(attempt.startedAfter(), step(attempt)));
        }
        for (CallReport.Wait wait : report.waits()) {
            // A backoff of a millisecond may be over before it begins. Where a pause of the key and the wait that the
            // answer asked for end together, either may be named.
            if (wait.reason() != WaitReason.BACKOFF) {
                steps.add(Map.entry(wait.startedAfter(), "waited"));
            }
        }
        return steps.stream()
                .sorted(Comparator.comparing(Map.Entry::getKey))
                .map(Map.Entry::getValue)
                .collect(Collectors.joining(" > "));
    }

    private static String step(CallReport.Attempt attempt) {
        String what = failure(attempt.outcome());
        return switch (attempt.reach()) {
            case ANSWERED -> what;
            case SENT -> what + " (sent)";
            case NOT_SENT -> what + " (not sent)";
        };
    }

    /** A failure as the table calls it; anything else as it is. */
    static String failure(String exception) {
        return switch (exception) {
            // Which of them it is depends on who reads or writes in the moment when the connection goes.
            case "IOException", "SocketException", "EOFException", "StreamResetException" -> "lost";
            // Okio has two of them: for a wait that was too long, and for one that was not begun any more.
            case "SocketTimeoutException", "InterruptedIOException" -> "timeout";
            default -> exception.replace("Exception", "");
        };
    }
}
