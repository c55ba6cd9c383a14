package dev.fairlead.okhttp.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fairlead.CircuitOpenException;
import dev.fairlead.DeadlineExceededException;
import dev.fairlead.OutcomeUnknownException;
import dev.fairlead.ResilienceException;
import dev.fairlead.github.GitHubProvider;
import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.StubAnswer;
import feign.AsyncFeign;
import feign.BaseBuilder;
import feign.ExceptionPropagationPolicy;
import feign.Feign;
import feign.FeignException;
import feign.RequestLine;
import feign.RetryableException;
import feign.Retryer;
import feign.okhttp.OkHttpClient;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Feign makes a client of its own for its timeouts at each call, by {@code newBuilder()}, and repeats on any
 * {@code IOException}, ours too, unless told {@link Retryer#NEVER_RETRY}.
 */
class FeignTest {
    private static final String API = "https://api.github.com";
    private static final String ISSUES = "/repos/square/okhttp/issues";
    private static final String NEW = "{\"title\":\"It crashes\"}";

    record Issue(String title) {}

    interface Issues {
        @RequestLine("GET " + ISSUES + "/1")
        Issue read();

        @RequestLine("POST " + ISSUES)
        Issue open(String issue) throws IOException;
    }

    interface AsyncIssues {
        @RequestLine("GET " + ISSUES + "/1")
        CompletableFuture<Issue> read();

        @RequestLine("POST " + ISSUES)
        CompletableFuture<Issue> open(String issue);
    }

    private enum Style {
        BLOCKING {
            @Override
            Issue read(okhttp3.OkHttpClient client) {
                return blocking(client).target(Issues.class, API).read();
            }

            @Override
            Issue open(okhttp3.OkHttpClient client) throws IOException {
                return blocking(client).target(Issues.class, API).open(NEW);
            }
        },
        ASYNC {
            @Override
            Issue read(okhttp3.OkHttpClient client) throws Exception {
                return Fixture.await(async(client).read());
            }

            @Override
            Issue open(okhttp3.OkHttpClient client) throws Exception {
                return Fixture.await(async(client).open(NEW));
            }

            private AsyncIssues async(okhttp3.OkHttpClient client) {
                AsyncFeign.AsyncBuilder<Object> builder = AsyncFeign.builder().client(new OkHttpClient(client));
                return withoutRetries(builder).target(AsyncIssues.class, API);
            }
        };

        abstract Issue read(okhttp3.OkHttpClient client) throws Exception;

        abstract Issue open(okhttp3.OkHttpClient client) throws Exception;
    }

    private static Feign.Builder blocking(okhttp3.OkHttpClient client) {
        return withoutRetries(Feign.builder().client(new OkHttpClient(client)));
    }

    private static <B extends BaseBuilder<B, T>, T> B withoutRetries(B builder) {
        ObjectMapper json = new ObjectMapper();
        return builder.retryer(Retryer.NEVER_RETRY)
                .decoder((response, type) -> json.readValue(response.body().asInputStream(), json.constructType(type)));
    }

    @AutoClose
    private final Fixture github = new Fixture(GitHubProvider.create(), new ManualTicker().autoAdvance());

    @ParameterizedTest
    @EnumSource(Style.class)
    void aSecondAttemptGivesTheObject(Style style) throws Exception {
        github.stub.when("GET", ISSUES + "/1").respond(StubAnswer.status(503), StubAnswer.json(200, NEW));

        assertThat(style.read(github.client())).isEqualTo(new Issue("It crashes"));

        assertThat(github.stub.requestCount()).isEqualTo(2);
        assertThat(github.reports)
                .singleElement()
                .satisfies(report -> assertThat(report.wireRequests()).isEqualTo(2));
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void ourExceptionIsTheCauseOfFeignsOwn(Style style) {
        github.stub.when("POST", ISSUES).respond(StubAnswer.disconnectBeforeAnswer());

        Throwable thrown = catchThrowable(() -> style.open(github.client()));

        assertThat(thrown).isInstanceOf(RetryableException.class).hasCauseInstanceOf(OutcomeUnknownException.class);
        assertThat(ResilienceException.findIn(thrown)).containsInstanceOf(OutcomeUnknownException.class);
        assertThat(github.stub.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void theCallersDeadlineIsInherited(Style style) {
        Throwable thrown = github.failureAfterTheDeadline(() -> style.read(github.client()));

        assertThat(ResilienceException.findIn(thrown)).containsInstanceOf(DeadlineExceededException.class);
        assertThat(github.stub.requestCount()).isZero();
    }

    @Test
    void unwrappedItIsOurExceptionItself() {
        github.stub.when("*", ISSUES + ".*").respond(StubAnswer.status(500));
        okhttp3.OkHttpClient client =
                github.client(policy -> policy.withMaxAttempts(1).withBreakerThreshold(1, 1, Duration.ofSeconds(30)));
        Issues issues = blocking(client)
                .exceptionPropagationPolicy(ExceptionPropagationPolicy.UNWRAP)
                .target(Issues.class, API);
        assertThatThrownBy(issues::read).isInstanceOf(FeignException.InternalServerError.class);

        assertThatThrownBy(() -> issues.open(NEW)).isInstanceOf(CircuitOpenException.class);

        assertThat(github.stub.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void anHttpErrorStaysFeignsOwn(Style style) {
        github.stub.when("GET", ISSUES + "/1").respond(StubAnswer.json(404, "{\"message\":\"Not Found\"}"));

        Throwable thrown = catchThrowable(() -> style.read(github.client()));

        assertThat(thrown).isInstanceOf(FeignException.NotFound.class);
        assertThat(ResilienceException.findIn(thrown)).isEmpty();
        assertThat(github.stub.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void anInterceptorAddedToTheWrappedClientActsOnEveryAttempt(Style style) throws Exception {
        github.stub.when("GET", ISSUES + "/1").respond(StubAnswer.status(503), StubAnswer.json(200, NEW));

        style.read(Fixture.withLateHeader(github.client()));

        assertThat(github.lateHeaders()).containsExactly("late", "late");
    }
}
