package dev.fairlead.okhttp.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.ApiError;
import dev.fairlead.CallOptions;
import dev.fairlead.CallReport;
import dev.fairlead.DeadlineExceededException;
import dev.fairlead.ErrorKind;
import dev.fairlead.Fairlead;
import dev.fairlead.OutcomeUnknownException;
import dev.fairlead.ResilienceException;
import dev.fairlead.github.GitHubProvider;
import dev.fairlead.okhttp.ResilientOkHttp;
import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.StubAnswer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import retrofit2.Call;
import retrofit2.Callback;
import retrofit2.HttpException;
import retrofit2.Response;
import retrofit2.Retrofit;
import retrofit2.converter.jackson.JacksonConverterFactory;
import retrofit2.http.Body;
import retrofit2.http.GET;
import retrofit2.http.POST;
import retrofit2.http.Tag;

/**
 * Retrofit has no retries of its own to switch off, shows OkHttp's answer as {@code raw()}, and hands on an exception as
 * it is.
 */
class RetrofitTest {
    private static final String ISSUES = "repos/square/okhttp/issues";
    private static final Issue NEW = new Issue("It crashes");

    record Issue(String title) {}

    interface Issues {
        @GET(ISSUES + "/1")
        Call<Issue> read();

        @GET(ISSUES + "/1")
        CompletableFuture<Response<Issue>> readLater();

        @GET(ISSUES + "/1")
        CompletableFuture<Issue> readBodyLater();

        @POST(ISSUES)
        Call<Issue> open(@Body Issue issue);

        @POST(ISSUES)
        CompletableFuture<Response<Issue>> openLater(@Body Issue issue);

        @POST(ISSUES)
        Call<Issue> openWith(@Tag CallOptions options, @Body Issue issue);
    }

    /** How Retrofit is given the rules. */
    private enum Given {
        WRAPPED(ResilientOkHttp::wrap),
        CALL_FACTORY(ResilientOkHttp::callFactory);

        private final BiFunction<OkHttpClient, Fairlead, okhttp3.Call.Factory> factory;

        Given(BiFunction<OkHttpClient, Fairlead, okhttp3.Call.Factory> factory) {
            this.factory = factory;
        }
    }

    /** How a call is made. */
    private enum Style {
        EXECUTE {
            @Override
            Response<Issue> read(Issues issues) throws Exception {
                return issues.read().execute();
            }

            @Override
            Response<Issue> open(Issues issues) throws Exception {
                return issues.open(NEW).execute();
            }
        },
        ENQUEUE {
            @Override
            Response<Issue> read(Issues issues) throws Exception {
                return enqueued(issues.read());
            }

            @Override
            Response<Issue> open(Issues issues) throws Exception {
                return enqueued(issues.open(NEW));
            }
        },
        COMPLETABLE_FUTURE {
            @Override
            Response<Issue> read(Issues issues) throws Exception {
                return Fixture.await(issues.readLater());
            }

            @Override
            Response<Issue> open(Issues issues) throws Exception {
                return Fixture.await(issues.openLater(NEW));
            }
        };

        abstract Response<Issue> read(Issues issues) throws Exception;

        abstract Response<Issue> open(Issues issues) throws Exception;

        private static Response<Issue> enqueued(Call<Issue> call) throws Exception {
            CompletableFuture<Response<Issue>> answer = new CompletableFuture<>();
            call.enqueue(new Callback<>() {
                @Override
                public void onResponse(Call<Issue> answered, Response<Issue> response) {
                    answer.complete(response);
                }

                @Override
                public void onFailure(Call<Issue> failed, Throwable failure) {
                    answer.completeExceptionally(failure);
                }
            });
            return Fixture.await(answer);
        }
    }

    private record Way(Given given, Style style) {}

    static Stream<Way> ways() {
        return Arrays.stream(Given.values())
                .flatMap(given -> Arrays.stream(Style.values()).map(style -> new Way(given, style)));
    }

    @AutoClose
    private final Fixture github = new Fixture(GitHubProvider.create(), new ManualTicker().autoAdvance());

    private Issues issues(Given given) {
        return issues(given.factory.apply(github.stub.reroute(new OkHttpClient()), github.rules()));
    }

