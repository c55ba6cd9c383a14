package dev.fairlead;

import static dev.fairlead.AnswerHead.RECEIVED_AT_MILLIS;
import static dev.fairlead.HeaderValues.NOT_SAID;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderValuesTest {
    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "0,0",
                "7,7",
                " 7 ,7",
                "\t7,7",
                "0007,7",
                "5000,5000",
                "999999999999999999,999999999999999999",
            })
    void integerIsRead(String value, long number) {
        assertThat(HeaderValues.nonNegativeInteger(value)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-1",
                "+1",
                "1.0",
                "1e3",
                "0x10",
                "1,000",
                "1 2",
                "1;w=60",
                "١",
                "NaN",
                "1000000000000000000",
                "99999999999999999999",
                "18446744073709551617"
            })
    void whatIsNoIntegerSaysNothing(String value) {
        assertThat(HeaderValues.nonNegativeInteger(value)).isEqualTo(NOT_SAID);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "120, 120000000000",
        "2.0, 2000000000",
        "0.5, 500000000",
        "0.05, 50000000",
        "1.000000001, 1000000001",
        "1.0000000001, 1000000001",
        "0.9999999999, 1000000000",
        "0.000000000000000001, 1",
        "9223372035, 9223372035000000000",
    })
    void secondsAreReadAndNeverShortened(String value, long nanos) {
        assertThat(HeaderValues.secondsAsNanos(value)).isEqualTo(nanos);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-2",
                "-0.5",
                "NaN",
                "Infinity",
                "1e3",
                "2.0e1",
                "0,120",
                "2.",
                ".5",
                ".",
                "1.2.3",
                "1 .5",
                "2s",
                "1:30",
                "0.0000000000000000001",
                "9223372036",
                "99999999999999999999",
                "Mon"
            })
    void whatIsNoTimeSaysNothing(String value) {
        assertThat(HeaderValues.secondsAsNanos(value)).isEqualTo(NOT_SAID);
    }

    @Test
    void whatIsAbsentSaysNothing() {
        assertThat(HeaderValues.nonNegativeInteger(null)).isEqualTo(NOT_SAID);
        assertThat(HeaderValues.secondsAsNanos(null)).isEqualTo(NOT_SAID);
        assertThat(HeaderValues.httpDateMillis(null, 0)).isEqualTo(NOT_SAID);
        assertThat(HeaderValues.isoInstantMillis(null)).isEqualTo(NOT_SAID);
        assertThat(HeaderValues.retryAfterNanos(AnswerHead.of(503))).isEqualTo(NOT_SAID);
        assertThat(HeaderValues.nanosUntilEpochSecond(NOT_SAID, AnswerHead.of(200)))
                .isEqualTo(NOT_SAID);
        assertThat(HeaderValues.nanosUntilEpochMilli(NOT_SAID, AnswerHead.of(200)))
                .isEqualTo(NOT_SAID);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Thu, 29 Feb 2024 23:59:59 GMT | 2024-02-29T23:59:59Z",
                "Fri, 01 Mar 2024 00:00:00 GMT | 2024-03-01T00:00:00Z",
                "Thu, 01 Jan 1970 00:00:00 GMT | 1970-01-01T00:00:00Z",
                "Sat, 31 Dec 2016 23:59:60 GMT | 2017-01-01T00:00:00Z",
                "Fri, 31 Dec 9999 23:59:59 GMT | 9999-12-31T23:59:59Z",
                // RFC 850 and asctime
                "Thursday, 29-Feb-24 23:59:59 GMT | 2024-02-29T23:59:59Z",
                "Monday, 07-Jun-77 10:00:00 GMT | 2077-06-07T10:00:00Z",
                "Tuesday, 07-Jun-78 10:00:00 GMT | 1978-06-07T10:00:00Z",
                "Thu Feb 29 23:59:59 2024 | 2024-02-29T23:59:59Z",
                "Sun Nov  6 08:49:37 1994 | 1994-11-06T08:49:37Z",
                // what servers make of it
                "29 Feb 2024 23:59:59 GMT | 2024-02-29T23:59:59Z",
                "Thu, 9 Feb 2024 23:59:59 GMT | 2024-02-09T23:59:59Z",
                "thu, 29 feb 2024 23:59:59 gmt | 2024-02-29T23:59:59Z",
                "Thu, 29 Feb 2024 23:59:59 UTC | 2024-02-29T23:59:59Z",
                "Thu, 29-Feb-2024 23:59:59 GMT | 2024-02-29T23:59:59Z",
            })
    void httpDateIsRead(String value, Instant instant) {
        assertThat(HeaderValues.httpDateMillis(value, RECEIVED_AT_MILLIS)).isEqualTo(instant.toEpochMilli());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "soon",
                "0",
                "Thu, 29 Feb 2024 23:59:59",
                "Thu, 29 Feb 2024 23:59:59 CET",
                "Thu, 29 Feb 2024 24:00:00 GMT",
                "Thu, 29 Feb 2024 23:60:00 GMT",
                "Thu, 29 Feb 2024 23:59:61 GMT",
                "Thu, 32 Jan 2024 23:59:59 GMT",
                "Thu, 00 Jan 2024 23:59:59 GMT",
                "Thu, 30 Feb 2024 23:59:59 GMT",
                "Thu, 29 Foo 2024 23:59:59 GMT",
                "Wed, 31 Dec 1969 23:59:59 GMT",
                "Thu, 29 Feb 2O24 23:59:59 GMT",
                "Thu, -9 Feb 2024 23:59:59 GMT",
                "Thu; 29 Feb 2024 23:59:59 GMT",
                "Thu, 29 Feb 2024 23.59.59 GMT",
                "Thu, 29 Feb 2024 23:59:59 GMT, Fri, 01 Mar 2024 00:00:00 GMT, Fri, 01 Mar 2024 00:00:00 GMT"
            })
    void whatIsNoHttpDateSaysNothing(String value) {
        assertThat(HeaderValues.httpDateMillis(value, RECEIVED_AT_MILLIS)).isEqualTo(NOT_SAID);
    }

    /** Item 38 of the checklist: the examples of RFC 8594 are among them. */
    @ParameterizedTest
    @ValueSource(
            strings = {"Sat, 31 Dec 2018 23:59:59 GMT", "Mon, 31 Dec 2018 23:59:59 GMT", "Xyz, 31 Dec 2018 23:59:59 GMT"
            })
    void wrongThatDatesHaveARightWeekday(String value) {
        assertThat(HeaderValues.httpDateMillis(value, RECEIVED_AT_MILLIS))
                .isEqualTo(Instant.parse("2018-12-31T23:59:59Z").toEpochMilli());
    }

    @Test
    void httpDatesAgreeWithTheJdk() {
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            long second = random.nextLong(Instant.parse("2400-01-01T00:00:00Z").getEpochSecond());
            String text = IMF_FIXDATE.format(Instant.ofEpochSecond(second));
            assertThat(HeaderValues.httpDateMillis(text, 0)).as(text).isEqualTo(second * 1000);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-01T12:00:00Z, 1772366400000",
        "2026-03-01t12:00:00z, 1772366400000",
        "2026-03-01 12:00:00Z, 1772366400000",
        "2026-03-01T13:30:00+01:30, 1772366400000",
        "2026-03-01T10:30:00-0130, 1772366400000",
        "2026-03-01T12:00:00.5Z, 1772366400500",
        "2026-03-01T12:00:00.500000001Z, 1772366400501",
    })
    void isoInstantIsRead(String value, long millis) {
        assertThat(HeaderValues.isoInstantMillis(value)).isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-03-01",
                "2026-03-01T12:00:00",
                "2026-13-01T12:00:00Z",
                "2026-03-01T25:00:00Z",
                "1969-12-31T23:59:59Z",
                "1970-01-01T00:00:00+01:00",
                "2026-03-01T12:00Z",
                "20260301T120000Z",
                "+12026-03-01T12:00:00Z",
                "1772366400"
            })
    void whatIsNoIsoInstantSaysNothing(String value) {
        assertThat(HeaderValues.isoInstantMillis(value)).isEqualTo(NOT_SAID);
    }

    /** Item 22 of the checklist: seconds with a fraction and dates come as well. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0",
                "17 | 17",
                "3.0 | 3",
                "Fri, 15 Jan 2027 08:00:40 GMT | 40",
                "Friday, 15-Jan-27 08:00:40 GMT | 40",
                "Fri Jan 15 08:00:40 2027 | 40",
                "Fri, 15 Jan 2027 07:00:00 GMT | 0",
            })
    void wrongThatRetryAfterIsAnInteger(String value, long seconds) {
        AnswerHead head = AnswerHead.of(503).with("retry-after", value);
        assertThat(HeaderValues.retryAfterNanos(head))
                .isEqualTo(Duration.ofSeconds(seconds).toNanos());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-5", "later", "2027-01-15T08:00:40Z", "1e9", "17 s", "Fri, 31 Dec 9999 23:59:59 GMT"})
    void retryAfterThatCannotBeReliedOnSaysNothing(String value) {
        assertThat(HeaderValues.retryAfterNanos(AnswerHead.of(503).with("Retry-After", value)))
                .isEqualTo(NOT_SAID);
    }

    @Test
    void datesAreComparedWithTheProvidersClockAndNotOurs() {
        AnswerHead head = AnswerHead.of(503)
                .receivedAt(RECEIVED_AT_MILLIS + 300_000)
                .with("Date", "Fri, 15 Jan 2027 08:00:00 GMT")
                .with("Retry-After", "Fri, 15 Jan 2027 08:00:30 GMT");
        assertThat(HeaderValues.retryAfterNanos(head))
                .isEqualTo(Duration.ofSeconds(30).toNanos());
        assertThat(HeaderValues.nanosUntilEpochSecond(1_800_000_030, head))
                .isEqualTo(Duration.ofSeconds(30).toNanos());
        assertThat(HeaderValues.nanosUntilEpochMilli(1_800_000_030_250L, head))
                .isEqualTo(Duration.ofMillis(30_250).toNanos());
    }

    @Test
    void withoutADateASecondOfOurClockIsRoundedSoThatTheWaitIsNotEarly() {
        AnswerHead head = AnswerHead.of(200).receivedAt(RECEIVED_AT_MILLIS + 999);
        assertThat(HeaderValues.nanosUntilEpochSecond(1_800_000_002, head))
                .isEqualTo(Duration.ofSeconds(2).toNanos());
        assertThat(HeaderValues.nanosUntilEpochMilli(1_800_000_002_000L, head))
                .isEqualTo(Duration.ofMillis(1001).toNanos());
    }

    @Test
    void aTimeThatIsPastIsNoWaitAndOneBeyondALongIsNotSaid() {
        AnswerHead head = AnswerHead.of(200);
        assertThat(HeaderValues.nanosUntilEpochSecond(1_800_000_000, head)).isZero();
        assertThat(HeaderValues.nanosUntilEpochSecond(0, head)).isZero();
        assertThat(HeaderValues.nanosUntilEpochSecond(100_000_000_000L, head)).isEqualTo(NOT_SAID);
        assertThat(HeaderValues.nanosUntilEpochSecond(Long.MAX_VALUE, head)).isEqualTo(NOT_SAID);
        assertThat(HeaderValues.nanosUntilEpochMilli(Long.MAX_VALUE, head)).isEqualTo(NOT_SAID);
    }

    /** Both are read of nearly every answer. */
    @Test
    void integersAndDatesAreReadWithoutMakingAnObject() {
        AnswerHead head = AnswerHead.of(200)
                .with("Date", "Fri, 15 Jan 2027 08:00:00 GMT")
                .with("x-ratelimit-reset", "1800000030");
        long sum = 0;
        long allocated = 0;
        for (int round = 0; round < 20; round++) {
            long before = allocatedBytes();
            for (int i = 0; i < 1_000; i++) {
                sum += HeaderValues.nanosUntilEpochSecond(
                        HeaderValues.nonNegativeInteger(head.header("x-ratelimit-reset")), head);
            }
            allocated = allocatedBytes() - before;
        }
        assertThat(sum).isPositive();
        assertThat(allocated).as("bytes for 1,000 readings, once warm").isLessThan(1_000);
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
