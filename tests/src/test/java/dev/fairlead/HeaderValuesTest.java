package dev.fairlead;

import static dev.fairlead.AnswerHead.RECEIVED_AT_MILLIS;
import static dev.fairlead.HeaderValues.NOT_SAID;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderValuesTest {
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

    @ParameterizedTest
    @CsvSource({
        "17ms, 17000000",
        "1.2s, 1200000000",
        "6m0s, 360000000000",
        "1m12.5s, 72500000000",
        "1h2m3.5s, 3723500000000",
        "37.856s, 37856000000",
        "0s, 0",
        "250us, 250000",
        "250µs, 250000",
        "250\u03bcs, 250000",
        "1.5ns, 2",
        "0.0000000001s, 1",
        "' 6ms ', 6000000",
        // What nobody can rely on.
        "'', -1",
        "6, -1",
        "s, -1",
        "6 ms, -1",
        "-6ms, -1",
        "6ms1, -1",
        "1e3s, -1",
        "6d, -1",
        "6MS, -1",
        "..s, -1",
        "NaNs, -1",
        "99999999999999999999s, -1",
        "9223372036h, -1",
        "2562048h, -1",
        "9223372035s9223372035s, -1",
        "1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s, -1",
    })
    void durations(String value, long nanos) {
        assertThat(HeaderValues.durationNanos(value)).isEqualTo(nanos);
    }

    @Test
    void noDuration() {
        assertThat(HeaderValues.durationNanos(null)).isEqualTo(HeaderValues.NOT_SAID);
        assertThat(HeaderValues.millisecondsAsNanos(null)).isEqualTo(HeaderValues.NOT_SAID);
    }

    @ParameterizedTest
    @CsvSource({"174, 174000000", "174.5, 174500000", "0.0000001, 1", "-1, -1", "1e3, -1", "99999999999999999999, -1"})
    void milliseconds(String value, long nanos) {
        assertThat(HeaderValues.millisecondsAsNanos(value)).isEqualTo(nanos);
    }
}
