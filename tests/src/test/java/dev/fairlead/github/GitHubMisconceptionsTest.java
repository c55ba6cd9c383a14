package dev.fairlead.github;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.ApiNotice;
import dev.fairlead.AskedHead;
import dev.fairlead.CallListener;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.Fairlead;
import dev.fairlead.RateLimit;
import dev.fairlead.RateLimit.Scope;
import dev.fairlead.okhttp.ResilientOkHttp;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubProvider;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is commonly known of GitHub, and wrong. */
class GitHubMisconceptionsTest {
    private static final AskedHead REST = new AskedHead("POST", "api.github.com", "/repos/acme/rocket/issues");
    private static final AskedHead GRAPHQL = new AskedHead("POST", "api.github.com", "/graphql");
    private static final String SECONDARY = "{\"message\":\"You have exceeded a secondary rate limit.\"}";

    @Test
    @DisplayName("403 is a lack of permission, and with something remaining nothing is limited")
    void a403IsPermissionAndRemainingMeansNotLimited() {
        AnswerHead head = AnswerHead.of(403).with("x-ratelimit-remaining", "3210");
        assertThat(kind(REST, head, SECONDARY)).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(limit(head, SECONDARY).retryAfter()).contains(Duration.ofSeconds(60));
        assertThat(kind(REST, head, "{\"message\":\"Must have push access\"}")).isEqualTo(ErrorKind.PERMISSION);
    }

    @Test
    @DisplayName("GraphQL's limits come with a 4xx, and have one spelling")
    void graphQlLimitsComeAs4xx() {
        for (String error :
                List.of("\"type\":\"RATE_LIMITED\"", "\"type\":\"RATE_LIMIT\",\"code\":\"graphql_rate_limit\"")) {
            assertThat(kind(GRAPHQL, AnswerHead.of(200), "{\"errors\":[{" + error + "}]}"))
                    .isEqualTo(ErrorKind.RATE_LIMITED);
        }
    }

    @Test
    @DisplayName("A token ghs_ has 40 characters")
    void aTokenHas40Characters() {
        String old = "ghs_" + "a1B2".repeat(9);
        String token = "ghs_4711_" + "eyJ" + "a1B2".repeat(10) + "." + "c-D_".repeat(90) + "." + "e5F6".repeat(24);
        assertThat(token).hasSizeGreaterThan(500);
        for (String secret : List.of(old, token)) {
            assertThat(redacted("no access with " + secret + " here")).isEqualTo("no access with * here");
        }
    }

    @Test
    @DisplayName("Deprecation is @ and seconds since the epoch")
    void deprecationIsAnEpochSecond() throws IOException {
        List<ApiNotice> notices = new CopyOnWriteArrayList<>();
        try (StubProvider stub = StubProvider.start("api.github.com")) {
            stub.when("GET", "/.*")
                    .respond(StubAnswer.json(200, "{}")
                            .header("Deprecation", "Tue, 10 Mar 2026 00:00:00 GMT")
                            .header("Sunset", "Fri, 10 Mar 2028 00:00:00 GMT")
                            .header("X-GitHub-Api-Version-Selected", "2022-11-28"));
            Fairlead fairlead = Fairlead.builder()
                    .provider(GitHubProvider.create().apiVersion("2026-03-10"))
                    .listener(new CallListener() {
                        @Override
                        public void noticeReceived(ApiNotice notice) {
                            notices.add(notice);
                        }
                    })
                    .build();
            OkHttpClient client = ResilientOkHttp.wrap(stub.reroute(new OkHttpClient()), fairlead);
            Request request = new Request.Builder()
                    .url("https://api.github.com/repos/acme/rocket/branches/canary")
                    .build();
            client.newCall(request).execute().close();
            assertThat(stub.requests().get(0).header("X-GitHub-Api-Version")).isEqualTo("2026-03-10");
        }
        assertThat(notices)
                .extracting(ApiNotice::endpoint)
                .containsOnly("/repos/{}/{}/branches/{}")
                .hasSize(3);
        assertThat(notices)
                .extracting(notice -> notice.kind() + " " + notice.at().orElse(null))
                .containsExactlyInAnyOrder(
                        "DEPRECATED " + Instant.parse("2026-03-10T00:00:00Z"),
                        "SUNSET " + Instant.parse("2028-03-10T00:00:00Z"),
                        "VERSION_DIFFERS null");
    }

    @Test
    @DisplayName("The reset in octokit's fixtures is in seconds")
    void theFixturesResetIsInSeconds() {
        AnswerHead head =
                AnswerHead.of(200).with("x-ratelimit-remaining", "7").with("x-ratelimit-reset", "1800000900000");
        assertThat(limit(head, "").remaining()).hasValue(7);
        assertThat(limit(head, "").reset()).isEmpty();
    }

    @Test
    @DisplayName("The headers of a 401 describe the token")
    void theHeadersOfA401DescribeTheToken() {
        AnswerHead head = AnswerHead.of(401)
                .with("x-ratelimit-limit", "60")
                .with("x-ratelimit-remaining", "0")
                .with("x-ratelimit-reset", "1800000900");
        assertThat(limit(head, "{\"message\":\"Bad credentials\"}").scope()).isEqualTo(Scope.NONE);
        assertThat(kind(REST, head, "{\"message\":\"Bad credentials\"}")).isEqualTo(ErrorKind.AUTHENTICATION);
    }

    private static String redacted(String text) {
        String clean = text;
        for (Pattern format : GitHubProvider.create().credentialFormats()) {
            clean = format.matcher(clean).replaceAll("*");
        }
        return clean;
    }

    private static ErrorKind kind(AskedHead request, AnswerHead head, String body) {
        return new GitHubErrors()
                .normalize(request, head, ErrorBody.of(body.getBytes(UTF_8), false))
                .orElseThrow()
                .kind();
    }

    private static RateLimit limit(AnswerHead head, String body) {
        return new GitHubRateLimit().parse(head, ErrorBody.of(body.getBytes(UTF_8), false));
    }
}
