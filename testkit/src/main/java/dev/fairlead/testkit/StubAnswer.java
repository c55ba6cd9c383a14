package dev.fairlead.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockResponseBody;
import mockwebserver3.SocketEffect;
import okhttp3.Headers;
import okio.Buffer;
import okio.BufferedSink;
import okio.GzipSink;
import okio.Okio;

/**
 * What a {@link StubProvider} answers: a response, or a fault in its place. Delays pass in real time, whatever the
 * stub's ticker is. Faults on HTTP/2 are logged by MockWebServer, at level INFO to {@code okhttp3.OkHttpClient}.
 * Immutable and thread-safe: every method that changes something returns another answer.
 */
public final class StubAnswer {
    /** Computes an answer to a request, on a thread of the server's. It may block. */
    @FunctionalInterface
    public interface Source {
        /** What it throws, the stub answers as a 500 that says so. */
        StubAnswer answer(StubRequest request) throws Exception;
    }

    /** What the server does before it gives the response. */
    enum Fault {
        NONE,
        DISCONNECT,
        STALL
    }

    private final MockResponse response;
    private final Fault fault;

    private StubAnswer(MockResponse.Builder response, Fault fault) {
        this.response = response.build();
        this.fault = fault;
    }

    /** An answer without a body. */
    public static StubAnswer status(int status) {
        return new StubAnswer(new MockResponse.Builder().code(status), Fault.NONE);
    }

    /** An answer of type {@code application/json}; the text is sent as it stands. */
    public static StubAnswer json(int status, String body) {
        return bytes(status, "application/json; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
    }

    /** An answer of type {@code text/plain}, in UTF-8. */
    public static StubAnswer text(int status, String body) {
        return bytes(status, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
    }

    /** An answer of any type. */
    public static StubAnswer bytes(int status, String contentType, byte[] body) {
        MockResponse.Builder response = new MockResponse.Builder().code(status).body(new Buffer().write(body));
        return new StubAnswer(response.addHeader("Content-Type", contentType), Fault.NONE);
    }

    /** The server reads the whole request, then closes the connection: the client cannot know whether it acted. */
    public static StubAnswer disconnectBeforeAnswer() {
        return new StubAnswer(new MockResponse.Builder(), Fault.DISCONNECT);
    }

    /** The server reads the whole request and then says nothing, until the stub is closed. */
    public static StubAnswer stall() {
        return new StubAnswer(new MockResponse.Builder(), Fault.STALL);
    }

    /**
     * The server reads the whole request, then resets its HTTP/2 stream; the connection lives on. On HTTP/1.1 it closes
     * the connection.
     *
     * @param errorCode as in RFC 9113, section 7: 2 INTERNAL_ERROR, 7 REFUSED_STREAM, 8 CANCEL, 11 ENHANCE_YOUR_CALM
     */
    public static StubAnswer resetStream(int errorCode) {
        SocketEffect reset = new SocketEffect.CloseStream(errorCode);
        // MockWebServer knows no reset before the headers of an HTTP/2 answer, only one half way through a body. So the
        // client gets an early hint, which it must ignore, with a "body". On HTTP/1.1 the first effect comes first.
        return new StubAnswer(
                new MockResponse.Builder()
                        .code(103)
                        .body("..")
                        .onResponseStart(reset)
                        .onResponseBody(reset),
                Fault.NONE);
    }

    /** With one more header line. Repeated names are kept, in order; a {@code Content-Length} replaces the true one. */
    public StubAnswer header(String name, String value) {
        checkHeader(name, value);
        MockResponse.Builder builder = response.newBuilder();
        if (name.equalsIgnoreCase("Content-Length")) {
            builder.removeHeader(name);
        }
        return with(builder.addHeaderLenient(name, value));
    }

    /** Waits before the headers. */
    public StubAnswer headersDelay(Duration delay) {
        return with(response.newBuilder().headersDelay(delay.toNanos(), TimeUnit.NANOSECONDS));
    }

    /** Waits between headers and body. */
    public StubAnswer bodyDelay(Duration delay) {
        return with(response.newBuilder().bodyDelay(delay.toNanos(), TimeUnit.NANOSECONDS));
    }

    /** Sends the body in pieces of so many bytes, with a wait between two. */
    public StubAnswer drip(int bytes, Duration period) {
        return with(response.newBuilder().throttleBody(bytes, period.toNanos(), TimeUnit.NANOSECONDS));
    }

    /** With the body compressed, and a header that says so. */
    public StubAnswer gzip() {
        Buffer compressed = new Buffer();
        try (BufferedSink sink = Okio.buffer(new GzipSink(compressed))) {
            body().writeTo(sink);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return with(response.newBuilder().body(compressed).setHeader("Content-Encoding", "gzip"));
    }

    /** Ends the connection half way through the body; the client gets the first half. */
    public StubAnswer disconnectDuringBody() {
        // Half-closed: a full close with something of the client's unread is a reset, which takes back what was sent.
        return halfWay(new SocketEffect.CloseSocket(false, false, true));
    }

    /** Sends half of the body and then nothing, until the stub is closed. */
    public StubAnswer stallDuringBody() {
        return halfWay(SocketEffect.Stall.INSTANCE);
    }

    /** The status. */
    public int status() {
        return response.getCode();
    }

    /** The headers that will be sent. */
    public Headers headers() {
        return response.getHeaders();
    }

    Fault fault() {
        return fault;
    }

    /** As it goes to a client: an answer to HEAD, and those of some statuses, must not have a body. */
    MockResponse to(String method) {
        boolean hasNoBody = status() == 204 || status() == 304;
        if (status() < 200 || (!method.equals("HEAD") && !hasNoBody)) {
            return response;
        }
        Headers.Builder headers = response.getHeaders().newBuilder();
        if (hasNoBody) {
            headers.removeAll("Content-Length");
        }
        return new MockResponse.Builder()
                .status(response.getStatus())
                .headers(headers.build())
                .headersDelay(response.getHeadersDelayNanos(), TimeUnit.NANOSECONDS)
                .build();
    }

    /** Anything else that a server might send, a test may send. */
    static void checkHeader(String name, String value) {
        String line = name + value;
        if (name.isEmpty() || line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("no header line: '" + name + "'");
        }
    }

    private StubAnswer halfWay(SocketEffect effect) {
        if (body().getContentLength() < 2) {
            throw new IllegalStateException("a body of less than two bytes has no middle");
        }
        return with(response.newBuilder().onResponseBody(effect));
    }

    private MockResponseBody body() {
        MockResponseBody body = response.getBody();
        if (body == null) {
            throw new IllegalStateException("this answer has no body");
        }
        return body;
    }

    private StubAnswer with(MockResponse.Builder changed) {
        return new StubAnswer(changed, fault);
    }

    @Override
    public String toString() {
        return fault == Fault.NONE ? response.getStatus() : fault.toString();
    }
}
