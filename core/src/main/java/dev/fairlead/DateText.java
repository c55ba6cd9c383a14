package dev.fairlead;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ways in which providers write dates, read without {@code java.time}: its parsers throw where they should say no,
 * and allocate for the {@code Date} header that every answer has. Stateless and thread-safe.
 */
final class DateText {
    private static final long NOT_SAID = HeaderValues.NOT_SAID;

    /** Longer than any date in any of the forms; bounds what the lenient patterns look at. */
    private static final int MAXIMUM_CHARS = 64;

    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
    private static final int[] DAYS_OF_MONTH = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    /** IMF-fixdate and RFC 850, with or without a weekday; RFC 6265 section 5.1.1 shows how free servers are. */
    private static final Pattern DAY_FIRST = Pattern.compile(
            "(?:[A-Za-z]{3,9},? *)?(\\d{1,2})[- ]([A-Za-z]{3})[- ](\\d{4}|\\d{2})"
                    + " +(\\d{1,2}):(\\d{2}):(\\d{2}) +(?:GMT|UTC)",
            Pattern.CASE_INSENSITIVE);

    /** {@code Sun Nov  6 08:49:37 1994}. */
    private static final Pattern ASCTIME =
            Pattern.compile("[A-Za-z]{3} +([A-Za-z]{3}) +(\\d{1,2}) +(\\d{2}):(\\d{2}):(\\d{2}) +(\\d{4})");

    private static final Pattern ISO = Pattern.compile("(\\d{4})-(\\d{2})-(\\d{2})[Tt ](\\d{2}):(\\d{2}):(\\d{2})"
            + "(?:\\.(\\d{1,9}))?(?:[Zz]|([+-])(\\d{2}):?(\\d{2}))");

    private DateText() {}

    static long httpDateMillis(String text, long receivedAtMillis) {
        long millis = imfFixdate(text);
        if (millis >= 0 || text.length() > MAXIMUM_CHARS) {
            return millis;
        }
        Matcher dayFirst = DAY_FIRST.matcher(text.strip());
        if (dayFirst.matches()) {
            int year = number(dayFirst, 3);
            return millis(
                    dayFirst.end(3) - dayFirst.start(3) == 2 ? withCentury(year, receivedAtMillis) : year,
                    month(dayFirst.group(2), 0),
                    number(dayFirst, 1),
                    number(dayFirst, 4),
                    number(dayFirst, 5),
                    number(dayFirst, 6));
        }
        Matcher asctime = ASCTIME.matcher(text.strip());
        if (asctime.matches()) {
            return millis(
                    number(asctime, 6),
                    month(asctime.group(1), 0),
                    number(asctime, 2),
                    number(asctime, 3),
                    number(asctime, 4),
                    number(asctime, 5));
        }
        return NOT_SAID;
    }

    static long isoInstantMillis(String text) {
        if (text.length() > MAXIMUM_CHARS) {
            return NOT_SAID;
        }
        Matcher iso = ISO.matcher(text.strip());
        if (!iso.matches()) {
            return NOT_SAID;
        }
        long millis =
                millis(number(iso, 1), number(iso, 2), number(iso, 3), number(iso, 4), number(iso, 5), number(iso, 6));
        if (millis < 0) {
            return NOT_SAID;
        }
        String fraction = iso.group(7);
        if (fraction != null) {
            millis += (HeaderValues.secondsAsNanos("0." + fraction) + 999_999) / 1_000_000;
        }
        if (iso.group(8) != null) {
            long offset = (number(iso, 9) * 60L + number(iso, 10)) * 60_000;
            millis += iso.group(8).equals("+") ? -offset : offset;
        }
        return Math.max(NOT_SAID, millis);
    }

    /** {@code Sun, 06 Nov 1994 08:49:37 GMT}, the form that every server writes today: without an object made. */
    private static long imfFixdate(String text) {
        if (text.length() != 29
                || text.charAt(3) != ','
                || text.charAt(4) != ' '
                || text.charAt(7) != ' '
                || text.charAt(11) != ' '
                || text.charAt(16) != ' '
                || text.charAt(19) != ':'
                || text.charAt(22) != ':'
                || !text.endsWith(" GMT")) {
            return NOT_SAID;
        }
        return millis(
                number(text, 12, 16),
                month(text, 8),
                number(text, 5, 7),
                number(text, 17, 19),
                number(text, 20, 22),
                number(text, 23, 25));
    }

    /** RFC 9110 section 5.6.7: what appears to be more than fifty years ahead is the last past year that ends so. */
    private static int withCentury(int yearOfCentury, long receivedAtMillis) {
        long millisPerYear = 31_556_952_000L;
        long receivedYear = 1970 + Math.max(0, receivedAtMillis) / millisPerYear;
        long year = receivedYear - receivedYear % 100 + yearOfCentury;
        return (int) (year > receivedYear + 50 ? year - 100 : year);
    }

    /** 1 to 12, or -1. The second and third letter tell all of them apart: this runs for every answer. */
    private static int month(String text, int start) {
        int month = switch ((text.charAt(start + 1) | 0x20) << 8 | (text.charAt(start + 2) | 0x20)) {
            case 'a' << 8 | 'n' -> 1;
            case 'e' << 8 | 'b' -> 2;
            case 'a' << 8 | 'r' -> 3;
            case 'p' << 8 | 'r' -> 4;
            case 'a' << 8 | 'y' -> 5;
            case 'u' << 8 | 'n' -> 6;
            case 'u' << 8 | 'l' -> 7;
            case 'u' << 8 | 'g' -> 8;
            case 'e' << 8 | 'p' -> 9;
            case 'c' << 8 | 't' -> 10;
            case 'o' << 8 | 'v' -> 11;
            case 'e' << 8 | 'c' -> 12;
            default -> -1;
        };
        return month > 0 && text.regionMatches(true, start, MONTHS, (month - 1) * 3, 3) ? month : -1;
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    private static int number(String text, int start, int end) {
        return (int) HeaderValues.digits(text, start, end);
    }

    private static long millis(int year, int month, int day, int hour, int minute, int second) {
        if (year < 1970 || month < 1 || month > 12 || day < 1 || day > DAYS_OF_MONTH[month - 1]) {
            return NOT_SAID;
        }
        // A second of 60 is a leap second, which RFC 9110 allows; it becomes the first of the next minute.
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
            return NOT_SAID;
        }
        return ((epochDay(year, month, day) * 24 + hour) * 60 + minute) * 60_000 + second * 1000L;
    }

    /**
     * Days since 1970-01-01 by the arithmetic of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms"
     * (days_from_civil): a year begins in March there, so that the leap day is its last.
     */
    private static long epochDay(int year, int month, int day) {
        int marchYear = month <= 2 ? year - 1 : year;
        int era = marchYear / 400;
        int yearOfEra = marchYear % 400;
        int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * 146_097L + dayOfEra - 719_468;
    }
}
