package dev.fairlead.benchmarks.goodput;

import java.util.Map;

/**
 * What one peer got in one run.
 *
 * @param successes calls that succeeded before the end
 * @param available calls that the quota allowed in the run, less what the neighbour got
 * @param throttled answers that refused a request, also those that a caller never saw
 * @param failures what callers got instead of a success, and how often
 * @param p50Millis from a call to its success, for half of them
 * @param p99Millis the same for 99 of 100
 * @param longestMillis the same for all
 */
record Result(
        Scenario scenario,
        Peer peer,
        long successes,
        long available,
        long throttled,
        Map<String, Long> failures,
        double p50Millis,
        double p99Millis,
        double longestMillis) {
    static Result of(Scenario scenario, Peer peer, Tally tally, long available, long throttled) {
        long[] waits = tally.sortedWaits();
        return new Result(
                scenario,
                peer,
                waits.length,
                available,
                throttled,
                tally.failures(),
                millis(waits, 0.50),
                millis(waits, 0.99),
                millis(waits, 1));
    }

    /** The share of what was to be had that became successful calls, in percent. */
    double goodput() {
        return available == 0 ? 0 : 100.0 * successes / available;
    }

    double throttledPerSuccess() {
        return successes == 0 ? throttled : (double) throttled / successes;
    }

    /** Calls that ended in a throttled answer or an exception. */
    long surfaced() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    private static double millis(long[] sorted, double share) {
        int index = (int) Math.ceil(share * sorted.length) - 1;
        return sorted.length == 0 ? 0 : sorted[index] / 1e6;
    }
}
