package dev.fairlead.github;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.AskedHead;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.RetryAdvice;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitHubThrottleTest {
    private static final AskedHead REST = new AskedHead("POST", "api.github.com", "/repos/acme/rocket/releases");
    private static final AskedHead GRAPHQL = new AskedHead("POST", "api.github.com", "/graphql");

    /** Neither the status nor what remains tells a throttle. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // status | remaining | reset in | retry-after | gh-limited-by | message | wait
                "403 | 0 | 900 | - | - | API rate limit exceeded for user ID 7. | 900",
                "429 | 0 | 900 | - | - | API rate limit exceeded for user ID 7. | 900",
                "403 | 0 | 900 | - | - | Must have push access | 900",
                "403 | 0 | -5 | - | - | API rate limit exceeded | 0",
                "403 | 0 | - | - | - | API rate limit exceeded | 60",
                "403 | - | - | - | - | API rate limit already exceeded for installation ID 7. | 60",
                "403 | 0 | 900 | 30 | - | API rate limit exceeded | 900",
                "403 | 4321 | 900 | - | - | You have exceeded a secondary rate limit. | 60",
                "403 | 4321 | 900 | 30 | - | You have exceeded a secondary rate limit. | 30",
                "429 | 4321 | 900 | 90.5 | - | You have exceeded a secondary rate limit. | 90.5",
                "429 | 4321 | 900 | - | - | - | 60",
                "403 | 0 | 900 | - | - | You have exceeded a secondary rate limit. | 900",
                "403 | 4321 | 900 | - | cpu-time | Forbidden | 60",
                "403 | 4321 | 900 | 30 | - | Forbidden | 30",
                "403 | - | - | - | - | You have triggered an abuse detection mechanism. | 60",
                "422 | 4321 | 900 | - | - | was submitted too quickly | 60",
                "403 | 4321 | 900 | 0 | - | You have exceeded a secondary rate limit. | 0",
                "403 | 4321 | 900 | 0 | - | Forbidden | 0",
                "403 | 0 | 0 | - | - | You have exceeded a secondary rate limit. | 0",
                // beyond belief: not said
                "403 | 0 | 4000 | - | - | API rate limit exceeded | 60",
                "403 | 4321 | 900 | 99999 | - | You have exceeded a secondary rate limit. | 60",
            })
    void whatIsAThrottle(
            int status,
            String remaining,
            Long resetIn,
            String retryAfter,
            String limitedBy,
            String message,
            double waitSeconds) {
        AnswerHead head = AnswerHead.of(status).with("Date", "Fri, 15 Jan 2027 08:00:00 GMT");
        head = remaining == null ? head : head.with("X-RateLimit-Remaining", remaining);
        head = resetIn == null ? head : head.with("X-RateLimit-Reset", Long.toString(1_800_000_000 + resetIn));
        head = retryAfter == null ? head : head.with("Retry-After", retryAfter);
        head = limitedBy == null ? head : head.with("gh-limited-by", limitedBy);
        ApiError error = error(REST, head, message == null ? "" : "{\"message\":\"" + message + "\"}");
        assertThat(error.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(error.advice()).isEqualTo(RetryAdvice.AFTER_WAIT);
        // Refused, so that even a POST may be repeated.
        assertThat(error.executed()).isEqualTo(Executed.NO);
        assertThat(error.retryAfter()).contains(Duration.ofMillis(Math.round(waitSeconds * 1000)));
    }

    @Test
    void aSecondaryLimitIsToldByTheLinkAndOnPagesAsWell() {
        String link =
                "{\"message\":\"m\",\"documentation_url\":\"https://docs.github.com/rest/x#about-secondary-rate-limits\"}";
        assertThat(error(REST, AnswerHead.of(403), link).kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        String page = "<html><p>Whoa there! You have exceeded a secondary rate limit.</p></html>";
        assertThat(error(REST, AnswerHead.of(403), page).kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(error(REST, AnswerHead.of(403), "<html>Forbidden</html>").kind())
                .isEqualTo(ErrorKind.PERMISSION);
    }

    @Test
    void theLastGoodCallIsNotLimited() {
        AnswerHead head = AnswerHead.of(200).with("x-ratelimit-remaining", "0").with("x-ratelimit-reset", "1800000900");
        assertThat(normalize(REST, head, "")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"errors\":[{\"type\":\"RATE_LIMITED\",\"message\":\"API rate limit exceeded for user ID 7.\"}]}",
                "{\"errors\":[{\"type\":\"RATE_LIMIT\",\"code\":\"graphql_rate_limit\",\"message\":\"API rate limit exceeded\"}]}",
                "{\"errors\":[{\"code\":\"graphql_rate_limit\",\"message\":\"m\"}]}",
                "{\"data\":null,\"errors\":[{\"type\":\"NOT_FOUND\"},{\"type\":\"RATE_LIMITED\"}]}"
            })
    void limitsOfGraphQlComeWith200(String body) {
        // Seen with points left: one query would have cost more.
        AnswerHead head = AnswerHead.of(200).with("x-ratelimit-remaining", "4").with("x-ratelimit-reset", "1800000300");
        ApiError error = error(GRAPHQL, head, body);
        assertThat(error.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(error.advice()).isEqualTo(RetryAdvice.AFTER_WAIT);
        assertThat(error.executed()).isEqualTo(Executed.NO);
        assertThat(error.retryAfter()).contains(Duration.ofSeconds(300));
        assertThat(error(GRAPHQL, AnswerHead.of(200), body).retryAfter()).contains(Duration.ofSeconds(60));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
                "was submitted too quickly"
            })
    void secondaryLimitsOfGraphQlComeWith200(String message) {
        AnswerHead head =
                AnswerHead.of(200).with("x-ratelimit-remaining", "400").with("x-ratelimit-reset", "1800000300");
        ApiError error =
                error(GRAPHQL, head, "{\"data\":{\"addStar\":null},\"errors\":[{\"message\":\"" + message + "\"}]}");
        assertThat(error.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(error.retryAfter()).contains(Duration.ofSeconds(60));
        assertThat(error.executed()).isEqualTo(Executed.NO);
    }

    @Test
    void aMutationThatWasDoneInPartIsNotCalledUndone() {
        ApiError error = error(
                GRAPHQL,
                AnswerHead.of(200),
                "{\"data\":{\"a\":{\"id\":1},\"b\":null},\"errors\":[{\"type\":\"RATE_LIMITED\"}]}");
        assertThat(error.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(error.executed()).isEqualTo(Executed.YES);
    }

    private static Optional<ApiError> normalize(AskedHead request, AnswerHead head, String body) {
        return new GitHubErrors().normalize(request, head, ErrorBody.of(body.getBytes(UTF_8), false));
    }

    private static ApiError error(AskedHead request, AnswerHead head, String body) {
        return normalize(request, head, body).orElseThrow();
    }
}
