package dev.fairlead.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.AskedHead;
import dev.fairlead.HealthRequest;
import dev.fairlead.Provider;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitHubProviderTest {
    private final Provider provider = GitHubProvider.create();

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "api.github.com, /repos/acme/rocket, core",
                "api.github.com, /user, core",
                "api.github.com, /, core",
                "api.github.com, /searches, core",
                "api.github.com, /search/issues, search",
                "api.github.com, /search/repositories, search",
                "api.github.com, /search/code, code_search",
                "api.github.com, /graphql, graphql",
                "api.github.com, /rate_limit, none",
                "api.github.com, /app-manifests/abc/conversions, integration_manifest",
                "api.github.com, /repos/acme/rocket/dependency-graph/snapshots, dependency_snapshots",
                "api.github.com, /repos/acme/rocket/dependency-graph/sbom, dependency_sbom",
                "api.github.com, /repos/acme/rocket/code-scanning/sarifs, code_scanning_upload",
                "api.github.com, /repos/acme/rocket/code-scanning/sarifs/7, core",
                "api.github.com, /repos/acme/rocket/actions/runners/registration-token, actions_runner_registration",
                "api.github.com, /orgs/acme/actions/runners/registration-token, actions_runner_registration",
                "uploads.github.com, /repos/acme/rocket/releases/7/assets, none",
                "uploads.acme.ghe.com, /repos/acme/rocket/releases/7/assets, none",
                "git.example.com, /api/uploads/repos/acme/rocket/releases/7/assets, none",
                "git.example.com, /uploads/repos, core",
                "github.com, /login/oauth/access_token, none",
                "github.com, /login/device/code, none",
                "git.example.com, /api/v3/repos/acme/rocket, core",
                "git.example.com, /api/v3/search/code, code_search",
                "git.example.com, /api/v3/search/users, search",
                "git.example.com, /api/v3/rate_limit, none",
                "git.example.com, /api/graphql, graphql",
                "git.example.com, /login/oauth/access_token, none",
            })
    void quotas(String host, String path, String quota) {
        for (String method : List.of("GET", "HEAD", "OPTIONS", "BREW")) {
            assertConstant(new AskedHead(method, host, path), quota == null ? List.of() : List.of(quota));
        }
        boolean noWrites = quota == null || quota.equals("graphql");
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
            AskedHead write = new AskedHead(method, host, path);
            if (noWrites) {
                assertConstant(write, quota == null ? List.of() : List.of(quota));
            } else {
                assertConstant(write, List.of(quota, "write"));
            }
        }
    }

    private void assertConstant(AskedHead request, List<String> quotas) {
        assertThat(provider.quotas(request)).as(request.method()).isEqualTo(quotas);
        assertThat(provider.quotas(request)).as("a constant").isSameAs(provider.quotas(request));
    }

    @ParameterizedTest
    @CsvSource({
        "200, /graphql, 4096",
        "200, /api/graphql, 4096",
        "200, /login/oauth/access_token, 4096",
        "200, /login/device/code, 4096",
        "200, /repos/acme/rocket, 0",
        "204, /graphql, 0",
        "302, /repos/acme/rocket, 0",
        "400, /repos/acme/rocket, 65536",
        "502, /graphql, 65536",
    })
    void peeks(int status, String path, int bytes) {
        AskedHead request = new AskedHead("GET", "api.github.com", path);
        assertThat(provider.peekBytes(request, AnswerHead.of(status))).isEqualTo(bytes);
    }

    @Test
    void whatElseIsKnown() {
        assertThat(provider.name()).isEqualTo("github");
        assertThat(provider.hosts()).containsExactly("api.github.com", "uploads.github.com", "github.com");
        assertThat(provider.maxPause()).isEqualTo(Duration.ofMinutes(65));
        assertThat(provider.defaultPolicy().describe())
                .contains("attempt timeout = 12 s")
                .contains("max concurrency = 10")
                .contains("quota rates = code_search 1 per 2 s, burst 1; search 1 per 2 s, burst 1;"
                        + " write 1 per 1 s, burst 1");
        assertThat(provider.healthRequest()).contains(HealthRequest.get("/rate_limit"));
        assertThat(provider.statusPage()).contains(URI.create("https://www.githubstatus.com/"));
        assertThat(provider.requestId(AnswerHead.of(200).with("x-github-request-id", "A1:B2")))
                .contains("A1:B2");
        assertThat(provider.host("git.example.com").hosts()).contains("git.example.com", "api.github.com");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ghp_a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6",
                "gho_a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6",
                "ghu_a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6",
                "ghr_a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6",
                "ghs_a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6",
                "github_pat_a1B2c3D4e5F6a1B2c3D4e5_F6a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6",
            })
    void whatItsSecretsLookLike(String secret) {
        String told = "Bad token x_" + secret + ", or ghp_ and github_pat_ without more";
        for (Pattern format : provider.credentialFormats()) {
            told = format.matcher(told).replaceAll("*");
        }
        assertThat(told).isEqualTo("Bad token x_*, or ghp_ and github_pat_ without more");
    }

    /** There are no idempotency keys: a header of that name must not make a POST safe. */
    @Test
    void onlyIdempotentMethodsMayBeRepeated() {
        assertThat(provider.idempotencyHeader()).isNull();
        assertThat(provider.isReplaySafe(new AskedHead("GET", "api.github.com", "/user")))
                .isTrue();
        assertThat(provider.isReplaySafe(new AskedHead("PUT", "api.github.com", "/user/starred/a/b")))
                .isTrue();
        assertThat(provider.isReplaySafe(new AskedHead("PATCH", "api.github.com", "/user")))
                .isFalse();
        assertThat(provider.isReplaySafe(new AskedHead("POST", "api.github.com", "/graphql")))
                .isFalse();
    }
}
