package dev.fairlead.github;

import dev.fairlead.ApiVersions;
import dev.fairlead.GraphQlDocument;
import dev.fairlead.HealthRequest;
import dev.fairlead.Paging;
import dev.fairlead.Policy;
import dev.fairlead.Provider;
import dev.fairlead.RequestHead;
import dev.fairlead.ResponseHead;
import java.time.Duration;

/**
 * GitHub's API: {@code Fairlead.builder().provider(GitHubProvider.create())}.
 *
 * <ul>
 *   <li>Each resource of the primary limit ({@code core}, {@code search}, {@code graphql} …) is a quota of its own
 *       and follows the {@code x-ratelimit-} headers; a secondary limit pauses the credential.
 *   <li>So as not to meet the secondary limits, ten requests of a credential are under way at once, REST's writes go a
 *       second apart and searches two, as octokit has it. {@code policy -> policy.withoutQuotaRate("write")} ends that.
 *   <li>An error may come with {@code 200}: GraphQL and OAuth answers are looked into.
 *   <li>A GraphQL query may be repeated: its body is looked into for that. GitHub has no idempotency keys: a mutation, or
 *       another POST whose outcome is unknown, is not repeated.
 *   <li>{@code create().apiVersion("2026-03-10")} sends {@code X-GitHub-Api-Version} with requests that have none. Another
 *       version in the answer, and what is deprecated or ends, comes to {@link dev.fairlead.CallListener#noticeReceived}.
 *   <li>The health request is {@code /rate_limit} of {@code api.github.com}: it is free, and says {@code 401} to a bad
 *       token. A GitHub Enterprise Server without limits answers {@code 404} to it: that it is there.
 * </ul>
 *
 * <p>Other hosts, such as GitHub Enterprise Server's or those of data residency, are added: {@code
 * GitHubProvider.create().host("github.example.com")}, {@code .host("api.acme.ghe.com").host("uploads.acme.ghe.com")}.
 *
 * <p>Facts are from docs.github.com, checked 2026-11; each constant names its page.
 */
public final class GitHubProvider {
    static final String NAME = "github";

    /**
     * The primary limit's window is one hour, plus what clocks may differ. A reset further ahead is a fault, as the
     * milliseconds of the octokit fixtures are (checked 2026-11: docs.github.com/rest/using-the-rest-api/
     * rate-limits-for-the-rest-api).
     */
    static final Duration MAX_PAUSE = Duration.ofMinutes(65);

    /**
     * GitHub ends a request after 10 s by itself and says so with a 502 or 504, which is worth more than a timeout of
     * ours: it takes points off the next hour. It takes a client
     * whose read timeout is as long (OkHttp's own default is 10 s), as an attempt timeout only tightens (checked 2026-11: docs.github.com/graphql/overview/
     * rate-limits-and-query-limits-for-the-graphql-api#timeouts).
     */
    private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(12);

    /**
     * What octokit does by itself: ten requests at once, a second from one write to the next, two from one search to
     * the next (checked 2026-11: github.com/octokit/plugin-throttling.js, src/index.ts). GitHub allows a hundred at once
     * (docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits), asks for that
     * second (…/best-practices-for-using-the-rest-api#pause-between-mutative-requests), and counts 30 searches a
     * minute, of code 10 (docs.github.com/rest/search/search#rate-limit): their windows say when they are used up.
     */
    private static final int MAX_CONCURRENCY = 10;

    private static final Duration BETWEEN_WRITES = Duration.ofSeconds(1);
    private static final Duration BETWEEN_SEARCHES = Duration.ofSeconds(2);

    private static final int ERROR_PEEK_BYTES = 64 * 1024;

    /** Enough for GraphQL answers that are nothing but errors; those of a partial failure stand behind its data. */
    private static final int SUCCESS_PEEK_BYTES = 4 * 1024;

    /**
     * Personal, OAuth, user and refresh tokens (checked 2026-11: docs.github.com/authentication/
     * keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats).
     */
    private static final String TOKEN = "gh[pour]_[0-9A-Za-z_]{20,255}+";

    /** 40 characters once; since 2026-04 an app's id and a JSON web token, with points, of about 520. */
    private static final String INSTALLATION_TOKEN = "ghs_[0-9A-Za-z_.-]{20,2000}+";

    private static final String FINE_GRAINED_TOKEN = "github_pat_[0-9A-Za-z_]{20,255}+";

    private GitHubProvider() {}

    /** GitHub with all that is known of it. Immutable and thread-safe, like every {@link Provider}. */
    public static Provider create() {
        return Provider.builder(NAME)
                .hosts("api.github.com", "uploads.github.com", "github.com")
                .quotas(request -> GitHubPaths.quotas(request.method(), request.host(), request.pathSegments()))
                .rateLimit(new GitHubRateLimit())
                .errors(new GitHubErrors())
                // No endpoint documents one, and none answers to it (checked 2026-11: docs.github.com/rest).
                .idempotencyHeader(null)
                .alsoReplaySafe(GitHubProvider::isGraphQlQuery)
                // docs.github.com/rest/about-the-rest-api/api-versions (checked 2026-11).
                .versions(ApiVersions.inHeader("X-GitHub-Api-Version", "x-github-api-version-selected"))
                .endpoint(request -> GitHubEndpoint.of(request.pathSegments()))
                .requestIdHeaders("X-GitHub-Request-Id")
                .credentialFormats(TOKEN, INSTALLATION_TOKEN, FINE_GRAINED_TOKEN)
                .healthRequest(HealthRequest.get("/rate_limit"))
                .statusPage("https://www.githubstatus.com/")
                .peek(GitHubProvider::peekBytes)
                .maxPause(MAX_PAUSE)
                // docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api and
                // docs.github.com/graphql/guides/using-pagination-in-the-graphql-api (checked 2026-11).
                .paging(Paging.choosing(request ->
                        GitHubPaths.isGraphQl(request.pathSegments()) ? Paging.graphQl() : Paging.linkHeader()))
                .defaultPolicy(GitHubProvider::withEtiquette)
                .build();
    }

    private static Policy withEtiquette(Policy policy) {
        return policy.withAttemptTimeout(ATTEMPT_TIMEOUT)
                .withMaxConcurrency(MAX_CONCURRENCY)
                .withQuotaRate(GitHubPaths.WRITE, 1, BETWEEN_WRITES, 1)
                .withQuotaRate(GitHubPaths.SEARCH, 1, BETWEEN_SEARCHES, 1)
                .withQuotaRate(GitHubPaths.CODE_SEARCH, 1, BETWEEN_SEARCHES, 1);
    }

    private static boolean isGraphQlQuery(RequestHead request) {
        return request.method().equals("POST")
                && GitHubPaths.isGraphQl(request.pathSegments())
                && GraphQlDocument.isRepeatable(request, null);
    }

    private static int peekBytes(RequestHead request, ResponseHead response) {
        if (response.status() >= 400) {
            return ERROR_PEEK_BYTES;
        }
        boolean mayBeAnError = response.status() == 200
                && (GitHubPaths.isGraphQl(request.pathSegments()) || GitHubPaths.isOAuth(request.pathSegments()));
        return mayBeAnError ? SUCCESS_PEEK_BYTES : 0;
    }
}
