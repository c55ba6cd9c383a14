package dev.fairlead;

import org.jspecify.annotations.Nullable;

/**
 * Reads what providers write into header fields: counts, waits and times.
 *
 * <p>Every method gives a value that is zero or more, or {@link #NOT_SAID} for what is absent, malformed, overlong or
 * too large to be kept in the unit it is given in; nothing is guessed, cut or saturated, and nothing is thrown.
 * Stateless and thread-safe.
 */
public final class HeaderValues {
    /** What every method returns where the field says nothing that can be relied on. */
    public static final long NOT_SAID = -1;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    /** Eighteen digits always fit into a long. RFC 9651 section 3.3.1 allows an integer fifteen. */
    private static final int MAXIMUM_DIGITS = 18;

    private static final int DIGITS_OF_NANOS = 9;

    /** Longer than the longest that Go writes: hours, minutes, and seconds with nine digits behind the point. */
    private static final int MAXIMUM_DURATION_CHARS = 40;

    private HeaderValues() {}

    /**
     * A count: digits and nothing else but spaces around them, at most eighteen. No sign, no fraction, no list.
     *
     * @param value the field's value, null where there is none
     */
    public static long nonNegativeInteger(@Nullable String value) {
        return value == null ? NOT_SAID : digits(value, firstVisible(value), endOfVisible(value));
    }

    /**
     * Seconds with or without a fraction ({@code 120}, {@code 2.0}, {@code 0.5}), as nanoseconds. What is finer than a
     * nanosecond is rounded up, as a wait must not be shortened. A sign, an exponent or a comma makes it garbage.
     *
     * @param value the field's value, null where there is none
     */
    public static long secondsAsNanos(@Nullable String value) {
        if (value == null) {
            return NOT_SAID;
        }
        int start = firstVisible(value);
        int end = endOfVisible(value);
        int point = value.indexOf('.');
        if (point < 0) {
            return nanos(digits(value, start, end), 0);
        }
        long fraction = digits(value, point + 1, end);
        if (fraction < 0) {
            return NOT_SAID;
        }
        int fractionDigits = end - point - 1;
        for (; fractionDigits < DIGITS_OF_NANOS; fractionDigits++) {
            fraction *= 10;
        }
        for (; fractionDigits > DIGITS_OF_NANOS; fractionDigits--) {
            fraction = (fraction + 9) / 10;
        }
        return nanos(digits(value, start, point), fraction);
    }

    /**
     * Milliseconds with or without a fraction, as OpenAI's {@code retry-after-ms} has them, as nanoseconds; in all else as
     * {@link #secondsAsNanos}.
     *
     * @param value the field's value, null where there is none
     */
    public static long millisecondsAsNanos(@Nullable String value) {
        return dividedUp(secondsAsNanos(value), 1_000);
    }

    /**
     * A duration as Go writes it, in nanoseconds: {@code 17ms}, {@code 1.2s}, {@code 6m0s}, {@code 1h2m3.5s}; the units are
     * h, m, s, ms, us, µs and ns, and none may be left out. What is finer than a nanosecond is rounded up. A sign or a
     * space within makes it garbage.
     *
     * @param value the field's value, null where there is none
     */
    public static long durationNanos(@Nullable String value) {
        if (value == null) {
            return NOT_SAID;
        }
        int at = firstVisible(value);
        int end = endOfVisible(value);
        if (at >= end || end - at > MAXIMUM_DURATION_CHARS) {
            return NOT_SAID;
        }
        long total = 0;
        while (at < end) {
            int unit = at;
            while (unit < end && isNumeral(value.charAt(unit))) {
                unit++;
            }
            int next = unit;
            while (next < end && !isNumeral(value.charAt(next))) {
                next++;
            }
            long part = inUnit(secondsAsNanos(value.substring(at, unit)), value.substring(unit, next));
            if (part < 0 || part > Long.MAX_VALUE - total) {
                return NOT_SAID;
            }
            total += part;
            at = next;
        }
        return total;
    }

    /** A number of seconds in nanoseconds, as if it were one of another unit. */
    private static long inUnit(long nanos, String unit) {
        return switch (unit) {
            case "h" -> multiplied(nanos, 3_600);
            case "m" -> multiplied(nanos, 60);
            case "s" -> nanos;
            case "ms" -> dividedUp(nanos, 1_000);
            case "us", "\u00b5s", "\u03bcs" -> dividedUp(nanos, 1_000_000);
            case "ns" -> dividedUp(nanos, NANOS_PER_SECOND);
            default -> NOT_SAID;
        };
    }

    private static long multiplied(long nanos, long factor) {
        return nanos > Long.MAX_VALUE / factor ? NOT_SAID : Math.max(NOT_SAID, nanos * factor);
    }

    private static long dividedUp(long nanos, long divisor) {
        return nanos < 0 ? NOT_SAID : nanos / divisor + (nanos % divisor == 0 ? 0 : 1);
    }

