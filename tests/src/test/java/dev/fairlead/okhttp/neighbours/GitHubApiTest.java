package dev.fairlead.okhttp.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.OutcomeUnknownException;
import dev.fairlead.RateLimitedException;
import dev.fairlead.ResilienceException;
import dev.fairlead.github.GitHubProvider;
import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.StubAnswer;
import java.io.IOException;
import java.time.Duration;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.kohsuke.github.GHFileNotFoundException;
import org.kohsuke.github.GHRepository;
import org.kohsuke.github.GitHub;
import org.kohsuke.github.GitHubAbuseLimitHandler;
import org.kohsuke.github.GitHubBuilder;
import org.kohsuke.github.GitHubRateLimitHandler;
import org.kohsuke.github.HttpException;
import org.kohsuke.github.extras.okhttp3.OkHttpGitHubConnector;

/**
 * The connector makes its client by {@code newBuilder()}. Of github-api's own repetitions, those after a throttle can be
 * switched off; those after a {@code SocketException}, a {@code SocketTimeoutException} or an
 * {@code SSLHandshakeException} cannot, and none of ours is one of these.
 */
class GitHubApiTest {
    private static final String REPOSITORY = "/repos/square/okhttp";
    private static final StubAnswer FOUND = StubAnswer.json(
            200, "{\"name\":\"okhttp\",\"full_name\":\"square/okhttp\",\"owner\":{\"login\":\"square\"}}");

    @AutoClose
    private final Fixture github = new Fixture(GitHubProvider.create(), new ManualTicker().autoAdvance());

    private static GitHub api(OkHttpClient client) throws IOException {
        return new GitHubBuilder()
                .withConnector(new OkHttpGitHubConnector(client))
                .withRateLimitHandler(GitHubRateLimitHandler.FAIL)
                .withAbuseLimitHandler(GitHubAbuseLimitHandler.FAIL)
                .build();
    }

    private static GHRepository repository(GitHub api) throws IOException {
        return api.getRepository("square/okhttp");
    }

    @Test
    void aSecondAttemptGivesTheObject() throws IOException {
        github.stub
                .when("GET", REPOSITORY)
                .respond(
                        StubAnswer.json(403, "{\"message\":\"You have exceeded a secondary rate limit\"}")
                                .header("Retry-After", "7"),
                        FOUND);

        assertThat(repository(api(github.client())).getFullName()).isEqualTo("square/okhttp");

        assertThat(github.stub.requestCount()).isEqualTo(2);
        assertThat(github.reports).singleElement().satisfies(report -> {
            assertThat(report.wireRequests()).isEqualTo(2);
            assertThat(report.waited()).isGreaterThanOrEqualTo(Duration.ofSeconds(7));
        });
    }

    /** The connector asks for gzip itself, so OkHttp leaves the decompressing to it. */
    @Test
    void aThrottleInACompressedBodyIsUnderstood() throws IOException {
        github.stub
                .when("GET", REPOSITORY)
                .respond(
                        StubAnswer.json(403, "{\"message\":\"You have exceeded a secondary rate limit\"}")
                                .gzip(),
                        FOUND.gzip());

        GitHub api = api(github.client(policy -> policy.withDeadline(Duration.ofMinutes(5))));
        assertThat(repository(api).getFullName()).isEqualTo("square/okhttp");

        assertThat(github.stub.requestCount()).isEqualTo(2);
    }

    @Test
    void ourExceptionIsTheCauseOfAnHttpExceptionWithoutStatus() throws IOException {
        github.stub.when("GET", REPOSITORY).respond(FOUND);
        github.stub.when("POST", REPOSITORY + "/issues").respond(StubAnswer.disconnectBeforeAnswer());
        GHRepository repository = repository(api(github.client()));

        HttpException thrown = catchThrowableOfType(
                HttpException.class, () -> repository.createIssue("It crashes").create());

        assertThat(thrown.getResponseCode()).isEqualTo(-1);
        assertThat(thrown).hasCauseInstanceOf(OutcomeUnknownException.class);
        assertThat(ResilienceException.findIn(thrown)).containsInstanceOf(OutcomeUnknownException.class);
        assertThat(github.stub.requests("POST", ".*")).hasSize(1);
    }

    @Test
    void aThrottleThatIsTooLongIsGitHubsAnswerAtFirstAndOursFromThenOn() throws IOException {
        github.stub.when("GET", REPOSITORY).respond(StubAnswer.status(429).header("Retry-After", "3600"));
        GitHub api = api(github.client());

        HttpException throttled = catchThrowableOfType(HttpException.class, () -> repository(api));
        assertThat(throttled.getResponseCode()).isEqualTo(429);
        assertThat(ResilienceException.findIn(throttled)).isEmpty();

        Throwable refused = catchThrowable(() -> repository(api));
        assertThat(refused).isInstanceOf(HttpException.class).hasCauseInstanceOf(RateLimitedException.class);
        assertThat(github.stub.requestCount()).isEqualTo(1);
    }

    @Test
    void anHttpErrorStaysGitHubApisOwn() throws IOException {
        github.stub.when("GET", REPOSITORY).respond(FOUND);
        github.stub.when("GET", REPOSITORY + "/issues/1").respond(StubAnswer.json(404, "{\"message\":\"Not Found\"}"));
        github.stub
                .when("POST", REPOSITORY + "/issues")
                .respond(StubAnswer.json(422, "{\"message\":\"Validation Failed\"}"));
        GHRepository repository = repository(api(github.client()));

        Throwable notFound = catchThrowable(() -> repository.getIssue(1));
        assertThat(notFound).isInstanceOf(GHFileNotFoundException.class);
        assertThat(ResilienceException.findIn(notFound)).isEmpty();

        HttpException invalid = catchThrowableOfType(
                HttpException.class, () -> repository.createIssue("It crashes").create());
        assertThat(invalid.getResponseCode()).isEqualTo(422);
        assertThat(invalid).hasMessageContaining("Validation Failed");
        assertThat(ResilienceException.findIn(invalid)).isEmpty();
        assertThat(github.stub.requestCount()).isEqualTo(3);
    }

    @Test
    void anInterceptorAddedToTheWrappedClientActsOnEveryAttempt() throws IOException {
        github.stub.when("GET", REPOSITORY).respond(StubAnswer.status(503), FOUND);

        repository(api(Fixture.withLateHeader(github.client())));

        assertThat(github.lateHeaders()).containsExactly("late", "late");
    }
}
