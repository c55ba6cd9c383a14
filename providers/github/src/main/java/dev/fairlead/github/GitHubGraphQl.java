package dev.fairlead.github;

import static dev.fairlead.github.GitHubErrors.error;
import static dev.fairlead.github.GitHubErrors.refused;
import static dev.fairlead.github.GitHubErrors.text;

import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.ResponseHead;
import dev.fairlead.RetryAdvice;
import java.util.Locale;
import java.util.Optional;

/**
 * GraphQL's errors, which come with 200 and {@code errors[]}. The types are not documented (github/docs issue 22607);
 * those below were seen. Stateless and thread-safe.
 */
final class GitHubGraphQl {
    private GitHubGraphQl() {}

    static Optional<ApiError> normalize(ResponseHead response, ErrorBody body) {
        if (!body.contains("\"errors\"") || !body.hasContent("/errors/0")) {
            return Optional.empty();
        }
        String message = text(body, "/errors/0/message");
        String type = text(body, "/errors/0/type");
        String requestId = GitHubErrors.requestId(response, body);
        return Optional.of(judge(response, body, type, message.toLowerCase(Locale.ROOT))
                .code(code(body, type))
                .message(message)
                .requestId(requestId != null ? requestId : GitHubErrors.requestIdIn(message))
                .detail("field", text(body, "/errors/0/path/0"))
                .build());
    }

    private static ApiError.Builder judge(ResponseHead response, ErrorBody body, String type, String message) {
        int status = response.status();
        Executed executed = executed(body);
        GitHubThrottle throttle = GitHubThrottle.of(response, body);
        if (throttle != null) {
            return GitHubErrors.throttled(status, throttle).executed(executed);
        }
        if (executed == Executed.YES || body.isTruncated()) {
            return error(status, ErrorKind.PARTIAL_FAILURE, RetryAdvice.NEVER).executed(executed);
        }
        if (isServerFault(type, message)) {
            return error(status, ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT);
        }
        return ofType(status, type, message).executed(executed);
    }

    private static ApiError.Builder ofType(int status, String type, String message) {
        return switch (type) {
            case "NOT_FOUND" -> refused(status, ErrorKind.NOT_FOUND);
            case "FORBIDDEN" -> refused(status, ErrorKind.PERMISSION);
            case "INSUFFICIENT_SCOPES" -> error(status, ErrorKind.PERMISSION, RetryAdvice.AFTER_CREDENTIAL_FIX);
            case "STALE_DATA" -> refused(status, ErrorKind.CONFLICT);
            // MAX_NODE_LIMIT_EXCEEDED, RESOURCE_LIMITS_EXCEEDED: the query asks for too much, now and ever.
            default -> refused(status, message.contains("already exists") ? ErrorKind.DUPLICATE : ErrorKind.VALIDATION);
        };
    }

    /**
     * Fields that failed are null; what was cut off may have been data. An object of nulls may be a query's that failed
     * below it, or that of a mutation which was done and asked for no more than its {@code clientMutationId}.
     */
    private static Executed executed(ErrorBody body) {
        if (body.hasContent("/data")) {
            return Executed.YES;
        }
        boolean begun = body.names("/data").stream()
                .anyMatch(field -> !body.names("/data/" + field).isEmpty());
        return begun || body.isTruncated() ? Executed.UNKNOWN : Executed.NO;
    }

    /** A 5xx in disguise: "Something went wrong while executing your query" (octokit/plugin-retry.js retries it). */
    private static boolean isServerFault(String type, String message) {
        return message.startsWith("something went wrong while executing your query")
                || message.contains("respond to your request in time")
                || type.equals("INTERNAL")
                || type.equals("SERVICE_UNAVAILABLE");
    }

    /** Errors in the query itself have no type, but a code: {@code undefinedField}, {@code argumentNotAccepted}. */
    private static String code(ErrorBody body, String type) {
        return type.isEmpty() ? text(body, "/errors/0/extensions/code") : type;
    }
}
