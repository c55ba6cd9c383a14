package dev.fairlead.testkit;

import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The wall clock of a simulated server, which may be off from everybody else's, and how the server rounds what it says of
 * it. Times are nanoseconds since the quota began. Immutable and thread-safe.
 */
record ServerClock(Instant start, RoundingMode dateRounding, RoundingMode resetRounding) {
    /** Where a {@link ManualTicker}'s wall clock starts. */
    static final Instant DEFAULT_START = Instant.parse("2026-01-01T00:00:00Z");

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** IMF-fixdate of RFC 9110 section 5.6.7; the JDK's RFC 1123 writes a day before the tenth with one digit. */
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    ServerClock {
        wholeSeconds(0, dateRounding);
        wholeSeconds(0, resetRounding);
    }

    /** What {@code Date} says. */
    String date(long elapsedNanos) {
        return DATE.format(Instant.ofEpochSecond(wholeSeconds(epochNanos(elapsedNanos), dateRounding)));
    }

    /** A time in seconds since the epoch. */
    long epochSecond(long elapsedNanos) {
        return wholeSeconds(epochNanos(elapsedNanos), resetRounding);
    }

    /** A time to go, in seconds. */
    long seconds(long nanos) {
        return wholeSeconds(nanos, resetRounding);
    }

    long epochNanos(long elapsedNanos) {
        return start.getEpochSecond() * NANOS_PER_SECOND + start.getNano() + elapsedNanos;
    }

    private static long wholeSeconds(long nanos, RoundingMode rounding) {
        return switch (rounding) {
            case FLOOR -> Math.floorDiv(nanos, NANOS_PER_SECOND);
            case CEILING -> Math.floorDiv(nanos + NANOS_PER_SECOND - 1, NANOS_PER_SECOND);
            case HALF_UP -> Math.floorDiv(nanos + NANOS_PER_SECOND / 2, NANOS_PER_SECOND);
            default -> throw new IllegalArgumentException("FLOOR, CEILING or HALF_UP, not " + rounding);
        };
    }
}
