package dev.fairlead;

import java.time.Duration;
import java.util.Locale;

/** Durations as nanoseconds, bounded so that sums of two never overflow, and as text for people. */
final class Nanos {
    /** About 73 years; a deadline beyond it is none. */
    static final long LONGEST = Long.MAX_VALUE / 4;

    private static final Duration LONGEST_DURATION = Duration.ofNanos(LONGEST);

    private Nanos() {}

    static long of(Duration duration) {
        if (duration.compareTo(LONGEST_DURATION) >= 0) {
            return LONGEST;
        }
        if (duration.compareTo(LONGEST_DURATION.negated()) <= 0) {
            return -LONGEST;
        }
        return duration.toNanos();
    }

    /** Such as {@code 250 ms}, {@code 2.5 s}, {@code 59 min 58 s}. */
    static String text(long nanos) {
        long millis = Math.max(0, nanos) / 1_000_000;
        if (millis < 1_000) {
            return millis + " ms";
        }
        if (millis < 60_000) {
            return millis % 1_000 == 0 ? millis / 1_000 + " s" : String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
        }
        long seconds = millis / 1_000;
        return seconds % 60 == 0 ? seconds / 60 + " min" : seconds / 60 + " min " + seconds % 60 + " s";
    }
}
