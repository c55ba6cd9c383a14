package dev.fairlead.benchmarks.goodput;

import java.util.Locale;

/** The results as lines of text, to be read while the runs go on. */
final class Table {
    private static final String ROW = "%-29s %-21s %9s %9s %9s %9s %11s %9s %8s %8s";

    static final String LEGEND = """
            successes    calls that succeeded before the end of the run
            to be had    calls that the quota allowed from the start to the end, less what the neighbour got (for a
                         window the whole of each that began in the run; for a bucket what was in it at the start and
                         all that came back)
            goodput      successes / to be had
            throttled    answers that refused a request, also those that a caller never saw
            per success  throttled / successes
            surfaced     calls that ended in a throttled answer or an exception; those cut by the end are not counted
            p50, p99     from a call to its success, waits included, in ms
            """;

    private Table() {}

    static String head() {
        return String.format(
                Locale.ROOT,
                ROW,
                "scenario",
                "peer",
                "successes",
                "to be had",
                "goodput",
                "throttled",
                "per success",
                "surfaced",
                "p50",
                "p99");
    }

    static String row(Result result) {
        return String.format(
                Locale.ROOT,
                ROW,
                result.scenario().name(),
                result.peer().label,
                result.successes(),
                result.available(),
                String.format(Locale.ROOT, "%.1f %%", result.goodput()),
                result.throttled(),
                String.format(Locale.ROOT, "%.3f", result.throttledPerSuccess()),
                result.surfaced(),
                Math.round(result.p50Millis()),
                Math.round(result.p99Millis()));
    }
}
