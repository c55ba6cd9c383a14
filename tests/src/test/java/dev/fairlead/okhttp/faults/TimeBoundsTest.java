package dev.fairlead.okhttp.faults;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.CallFailedException;
import dev.fairlead.CallReport;
import dev.fairlead.DeadlineExceededException;
import dev.fairlead.Fairlead;
import dev.fairlead.OutcomeUnknownException;
import dev.fairlead.Policy;
import dev.fairlead.Provider;
import dev.fairlead.StopReason;
import dev.fairlead.okhttp.ResilientOkHttp;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.BufferedSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Servers that keep a client busy without an end: each byte comes in time, and the whole never. The deadline ends that,
 * and so does the attempt's own time. What is bound by tenths of a second here would go on for ten seconds and more, so
 * what is asserted is only that it did not.
 */
class TimeBoundsTest {
    private static final String HOST = "api.acme.com";
    private static final Duration DEADLINE = ofMillis(300);
    private static final Duration ATTEMPT = ofMillis(300);
    /** How long a fault lasts if nobody ends it. */
    private static final long FAULT_MILLIS = 12_000;

    private static final long DRIP_MILLIS = 50;
    private static final String DRIPS = "x".repeat((int) (FAULT_MILLIS / DRIP_MILLIS));
    private static final Duration SOON = ofSeconds(5);
    private static final HandshakeCertificates CERTIFICATES = certificates();

    private final Dispatcher dispatcher = new Dispatcher();
    private final ConnectionPool pool = new ConnectionPool();
    private final OkHttpClient client = new OkHttpClient.Builder()
            .dns(FaultRun.LOOPBACK)
            .dispatcher(dispatcher)
            .connectionPool(pool)
            .sslSocketFactory(CERTIFICATES.sslSocketFactory(), CERTIFICATES.trustManager())
            .build();
    private long beganNanos;

