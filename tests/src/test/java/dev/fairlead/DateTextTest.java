package dev.fairlead;

import static dev.fairlead.AnswerHead.RECEIVED_AT_MILLIS;
import static dev.fairlead.HeaderValues.NOT_SAID;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The dates that {@link HeaderValues} reads. */
class DateTextTest {
    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

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
}
