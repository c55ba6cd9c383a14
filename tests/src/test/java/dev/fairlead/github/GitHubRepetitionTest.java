package dev.fairlead.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.Fairlead;
import dev.fairlead.StopReason;
import dev.fairlead.okhttp.ResilientOkHttp;
import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubProvider;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sent a second time, as the server saw it. */
class GitHubRepetitionTest {
    private static final String WRONG =
            "{\"errors\":[{\"message\":\"Something went wrong while executing your query.\"}]}";

    private final ManualTicker ticker = new ManualTicker().autoAdvance();

    @AutoClose
    private final StubProvider stub = StubProvider.builder()
            .hosts("api.github.com", "git.example.com")
            .ticker(ticker)
            .start();

    private final OkHttpClient client = ResilientOkHttp.wrap(
            stub.reroute(new OkHttpClient()),
            Fairlead.builder()
                    .provider(GitHubProvider.create().host("git.example.com"))
                    .ticker(ticker)
                    .build());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "POST | api.github.com/graphql | {\"query\":\"query { viewer { login } }\"} | 2",
                "POST | git.example.com/api/graphql | {\"query\":\"{ viewer { login } }\"} | 2",
                "POST | api.github.com/graphql | {\"query\":\"mutation { addStar { clientMutationId } }\"} | 1",
                // GitHub has no such directive.
                "POST | api.github.com/graphql | {\"query\":\"mutation { addStar @idempotent(key: 1) { a } }\"} | 1",
                "POST | api.github.com/repos/acme/rocket/issues | {\"query\":\"{ viewer { login } }\"} | 1",
                "PATCH | api.github.com/graphql | {\"query\":\"{ viewer { login } }\"} | 1",
                "PUT | api.github.com/user/starred/acme/rocket | {} | 2",
            })
    void afterAnOutage(String method, String url, String body, int requests) throws IOException {
        stub.when("*", ".*").respond(StubAnswer.status(502), StubAnswer.json(200, "{\"data\":{}}"));
        try (Response response = call(method, url, body)) {
            assertThat(response.code()).isEqualTo(requests == 1 ? 502 : 200);
            assertThat(stub.requestCount()).isEqualTo(requests);
            assertThat(ResilientOkHttp.report(response).stopReason())
                    .isEqualTo(requests == 1 ? StopReason.NOT_REPLAY_SAFE : StopReason.SUCCESS);
        }
    }

    @ParameterizedTest
    @CsvSource({"query, 2", "mutation, 1"})
    void afterAFaultThatComesWith200(String operation, int requests) throws IOException {
        stub.when("POST", "/graphql").respond(StubAnswer.json(200, WRONG), StubAnswer.json(200, "{\"data\":{}}"));
        try (Response response = call("POST", "api.github.com/graphql", "{\"query\":\"" + operation + " { a }\"}")) {
            assertThat(stub.requestCount()).isEqualTo(requests);
            assertThat(ResilientOkHttp.error(response).isPresent()).isEqualTo(requests == 1);
        }
    }

    private Response call(String method, String url, String body) throws IOException {
        return client.newCall(new Request.Builder()
                        .url("https://" + url)
                        .method(method, RequestBody.create(body, MediaType.get("application/json")))
                        .build())
                .execute();
    }
}
