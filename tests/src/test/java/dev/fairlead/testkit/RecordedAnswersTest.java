package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.NoSuchElementException;
import java.util.regex.Pattern;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedAnswersTest {
    private static final String BUSY = """
            {"id": "acme-busy", "provider": "acme", "kind": "error-response",
             "request": {"method": "POST", "path": "/things?page=2"},
             "status": 429, "receivedAt": 1767225600,
             "headers": {"Retry-After": "7", "Link": ["<a>", "<b>"], "Content-Length": "9999", "X-Count": 3,
                         "Content-Encoding": "gzip", "content-type": "application/problem+json"},
             "body": {"error": "busy", "hint": [1, null]},
             "annotation": {"throttled": true, "retry": "after-wait", "rateLimit": {"limit": 5}}}
            """;

    @TempDir
    private Path folder;

    @Test
    void readsAllThatIsThere() throws IOException {
        write("busy.json", BUSY);
        RecordedAnswers recorded = RecordedAnswers.read(folder);
        assertThat(recorded.problems()).isEmpty();
        RecordedAnswer answer = recorded.answer("acme-busy");
        assertThat(answer.kind()).isEqualTo("error-response");
        assertThat(answer.method()).isEqualTo("POST");
        assertThat(answer.path()).isEqualTo("/things?page=2");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.receivedAt()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(answer.headers().values("link")).containsExactly("<a>", "<b>");
        assertThat(answer.headers().get("X-Count")).isEqualTo("3");
        assertThat(answer.body()).isEqualTo("{\"error\":\"busy\",\"hint\":[1,null]}");
        assertThat(answer.annotation())
                .containsEntry("throttled", "true")
                .containsEntry("retry", "after-wait")
                .containsEntry("rateLimit", "{\"limit\":5}");
    }

    @Test
    void almostAllMayBeMissing() throws IOException {
        write("bare.json", "{\"id\": \"bare\", \"kind\": \"headers\"}");
        RecordedAnswer answer = RecordedAnswers.read(folder).answer("bare");
        assertThat(answer.method()).isEqualTo("GET");
        assertThat(answer.path()).isEqualTo("/");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.receivedAt()).isNull();
        assertThat(answer.headers().size()).isZero();
        assertThat(answer.body()).isEmpty();
        assertThat(answer.annotation()).isEmpty();
    }

    @Test
    void keepsTextAsItStands() throws IOException {
        write("html.json", """
                {"id": "html", "kind": "error-response", "status": 503,
                 "request": {"method": "GET", "path": "https://api.acme.example/a?b=c"},
                 "headers": {"Content-Type": "text/html"}, "bodyText": "<p>\\n\\"später\\"</p>"}
                """);
        RecordedAnswer answer = RecordedAnswers.read(folder).answer("html");
        assertThat(answer.body()).isEqualTo("<p>\n\"später\"</p>");
        assertThat(answer.path()).isEqualTo("/a?b=c");
    }

    @Test
    void skipsOtherKindsAndOtherFiles() throws IOException {
        write("busy.json", BUSY);
        write("hook.json", "{\"id\": \"hook\", \"kind\": \"webhook\"}");
        write("readme.md", "no JSON");
        RecordedAnswers recorded = RecordedAnswers.read(folder);
        assertThat(recorded.answers()).extracting(RecordedAnswer::id).containsExactly("acme-busy");
        assertThat(recorded.problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"kind\": \"headers\"}",
                "{\"id\": \"a\", \"kind\": \"headers\", \"status\": 7}",
                "{\"id\": \"a\", \"kind\": \"headers\", \"headers\": {\"no name \\u0001\": \"b\"}}",
                "{\"id\": \"a\", \"kind\": \"headers\", \"headers\": {\"\": \"b\"}}",
                "{\"id\": \"a\", \"kind\": \"headers\", \"headers\": {\"a\": \"b\\r\\nc: d\"}}",
                "{\"id\": \"a\", \"kind\": \"headers\", \"receivedAt\": 9223372036854775807}"
            })
    void aBadFileIsAProblemAndNoMore(String content) throws IOException {
        write("a.json", content);
        write("busy.json", BUSY);
        RecordedAnswers recorded = RecordedAnswers.read(folder);
        assertThat(recorded.problems()).singleElement().asString().startsWith("a.json: ");
        assertThat(recorded.answers()).extracting(RecordedAnswer::id).containsExactly("acme-busy");
        assertThat(recorded.answers())
                .allSatisfy(answer -> assertThat(answer.answer()).isNotNull());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "7", "null", "\"text\"", "{}", "[{\"id\": \"a\", \"kind\": \"headers\"}]"})
    void whatIsNoCaseIsSkipped(String content) throws IOException {
        write("a.json", content);
        RecordedAnswers recorded = RecordedAnswers.read(folder);
        assertThat(recorded.answers()).isEmpty();
        assertThat(recorded.problems()).isEmpty();
    }

    @Test
    void oddValuesDoNotStopTheReading() throws IOException {
        write("odd.json", """
                {"id": 7, "kind": "headers", "request": [], "status": "429", "receivedAt": "soon", "headers": [1],
                 "body": null, "annotation": "none"}
                """);
        RecordedAnswer answer = RecordedAnswers.read(folder).answer("7");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.receivedAt()).isNull();
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void aMissingFolderIsAProblem() {
        RecordedAnswers recorded = RecordedAnswers.read(folder.resolve("nowhere"));
        assertThat(recorded.answers()).isEmpty();
        assertThat(recorded.problems()).singleElement().asString().contains("nowhere cannot be listed");
    }

    @Test
    void anUnknownNameSaysWhichThereAre() throws IOException {
        write("busy.json", BUSY);
        RecordedAnswers recorded = RecordedAnswers.read(folder);
        assertThatThrownBy(() -> recorded.answer("idle"))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("idle is not among [acme-busy]");
    }

    @Test
    void aStubPlaysIt() throws IOException {
        write("busy.json", BUSY);
        RecordedAnswer recorded = RecordedAnswers.read(folder).answer("acme-busy");
        try (StubProvider stub = StubProvider.start()) {
            stub.when("*", Pattern.quote(recorded.path())).respond(recorded.answer());
            Request request =
                    new Request.Builder().url(stub.url("/things?page=2")).build();
            try (Response response = new OkHttpClient().newCall(request).execute()) {
                assertThat(response.code()).isEqualTo(429);
                assertThat(response.header("Retry-After")).isEqualTo("7");
                assertThat(response.headers("Link")).containsExactly("<a>", "<b>");
                assertThat(response.headers("Content-Type")).containsExactly("application/problem+json");
                assertThat(response.header("Content-Encoding")).isNull();
                assertThat(response.body().string()).isEqualTo(recorded.body());
            }
        }
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }
}
