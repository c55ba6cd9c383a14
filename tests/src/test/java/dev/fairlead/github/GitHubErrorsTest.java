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

class GitHubErrorsTest {
    private static final AskedHead REST = new AskedHead("POST", "api.github.com", "/repos/acme/rocket/releases");
    private static final AskedHead GRAPHQL = new AskedHead("POST", "api.github.com", "/graphql");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                // status | message | kind | advice | executed
                "400 | Problems parsing JSON | VALIDATION | NEVER | NO",
                "400 | This team cannot be externally managed: it has members | CONFLICT | NEVER | NO",
                "400 | The version 2021-01-01 is not supported | VERSION_UNSUPPORTED | NEVER | NO",
                "400 | This conversion is not supported | VALIDATION | NEVER | NO",
                "401 | Bad credentials | AUTHENTICATION | AFTER_CREDENTIAL_FIX | NO",
                "401 | Requires authentication | AUTHENTICATION | AFTER_CREDENTIAL_FIX | NO",
                "401 | 'Expiration time' claim ('exp') is too far in the future | CLOCK_SKEW | AFTER_CREDENTIAL_FIX | NO",
                "401 | 'Issued at' claim ('iat') must be in the past | CLOCK_SKEW | AFTER_CREDENTIAL_FIX | NO",
                "403 | Resource not accessible by integration | PERMISSION | NEVER | NO",
                "403 | Must have admin rights to Repository. | PERMISSION | NEVER | NO",
                "403 | Sorry. Your account was suspended. | ACCOUNT_BLOCKED | NEVER | NO",
                "403 | Repository access blocked | ACCOUNT_BLOCKED | NEVER | NO",
                "404 | Not Found | NOT_FOUND | NEVER | NO",
                "405 | Method Not Allowed | VALIDATION | NEVER | NO",
                "406 | Must accept 'application/json' | VALIDATION | NEVER | NO",
                "408 | Timeout | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "409 | Git Repository is empty. | CONFLICT | NEVER | NO",
                "410 | Issues are disabled for this repo | NOT_FOUND | NEVER | NO",
                "410 | This API version is no longer supported. | VERSION_UNSUPPORTED | NEVER | NO",
                "412 | Precondition failed | CONFLICT | NEVER | NO",
                "413 | Too large | VALIDATION | NEVER | NO",
                "415 | Unsupported media type | VALIDATION | NEVER | NO",
                "418 | I'm a teapot | UNKNOWN | NEVER | UNKNOWN",
                "422 | Validation Failed | VALIDATION | NEVER | NO",
                "422 | Reference already exists | DUPLICATE | NEVER | NO",
                "422 | expected head sha didn't match current head ref. | CONFLICT | NEVER | NO",
                "422 | expected head sha didn’t match current head ref. | CONFLICT | NEVER | NO",
                "451 | Repository access blocked | ACCOUNT_BLOCKED | NEVER | NO",
                "500 | Server Error | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "502 | Server Error | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "503 | Service unavailable | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "504 | We couldn't respond to your request in time | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
            })
    void restErrors(int status, String message, ErrorKind kind, RetryAdvice advice, Executed executed) {
        ApiError error = error(REST, AnswerHead.of(status), "{\"message\":\"" + message + "\"}");
        assertThat(error.provider()).isEqualTo("github");
        assertThat(error.status()).isEqualTo(status);
        assertThat(error.message()).isEqualTo(message);
        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error.advice()).isEqualTo(advice);
        assertThat(error.executed()).isEqualTo(executed);
        assertThat(error.retryAfter()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 301, 302, 304, 307})
    void noErrors(int status) {
        assertThat(normalize(REST, AnswerHead.of(status), "{\"message\":\"Moved Permanently\"}"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "[{\"resource\":\"Label\",\"code\":\"already_exists\",\"field\":\"name\"}] | DUPLICATE | already_exists | name | Label",
                "[{\"resource\":\"Issue\",\"code\":\"missing_field\",\"field\":\"title\"}] | VALIDATION | missing_field | title | Issue",
                "[{\"resource\":\"Issue\",\"code\":\"invalid\",\"field\":\"labels\"}, {\"resource\":\"Label\",\"code\":\"already_exists\"}]"
                        + " | DUPLICATE | already_exists | - | Label",
                "[{\"resource\":\"PullRequest\",\"code\":\"custom\",\"message\":\"A pull request already exists for acme:x.\"}]"
                        + " | DUPLICATE | custom | - | PullRequest",
                "[{\"resource\":\"PullRequest\",\"code\":\"custom\",\"message\":\"No commits between main and x\"}]"
                        + " | VALIDATION | custom | - | PullRequest",
                "[\"Could not resolve to a node\"] | VALIDATION | - | - | -",
                "\"Validation failed: name already exists\" | DUPLICATE | - | - | -",
                "[] | VALIDATION | - | - | -",
                "{} | VALIDATION | - | - | -",
            })
    void validationErrors(String errors, ErrorKind kind, String code, String field, String resource) {
        ApiError error =
                error(REST, AnswerHead.of(422), "{\"message\":\"Validation Failed\",\"errors\":" + errors + "}");
        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error.advice()).isEqualTo(RetryAdvice.NEVER);
        assertThat(error.code().orElse(null)).isEqualTo(code);
        assertThat(error.details().get("field")).isEqualTo(field);
        assertThat(error.details().get("resource")).isEqualTo(resource);
    }

    @Test
    void aPullRequestThatCannotBeMergedIsAConflict() {
        AskedHead merge = new AskedHead("PUT", "api.github.com", "/repos/acme/rocket/pulls/9/merge");
        assertThat(error(merge, AnswerHead.of(405), "{\"message\":\"Pull Request is not mergeable\"}")
                        .kind())
                .isEqualTo(ErrorKind.CONFLICT);
    }

    @Test
    void theVersionIsToldByTheLinkAsWell() {
        String body =
                "{\"message\":\"Gone\",\"documentation_url\":\"https://docs.github.com/rest/about-the-rest-api/api-versions\"}";
        assertThat(error(REST, AnswerHead.of(410), body).kind()).isEqualTo(ErrorKind.VERSION_UNSUPPORTED);
        assertThat(error(REST, AnswerHead.of(400), body).kind()).isEqualTo(ErrorKind.VERSION_UNSUPPORTED);
    }

    @Test
    void requestIds() {
        String text =
                "Something went wrong while executing your query. Please include `A1B2:C3D4E5:F60718:29304152:637485A6`"
                        + " when reporting this issue.";
        String body = "{\"request_id\":\"FROM:BODY\",\"message\":\"x\",\"errors\":[{\"message\":\"" + text + "\"}]}";
        AnswerHead head = AnswerHead.of(422).with("X-GitHub-Request-Id", "FROM:HEADER");
        assertThat(error(REST, head, body).requestId()).contains("FROM:HEADER");
        assertThat(error(REST, AnswerHead.of(422), body).requestId()).contains("FROM:BODY");
        assertThat(error(GRAPHQL, AnswerHead.of(200), "{\"errors\":[{\"message\":\"" + text + "\"}]}")
                        .requestId())
                .contains("A1B2:C3D4E5:F60718:29304152:637485A6");
        assertThat(error(REST, AnswerHead.of(403), "{\"message\":\"" + text + "\"}")
                        .requestId())
                .contains("A1B2:C3D4E5:F60718:29304152:637485A6");
        assertThat(error(REST, AnswerHead.of(403), "{\"message\":\"no id here: 12:34\"}")
                        .requestId())
                .isEmpty();
    }

    @Test
    void whatHelpsToMendIsKept() {
        ApiError error = error(
                REST,
                AnswerHead.of(403).with("X-Accepted-GitHub-Permissions", "contents=write"),
                "{\"message\":\"Resource not accessible\",\"documentation_url\":\"https://docs.github.com/rest/x\"}");
        assertThat(error.details())
                .containsEntry("accepted-permissions", "contents=write")
                .containsEntry("documentation", "https://docs.github.com/rest/x");
        assertThat(error(REST, AnswerHead.of(401).with("X-GitHub-OTP", "required; app"), "{}")
                        .details())
                .containsEntry("one-time-password", "required; app");
    }

    @Test
    void pagesForPeopleAreJudgedByTheirStatus() {
        ApiError error = error(REST, AnswerHead.of(502), "<!DOCTYPE html><title>Unicorn!</title>");
        assertThat(error.kind()).isEqualTo(ErrorKind.TRANSIENT);
        assertThat(error.message()).isEmpty();
        assertThat(error(REST, AnswerHead.of(401), "{}").kind()).isEqualTo(ErrorKind.AUTHENTICATION);
    }

    @Test
    void anOutageMayNameItsEnd() {
        ApiError error = error(REST, AnswerHead.of(503).with("Retry-After", "45"), "");
        assertThat(error.advice()).isEqualTo(RetryAdvice.AFTER_WAIT);
        assertThat(error.executed()).isEqualTo(Executed.UNKNOWN);
        assertThat(error.retryAfter()).contains(Duration.ofSeconds(45));
        assertThat(error(REST, AnswerHead.of(503).with("Retry-After", "0"), "").retryAfter())
                .contains(Duration.ZERO);
        ApiError other = error(REST, AnswerHead.of(500).with("Retry-After", "45"), "");
        assertThat(other.advice()).isEqualTo(RetryAdvice.ONLY_IF_IDEMPOTENT);
        assertThat(other.retryAfter()).contains(Duration.ofSeconds(45));
    }

    private static Optional<ApiError> normalize(AskedHead request, AnswerHead head, String body) {
        return new GitHubErrors().normalize(request, head, ErrorBody.of(body.getBytes(UTF_8), false));
    }

    private static ApiError error(AskedHead request, AnswerHead head, String body) {
        return normalize(request, head, body).orElseThrow();
    }
}