    private static Issues issues(okhttp3.Call.Factory factory) {
        return new Retrofit.Builder()
                .baseUrl("https://api.github.com/")
                .callFactory(factory)
                .addConverterFactory(JacksonConverterFactory.create())
                .build()
                .create(Issues.class);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aSecondAttemptGivesTheObjectAndTheRawAnswerHasTheReport(Way way) throws Exception {
        github.stub
                .when("GET", "/" + ISSUES + "/1")
                .respond(StubAnswer.status(503), StubAnswer.json(200, "{\"title\":\"It crashes\"}"));

        Response<Issue> response = way.style.read(issues(way.given));

        assertThat(response.body()).isEqualTo(new Issue("It crashes"));
        CallReport report = ResilientOkHttp.report(response.raw());
        assertThat(report.attempts()).extracting(CallReport.Attempt::outcome).containsExactly("503", "200");
        assertThat(report.wireRequests()).isEqualTo(2).isEqualTo(github.stub.requestCount());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void ourExceptionIsWhatRetrofitThrows(Way way) {
        github.stub.when("POST", "/" + ISSUES).respond(StubAnswer.disconnectBeforeAnswer());

        Throwable thrown = catchThrowable(() -> way.style.open(issues(way.given)));

        assertThat(thrown).isInstanceOf(OutcomeUnknownException.class);
        assertThat(ResilienceException.findIn(thrown)).containsInstanceOf(OutcomeUnknownException.class);
        assertThat(github.stub.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void theCallersDeadlineIsInherited(Way way) {
        Throwable thrown = github.failureAfterTheDeadline(() -> way.style.read(issues(way.given)));

        assertThat(thrown).isInstanceOf(DeadlineExceededException.class);
        assertThat(github.stub.requestCount()).isZero();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void anHttpErrorIsAnAnswerAsEver(Way way) throws Exception {
        github.stub.when("POST", "/" + ISSUES).respond(StubAnswer.json(422, "{\"message\":\"Validation Failed\"}"));

        Response<Issue> response = way.style.open(issues(way.given));

        assertThat(response.code()).isEqualTo(422);
        assertThat(response.errorBody().string()).isEqualTo("{\"message\":\"Validation Failed\"}");
        assertThat(ResilientOkHttp.error(response.raw()).map(ApiError::kind)).contains(ErrorKind.VALIDATION);
        assertThat(github.stub.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Given.class)
    void aFutureOfTheBodyAloneFailsWithRetrofitsOwnException(Given given) {
        github.stub.when("GET", "/" + ISSUES + "/1").respond(StubAnswer.json(404, "{\"message\":\"Not Found\"}"));

        HttpException notFound = catchThrowableOfType(
                HttpException.class, () -> Fixture.await(issues(given).readBodyLater()));

        assertThat(ResilienceException.findIn(notFound)).isEmpty();
        assertThat(ResilientOkHttp.error(notFound.response().raw()).map(ApiError::kind))
                .contains(ErrorKind.NOT_FOUND);
    }

    @ParameterizedTest
    @EnumSource(Given.class)
    void whatACallWantsDifferentlyGoesInATagParameter(Given given) throws Exception {
        github.stub
                .when("POST", "/" + ISSUES)
                .respond(StubAnswer.disconnectBeforeAnswer(), StubAnswer.json(201, "{\"title\":\"It crashes\"}"));

        Response<Issue> response =
                issues(given).openWith(CallOptions.NONE.withReplaySafe(), NEW).execute();

        assertThat(response.code()).isEqualTo(201);
        assertThat(github.stub.requestCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void anInterceptorAddedToTheWrappedClientActsOnEveryAttempt(Way way) throws Exception {
        github.stub
                .when("GET", "/" + ISSUES + "/1")
                .respond(StubAnswer.status(503), StubAnswer.json(200, "{\"title\":\"It crashes\"}"));
        Fairlead rules = github.rules();
        OkHttpClient wrapped = ResilientOkHttp.wrap(github.stub.reroute(new OkHttpClient()), rules);

        way.style.read(issues(way.given.factory.apply(Fixture.withLateHeader(wrapped), rules)));

        assertThat(github.lateHeaders()).containsExactly("late", "late");
    }
}
