package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.RateLimit.Scope;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitsTest {
    private static final long NONE = HeaderValues.NOT_SAID;

    /** Item 37 of the checklist. */
    @Test
    void wrongThatTheRateLimitHeaderHasOneSyntax() {
        AnswerHead draft10 = AnswerHead.of(200)
                .with("RateLimit-Policy", "\"minute\";q=40;w=60")
                .with("RateLimit", "\"minute\";r=11;t=23");
        AnswerHead draft7 = AnswerHead.of(200).with("RateLimit", "limit=40, remaining=11, reset=23");
        AnswerHead draft6 = AnswerHead.of(200)
                .with("RateLimit-Limit", "40")
                .with("RateLimit-Remaining", "11")
                .with("RateLimit-Reset", "23");
        for (AnswerHead head : new AnswerHead[] {draft10, draft7, draft6}) {
            assertState(parse(head), 40, 11, 23);
            assertThat(parse(head).scope()).isEqualTo(Scope.CREDENTIAL);
            assertThat(parse(head).retryAfter()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // RateLimit | RateLimit-Policy | limit | remaining | reset
                "\"a\";r=5;t=10 | \"a\";q=50;w=60 | 50 | 5 | 10",
                "a;r=5;t=10 | a;q=50;w=60 | 50 | 5 | 10",
                "\"a\"; r=5; t=10 | \"a\" ; q=50 ; w=60 | 50 | 5 | 10",
                "\"a\";t=10 | \"a\";q=50;w=60 | 50 | -1 | 10",
                "\"a\";r=5 | - | -1 | 5 | -1",
                "\"a\";r=5;pk=:cHJvamVjdA==:;t=10 | - | -1 | 5 | 10",
                "\"a\";pk=\"x,y;r=9\";r=5;t=10 | - | -1 | 5 | 10",
                "\"a \\\" b\";r=5;t=10 | - | -1 | 5 | 10",
                // the one with the least remaining counts, and of equals the later
                "\"a\";r=5;t=10, \"b\";r=3;t=900 | \"a\";q=50;w=60, \"b\";q=700;w=3600 | 700 | 3 | 900",
                "\"b\";r=3;t=900, \"a\";r=5;t=10 | \"a\";q=50;w=60, \"b\";q=700;w=3600 | 700 | 3 | 900",
                "\"a\";r=0;t=10, \"b\";r=0;t=900 | - | -1 | 0 | 900",
                "\"a\";t=900, \"b\";r=7;t=10 | - | -1 | 7 | 10",
                "\"a\";r=3;t=900, \"b\";r=3;t=900 | \"a\";q=50;w=60, \"b\";q=700;w=3600 | 50 | 3 | 900",
                // zero is a number
                "\"a\";r=0;t=0 | \"a\";q=0;w=60 | 0 | 0 | 0",
                "\"a\";r=4;t=10, \"b\";r=0 | - | -1 | 0 | -1",
                "\"a\";r=0, \"b\";r=0;t=0 | - | -1 | 0 | 0",
                "limit=0, remaining=7 | \"a\";q=50;w=60 | 0 | 7 | -1",
                "remaining=0 | - | -1 | 0 | -1",
                "reset=0 | - | -1 | -1 | 0",
                "- | \"a\";q=50;w=1, \"b\";q=0;w=3600, \"c\";w=1, \"d\";q=7 | 0 | -1 | -1",
                // a state of another policy has no limit of ours
                "\"c\";r=5;t=10 | \"a\";q=50;w=60 | -1 | 5 | 10",
                // policies without a state: the smallest
                "- | \"a\";q=50;w=1, \"b\";q=30;w=3600 | 30 | -1 | -1",
                // malformed members and parameters are left out
                "\"a\";r=x;t=10 | - | -1 | -1 | 10",
                "\"a\";r=-1;t=-1, \"b\";r=4;t=8 | - | -1 | 4 | 8",
                ";;, = ,\"b\";r=4;t=8 | - | -1 | 4 | 8",
                "\"a\";r=2 t=8, \"b\";r=4;t=8 | - | -1 | 2 | -1",
                "\"b\";r=4;t=8, \"a\";r=3;t=5;x=\"never ends | - | -1 | 3 | 5",
                "\"a\";r=99999999999999999999;t=8 | - | -1 | -1 | 8",
                // drafts 7 to 9, and mixtures
                "limit=40, remaining=0, reset=6 | - | 40 | 0 | 6",
                "LIMIT=40,Remaining=0,reset=6 | - | 40 | 0 | 6",
                "limit=40, reset=6 | - | 40 | -1 | 6",
                "remaining=9 | - | -1 | 9 | -1",
                "limit=x, remaining=9, reset=soon | - | -1 | 9 | -1",
                // seconds since the epoch where seconds to go are due
                "\"a\";r=0;t=1800000030 | - | -1 | 0 | 30",
            })
    void structuredFields(String state, String policy, long limit, long remaining, long reset) {
        AnswerHead head = AnswerHead.of(200);
        head = state == null ? head : head.with("RateLimit", state);
        head = policy == null ? head : head.with("RateLimit-Policy", policy);
        assertState(parse(head), limit, remaining, reset);
    }

    @Test
    void repeatedFieldsAreOneList() {
        AnswerHead head = AnswerHead.of(200)
                .with("RateLimit-Policy", "\"a\";q=50;w=60")
                .with("RateLimit-Policy", "\"b\";q=700;w=3600")
                .with("RateLimit", "\"a\";r=5;t=10")
                .with("RateLimit", "\"b\";r=3;t=900");
        assertState(parse(head), 700, 3, 900);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "60 | 59 | 12 | 60 | 59 | 12",
                "60, 60;w=1, 900;window=60 | 59 | 1 | 60 | 59 | 1",
                "60;w=1 | 59 | 1 | 60 | 59 | 1",
                "60.0 | 58.9 | 1.5 | 60 | 58 | 1.5",
                "- | 59 | - | -1 | 59 | -1",
                "0 | - | - | 0 | -1 | -1",
                "- | 0 | - | -1 | 0 | -1",
                "- | 0.5 | - | -1 | 0 | -1",
                "- | - | 0 | -1 | -1 | 0",
                "- | - | 0.0 | -1 | -1 | 0",
                "- | - | 7 | -1 | -1 | 7",
                "unlimited | - | 7 | -1 | -1 | 7",
            })
    void triplets(String limit, String remaining, String reset, long limitRead, long remainingRead, double resetRead) {
        for (String prefix : new String[] {"RateLimit-", "X-RateLimit-", "X-Rate-Limit-", "x-ratelimit-"}) {
            AnswerHead head = AnswerHead.of(200);
            head = limit == null ? head : head.with(prefix + "Limit", limit);
            head = remaining == null ? head : head.with(prefix + "Remaining", remaining);
            head = reset == null ? head : head.with(prefix + "Reset", reset);
            assertState(parse(head), limitRead, remainingRead, resetRead);
        }
    }

    /** Two answers about one window say the same second, however long they were under way. */
    @Test
    void aResetThatIsASecondOfTheServersClockIsKeptAsOne() {
        AnswerHead head = AnswerHead.of(200).with("X-RateLimit-Remaining", "7");
        RateLimit window = parse(head.with("X-RateLimit-Reset", "1800000030"));
        assertState(window, NONE, 7, 30);
        assertThat(window.resetEpochSecond()).isEqualTo(1_800_000_030L);
        assertThat(parse(head.with("X-RateLimit-Reset", "30")).resetEpochSecond())
                .isZero();
        assertThat(parse(head.with("X-RateLimit-Reset", "1800000030000")).resetEpochSecond())
                .isZero();
        // A year ahead is beyond belief, however it is written.
        RateLimit far = parse(head.with("X-RateLimit-Reset", "1831536000"));
        assertState(far, NONE, 7, NONE);
        assertThat(far.resetEpochSecond()).isZero();
    }

    /** Item 32 of the checklist, as far as a size can tell. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0",
                "45 | 45",
                "86400 | 86400",
                "2764800 | 2764800",
                "2764801 | -1",
                "999999999 | -1",
                "1000000000 | -1",
                "1799999990 | 0",
                "1800000045 | 45",
                "1800000045.5 | 45.501",
                "1900000000 | -1",
                "100000000000 | -1",
                "1800000045250 | 45.25",
                "1900000000000 | -1",
                "999999999999999999 | -1",
                "99999999999999999999 | -1",
                "2027-01-15T08:00:45Z | 45",
                "2027-01-15T09:00:45.5+01:00 | 45.5",
                "Fri, 15 Jan 2027 08:00:45 GMT | 45",
                "2027-01-15 08:00:45 | -1",
                "-1 | -1",
                "1m30s | -1",
            })
    void wrongThatAResetIsInSecondsToGo(String value, double seconds) {
        AnswerHead head = AnswerHead.of(200)
                .with("X-RateLimit-Limit", "100")
                .with("X-RateLimit-Remaining", "0")
                .with("X-RateLimit-Reset", value);
        assertState(parse(head), 100, 0, seconds);
    }

    @Test
    void theStandardFieldWinsAndOneWithoutSenseGivesWay() {
        AnswerHead triplet =
                AnswerHead.of(200).with("X-RateLimit-Remaining", "9").with("X-RateLimit-Reset", "99");
        assertState(parse(triplet.with("RateLimit", "\"a\";r=1;t=2")), NONE, 1, 2);
        assertState(parse(triplet.with("RateLimit", "%%%")), NONE, 9, 99);
        assertState(parse(triplet.with("RateLimit", "a".repeat(5_000) + ";r=1;t=2")), NONE, 9, 99);
    }

    @Test
    void retryAfterStandsBesideTheStateAndIsReadOfErrorsOnly() {
        AnswerHead head = AnswerHead.of(429).with("Retry-After", "20").with("RateLimit", "\"a\";r=15;t=40");
        assertState(parse(head), NONE, 15, 40);
        assertThat(parse(head).retryAfter()).contains(Duration.ofSeconds(20));
        RateLimit alone = parse(AnswerHead.of(503).with("Retry-After", "20"));
        assertThat(alone.retryAfter()).contains(Duration.ofSeconds(20));
        assertThat(alone.scope()).isEqualTo(Scope.CREDENTIAL);
        assertState(alone, NONE, NONE, NONE);
        assertThat(parse(AnswerHead.of(202).with("Retry-After", "20"))).isSameAs(RateLimit.NONE);
        assertThat(parse(AnswerHead.of(301).with("Retry-After", "20"))).isSameAs(RateLimit.NONE);
    }

    @Test
    void noWaitIsAWaitAsWell() {
        assertThat(parse(AnswerHead.of(400).with("Retry-After", "0")).retryAfter())
                .contains(Duration.ZERO);
    }

    @Test
    void aFieldIsReadSoFarAndNoFurther() {
        String padding = " ".repeat(4_096 - "\"a\";r=1;t=2".length());
        assertState(parse(AnswerHead.of(200).with("RateLimit", padding + "\"a\";r=1;t=2")), NONE, 1, 2);
        assertThat(parse(AnswerHead.of(200).with("RateLimit", padding + " \"a\";r=1;t=2")))
                .isSameAs(RateLimit.NONE);
        AnswerHead head = AnswerHead.of(200);
        for (int remaining = 20; remaining > 0; remaining--) {
            head = head.with("RateLimit", "\"a\";r=" + remaining + ";t=2");
        }
        assertState(parse(head), NONE, 13, 2);
    }

    @Test
    void limitsOfAnAnswerFromACacheAreNotTrusted() {
        AnswerHead head = AnswerHead.of(429).with("RateLimit", "\"a\";r=1;t=2").with("Retry-After", "3");
        assertState(parse(head.with("Age", "0")), NONE, 1, 2);
        assertState(parse(head.with("Age", "1")), NONE, NONE, NONE);
        assertThat(parse(head.with("Age", "1")).retryAfter()).contains(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", ",", ";", "=", "\"", ":", "\"a\"", "a;b;c", "limit", "limit=, remaining=", "\\"})
    void whatHasNoSenseSaysNothing(String value) {
        assertThat(parse(AnswerHead.of(200).with("RateLimit", value))).isSameAs(RateLimit.NONE);
        assertThat(parse(AnswerHead.of(200).with("X-RateLimit-Limit", value))).isSameAs(RateLimit.NONE);
    }

    @Test
    void withoutAnyFieldNothingIsSaid() {
        assertThat(parse(AnswerHead.of(200).with("Content-Type", "text/plain"))).isSameAs(RateLimit.NONE);
    }

    private static RateLimit parse(AnswerHead head) {
        return RateLimits.ietf().parse(head, ErrorBody.NONE);
    }

    private static void assertState(RateLimit state, long limit, long remaining, double resetSeconds) {
        assertThat(state.limitOrNegative()).as("limit").isEqualTo(limit);
        assertThat(state.remainingOrNegative()).as("remaining").isEqualTo(remaining);
        assertThat(state.resetNanosOrNegative())
                .as("reset")
                .isEqualTo(resetSeconds < 0 ? NONE : Math.round(resetSeconds * 1000) * 1_000_000);
    }
}