    private static boolean isNumeral(char character) {
        return (character >= '0' && character <= '9') || character == '.';
    }

    /**
     * An HTTP date (RFC 9110 section 5.6.7) in milliseconds since the epoch: IMF-fixdate, and leniently the obsolete
     * forms of RFC 850 and asctime. The weekday may be wrong, as it is in the example of RFC 8594; a date before 1970
     * counts as not said.
     *
     * @param value the field's value, null where there is none
     * @param receivedAtMillis when it was received, to tell the century of RFC 850's two-digit year
     */
    public static long httpDateMillis(@Nullable String value, long receivedAtMillis) {
        return value == null ? NOT_SAID : DateText.httpDateMillis(value, receivedAtMillis);
    }

    /**
     * An ISO 8601 date and time with its offset, such as {@code 2026-03-01T12:00:00Z}, in milliseconds since the epoch.
     * What is finer than a millisecond is rounded up. Without an offset nobody can tell what time is meant: not said.
     *
     * @param value the field's value, null where there is none
     */
    public static long isoInstantMillis(@Nullable String value) {
        return value == null ? NOT_SAID : DateText.isoInstantMillis(value);
    }

    /**
     * The answer's {@code Retry-After} (RFC 9110 section 10.2.3) in nanoseconds from its receipt: seconds, seconds with
     * a fraction as Shopify sends them, or an HTTP date. A date that has passed is a wait of zero. Where proxies have
     * added one of their own, the longest counts: who asked for that would be asked too early.
     */
    public static long retryAfterNanos(ResponseHead head) {
        if (head.header("Retry-After") == null) {
            return NOT_SAID;
        }
        long longest = NOT_SAID;
        for (String value : head.headers("Retry-After")) {
            longest = Math.max(longest, retryAfterNanos(value, head));
        }
        return longest;
    }

    private static long retryAfterNanos(String value, ResponseHead head) {
        long nanos = secondsAsNanos(value);
        return nanos >= 0 ? nanos : nanosUntilEpochMilli(httpDateMillis(value, head.receivedAtMillis()), head);
    }

    /**
     * Nanoseconds from the receipt of an answer to a second of the provider's clock; zero where that has passed.
     *
     * <p>The provider's clock is what its {@code Date} header says. That is cut to whole seconds, so what is counted from
     * it ends late rather than early. Where there is no {@code Date}, our own clock is cut in the same way.
     *
     * @param epochSecond seconds since the epoch; negative for not said
     */
    public static long nanosUntilEpochSecond(long epochSecond, ResponseHead head) {
        if (epochSecond > Long.MAX_VALUE / 1000) {
            return NOT_SAID;
        }
        long now = dateMillis(head);
        if (now < 0) {
            now = Math.floorDiv(head.receivedAtMillis(), 1000L) * 1000;
        }
        return nanosBetween(now, epochSecond * 1000);
    }

    /**
     * Nanoseconds from the receipt of an answer to a millisecond of the provider's clock; zero where that has passed.
     * Clocks are compared as in {@link #nanosUntilEpochSecond}.
     *
     * @param epochMilli milliseconds since the epoch; negative for not said
     */
    public static long nanosUntilEpochMilli(long epochMilli, ResponseHead head) {
        long now = dateMillis(head);
        return nanosBetween(now < 0 ? head.receivedAtMillis() : now, epochMilli);
    }

    private static long dateMillis(ResponseHead head) {
        return httpDateMillis(head.header("Date"), head.receivedAtMillis());
    }

    private static long nanosBetween(long nowMillis, long thenMillis) {
        if (thenMillis < 0) {
            return NOT_SAID;
        }
        long millis = thenMillis - nowMillis;
        if (millis <= 0) {
            return 0;
        }
        return millis > Long.MAX_VALUE / NANOS_PER_MILLI ? NOT_SAID : millis * NANOS_PER_MILLI;
    }

    private static long nanos(long seconds, long nanoOfSecond) {
        if (seconds < 0 || seconds >= Long.MAX_VALUE / NANOS_PER_SECOND) {
            return NOT_SAID;
        }
        return seconds * NANOS_PER_SECOND + nanoOfSecond;
    }

    /** The number made of all characters from start to end, or {@link #NOT_SAID}; allocates nothing. */
    static long digits(String text, int start, int end) {
        if (start >= end || end - start > MAXIMUM_DIGITS) {
            return NOT_SAID;
        }
        long number = 0;
        for (int i = start; i < end; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return NOT_SAID;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    private static int firstVisible(String text) {
        int start = 0;
        while (start < text.length() && isBlank(text.charAt(start))) {
            start++;
        }
        return start;
    }

    private static int endOfVisible(String text) {
        int end = text.length();
        while (end > 0 && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    /** Optional whitespace of RFC 9110 section 5.6.3. */
    private static boolean isBlank(char character) {
        return character == ' ' || character == '\t';
    }
}
