package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.PatternSyntaxException;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Routes and what is recorded, over plain HTTP. */
@Timeout(60)
class StubProviderTest {
    private final OkHttpClient client =
            new OkHttpClient.Builder().retryOnConnectionFailure(false).build();

    private final ManualTicker ticker = new ManualTicker();

    @AutoClose
    private final StubProvider stub = StubProvider.builder().ticker(ticker).start();

    @Test
    void answersInSequenceAndThenRepeatsTheLast() throws IOException {
        stub.when("GET", "/things").respond(StubAnswer.status(503), StubAnswer.status(429), StubAnswer.text(200, "x"));
        assertThat(List.of(get("/things"), get("/things"), get("/things"), get("/things")))
                .containsExactly("503 ", "429 ", "200 x", "200 x");
        assertThat(stub.requestCount()).isEqualTo(4);
    }

    @Test
    void everyRouteHasASequenceOfItsOwn() throws IOException {
        stub.when("GET", "/a").respond(StubAnswer.text(200, "a1"), StubAnswer.text(200, "a2"));
        stub.when("GET", "/b").respond(StubAnswer.text(200, "b1"), StubAnswer.text(200, "b2"));
        assertThat(List.of(get("/a"), get("/b"), get("/b"), get("/a")))
                .containsExactly("200 a1", "200 b1", "200 b2", "200 a2");
    }

    @Test
    void aRouteFitsByMethodAndWholePathWithOrWithoutItsQuery() throws IOException {
        stub.when("GET", "/repos/[^/]+").respond(StubAnswer.text(200, "by path"));
        stub.when("GET", "/search\\?q=a%20b").respond(StubAnswer.text(200, "by query"));
        stub.when("*", "/any").respond(StubAnswer.text(200, "by any method"));
        assertThat(get("/repos/fairlead")).isEqualTo("200 by path");
        assertThat(get("/repos/fairlead?page=2")).isEqualTo("200 by path");
        assertThat(get("/repos/fairlead/issues")).startsWith("404");
        assertThat(get("/search?q=a%20b")).isEqualTo("200 by query");
        assertThat(get("/search?q=c")).startsWith("404");
        assertThat(get("/any")).isEqualTo("200 by any method");
        assertThat(post("/any", "")).isEqualTo("200 by any method");
        assertThat(post("/repos/fairlead", "")).startsWith("404");
        assertThatThrownBy(() -> stub.when("GET", "/(")).isInstanceOf(PatternSyntaxException.class);
    }

    @Test
    void theRouteAddedLastComesFirst() throws IOException {
        stub.when("GET", "/.*").respond(StubAnswer.text(200, "general"));
        stub.when("GET", "/special").respond(StubAnswer.text(200, "special"));
        assertThat(get("/special")).isEqualTo("200 special");
        assertThat(get("/other")).isEqualTo("200 general");
        stub.when("GET", "/special").respond(StubAnswer.text(200, "overruled"));
        assertThat(get("/special")).isEqualTo("200 overruled");
    }

    @Test
    void aMissingRouteSaysWhatIsThere() throws IOException {
        stub.when("GET", "/a").respond(StubAnswer.status(200));
        stub.when("PUT", "/b").respond(StubAnswer.status(200));
        assertThat(post("/a", "secret"))
                .isEqualTo("404 StubProvider has no route for POST localhost/a; latest first it has: PUT /b; GET /a");
    }

    @Test
    void aQuestionMarkThatIsNotEscapedIsPointedAt() throws IOException {
        stub.when("GET", "/issues?page=2").respond(StubAnswer.status(200));
        assertThat(get("/issues?page=2")).startsWith("404").endsWith("write \\? for a question mark)");
        stub.when("GET", "/issues\\?page=2").respond(StubAnswer.text(200, "found"));
        assertThat(get("/issues?page=2")).isEqualTo("200 found");
    }

    @Test
    void answersCanBeComputedAndMayBlock() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        stub.when("POST", "/echo").respond(request -> {
            goOn.await();
            return StubAnswer.text(200, request.body() + " from " + request.header("user-agent"));
        });
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<String> answer = threads.submit(() -> post("/echo", "hello"));
            assertThat(stub.awaitRequests(1)).hasSize(1);
            assertThat(answer.isDone()).isFalse();
            goOn.countDown();
            assertThat(answer.get()).startsWith("200 hello from okhttp");
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whatAComputedAnswerThrowsIsToldToTheClient() throws IOException {
        stub.when("GET", "/a").respond(request -> {
            throw new IOException("out of tea");
        });
        stub.when("GET", "/b").respond(request -> {
            throw new AssertionError("not what was expected");
        });
        assertThat(get("/a")).startsWith("500 StubProvider").endsWith("java.io.IOException: out of tea");
        assertThat(get("/b")).startsWith("500 StubProvider").endsWith("AssertionError: not what was expected");
    }

