package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults as a client sees them, on both versions of HTTP. */
@Timeout(60)
class StubFaultsTest {
    /** Where MockWebServer tells of answers that it could not finish. A field, as the logger forgets its level else. */
    private static final Logger SERVER_LOG = Logger.getLogger(OkHttpClient.class.getName());

    @BeforeAll
    static void whatTheServerTellsIsExpected() {
        SERVER_LOG.setLevel(Level.WARNING);
    }

    @AfterAll
    static void elsewhereItIsNot() {
        SERVER_LOG.setLevel(null);
    }

    @AutoClose
    private final StubProvider stub = StubProvider.start("api.acme.example");

    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void disconnectsAfterTheWholeRequest(Protocol protocol) throws IOException {
        OkHttpClient client = client(protocol);
        stub.when("POST", "/a").respond(StubAnswer.disconnectBeforeAnswer(), StubAnswer.status(200));
        assertThatThrownBy(() -> post(client)).isInstanceOf(IOException.class);
        assertThat(stub.requests()).hasSize(1);
        assertThat(stub.requests().get(0).body()).isEqualTo("all of it");
        assertThat(stub.requests().get(0).complete()).isTrue();
        assertThat(post(client)).isEqualTo(200);
        assertThat(stub.requests()).extracting(StubRequest::connection).containsExactly(0, 1);
    }

    @ParameterizedTest
    @CsvSource({"1, PROTOCOL_ERROR", "2, INTERNAL_ERROR", "7, REFUSED_STREAM", "8, CANCEL", "11, ENHANCE_YOUR_CALM"})
    void resetsTheStreamAndKeepsTheConnection(int code, String name) throws IOException {
        OkHttpClient client = client(Protocol.HTTP_2);
        stub.when("POST", "/a").respond(StubAnswer.resetStream(code), StubAnswer.status(200));
        assertThatThrownBy(() -> post(client)).hasMessage("stream was reset: " + name);
        assertThat(stub.requests()).hasSize(1);
        assertThat(stub.requests().get(0).body()).isEqualTo("all of it");
        assertThat(post(client)).isEqualTo(200);
    }

    @Test
    void aResetOnHttp1IsADisconnectWithoutAByte() {
        AtomicBoolean sawHeaders = new AtomicBoolean();
        OkHttpClient client = client(Protocol.HTTP_1_1)
                .newBuilder()
                .eventListener(new EventListener() {
                    @Override
                    public void responseHeadersStart(Call call) {
                        sawHeaders.set(true);
                    }
                })
                .build();
        stub.when("POST", "/a").respond(StubAnswer.resetStream(8));
        assertThatThrownBy(() -> post(client)).hasMessageStartingWith("unexpected end of stream");
        assertThat(sawHeaders).isFalse();
        assertThat(stub.requests()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void disconnectsHalfWayThroughTheBody(Protocol protocol) throws IOException {
        stub.when("POST", "/a").respond(StubAnswer.text(200, "0123456789").disconnectDuringBody());
        try (Response response = client(protocol).newCall(request()).execute()) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(response.body().source().readUtf8(5)).isEqualTo("01234");
            assertThatThrownBy(() -> response.body().source().readUtf8(1)).isInstanceOf(IOException.class);
        }
        assertThat(stub.requests()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void stallsUntilTheClientGivesUp(Protocol protocol) throws Exception {
        stub.when("POST", "/a").respond(StubAnswer.stall());
        Call call = client(protocol).newCall(request());
        CompletableFuture<String> outcome = new CompletableFuture<>();
        call.enqueue(new Callback() {
            @Override
            public void onFailure(Call failed, IOException e) {
                outcome.complete("failed");
            }

            @Override
            public void onResponse(Call answered, Response response) {
                outcome.complete(response.toString());
            }
        });
        stub.awaitRequests(1);
        assertThat(outcome).isNotDone();
        call.cancel();
        assertThat(outcome.get()).isEqualTo("failed");
    }

    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void stallsHalfWayThroughTheBody(Protocol protocol) throws Exception {
        stub.when("POST", "/a").respond(StubAnswer.text(200, "0123456789").stallDuringBody());
        Call call = client(protocol).newCall(request());
        try (Response response = call.execute()) {
            assertThat(response.body().source().readUtf8(5)).isEqualTo("01234");
            call.cancel();
            assertThatThrownBy(() -> response.body().source().readUtf8(1)).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void refusesConnections(Protocol protocol) throws IOException {
        OkHttpClient client = client(protocol);
        stub.when("POST", "/a").respond(StubAnswer.status(200));
        stub.refuseConnections(2);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> post(client)).isInstanceOf(ConnectException.class);
        }
        assertThat(stub.requests()).isEmpty();
        assertThat(post(client)).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void dropsConnections(Protocol protocol) throws IOException {
        OkHttpClient client = client(protocol);
        stub.when("POST", "/a").respond(StubAnswer.status(200));
        stub.dropConnections(2);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> post(client)).isInstanceOf(IOException.class);
        }
        assertThat(stub.requests()).isEmpty();
        assertThat(post(client)).isEqualTo(200);
        assertThat(stub.requests()).extracting(StubRequest::connection).containsExactly(0);
    }

    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void resetCallsOffRefusalsAndDrops(Protocol protocol) throws IOException {
        stub.refuseConnections(1);
        stub.dropConnections(1);
        stub.reset();
        assertThat(post(client(protocol))).isEqualTo(404);
    }

    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void closesIdleConnections(Protocol protocol) throws IOException {
        OkHttpClient client =
                client(protocol).newBuilder().retryOnConnectionFailure(true).build();
        stub.when("POST", "/a").respond(StubAnswer.status(200));
        assertThat(post(client)).isEqualTo(200);
        stub.closeConnections();
        assertThat(post(client)).isEqualTo(200);
        assertThat(stub.requests()).extracting(StubRequest::connection).containsExactly(0, 1);
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1, 20, 10", "HTTP_2, 20, 10", "HTTP_1_1, 10, 20"})
    void aWrongContentLengthIsSentAsItStands(Protocol protocol, int said, int sent) throws IOException {
        stub.when("POST", "/a")
                .respond(StubAnswer.text(200, "x".repeat(sent)).header("content-length", String.valueOf(said)));
        try (Response response = client(protocol).newCall(request()).execute()) {
            assertThat(response.headers("Content-Length")).containsExactly(String.valueOf(said));
            if (protocol == Protocol.HTTP_2) {
                assertThatThrownBy(() -> response.body().bytes()).isInstanceOf(IOException.class);
            } else if (said > sent) {
                stub.closeConnections();
                assertThatThrownBy(() -> response.body().bytes()).isInstanceOf(ProtocolException.class);
            } else {
                assertThat(response.body().bytes()).hasSize(said);
            }
        }
    }

    private OkHttpClient client(Protocol protocol) {
        return stub.reroute(new OkHttpClient.Builder()
                .protocols(
                        protocol == Protocol.HTTP_2
                                ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1)
                                : List.of(Protocol.HTTP_1_1))
                .retryOnConnectionFailure(false)
                .build());
    }

    private static int post(OkHttpClient client) throws IOException {
        try (Response response = client.newCall(request()).execute()) {
            return response.code();
        }
    }

    private static Request request() {
        return new Request.Builder()
                .url("https://api.acme.example/a")
                .post(RequestBody.create("all of it", null))
                .build();
    }
}