    private static HandshakeCertificates certificates() {
        HeldCertificate held =
                new HeldCertificate.Builder().addSubjectAlternativeName(HOST).build();
        return new HandshakeCertificates.Builder()
                .heldCertificate(held)
                .addTrustedCertificate(held.certificate())
                .build();
    }

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        dispatcher.executorService().shutdown();
        assertThat(dispatcher.executorService().awaitTermination(20, TimeUnit.SECONDS))
                .isTrue();
        assertThat(dispatcher.runningCallsCount() + dispatcher.queuedCallsCount())
                .isZero();
    }

    private static Fairlead rules(UnaryOperator<Policy> change) {
        return Fairlead.builder()
                .provider(
                        Provider.builder("acme").hosts(HOST).build(),
                        policy -> change.apply(policy.withBackoff(ofMillis(1), 1, ofMillis(1))))
                .build();
    }

    private static Fairlead tight() {
        return rules(policy -> policy.withDeadline(DEADLINE));
    }

    private static Fairlead twoShortAttempts() {
        return rules(policy -> policy.withAttemptTimeout(ATTEMPT).withMaxAttempts(2));
    }

    private static Request.Builder request(String scheme, ScriptedServer server) {
        return new Request.Builder().url(scheme + "://" + HOST + ":" + server.port() + "/things");
    }

    private static Request get(ScriptedServer server) {
        return request("http", server).build();
    }

    private Call call(Way way, Fairlead rules, Request request) {
        return way.calls(client, rules).newCall(request);
    }

    /** A server's run; what is left of the client's connections is closed before the server looks for them. */
    private void against(ScriptedServer server, Body test) throws Exception {
        try (server) {
            server.start();
            beganNanos = System.nanoTime();
            try {
                test.run();
            } finally {
                pool.evictAll();
            }
        }
    }

    private interface Body {
        void run() throws Exception;
    }

    private void assertSoonOver() {
        assertThat(Duration.ofNanos(System.nanoTime() - beganNanos)).isLessThan(SOON);
    }

    private DeadlineExceededException exceeded(Way way, Request request) {
        DeadlineExceededException exceeded =
                catchThrowableOfType(DeadlineExceededException.class, () -> way.answer(call(way, tight(), request)));
        assertSoonOver();
        assertThat(exceeded.report().stopReason()).isEqualTo(StopReason.DEADLINE);
        assertThat(exceeded.report().attempts()).hasSize(1);
        return exceeded;
    }

    // ---- the deadline

    @ParameterizedTest
    @EnumSource(Way.class)
    void theDeadlineEndsAHeadThatDrips(Way way) throws Exception {
        Http1Server server = new Http1Server(
                exchange -> {
                    exchange.readBody().head(200).drip("X-Long: " + DRIPS, DRIP_MILLIS);
                },
                null,
                null);
        against(server, () -> {
            assertThat(exceeded(way, get(server)).report().wireRequests()).isEqualTo(1);
            assertThat(server.seen()).hasSize(1);
        });
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theDeadlineEndsABodyThatDrips(Way way) throws Exception {
        Http1Server server = new Http1Server(
                exchange -> {
                    exchange.readBody().head(200).write("Content-Length: " + DRIPS.length() + "\r\n\r\n");
                    exchange.drip(DRIPS, DRIP_MILLIS);
                },
                null,
                null);
        against(server, () -> {
            try (Response response = way.answer(call(way, tight(), get(server)))) {
                assertThatThrownBy(() -> response.body().string()).isInstanceOf(InterruptedIOException.class);
                assertThat(ResilientOkHttp.report(response).stopReason()).isEqualTo(StopReason.DEADLINE_IN_BODY);
            }
            assertSoonOver();
        });
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theDeadlineEndsAFloodOfInformationalAnswers(Way way) throws Exception {
        Http1Server server = new Http1Server(
                exchange -> {
                    exchange.readBody();
                    for (int hint = 0; hint < FAULT_MILLIS / 2; hint++) {
                        exchange.write("HTTP/1.1 103 Early Hints\r\n\r\n").pause(2);
                    }
                },
                null,
                null);
        against(server, () -> exceeded(way, get(server)));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theDeadlineEndsAnUploadThatIsNotRead(Way way) throws Exception {
        Http1Server server = new Http1Server(exchange -> exchange.pause(FAULT_MILLIS), null, null);
        against(server, () -> uploadIsCut(way, request("http", server)));
    }

    /** A TLS socket says goodbye when it is closed, and waits for whoever writes to it. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void theDeadlineEndsASecureUploadThatIsNotRead(Way way) throws Exception {
        Http1Server server = new Http1Server(
                exchange -> exchange.pause(FAULT_MILLIS),
                null,
                CERTIFICATES.sslContext().getSocketFactory());
        against(server, () -> uploadIsCut(way, request("https", server)));
    }

    private void uploadIsCut(Way way, Request.Builder request) {
        OutcomeUnknownException unknown = catchThrowableOfType(
                OutcomeUnknownException.class,
                () -> way.answer(call(way, tight(), request.post(new LongBody()).build())));
        assertSoonOver();
        assertThat(unknown.report().stopReason()).isEqualTo(StopReason.DEADLINE);
        assertThat(unknown.report().wireRequests()).isEqualTo(1);
    }

    /** More than all buffers on the way can hold, the first time. */
    private static final class LongBody extends RequestBody {
        private static final byte[] PIECE = new byte[1 << 20];
        private int pieces = 256;

        @Override
        public MediaType contentType() {
            return MediaType.get("application/octet-stream");
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            int now = pieces;
            pieces = 1;
            for (int piece = 0; piece < now; piece++) {
                sink.write(PIECE, 0, now == 1 ? 10 : PIECE.length);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theDeadlineEndsAHandshakeThatStalls(Way way) throws Exception {
        ScriptedServer server = new RawServer((raw, socket) -> raw.pause(FAULT_MILLIS));
        against(
                server,
                () -> nothingWasSent(exceeded(way, request("https", server).build())));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theDeadlineEndsAHandshakeThatDrips(Way way) throws Exception {
        ScriptedServer server = new RawServer((raw, socket) -> {
            OutputStream out = socket.getOutputStream();
            // A record of 16 KB with a handshake message as long, RFC 5246 sections 6.2.1 and 7.4.
            byte[] begun = {22, 3, 3, 64, 0, 2, 0, 63, (byte) 252, 3, 3};
            out.write(begun);
            for (long millis = 0; millis < FAULT_MILLIS; millis += DRIP_MILLIS) {
                out.write(0);
                out.flush();
                raw.pause(DRIP_MILLIS);
            }
        });
        against(
                server,
                () -> nothingWasSent(exceeded(way, request("https", server).build())));
    }

    private static void nothingWasSent(DeadlineExceededException exceeded) {
        assertThat(exceeded.report().wireRequests()).isZero();
        assertThat(exceeded).hasMessageContaining("was not sent");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theDeadlineEndsAStreamThatStallsAndLeavesItsConnection(Way way) throws Exception {
        Http2Server server = new Http2Server(
                stream -> {
                    if (stream.number() == 1) {
                        stream.head(200).data("ok", true);
                    }
                },
                null);
        OkHttpClient http2 = client.newBuilder()
                .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
                .build();
        against(server, () -> {
            DeadlineExceededException exceeded = catchThrowableOfType(
                    DeadlineExceededException.class,
                    () -> way.answer(way.calls(http2, tight()).newCall(get(server))));
            assertSoonOver();
            assertThat(exceeded.report().wireRequests()).isEqualTo(1);
            assertThat(pool.connectionCount()).isEqualTo(1);
            try (Response response =
                    way.answer(way.calls(http2, rules(policy -> policy)).newCall(get(server)))) {
                assertThat(response.body().string()).isEqualTo("ok");
            }
            assertThat(pool.connectionCount()).isEqualTo(1);
        });
    }

    // ---- an attempt's own time

    @ParameterizedTest
    @EnumSource(Way.class)
    void anAttemptEndsAHeadThatDripsAndTheNextOneIsMade(Way way) throws Exception {
        AtomicInteger requests = new AtomicInteger();
        Http1Server server = new Http1Server(
                exchange -> {
                    if (requests.incrementAndGet() == 1) {
                        exchange.readBody().head(200).drip("X-Long: " + DRIPS, DRIP_MILLIS);
                    } else {
                        exchange.respond(200, "ok");
                    }
                },
                null,
                null);
        against(server, () -> {
            try (Response response = way.answer(call(way, twoShortAttempts(), get(server)))) {
                assertThat(response.body().string()).isEqualTo("ok");
                assertThat(ResilientOkHttp.report(response).attempts())
                        .extracting(CallReport.Attempt::outcome)
                        .containsExactly("SocketTimeoutException", "200");
            }
            assertSoonOver();
            assertThat(server.seen()).hasSize(2);
        });
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void anAttemptEndsAHeadThatDripsEachTime(Way way) throws Exception {
        Http1Server server = new Http1Server(
                exchange -> exchange.readBody().head(200).drip("X-Long: " + DRIPS, DRIP_MILLIS), null, null);
        against(server, () -> {
            CallFailedException failed = catchThrowableOfType(
                    CallFailedException.class, () -> way.answer(call(way, twoShortAttempts(), get(server))));
            assertSoonOver();
            assertThat(failed).hasCauseInstanceOf(SocketTimeoutException.class);
            assertThat(failed.report().attempts())
                    .extracting(CallReport.Attempt::outcome)
                    .containsExactly("SocketTimeoutException", "SocketTimeoutException");
            assertThat(server.seen()).hasSize(2);
        });
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void anAttemptEndsAStreamThatStalls(Way way) throws Exception {
        Http2Server server = new Http2Server(
                stream -> {
                    if (stream.number() == 1) {
                        stream.head(200).data("ok", true);
                    }
                },
                null);
        OkHttpClient http2 = client.newBuilder()
                .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
                .build();
        against(server, () -> {
            try (Response response =
                    way.answer(way.calls(http2, twoShortAttempts()).newCall(get(server)))) {
                assertThat(response.body().string()).isEqualTo("ok");
                assertThat(ResilientOkHttp.report(response).attempts())
                        .extracting(CallReport.Attempt::outcome)
                        .containsExactly("SocketTimeoutException", "200");
            }
            assertSoonOver();
        });
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void anAttemptEndsAnUploadThatIsNotRead(Way way) throws Exception {
        Http1Server server = new Http1Server(
                exchange -> {
                    if (exchange.number() == 0) {
                        exchange.pause(FAULT_MILLIS);
                    } else {
                        exchange.respond(200, "ok");
                    }
                },
                null,
                null);
        against(server, () -> {
            Request upload = request("http", server).put(new LongBody()).build();
            try (Response response = way.answer(call(way, twoShortAttempts(), upload))) {
                assertThat(response.body().string()).isEqualTo("ok");
                assertThat(ResilientOkHttp.report(response).attempts())
                        .extracting(CallReport.Attempt::outcome)
                        .containsExactly("SocketTimeoutException", "200");
            }
            assertSoonOver();
        });
    }

    /** After a redirect to another host the first one's connection is back in the pool, where others find it. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void anAttemptThatIsCutLeavesOthersTheirConnections(Way way) throws Exception {
        CountDownLatch connecting = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        ScriptedServer deaf = new RawServer((raw, socket) -> {
            connecting.countDown();
            raw.pause(FAULT_MILLIS);
        });
        deaf.start();
        Set<Thread> connections = ConcurrentHashMap.newKeySet();
        Http1Server server = new Http1Server(
                exchange -> {
                    connections.add(Thread.currentThread());
                    if (exchange.number() == 0) {
                        exchange.respond(302, "", "Location: https://" + HOST + ":" + deaf.port() + "/");
                    } else {
                        exchange.readBody();
                        asked.countDown();
                        await(mayAnswer);
                        exchange.respond(200, "not disturbed");
                    }
                },
                null,
                null);
        Fairlead rules = rules(policy ->
                policy.withAttemptTimeout(ATTEMPT).withDeadline(ofSeconds(1)).withMaxAttempts(1));
        try (deaf) {
            against(server, () -> {
                OutcomeOfCall redirected =
                        OutcomeOfCall.of(way, way.calls(client, rules).newCall(get(server)));
                await(connecting);
                OutcomeOfCall other = OutcomeOfCall.of(Way.WRAP_EXECUTE, client.newCall(get(server)));
                await(asked);
                assertThat(redirected.failure()).isInstanceOf(IOException.class);
                mayAnswer.countDown();
                assertThat(other.body()).isEqualTo("not disturbed");
                assertThat(connections).as("of both").hasSize(1);
            });
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IOException("waited in vain");
            }
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    /** What becomes of a call that a thread of its own makes. */
    private record OutcomeOfCall(FutureTask<String> text) {
        static OutcomeOfCall of(Way way, Call call) {
            FutureTask<String> text = new FutureTask<>(() -> {
                try (Response response = way.answer(call)) {
                    return response.body().string();
                }
            });
            new Thread(text).start();
            return new OutcomeOfCall(text);
        }

        String body() throws Exception {
            return text.get(30, TimeUnit.SECONDS);
        }

        Throwable failure() throws Exception {
            try {
                throw new AssertionError("no failure but " + body());
            } catch (ExecutionException failed) {
                return failed.getCause();
            }
        }
    }

    /** Does with a connection what it is told. */
    private static final class RawServer extends ScriptedServer {
        private interface Play {
            void play(ScriptedServer server, Socket socket) throws IOException;
        }

        private final Play play;

        RawServer(Play play) {
            super(false);
            this.play = play;
        }

        @Override
        void serve(Socket socket) throws IOException {
            play.play(this, socket);
        }
    }
}
