package dev.fairlead.examples.badhour;

import dev.fairlead.CallReport;
import dev.fairlead.CircuitBreaker;
import dev.fairlead.ErrorKind;
import dev.fairlead.StopReason;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The hour in numbers.
 *
 * @param calls what the application asked for
 * @param wireRequests what went onto the wire
 * @param refused calls that ended without a request, as it could only have failed
 * @param retries attempts after a call's first
 * @param throttled answers that said that too much was sent
 * @param breakerStates the states the circuit breaker was in
 * @param waited all waits together
 * @param longestWait the longest of them
 */
record Summary(
        int calls,
        int wireRequests,
        int refused,
        int retries,
        int throttled,
        List<CircuitBreaker.State> breakerStates,
        Duration waited,
        Duration longestWait) {
    static Summary of(Logbook logbook) {
        List<CallReport> reports =
                logbook.calls().stream().map(LoggedCall::report).toList();
        return new Summary(
                reports.size(),
                reports.stream().mapToInt(CallReport::wireRequests).sum(),
                (int) reports.stream().filter(Summary::isRefused).count(),
                reports.stream()
                        .mapToInt(report -> Math.max(0, report.attempts().size() - 1))
                        .sum(),
                (int) reports.stream()
                        .flatMap(report -> report.attempts().stream())
                        .filter(attempt ->
                                attempt.kind().filter(ErrorKind::isThrottle).isPresent())
                        .count(),
                logbook.breakerStates(),
                reports.stream().map(CallReport::waited).reduce(Duration.ZERO, Duration::plus),
                reports.stream()
                        .flatMap(report -> report.waits().stream())
                        .map(CallReport.Wait::took)
                        .max(Comparator.naturalOrder())
                        .orElse(Duration.ZERO));
    }

    private static boolean isRefused(CallReport report) {
        return report.attempts().isEmpty() && report.stopReason() != StopReason.CANCELED;
    }

    void print(PrintStream out) {
        row(out, "calls", calls);
        row(out, "requests on the wire", wireRequests);
        row(out, "refused unsent", refused);
        row(out, "retries", retries);
        row(out, "throttled answers", throttled);
        row(out, "breaker", breakerStates.stream().map(Object::toString).collect(Collectors.joining(" → ")));
        row(out, "waited", Words.length(waited) + ", at most " + Words.length(longestWait) + " at a time");
    }

    private static void row(PrintStream out, String name, Object value) {
        out.println(String.format(Locale.ROOT, "   %-22s %s", name, value));
    }
}
