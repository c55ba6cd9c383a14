package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import mockwebserver3.MockResponse;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.GzipSource;
import okio.Okio;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers as values, and as a client gets them. */
@Timeout(60)
class StubAnswerTest {
    private final OkHttpClient client = new OkHttpClient();

    @AutoClose
    private final StubProvider stub = StubProvider.start();

    @Test
    void bodiesKeepTheirTypeAndBytes() throws IOException {
        byte[] bytes = {0, -1, 13, 10, 127};
        stub.when("GET", "/a")
                .respond(
                        StubAnswer.status(204),
                        StubAnswer.json(200, "{\"ü\":1}"),
                        StubAnswer.text(503, "später"),
                        StubAnswer.bytes(200, "image/png", bytes));
        try (Response response = get("/a")) {
            assertThat(response.code()).isEqualTo(204);
            assertThat(response.body().bytes()).isEmpty();
        }
        try (Response response = get("/a")) {
            assertThat(response.header("Content-Type")).isEqualTo("application/json; charset=utf-8");
            assertThat(response.body().string()).isEqualTo("{\"ü\":1}");
        }
        try (Response response = get("/a")) {
            assertThat(response.code()).isEqualTo(503);
            assertThat(response.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
            assertThat(response.body().string()).isEqualTo("später");
        }
        try (Response response = get("/a")) {
            assertThat(response.header("Content-Type")).isEqualTo("image/png");
            assertThat(response.body().bytes()).isEqualTo(bytes);
        }
    }

    @Test
    void headersKeepTheirOrderAndRepeats() throws IOException {
        stub.when("GET", "/a")
                .respond(StubAnswer.status(200)
                        .header("X-B", "1")
                        .header("x-a", "2")
                        .header("X-B", "3")
                        .header("X-Odd", "größer \u0001"));
        try (Response response = get("/a")) {
            assertThat(response.headers().toString())
                    .isEqualTo("Content-Length: 0\nX-B: 1\nx-a: 2\nX-B: 3\nX-Odd: größer \u0001\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"'', a", "'a\n', b", "a, 'b\r\nInjected: c'"})
    void aHeaderIsOneLine(String name, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StubAnswer.status(200).header(name, value));
    }

    @Test
    void gzipIsUndoneByTheClientAndWasOnTheWire() throws IOException {
        String text = "again and ".repeat(1_000);
        stub.when("GET", "/a").respond(StubAnswer.text(200, text).gzip());
        try (Response response = get("/a")) {
            assertThat(response.header("Content-Encoding")).isNull();
            assertThat(response.body().string()).isEqualTo(text);
        }
        Request asksItself = new Request.Builder()
                .url(stub.url("/a"))
                .header("Accept-Encoding", "gzip")
                .build();
        try (Response response = client.newCall(asksItself).execute()) {
            assertThat(response.header("Content-Encoding")).isEqualTo("gzip");
            byte[] wire = response.body().bytes();
            assertThat(wire).hasSizeLessThan(1_000).hasSize(Integer.parseInt(response.header("Content-Length", "0")));
            assertThat(Okio.buffer(new GzipSource(new Buffer().write(wire))).readUtf8())
                    .isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void someStatusesHaveNoBody(int status) throws IOException {
        stub.when("GET", "/a").respond(StubAnswer.text(status, "never seen").header("ETag", "\"1\""));
        try (Response response = get("/a")) {
            assertThat(response.code()).isEqualTo(status);
            assertThat(response.header("ETag")).isEqualTo("\"1\"");
            assertThat(response.header("Content-Length")).isNull();
            assertThat(response.body().bytes()).isEmpty();
        }
        // Bytes left over would spoil the next answer on the connection.
        get("/b").close();
        assertThat(stub.requests()).extracting(StubRequest::connection).containsExactly(0, 0);
    }

    @Test
    void anAnswerToHeadHasTheHeadersAlone() throws IOException {
        stub.when("HEAD", "/a").respond(StubAnswer.text(200, "12345"));
        Request head = new Request.Builder().url(stub.url("/a")).head().build();
        try (Response response = client.newCall(head).execute()) {
            assertThat(response.header("Content-Length")).isEqualTo("5");
            assertThat(response.body().bytes()).isEmpty();
        }
        get("/b").close();
        assertThat(stub.requests()).extracting(StubRequest::connection).containsExactly(0, 0);
    }

    @Test
    void delaysAndDripsReachTheServer() {
        MockResponse response = StubAnswer.text(200, "12345")
                .headersDelay(Duration.ofMillis(3))
                .bodyDelay(Duration.ofMillis(4))
                .drip(2, Duration.ofMillis(5))
                .to("GET");
        assertThat(response.getHeadersDelayNanos()).isEqualTo(3_000_000);
        assertThat(response.getBodyDelayNanos()).isEqualTo(4_000_000);
        assertThat(response.getThrottleBytesPerPeriod()).isEqualTo(2);
        assertThat(response.getThrottlePeriodNanos()).isEqualTo(5_000_000);
        assertThat(StubAnswer.status(200)
                        .headersDelay(Duration.ofMillis(3))
                        .to("HEAD")
                        .getHeadersDelayNanos())
                .isEqualTo(3_000_000);
    }

    @Test
    void aDrippedBodyArrivesWhole() throws IOException {
        stub.when("GET", "/a").respond(StubAnswer.text(200, "12345").drip(2, Duration.ofNanos(1)));
        try (Response response = get("/a")) {
            assertThat(response.body().string()).isEqualTo("12345");
        }
    }

    @Test
    void everyChangeGivesAnotherAnswer() {
        StubAnswer plain = StubAnswer.text(200, "12");
        StubAnswer changed = plain.header("a", "b").gzip();
        assertThat(plain.headers().get("a")).isNull();
        assertThat(plain.headers().get("Content-Encoding")).isNull();
        assertThat(changed.headers().get("a")).isEqualTo("b");
        assertThat(changed.status()).isEqualTo(200);
        byte[] bytes = "x".getBytes(StandardCharsets.UTF_8);
        StubAnswer answer = StubAnswer.bytes(200, "text/plain", bytes);
        bytes[0] = 'y';
        Buffer body = new Buffer();
        try {
            answer.to("GET").getBody().writeTo(body);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThat(body.readUtf8()).isEqualTo("x");
    }

    @Test
    void whatHasNoBodyHasNoMiddle() {
        assertThatIllegalStateException()
                .isThrownBy(() -> StubAnswer.status(200).disconnectDuringBody());
        assertThatIllegalStateException()
                .isThrownBy(() -> StubAnswer.text(200, "1").stallDuringBody());
        assertThatIllegalStateException()
                .isThrownBy(() -> StubAnswer.status(200).gzip());
    }

    @Test
    void saysWhatItIs() {
        assertThat(StubAnswer.status(503)).hasToString("HTTP/1.1 503 Server Error");
        assertThat(StubAnswer.stall()).hasToString("STALL");
        assertThat(StubAnswer.disconnectBeforeAnswer()).hasToString("DISCONNECT");
    }

    private Response get(String path) throws IOException {
        return client.newCall(new Request.Builder().url(stub.url(path)).build()).execute();
    }
}
