package dev.fairlead.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AskedHead;
import dev.fairlead.Provider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Neither owners nor repositories, users, branches, files or ids get into an event, whatever they are called. */
class GitHubEndpointTest {
    private final Provider provider = GitHubProvider.create();

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/user, /user",
        "/repos/NAME/NAME, /repos/{}/{}",
        "/repos/NAME/NAME/issues/42/comments, /repos/{}/{}/issues/{}/comments",
        "/repos/NAME/NAME/pulls/42/merge, /repos/{}/{}/pulls/{}/merge",
        "/repos/NAME/NAME/releases/latest, /repos/{}/{}/releases/latest",
        "/repos/NAME/NAME/releases/tags/NAME, /repos/{}/{}/releases/tags/{}",
        "/repos/NAME/NAME/branches/NAME/protection, /repos/{}/{}/branches/{}/protection",
        "/repos/NAME/NAME/commits/NAME/check-runs, /repos/{}/{}/commits/{}/check-runs",
        "/repos/NAME/NAME/contents, /repos/{}/{}/contents",
        "/repos/NAME/NAME/contents/NAME/NAME, /repos/{}/{}/contents/…",
        "/repos/NAME/NAME/git/refs/heads/NAME, /repos/{}/{}/git/refs/…",
        "/repos/NAME/NAME/git/trees/NAME, /repos/{}/{}/git/trees/{}",
        "/repos/NAME/NAME/compare/NAME...NAME, /repos/{}/{}/compare/…",
        "/repos/NAME/NAME/actions/workflows/NAME/dispatches, /repos/{}/{}/actions/workflows/{}/dispatches",
        "/repos/NAME/NAME/actions/secrets/NAME, /repos/{}/{}/actions/secrets/{}",
        "/repos/NAME/NAME/collaborators/NAME/permission, /repos/{}/{}/collaborators/{}/permission",
        "/repos/NAME/NAME/issues/7/labels/NAME, /repos/{}/{}/issues/{}/labels/{}",
        "/orgs/NAME/teams/NAME/repos/NAME/NAME, /orgs/{}/teams/{}/repos/{}/{}",
        "/orgs/NAME/members/NAME, /orgs/{}/members/{}",
        "/orgs/NAME/packages/container/NAME/versions, /orgs/{}/packages/{}/{}/versions",
        "/users/NAME/repos, /users/{}/repos",
        "/user/starred/NAME/NAME, /user/starred/{}/{}",
        "/search/issues, /search/issues",
        "/graphql, /graphql",
        "/api/graphql, /api/graphql",
        "/api/v3/repos/NAME/NAME/hooks/7, /api/v3/repos/{}/{}/hooks/{}",
        "/login/oauth/access_token, /login/oauth/access_token",
        "/what-nobody-knows/yet, /{}/{}",
        "/a/b/c/d/e/f/g/h/i/j/k/l/m, /{}/{}/{}/{}/{}/{}/{}/{}/{}/{}/{}/{}/…",
    })
    void endpoints(String path, String endpoint) {
        for (String name : new String[] {"acme", "issues", "repos", "contents", "%20", "x".repeat(500)}) {
            assertThat(endpoint(path.replace("NAME", name))).isEqualTo(endpoint);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/repos//", "//", "/repos/a/b/", "/contents/"})
    void pathsWithEmptySegments(String path) {
        assertThat(endpoint(path)).doesNotContain("a").startsWith("/");
    }

    @Test
    void aPathOfNothingButSlashesIsBounded() {
        assertThat(endpoint("/".repeat(10_000))).hasSizeLessThan(20);
    }

    private String endpoint(String path) {
        return provider.endpoint(new AskedHead("GET", "api.github.com", path));
    }
}