    @Test
    void recordsWhatTheServerSaw() throws IOException {
        ticker.advance(Duration.ofSeconds(3));
        post("/things?page=2", "{\"ü\":1}");
        ticker.advance(Duration.ofSeconds(4));
        get("/other");
        List<StubRequest> requests = stub.requests();
        StubRequest first = requests.get(0);
        assertThat(first.method()).isEqualTo("POST");
        assertThat(first.target()).isEqualTo("/things?page=2");
        assertThat(first.path()).isEqualTo("/things");
        assertThat(first.host()).isEqualTo("localhost");
        assertThat(first.body()).isEqualTo("{\"ü\":1}");
        assertThat(first.bytes().size()).isEqualTo(8);
        assertThat(first.header("CONTENT-TYPE")).isEqualTo("application/json; charset=utf-8");
        assertThat(first.header("X-Absent")).isNull();
        assertThat(first.headers().values("X-Twice")).containsExactly("one", "two");
        assertThat(first.protocol()).isEqualTo("HTTP/1.1");
        assertThat(first.serverNames()).isEmpty();
        assertThat(first.complete()).isTrue();
        assertThat(first.at()).isEqualTo(Duration.ofSeconds(3));
        assertThat(first).hasToString("POST localhost/things?page=2");
        StubRequest second = requests.get(1);
        assertThat(second.path()).isEqualTo("/other");
        assertThat(second.body()).isEmpty();
        assertThat(second.at()).isEqualTo(Duration.ofSeconds(7));
        assertThat(second.connection()).isEqualTo(first.connection()).isZero();
    }

    @Test
    void selectsRecordedRequestsAsRoutesDo() throws IOException {
        get("/a?x=1");
        get("/b");
        post("/a", "");
        assertThat(stub.requests("GET", "/a")).hasSize(1);
        assertThat(stub.requests("*", "/a")).hasSize(2);
        assertThat(stub.requests("*", ".*")).isEqualTo(stub.requests()).hasSize(3);
        assertThat(stub.requests("GET", "/")).isEmpty();
    }

    @Test
    void theListOfRequestsIsASnapshot() throws IOException {
        List<StubRequest> before = stub.requests();
        get("/a");
        assertThat(before).isEmpty();
        assertThatThrownBy(() -> stub.requests().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aRequestThatBreaksOffIsSeenToo() {
        RequestBody half = new RequestBody() {
            @Override
            public MediaType contentType() {
                return MediaType.get("text/plain");
            }

            @Override
            public long contentLength() {
                return 100;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                sink.writeUtf8("half of it").flush();
                throw new IOException("the application has thought better of it");
            }
        };
        stub.when("POST", "/a").respond(StubAnswer.status(200));
        Request request = new Request.Builder().url(stub.url("/a")).post(half).build();
        assertThatThrownBy(() -> client.newCall(request).execute()).hasMessageContaining("thought better");
        StubRequest seen = stub.awaitRequests(1).get(0);
        assertThat(seen.complete()).isFalse();
        assertThat(seen.path()).isEqualTo("/a");
    }

    @Test
    void resetForgetsRoutesAndRequests() throws IOException {
        stub.when("GET", "/a").respond(StubAnswer.status(200));
        get("/a");
        stub.reset();
        assertThat(stub.requests()).isEmpty();
        assertThat(get("/a")).startsWith("404");
        assertThat(stub.requestCount()).isOne();
    }

    @Test
    void countsAreExactUnderManyThreads() throws Exception {
        stub.when("GET", "/.*").respond(StubAnswer.status(503), StubAnswer.text(200, "x"));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<String>> calls = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String path = "/" + i;
                calls.add(() -> get(path));
            }
            List<String> answers = new ArrayList<>();
            for (Future<String> answer : threads.invokeAll(calls)) {
                answers.add(answer.get());
            }
            assertThat(answers).filteredOn("503 "::equals).hasSize(1);
            assertThat(answers).filteredOn("200 x"::equals).hasSize(199);
            assertThat(stub.requests())
                    .extracting(StubRequest::path)
                    .doesNotHaveDuplicates()
                    .hasSize(200);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void closesOnceAndForAll() throws IOException {
        get("/a");
        stub.close();
        stub.close();
        assertThatThrownBy(() -> get("/a")).isInstanceOf(IOException.class);
        assertThat(stub.requestCount()).isOne();
    }

    @Test
    void withoutHostsThereIsNothingToReroute() {
        assertThatIllegalStateException()
                .isThrownBy(() -> stub.reroute(client))
                .withMessageContaining("claims no hosts");
        assertThatIllegalStateException().isThrownBy(() -> stub.refuseConnections(1));
    }

    private String get(String path) throws IOException {
        return answer(new Request.Builder().url(stub.url(path)));
    }

    private String post(String path, String body) throws IOException {
        return answer(new Request.Builder()
                .url(stub.url(path))
                .addHeader("X-Twice", "one")
                .addHeader("X-Twice", "two")
                .post(RequestBody.create(body, MediaType.get("application/json; charset=utf-8"))));
    }

    private String answer(Request.Builder request) throws IOException {
        try (Response response = client.newCall(request.build()).execute()) {
            return response.code() + " " + response.body().string();
        }
    }
}
