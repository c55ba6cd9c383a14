package dev.fairlead.github;

import static dev.fairlead.testkit.RecordedCase.asked;

import dev.fairlead.ApiError.Executed;
import dev.fairlead.ErrorKind;
import dev.fairlead.Provider;
import dev.fairlead.RateLimit.Scope;
import dev.fairlead.RetryAdvice;
import dev.fairlead.testkit.ProviderContract;
import dev.fairlead.testkit.RecordedCase;
import java.time.Duration;
import java.util.List;

class GitHubContractTest extends ProviderContract {
    private static final String GET = "GET https://api.github.com/repos/acme/rocket/issues/7";
    private static final String POST = "POST https://api.github.com/repos/acme/rocket/issues";
    private static final String GRAPHQL = "POST https://api.github.com/graphql";
    private static final String TOKEN = "POST https://github.com/login/oauth/access_token";
    private static final String SECONDARY = "{\"message\":\"You have exceeded a secondary rate limit.\"}";

    @Override
    protected Provider provider() {
        return GitHubProvider.create();
    }

    @Override
    protected List<String> credentialForms() {
        return List.of("Authorization: Bearer %s", "Authorization: token %s", "Authorization: Basic %s");
    }

    @Override
    protected String secret() {
        // In two parts, or those who scan sources for keys would take it for one.
        return "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0xR4u";
    }

    @Override
    protected boolean looksIntoSuccess(String method, String path) {
        return path.equals("/graphql") || path.startsWith("/login/oauth/");
    }

    @Override
    protected List<RecordedCase> cases() {
        return List.of(
                asked(GET)
                        .answered(
                                200,
                                "x-ratelimit-limit: 5000",
                                "x-ratelimit-remaining: 4990",
                                "x-ratelimit-reset: 1800000600",
                                "x-ratelimit-resource: core")
                        .isSuccess()
                        .limit(5_000, 4_990)
                        .reset(Duration.ofMinutes(10))
                        .scope(Scope.QUOTA),
                asked(GET).answered(304).isSuccess(),
                asked(GET)
                        .answered(
                                401,
                                "x-ratelimit-limit: 60",
                                "x-ratelimit-remaining: 59",
                                "x-ratelimit-reset: 1800000600")
                        .body("{\"message\":\"Bad credentials\"}")
                        .isError(ErrorKind.AUTHENTICATION, RetryAdvice.AFTER_CREDENTIAL_FIX, Executed.NO)
                        .message("Bad credentials")
                        .scope(Scope.NONE),
                asked(GET)
                        .answered(403)
                        .body("{\"message\":\"Resource not accessible by integration\"}")
                        .isError(ErrorKind.PERMISSION, RetryAdvice.NEVER, Executed.NO),
                asked(GET)
                        .answered(403, "x-ratelimit-remaining: 0", "x-ratelimit-reset: 1800000300")
                        .body("{\"message\":\"API rate limit exceeded\"}")
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .waits(Duration.ofMinutes(5))
                        .scope(Scope.QUOTA),
                asked(POST)
                        .answered(403, "x-ratelimit-remaining: 4000")
                        .body(SECONDARY)
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .waits(Duration.ofMinutes(1))
                        .scope(Scope.CREDENTIAL),
                asked(POST)
                        .answered(429, "Retry-After: 9")
                        .body(SECONDARY)
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .waits(Duration.ofSeconds(9)),
                asked(GET)
                        .answered(404, "X-GitHub-Request-Id: A1:B2")
                        .body("{\"message\":\"Not Found\",\"documentation_url\":\"https://docs.github.com/rest\"}")
                        .isError(ErrorKind.NOT_FOUND, RetryAdvice.NEVER, Executed.NO)
                        .requestId("A1:B2"),
                asked(GET)
                        .answered(410)
                        .body("{\"message\":\"This API version is no longer supported.\"}")
                        .isError(ErrorKind.VERSION_UNSUPPORTED, RetryAdvice.NEVER, Executed.NO),
                asked(POST)
                        .answered(422)
                        .body(
                                "{\"message\":\"Validation Failed\",\"errors\":[{\"resource\":\"Label\",\"code\":\"already_exists\",\"field\":\"name\"}]}")
                        .isError(ErrorKind.DUPLICATE, RetryAdvice.NEVER, Executed.NO)
                        .code("already_exists")
                        .detail("field", "name"),
                asked(POST)
                        .answered(502)
                        .body("<html><title>Unicorn!</title></html>")
                        .isError(ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT, Executed.UNKNOWN),
                asked(GRAPHQL)
                        .answered(200)
                        .body("{\"data\":{\"viewer\":{\"login\":\"mona\"}}}")
                        .isSuccess(),
                asked(GRAPHQL)
                        .answered(200, "x-ratelimit-remaining: 0", "x-ratelimit-reset: 1800000120")
                        .body("{\"errors\":[{\"type\":\"RATE_LIMITED\",\"message\":\"API rate limit exceeded\"}]}")
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .waits(Duration.ofMinutes(2))
                        .code("RATE_LIMITED"),
                asked(TOKEN)
                        .answered(200)
                        .body("{\"error\":\"bad_refresh_token\",\"error_description\":\"No.\"}")
                        .isError(ErrorKind.AUTHENTICATION, RetryAdvice.AFTER_CREDENTIAL_FIX, Executed.NO)
                        .code("bad_refresh_token"),
                asked(TOKEN)
                        .answered(200)
                        .body("{\"error\":\"slow_down\",\"interval\":12}")
                        .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                        .waits(Duration.ofSeconds(12)));
    }
}
