package dev.fairlead.github;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.ErrorBody;
import dev.fairlead.RateLimit;
import dev.fairlead.RateLimit.Scope;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitHubRateLimitTest {
    private static final String SECONDARY = "{\"message\":\"You have exceeded a secondary rate limit.\"}";

    @Test
    void theWindowOfTheResourceThatTheAnswerNames() {
        RateLimit limit = parse(answer(200).with("x-ratelimit-resource", "code_search"), "");
        assertThat(limit.scope()).isEqualTo(Scope.QUOTA);
        assertThat(limit.resource()).contains("code_search");
        assertThat(limit.limit()).hasValue(5000);
        assertThat(limit.remaining()).hasValue(4321);
        assertThat(limit.reset()).contains(Duration.ofSeconds(900));
        assertThat(limit.retryAfter()).isEmpty();
    }

    @Test
    void withoutAResourceItIsTheCallsOwn() {
        assertThat(parse(answer(200), "").scope()).isEqualTo(Scope.QUOTA);
        assertThat(parse(answer(200), "").resource()).isEmpty();
        assertThat(parse(answer(200).with("x-ratelimit-resource", "x".repeat(64)), "")
                        .resource())
                .contains("x".repeat(64));
        assertThat(parse(answer(200).with("x-ratelimit-resource", "x".repeat(65)), "")
                        .resource())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 304, 404, 409, 422, 500, 502})
    void errorsThatAreNoThrottleAndAnswersFromTheCacheReportTheWindowToo(int status) {
        assertThat(parse(answer(status), "{}").remaining()).hasValue(4321);
        assertThat(parse(answer(status), "{}").retryAfter()).isEmpty();
    }

    @Test
    void withoutHeadersNothingIsSaid() {
        assertThat(parse(AnswerHead.of(200), "")).isSameAs(RateLimit.NONE);
        assertThat(parse(AnswerHead.of(503).with("Retry-After", "7"), "")).isSameAs(RateLimit.NONE);
    }

    /** They are of the anonymous bucket of our address. */
    @Test
    void theHeadersOfA401AreNotTheTokens() {
        RateLimit limit = parse(
                AnswerHead.of(401)
                        .with("x-ratelimit-limit", "60")
                        .with("x-ratelimit-remaining", "0")
                        .with("x-ratelimit-reset", "1800000900"),
                "{\"message\":\"Bad credentials\"}");
        assertThat(limit.scope()).isEqualTo(Scope.NONE);
        assertThat(limit.limit()).hasValue(60);
    }

    /**
     * The fixtures of octokit have milliseconds. What cannot be believed was not said, and is never waited for.
     */
    @ParameterizedTest
    @ValueSource(strings = {"1800000900000", "1800003901", "99999999999999999999", "-1", "soon", ""})
    void aResetThatCannotBeBelieved(String reset) {
        AnswerHead head = AnswerHead.of(200).with("x-ratelimit-remaining", "7").with("x-ratelimit-reset", reset);
        assertThat(parse(head, "").remaining()).hasValue(7);
        assertThat(parse(head, "").reset()).isEmpty();
    }

    @Test
    void theLongestResetThatIsBelieved() {
        AnswerHead head = AnswerHead.of(200).with("x-ratelimit-remaining", "7").with("x-ratelimit-reset", "1800003900");
        assertThat(parse(head, "").reset()).contains(Duration.ofMinutes(65));
    }

    @Test
    void theResetCountsByGitHubsClock() {
        AnswerHead head = answer(200)
                .receivedAt(AnswerHead.RECEIVED_AT_MILLIS + 600_000)
                .with("Date", "Fri, 15 Jan 2027 08:00:10 GMT");
        assertThat(parse(head, "").reset()).contains(Duration.ofSeconds(890));
    }

    @Test
    void aPrimaryLimitPausesItsResource() {
        AnswerHead head = AnswerHead.of(403)
                .with("x-ratelimit-limit", "30")
                .with("x-ratelimit-remaining", "0")
                .with("x-ratelimit-reset", "1800000020")
                .with("x-ratelimit-resource", "search");
        RateLimit limit = parse(head, "{\"message\":\"API rate limit exceeded\"}");
        assertThat(limit.scope()).isEqualTo(Scope.QUOTA);
        assertThat(limit.resource()).contains("search");
        assertThat(limit.remaining()).hasValue(0);
        assertThat(limit.retryAfter()).contains(Duration.ofSeconds(20));
        // Even where a proxy took the headers away.
        RateLimit bare = parse(AnswerHead.of(403), "{\"message\":\"API rate limit exceeded\"}");
        assertThat(bare.scope()).isEqualTo(Scope.QUOTA);
        assertThat(bare.retryAfter()).contains(Duration.ofSeconds(60));
    }

    @Test
    void aSecondaryLimitPausesTheCredentialAndLeavesTheWindowAlone() {
        RateLimit limit = parse(answer(403).with("x-ratelimit-resource", "core").with("Retry-After", "30"), SECONDARY);
        assertThat(limit.scope()).isEqualTo(Scope.CREDENTIAL);
        assertThat(limit.retryAfter()).contains(Duration.ofSeconds(30));
        assertThat(limit.limit()).isEmpty();
        assertThat(limit.remaining()).isEmpty();
        assertThat(limit.reset()).isEmpty();
        assertThat(limit.resource()).isEmpty();
    }

    @Test
    void graphQlThrottlesWith200() {
        AnswerHead head = answer(200).with("x-ratelimit-resource", "graphql");
        RateLimit primary = parse(head, "{\"errors\":[{\"type\":\"RATE_LIMITED\"}]}");
        assertThat(primary.scope()).isEqualTo(Scope.QUOTA);
        assertThat(primary.retryAfter()).contains(Duration.ofSeconds(900));
        RateLimit secondary = parse(head, "{\"errors\":[" + SECONDARY + "]}");
        assertThat(secondary.scope()).isEqualTo(Scope.CREDENTIAL);
        assertThat(secondary.retryAfter()).contains(Duration.ofSeconds(60));
        assertThat(parse(head, "{\"errors\":[{\"type\":\"NOT_FOUND\"}]}").retryAfter())
                .isEmpty();
    }

    @Test
    void oneObjectIsMadeForAnAnswer() {
        AnswerHead head =
                answer(200).with("Date", "Fri, 15 Jan 2027 08:00:10 GMT").with("x-ratelimit-resource", "core");
        GitHubRateLimit parser = new GitHubRateLimit();
        long remaining = 0;
        long allocated = 0;
        for (int round = 0; round < 20; round++) {
            long before = allocatedBytes();
            for (int i = 0; i < 1_000; i++) {
                remaining += parser.parse(head, ErrorBody.NONE).remainingOrNegative();
            }
            allocated = allocatedBytes() - before;
        }
        assertThat(remaining).isPositive();
        // A header of at most 16 bytes, five longs and two references.
        assertThat(allocated / 1_000).as("bytes for an answer, once warm").isLessThanOrEqualTo(72);
    }

    private static AnswerHead answer(int status) {
        return AnswerHead.of(status)
                .with("x-ratelimit-limit", "5000")
                .with("x-ratelimit-remaining", "4321")
                .with("x-ratelimit-used", "679")
                .with("x-ratelimit-reset", "1800000900");
    }

    private static RateLimit parse(AnswerHead head, String body) {
        return new GitHubRateLimit().parse(head, ErrorBody.of(body.getBytes(UTF_8), false));
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
