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
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitHubGraphQlTest {
    private static final AskedHead GRAPHQL = new AskedHead("POST", "api.github.com", "/graphql");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "NOT_FOUND | Could not resolve to a User | NOT_FOUND | NEVER | NO",
                "FORBIDDEN | Resource not accessible by integration | PERMISSION | NEVER | NO",
                "INSUFFICIENT_SCOPES | Your token has not been granted | PERMISSION | AFTER_CREDENTIAL_FIX | NO",
                "STALE_DATA | Head branch was modified | CONFLICT | NEVER | NO",
                "UNPROCESSABLE | A pull request already exists for acme:x | DUPLICATE | NEVER | NO",
                "UNPROCESSABLE | Title is too long | VALIDATION | NEVER | NO",
                "MAX_NODE_LIMIT_EXCEEDED | This query requests up to 900,000 nodes | VALIDATION | NEVER | NO",
                "RESOURCE_LIMITS_EXCEEDED | Resource limits for this query exceeded. | VALIDATION | NEVER | NO",
                "- | Field 'nme' doesn't exist on type 'User' | VALIDATION | NEVER | NO",
                "INTERNAL | Internal error | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "SERVICE_UNAVAILABLE | Try later | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "- | We couldn't respond to your request in time. | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "- | Something went wrong while executing your query. | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
            })
    void graphQlErrors(String type, String message, ErrorKind kind, RetryAdvice advice, Executed executed) {
        String typeMember = type == null ? "" : "\"type\":\"" + type + "\",";
        String body = "{\"data\":{\"node\":null},\"errors\":[{" + typeMember + "\"path\":[\"node\"],\"message\":\""
                + message + "\"}]}";
        ApiError error = error(GRAPHQL, AnswerHead.of(200), body);
        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error.advice()).isEqualTo(advice);
        assertThat(error.executed()).isEqualTo(executed);
        assertThat(error.code().orElse(null)).isEqualTo(type);
        assertThat(error.message()).isEqualTo(message);
        assertThat(error.details()).containsEntry("field", "node");
    }

    @Test
    void graphQlErrorsBesideDataAreAPartialFailure() {
        String body =
                "{\"data\":{\"a\":{\"name\":\"x\"},\"b\":null},\"errors\":[{\"type\":\"NOT_FOUND\",\"path\":[\"b\"]}]}";
        ApiError error = error(GRAPHQL, AnswerHead.of(200), body);
        assertThat(error.kind()).isEqualTo(ErrorKind.PARTIAL_FAILURE);
        assertThat(error.advice()).isEqualTo(RetryAdvice.NEVER);
        assertThat(error.executed()).isEqualTo(Executed.YES);
        assertThat(error.code()).contains("NOT_FOUND");
        // What was cut off may be data.
        String start = "{\"errors\":[{\"type\":\"NOT_FOUND\"}],\"data\":{\"a\":";
        ApiError cut = new GitHubErrors()
                .normalize(GRAPHQL, AnswerHead.of(200), ErrorBody.of(start.getBytes(UTF_8), true))
                .orElseThrow();
        assertThat(cut.kind()).isEqualTo(ErrorKind.PARTIAL_FAILURE);
        assertThat(cut.executed()).isEqualTo(Executed.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"data\":{\"viewer\":{\"login\":\"acme\"}}}",
                "{\"data\":{\"errors\":[{\"type\":\"RATE_LIMITED\"}]}}",
                "{\"data\":{\"a\":1},\"errors\":[]}",
                "{\"data\":{\"a\":1},\"errors\":null}",
                "{\"errors\":",
                "<html>\"errors\"</html>"
            })
    void graphQlSuccesses(String body) {
        assertThat(normalize(GRAPHQL, AnswerHead.of(200), body)).isEmpty();
    }

    /** A mutation that was asked for nothing but its clientMutationId answers with an object of nulls. */
    @Test
    void anObjectOfNullsMayHaveBeenDone() {
        String done = "{\"data\":{\"a\":{\"clientMutationId\":null},\"b\":null},\"errors\":[{\"path\":[\"b\"],";
        ApiError throttled = error(GRAPHQL, AnswerHead.of(200), done + "\"type\":\"RATE_LIMITED\"}]}");
        assertThat(throttled.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(throttled.executed()).isEqualTo(Executed.UNKNOWN);
        ApiError refused = error(GRAPHQL, AnswerHead.of(200), done + "\"type\":\"FORBIDDEN\"}]}");
        assertThat(refused.kind()).isEqualTo(ErrorKind.PERMISSION);
        assertThat(refused.executed()).isEqualTo(Executed.UNKNOWN);
    }

    @Test
    void codesOfGraphQlMayStandInExtensions() {
        String body = "{\"errors\":[{\"extensions\":{\"code\":\"undefinedField\"},\"message\":\"m\"}]}";
        assertThat(error(GRAPHQL, AnswerHead.of(200), body).code()).contains("undefinedField");
    }

    private static Optional<ApiError> normalize(AskedHead request, AnswerHead head, String body) {
        return new GitHubErrors().normalize(request, head, ErrorBody.of(body.getBytes(UTF_8), false));
    }

    private static ApiError error(AskedHead request, AnswerHead head, String body) {
        return normalize(request, head, body).orElseThrow();
    }
}
