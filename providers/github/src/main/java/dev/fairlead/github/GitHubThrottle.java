package dev.fairlead.github;

import dev.fairlead.ErrorBody;
import dev.fairlead.HeaderValues;
import dev.fairlead.ResponseHead;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An answer that says we send too much. Neither a status nor a header alone tells one: a 403 may be a lack of
 * permission, and a secondary limit comes while the primary one has thousands left.
 *
 * @param limit which of GitHub's two kinds of limits it is
 * @param waitNanos how long to wait from the receipt of the answer
 */
record GitHubThrottle(Limit limit, long waitNanos) {
    enum Limit {
        /** So many requests, or points, an hour; seen in the {@code x-ratelimit-} headers. */
        PRIMARY,
        /** Against bursts, concurrency and heavy work; there is no way to see its state. */
        SECONDARY
    }

    /**
     * "Otherwise, wait for at least one minute before retrying" (checked 2026-11:
     * docs.github.com/rest/using-the-rest-api/ rate-limits-for-the-rest-api#exceeding-the-rate-limit).
     */
    private static final long UNSPECIFIED_WAIT_NANOS = 60_000_000_000L;

    /** An answer of more errors than this is looked at no further. */
    static final int MAXIMUM_ERRORS = 16;

    /** The throttle that an answer speaks of, or null where it is none. */
    static @Nullable GitHubThrottle of(ResponseHead head, ErrorBody body) {
        return switch (head.status()) {
            case 200 -> body.contains("\"errors\"") ? ofGraphQl(head, body) : null;
            case 403, 429 -> ofRest(head, body);
            case 422 -> isTooQuick(head, body) ? secondary(head) : null;
            default -> null;
        };
    }

    private static @Nullable GitHubThrottle ofRest(ResponseHead head, ErrorBody body) {
        String words = words(body);
        if (saysSecondary(words) || head.header("gh-limited-by") != null) {
            return secondary(head);
        }
        if (GitHubRateLimit.remaining(head) == 0 || words.contains("api rate limit")) {
            return primary(head);
        }
        // A 429 is a throttle whatever its body says, and only secondary limits send Retry-After.
        return head.status() == 429 || retryAfterNanos(head) >= 0 ? secondary(head) : null;
    }

    /**
     * With GraphQL both kinds come with 200 (checked 2026-11: docs.github.com/graphql/overview/
     * rate-limits-and-query-limits-for-the-graphql-api#exceeding-the-rate-limit). The type has had two spellings since
     * 2026-01 (yanyongyu/githubkit issue 271), and remaining need not be 0 (octokit/plugin-throttling.js pull request
     * 636).
     */
    private static @Nullable GitHubThrottle ofGraphQl(ResponseHead head, ErrorBody body) {
        for (int i = 0; i < MAXIMUM_ERRORS && body.hasContent("/errors/" + i); i++) {
            String type = body.text("/errors/" + i + "/type").orElse("");
            String code = body.text("/errors/" + i + "/code").orElse("");
            if (type.equals("RATE_LIMITED") || type.equals("RATE_LIMIT") || code.equals("graphql_rate_limit")) {
                return primary(head);
            }
            String message = lowerCase(body.text("/errors/" + i + "/message").orElse(""));
            if (saysSecondary(message) || saysTooQuick(message)) {
                return secondary(head);
            }
        }
        return null;
    }

    private static GitHubThrottle primary(ResponseHead head) {
        long wait = Math.max(retryAfterNanos(head), GitHubRateLimit.resetNanos(head));
        return new GitHubThrottle(Limit.PRIMARY, wait >= 0 ? wait : UNSPECIFIED_WAIT_NANOS);
    }

    /** The reset is the primary limit's and not the wait, unless that limit is used up as well. */
    private static GitHubThrottle secondary(ResponseHead head) {
        long reset = GitHubRateLimit.remaining(head) == 0 ? GitHubRateLimit.resetNanos(head) : HeaderValues.NOT_SAID;
        long wait = Math.max(retryAfterNanos(head), reset);
        return new GitHubThrottle(Limit.SECONDARY, wait >= 0 ? wait : UNSPECIFIED_WAIT_NANOS);
    }

    private static long retryAfterNanos(ResponseHead head) {
        return GitHubRateLimit.plausible(HeaderValues.retryAfterNanos(head));
    }

    /**
     * "You have exceeded a secondary rate limit", and the older "abuse detection mechanism" that GitHub Enterprise
     * Server still has; some have it in the link alone (google/go-github, {@code AbuseRateLimitError}).
     */
    private static boolean saysSecondary(String lowerCaseWords) {
        return lowerCaseWords.contains("secondary rate limit")
                || lowerCaseWords.contains("abuse detection mechanism")
                || lowerCaseWords.contains("secondary-rate-limits")
                || lowerCaseWords.contains("abuse-rate-limits");
    }

    /** What creating too much content too fast is called (cli/cli issue 4801). */
    private static boolean saysTooQuick(String lowerCaseWords) {
        return lowerCaseWords.contains("was submitted too quickly");
    }

    private static boolean isTooQuick(ResponseHead head, ErrorBody body) {
        return body.contains("was submitted too quickly") || head.header("gh-limited-by") != null;
    }

    /** Message and link, or the whole of what is not JSON (github.com throttles with a page). */
    private static String words(ErrorBody body) {
        String words = body.isJson()
                ? body.text("/message").orElse("")
                        + ' '
                        + body.text("/documentation_url").orElse("")
                : body.raw();
        return lowerCase(words);
    }

    private static String lowerCase(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
