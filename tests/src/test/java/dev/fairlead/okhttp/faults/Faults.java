package dev.fairlead.okhttp.faults;

import static java.time.Duration.ofSeconds;

import dev.fairlead.okhttp.faults.Http2Server.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.zip.Deflater;
import okhttp3.Cache;
import okhttp3.CacheControl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** All that goes wrong, by name. */
final class Faults {
    /** Where an attempt's own time is what ends it. Whatever the machine's load, the server never answers then. */
    private static final Duration ATTEMPT = ofSeconds(3);
    /** Where the call's deadline is. */
    private static final Duration DEADLINE = ofSeconds(4);

    private static final Http1Server.Play OK = exchange -> exchange.respond(200, "ok");
    private static final Http1Server.Play SILENCE =
            exchange -> exchange.readBody().holdUntilClientLeaves();
    private static final Http2Server.Play OK2 = stream -> stream.respond(200, "ok");
    private static final Http2Server.Play SILENCE2 = stream -> {};

    private final List<Fault> faults = new ArrayList<>();

    private Faults() {}

    static List<Fault> all() {
        Faults all = new Faults();
        all.connections();
        all.handshakes();
        all.lostAnswers();
        all.slowAnswers();
        all.informationalAnswers();
        all.earlyAnswers();
        all.oddAnswers();
        all.brokenHeads();
        all.brokenBodies();
        all.hugeAnswers();
        all.statuses();
        all.pooledConnections();
        all.http2();
        all.redirects();
        all.authentication();
        all.proxies();
        all.caches();
        return all.faults;
    }

    private void connections() {
        http1("no-fault", OK);
        http1("refused-always", OK)
                .client((client, scene) -> client.socketFactory(ScriptedSockets.refusing(connection -> true)));
        http1("refused-once", OK)
                .client((client, scene) ->
                        client.socketFactory(ScriptedSockets.refusing(connection -> connection == 0)));
        http1("refused-by-the-first-of-two-addresses", OK)
                .client((client, scene) -> twoAddresses(client)
                        .socketFactory(ScriptedSockets.refusingAt(address -> address.getAddress()[3] == 2)));
        http1("closed-after-reading-by-the-first-of-two-addresses", closing().then(OK))
                .client((client, scene) -> twoAddresses(client));
        http1("connect-timeout", OK)
                .attemptTimeout(ATTEMPT)
                .client((client, scene) -> client.socketFactory(ScriptedSockets.unreachable()));
        http1("dns-failure", OK)
                .client((client, scene) -> client.dns(host -> {
                    throw new UnknownHostException(host);
                }));
        http1("dns-failure-once", OK).client((client, scene) -> {
            AtomicInteger lookups = new AtomicInteger();
            client.dns(host -> {
                if (lookups.getAndIncrement() == 0) {
                    throw new UnknownHostException(host);
                }
                return FaultRun.LOOPBACK.lookup(host);
            });
        });
        add("dropped-at-accept-always", () -> dropping(new Http1Server(OK, null, null), Integer.MAX_VALUE));
        add("dropped-at-accept-once", () -> dropping(new Http1Server(OK, null, null), 1));
    }

    private static OkHttpClient.Builder twoAddresses(OkHttpClient.Builder client) {
        return client.dns(host -> List.of(
                InetAddress.getByAddress(host, new byte[] {127, 0, 0, 2}),
                InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1})));
    }

    private static ScriptedServer dropping(ScriptedServer server, int connections) {
        server.drop(connection -> connection < connections);
        return server;
    }

    private void handshakes() {
        tls("tls-no-fault", Certificates.RIGHT, true);
        tls("tls-untrusted-certificate", Certificates.RIGHT, false);
        tls("tls-certificate-of-another-host", Certificates.OTHER_HOST, true);
        add("tls-cut-always", () -> dropping(new Http1Server(OK, null, Certificates.RIGHT.sslSocketFactory()), 1_000))
                .overTls()
                .client((client, scene) -> Certificates.trust(client));
        add("tls-cut-once", () -> dropping(new Http1Server(OK, null, Certificates.RIGHT.sslSocketFactory()), 1))
                .overTls()
                .client((client, scene) -> Certificates.trust(client));
        add("tls-no-answer-to-hello", SilentServer::new)
                .overTls()
                .attemptTimeout(ATTEMPT)
                .client((client, scene) -> Certificates.trust(client));
    }

    /** Reads and says nothing. */
    private static final class SilentServer extends ScriptedServer {
        SilentServer() {
            super(false);
        }

        @Override
        void serve(Socket socket) throws IOException {
            while (socket.getInputStream().read() >= 0) {
                // A ClientHello, for example.
            }
        }
    }

    private void tls(String name, HandshakeCertificates certificates, boolean trusted) {
        add(name, () -> new Http1Server(OK, null, certificates.sslSocketFactory()))
                .overTls()
                .client((client, scene) -> {
                    if (trusted) {
                        Certificates.trust(client);
                    }
                });
    }

    /** Made once, as keys take their time. */
    private static final class Certificates {
        private static final HeldCertificate OWN = certificate("api.acme.com");
        private static final HeldCertificate FOREIGN = certificate("api.other.com");
        static final HandshakeCertificates RIGHT = handshake(OWN);
        static final HandshakeCertificates OTHER_HOST = handshake(FOREIGN);
        private static final HandshakeCertificates TRUST = new HandshakeCertificates.Builder()
                .addTrustedCertificate(OWN.certificate())
                .addTrustedCertificate(FOREIGN.certificate())
                .build();

        private static HeldCertificate certificate(String host) {
            return new HeldCertificate.Builder()
                    .commonName(host)
                    .addSubjectAlternativeName(host)
                    .build();
        }

        private static HandshakeCertificates handshake(HeldCertificate held) {
            return new HandshakeCertificates.Builder().heldCertificate(held).build();
        }

        static void trust(OkHttpClient.Builder client) {
            client.sslSocketFactory(TRUST.sslSocketFactory(), TRUST.trustManager());
        }
    }

    private static Http1Server.Play closing() {
        return exchange -> exchange.readBody().close();
    }

    private void lostAnswers() {
        onceAndAlways("closed-after-reading", closing());
        onceAndAlways("reset-after-reading", exchange -> exchange.readBody().reset());
        onceAndAlways(
                "closed-in-status-line",
                exchange -> exchange.readBody().write("HTTP/1.1 20").close());
        onceAndAlways(
                "closed-in-headers",
                exchange -> exchange.readBody()
                        .head(200, "Content-Type: text/plain")
                        .write("Content-Le")
                        .close());
        // What is after the head of a 200 is the caller's to read: nothing is repeated, so once is as good as always.
        http1("truncated-200-of-known-length", truncated(200));
        http1("truncated-200-in-chunks", truncatedInChunks(200));
        http1("reset-in-body-of-200", resetInBody(200)).slow();
        onceAndAlways("truncated-500-of-known-length", truncated(500));
        onceAndAlways("truncated-500-in-chunks", truncatedInChunks(500));
        http1("reset-in-body-of-500-once", resetInBody(500).then(OK)).slow();
        http1("reset-in-body-of-500-always", resetInBody(500)).slow();
        http1("503-then-closed-after-reading", answering(503, List.of()).then(closing()));
        onceAndAlways(
                "no-http",
                exchange ->
                        exchange.readBody().write("SSH-2.0-OpenSSH_9.9\r\n\r\n").close());
    }

    private static Http1Server.Play truncated(int status) {
        return exchange -> exchange.readBody()
                .head(status)
                .write("Content-Length: 1000\r\n\r\nhalf")
                .close();
    }

    private static Http1Server.Play truncatedInChunks(int status) {
        return exchange -> exchange.readBody()
                .head(status)
                .write("Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")
                .close();
    }

    private static Http1Server.Play resetInBody(int status) {
        return exchange -> {
            exchange.readBody().head(status).write("Content-Length: 1000\r\n\r\nhalf");
            // On some systems a reset takes back what was not read yet.
            exchange.pause(300);
            exchange.reset();
        };
    }

    private void slowAnswers() {
        http1("silence-once", SILENCE.then(OK)).attemptTimeout(ATTEMPT);
        http1("silence-always", SILENCE).attemptTimeout(ATTEMPT);
        http1("silence-until-deadline", SILENCE).deadline(DEADLINE);
        http1("503-then-silence-until-deadline", answering(503, List.of()).then(SILENCE))
                .deadline(DEADLINE);
        http1("body-drips-beyond-deadline", drippingBody(200)).deadline(DEADLINE);
        http1("body-of-500-drips", drippingBody(500)).attemptTimeout(ATTEMPT);
        http1("body-of-500-stalls", stallingBody(500)).attemptTimeout(ATTEMPT);
        http1("body-stalls-beyond-deadline", stallingBody(200)).deadline(DEADLINE);
        http1("headers-drip", exchange -> {
                    exchange.readBody().head(200);
                    exchange.drip("X-Long: " + "x".repeat(200), 50);
                })
                .attemptTimeout(ATTEMPT);
        http1("headers-without-end", exchange -> {
            exchange.readBody().head(200);
            while (true) {
                exchange.write("X-More: and more\r\n".repeat(100));
            }
        });
    }

    private static Http1Server.Play stallingBody(int status) {
        return exchange -> exchange.readBody()
                .head(status)
                .write("Content-Length: 1000\r\n\r\nhalf")
                .holdUntilClientLeaves();
    }

    private static Http1Server.Play drippingBody(int status) {
        return exchange -> {
            exchange.readBody().head(status).write("Content-Length: 100\r\n\r\n");
            exchange.drip("x".repeat(100), 50);
        };
    }

    private void informationalAnswers() {
        String hint = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n";
        http1(
                "1xx-a-few-then-200",
                exchange -> exchange.readBody()
                        .write(hint.repeat(3) + "HTTP/1.1 102 Processing\r\n\r\n")
                        .respond(200, "ok"));
        http1(
                        "1xx-flood-then-silence",
                        exchange -> exchange.readBody().write(hint.repeat(1000)).holdUntilClientLeaves())
                .attemptTimeout(ATTEMPT);
        http1("1xx-every-moment", exchange -> {
                    exchange.readBody();
                    for (int hints = 0; hints < 200; hints++) {
                        exchange.write(hint).pause(50);
                    }
                })
                .attemptTimeout(ATTEMPT);
        expectContinue(
                "100-continue-then-200",
                exchange -> exchange.head(100).write("\r\n").respond(200, "ok"));
        for (int status : List.of(200, 413, 429, 503)) {
            expectContinue(
                    "100-continue-wanted-but-" + status,
                    answeredWithoutBody(status).then(answeredWithoutBody(200)));
        }
    }

    private void expectContinue(String name, Http1Server.Play play) {
        http1(name, exchange -> (exchange.expectsContinue() ? play : OK).play(exchange))
                .slow()
                .request(request -> request.header("Expect", "100-continue"));
    }

    /** An answer before the body was asked for; the connection is of no more use then. */
    private static Http1Server.Play answeredWithoutBody(int status) {
        return exchange -> {
            exchange.head(status).write("Content-Length: 2\r\nConnection: close\r\n\r\nok");
            exchange.holdUntilClientLeaves();
        };
    }

    private void oddAnswers() {
        http1("204-with-length", exchange -> exchange.readBody().head(204).write("Content-Length: 5\r\n\r\nhello"));
        http1(
                "204-with-body-but-no-length",
                exchange -> exchange.readBody()
                        .head(204)
                        .write("Connection: close\r\n\r\nhello")
                        .close());
        http1("205-with-length", exchange -> exchange.readBody().head(205).write("Content-Length: 5\r\n\r\nhello"));
        http1(
                "101-without-having-asked",
                exchange -> exchange.readBody()
                        .head(101, "Connection: Upgrade", "Upgrade: other")
                        .write("\r\n")
                        .close());
        http1(
                "304-without-having-asked",
                exchange -> exchange.readBody().head(304).write("ETag: \"1\"\r\n\r\n"));
        http1("400", exchange -> exchange.respond(400, "bad"));
        http1("404", exchange -> exchange.respond(404, "none"));
        http1("501", exchange -> exchange.respond(501, "never"));
        http1("421", exchange -> exchange.respond(421, "elsewhere"));
        http1("425-too-early", answering(425, List.of()).then(OK));
        http1("999", exchange -> exchange.respond(999, "?"));
    }

    /** Answers to requests that are still being written, which HTTP allows (RFC 9112 section 9.3, RFC 9113 section 8.1). */
    private void earlyAnswers() {
        for (int status : List.of(200, 413, 429, 503)) {
            http1(
                    status + "-and-close-before-a-small-body-is-read",
                    answeredAndClosed(status).then(OK));
            http1(
                            status + "-and-close-in-the-middle-of-a-large-body",
                            answeredAndClosed(status).then(answeredWithoutBody(200)))
                    .request(Faults::enlarge);
            http1(
                            status + "-in-the-middle-of-a-large-body",
                            answeredWithoutBody(status).then(answeredWithoutBody(200)))
                    .request(Faults::enlarge);
            add(status + "-in-the-middle-of-a-large-body-h2", () -> {
                        Http2Server server = new Http2Server(
                                ((Http2Server.Play) stream -> early2(stream, status))
                                        .then(stream -> early2(stream, 200)),
                                null);
                        server.playEarly();
                        return server;
                    })
                    .client((client, scene) -> client.protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE)))
                    .request(Faults::enlarge);
        }
        http1("413-but-a-large-body-is-never-read", exchange -> {
                    exchange.head(413).write("Content-Length: 2\r\nConnection: close\r\n\r\nok");
                    exchange.pause(60_000);
                })
                .request(Faults::enlarge)
                .attemptTimeout(ATTEMPT);
    }

    private static Http1Server.Play answeredAndClosed(int status) {
        return exchange -> exchange.head(status)
                .write("Content-Length: 2\r\nConnection: close\r\n\r\nok")
                .close();
    }

    private static void early2(Http2Server.Stream stream, int status) throws IOException {
        stream.respond(status, "ok");
        stream.reset(ErrorCode.NO_ERROR);
    }

    /** Gives a request that has a body one that no socket's buffers hold. */
    private static void enlarge(Request.Builder request) {
        RequestBody small = request.build().body();
        if (small != null) {
            request.post(new LargeBody(small));
        }
    }

    private static final class LargeBody extends RequestBody {
        private static final byte[] BLOCK = new byte[64 * 1024];
        private static final int BLOCKS = 256;

        private final RequestBody beginning;

        LargeBody(RequestBody beginning) {
            this.beginning = beginning;
        }

        @Override
        public @Nullable MediaType contentType() {
            return beginning.contentType();
        }

        @Override
        public long contentLength() throws IOException {
            long length = beginning.contentLength();
            return length < 0 ? length : length + (long) BLOCKS * BLOCK.length;
        }

        @Override
        public boolean isOneShot() {
            return beginning.isOneShot();
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            beginning.writeTo(sink);
            for (int block = 0; block < BLOCKS; block++) {
                sink.write(BLOCK);
            }
        }
    }

    /** Heads that are none, or hardly. */
    private void brokenHeads() {
        http1("http-1.0", raw("HTTP/1.0 200 OK\r\n\r\nok"));
        http1("http-0.9", raw("<html>\r\n<p>ok</p>\r\n</html>\r\n"));
        http1("http-0.9-without-line-end", raw("<html><p>ok</p></html>"));
        http1("status-line-without-code", raw("HTTP/1.1 OK fine\r\nContent-Length: 0\r\n\r\n"));
        http1("status-line-of-unknown-version", raw("HTTP/7.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
        String longLine = "X-Long: " + "x".repeat(300 * 1024) + "\r\n";
        onceAndAlways(
                "header-line-of-300-kilobytes", raw("HTTP/1.1 200 OK\r\n" + longLine + "Content-Length: 0\r\n\r\n"));
        http1(
                "header-line-of-200-kilobytes",
                exchange -> exchange.respond(200, "ok", "X-Long: " + "x".repeat(200 * 1024)));
        http1("header-line-without-colon", raw("HTTP/1.1 200 OK\r\nwhat is this\r\nContent-Length: 2\r\n\r\nok"));
    }

    private static Http1Server.Play raw(String answer) {
        return exchange -> exchange.readBody().write(answer).close();
    }

    private void brokenBodies() {
        for (int status : List.of(200, 500)) {
            http1(
                    status + "-of-gzip-that-is-none",
                    exchange -> exchange.respond(status, "plain text instead", "Content-Encoding: gzip"));
            http1(
                    status + "-of-chunks-that-are-none",
                    exchange -> exchange.readBody()
                            .head(status)
                            .write("Transfer-Encoding: chunked\r\n\r\nplain text instead\r\n")
                            .close());
            http1(
                    status + "-of-two-lengths",
                    exchange -> exchange.readBody()
                            .head(status)
                            .write("Content-Length: 4\r\nContent-Length: 1000\r\n\r\nhalf")
                            .close());
        }
        http1("200-longer-than-it-says", longerThanItSays());
        warmedUp("pooled-connection-with-the-rest-of-a-longer-answer", OK, longerThanItSays());
    }

    private static Http1Server.Play longerThanItSays() {
        return exchange -> exchange.readBody().head(200).write("Content-Length: 2\r\n\r\nok and more\r\n");
    }

    private void hugeAnswers() {
        http1("10-gigabytes-as-500", exchange -> {
            exchange.readBody().head(500).write("Content-Length: 10000000000\r\n\r\n");
            byte[] zeros = new byte[64 * 1024];
            for (long left = 10_000_000_000L; left > 0; left -= zeros.length) {
                exchange.write(zeros);
            }
        });
        http1("endless-chunks-as-500", exchange -> {
            exchange.readBody().head(500).write("Transfer-Encoding: chunked\r\n\r\n");
            while (true) {
                exchange.write("4000\r\n" + "x".repeat(0x4000) + "\r\n");
            }
        });
        http1("gzip-bomb-as-500", exchange -> {
            exchange.readBody()
                    .head(500, "Content-Encoding: gzip")
                    .write("Connection: close\r\n\r\n")
                    .write(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0});
            byte[] megabyte = GzipBomb.MEGABYTE;
            for (int megabytes = 0; megabytes < 10_000; megabytes++) {
                exchange.write(megabyte);
            }
        });
    }

    /** A megabyte of zeros in about a kilobyte, to be sent any number of times in one stream. */
    private static final class GzipBomb {
        static final byte[] MEGABYTE = megabyte();

        private static byte[] megabyte() {
            Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
            deflater.setInput(new byte[1 << 20]);
            byte[] block = new byte[8 * 1024];
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            int length;
            do {
                length = deflater.deflate(block, 0, block.length, Deflater.FULL_FLUSH);
                bytes.write(block, 0, length);
            } while (length == block.length);
            deflater.end();
            return bytes.toByteArray();
        }
    }

    private void statuses() {
        Map<String, Supplier<List<String>>> forms = new LinkedHashMap<>();
        forms.put("absent", List::of);
        forms.put("0", () -> List.of("Retry-After: 0"));
        forms.put("1", () -> List.of("Retry-After: 1"));
        forms.put("3600", () -> List.of("Retry-After: 3600"));
        forms.put("date-in-a-second", () -> dates(1));
        forms.put("date-in-half-an-hour", () -> dates(1800));
        forms.put("date-in-the-past", () -> dates(-60));
        forms.put("beyond-an-int", () -> List.of("Retry-After: 99999999999"));
        forms.put("beyond-a-long", () -> List.of("Retry-After: 99999999999999999999999999"));
        forms.put("negative", () -> List.of("Retry-After: -1"));
        forms.put("garbage", () -> List.of("Retry-After: soon"));
        forms.put("twice-1-and-3600", () -> List.of("Retry-After: 1", "Retry-After: 3600"));
        forms.put("twice-3600-and-1", () -> List.of("Retry-After: 3600", "Retry-After: 1"));
        // Then a throttled key pauses for as long as the policy says, a second by default.
        List<String> saysNothing = List.of("absent", "beyond-an-int", "beyond-a-long", "negative", "garbage");
        for (int status : List.of(408, 429, 500, 502, 503, 504)) {
            http1(status + "-always", answering(status, List.of())).slow();
            forms.forEach((form, headers) -> {
                List<String> lines = headers.get();
                Fault fault = http1(
                        status + "-retry-after-" + form,
                        answering(status, lines).then(OK));
                fault.retryAfter(lines.stream()
                        .filter(line -> line.startsWith("Retry-After: "))
                        .map(line -> line.substring("Retry-After: ".length()))
                        .toList());
                if (form.equals("1")
                        || form.equals("date-in-a-second")
                        || (status == 429 && saysNothing.contains(form))) {
                    fault.gap(ofSeconds(1));
                }
            });
        }
    }

    private static List<String> dates(int secondsFromNow) {
        // By the server's own clock, which an answer's Date tells: so the table needs no fixed day.
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        return List.of("Date: " + date(now), "Retry-After: " + date(now.plusSeconds(secondsFromNow)));
    }

    private static String date(Instant instant) {
        return DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
                .format(instant.atOffset(ZoneOffset.UTC));
    }

    private static Http1Server.Play answering(int status, List<String> headers) {
        return exchange -> exchange.respond(status, "sorry", headers.toArray(String[]::new));
    }

    private void pooledConnections() {
        warmedUp("pooled-connection-closed-while-idle", OK, exchange -> {
            exchange.respond(200, "warm");
            exchange.close();
        });
        warmedUp("pooled-connection-closed-after-reading-once", closing().then(OK), OK);
        warmedUp("pooled-connection-closed-after-reading-always", closing(), OK);
        warmedUp(
                "pooled-connection-closed-in-headers-once",
                ((Http1Server.Play) exchange -> exchange.readBody()
                                .head(200)
                                .write("Content-Le")
                                .close())
                        .then(OK),
                OK);
        warmedUp("pooled-connection-silent", SILENCE.then(OK), OK).attemptTimeout(ATTEMPT);
    }

    private Fault warmedUp(String name, Http1Server.Play play, Http1Server.Play warmUp) {
        return add(name, () -> new Http1Server(play, warmUp, null)).afterWarmUp();
    }

    private void http2() {
        http2("h2-no-fault", OK2);
        for (ErrorCode error : ErrorCode.values()) {
            String name = "h2-" + error.name().toLowerCase(Locale.ROOT).replace('_', '-');
            Http2Server.Play reset = stream -> stream.reset(error);
            http2(name + "-once", reset.then(OK2));
            http2(name + "-always", reset);
            http2AfterWarmUp(name + "-on-pooled-connection-once", reset.then(OK2), OK2);
            http2AfterWarmUp(name + "-on-pooled-connection-always", reset, OK2);
        }
        http2AfterWarmUp("h2-goaway-after-the-answer-before", OK2, stream -> {
            // Before the last frame, so that the client has read it when it has its answer.
            stream.head(200).goAwayAfterThis();
            stream.data("warm", true);
        });
        http2AfterWarmUp(
                "h2-goaway-after-the-stream-before-once",
                ((Http2Server.Play) Http2Server.Stream::goAwayAfterTheOneBefore).then(OK2),
                OK2);
        http2(
                "h2-goaway-after-this-then-lost",
                stream -> stream.goAwayAfterThis().close());
        http2(
                "h2-goaway-after-this-then-answered",
                stream -> stream.goAwayAfterThis().respond(200, "ok"));
        http2("h2-goaway-without-this-always", Http2Server.Stream::goAwayWithoutThis);
        http2("h2-goaway-without-this-once", ((Http2Server.Play) Http2Server.Stream::goAwayWithoutThis).then(OK2));
        http2AfterWarmUp(
                "h2-goaway-without-this-on-pooled-connection-once",
                ((Http2Server.Play) Http2Server.Stream::goAwayWithoutThis).then(OK2),
                OK2);
        http2("h2-lost-before-answer-once", ((Http2Server.Play) Http2Server.Stream::close).then(OK2));
        http2AfterWarmUp(
                "h2-lost-before-answer-on-pooled-connection-once",
                ((Http2Server.Play) Http2Server.Stream::close).then(OK2),
                OK2);
        http2("h2-lost-in-body", stream -> stream.head(200).data("half", false).close());
        http2("h2-reset-in-body", stream -> stream.head(200).data("half", false).reset(ErrorCode.INTERNAL_ERROR));
        http2(
                "h2-reset-in-body-of-500",
                stream -> stream.head(500).data("half", false).reset(ErrorCode.INTERNAL_ERROR));
        http2("h2-silence-once", SILENCE2.then(OK2)).attemptTimeout(ATTEMPT);
        http2("h2-silence-always", SILENCE2).attemptTimeout(ATTEMPT);
        http2("h2-body-stalls-beyond-deadline", stream -> stream.head(200).data("half", false))
                .deadline(DEADLINE);
    }

    private Fault http2(String name, Http2Server.Play play) {
        return add(name, () -> new Http2Server(play, null))
                .client((client, scene) -> client.protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE)));
    }

    private Fault http2AfterWarmUp(String name, Http2Server.Play play, Http2Server.Play warmUp) {
        return add(name, () -> new Http2Server(play, warmUp))
                .afterWarmUp()
                .client((client, scene) -> client.protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE)));
    }

    private void redirects() {
        for (int status : List.of(301, 302, 303, 307, 308)) {
            redirect(status + "-to-200", status, OK);
            redirect(status + "-to-503", status, exchange -> exchange.respond(503, "sorry"));
            redirect(status + "-to-429", status, answering(429, List.of())).slow();
        }
        redirect("302-to-closed-after-reading", 302, closing());
        redirect("307-to-closed-after-reading", 307, closing());
        http1("redirect-loop", exchange -> exchange.respond(302, "", "Location: /things"));
        http1("redirect-loop-by-307", exchange -> exchange.respond(307, "", "Location: /things"));
    }

    private Fault redirect(String name, int status, Http1Server.Play target) {
        return http1(name, exchange -> {
            if (exchange.path().equals("/target")) {
                target.play(exchange);
            } else {
                exchange.respond(status, "", "Location: /target");
            }
        });
    }

    private void authentication() {
        Http1Server.Play challenge = exchange -> exchange.respond(401, "who?", "WWW-Authenticate: Bearer");
        http1("401-without-authenticator", challenge);
        http1("401-with-authenticator", challenge.then(OK)).client((client, scene) -> authenticate(client));
        http1("401-with-authenticator-then-503", challenge.then(exchange -> exchange.respond(503, "sorry")))
                .client((client, scene) -> authenticate(client));
        http1("401-with-authenticator-then-closed", challenge.then(closing()))
                .client((client, scene) -> authenticate(client));
    }

    private void proxies() {
        http1(
                "407-by-no-proxy",
                exchange -> exchange.respond(407, "who?", "Proxy-Authenticate: Basic realm=\"proxy\""));
        add("407-by-tunnel-with-authenticator", () -> {
                    Http1Server server = new Http1Server(OK, null, Certificates.RIGHT.sslSocketFactory());
                    server.tunnel(1);
                    return server;
                })
                .overTls()
                .client((client, scene) -> {
                    Certificates.trust(client);
                    client.proxy(new Proxy(
                            Proxy.Type.HTTP,
                            new InetSocketAddress("127.0.0.1", scene.server().port())));
                    client.proxyAuthenticator((route, response) -> authorizeProxy(response));
                });
    }

    private static @Nullable Request authorizeProxy(Response response) {
        // OkHttp asks before the proxy does.
        boolean preemptive = "OkHttp-Preemptive".equals(response.header("Proxy-Authenticate"));
        boolean inVain = response.request().header("Proxy-Authorization") != null;
        return preemptive || inVain
                ? null
                : response.request()
                        .newBuilder()
                        .header("Proxy-Authorization", "Basic fresh")
                        .build();
    }

    private static void authenticate(OkHttpClient.Builder client) {
        client.authenticator((route, response) -> response.request().header("Authorization") != null
                ? null
                : response.request()
                        .newBuilder()
                        .header("Authorization", "Bearer fresh")
                        .build());
    }

    private void caches() {
        warmedUp("cache-hit", OK, exchange -> exchange.respond(200, "stored", "Cache-Control: max-age=60"))
                .client((client, scene) -> cache(client, scene));
        warmedUp("cache-revalidated-by-304", notModified(), stale()).client((client, scene) -> cache(client, scene));
        warmedUp("cache-revalidation-meets-503-once", answering(503, List.of()).then(notModified()), stale())
                .client((client, scene) -> cache(client, scene));
        http1("cache-only-but-empty", OK)
                .client((client, scene) -> cache(client, scene))
                .request(request -> request.cacheControl(CacheControl.FORCE_CACHE));
    }

    private static Http1Server.Play stale() {
        return exchange -> exchange.respond(200, "stored", "Cache-Control: max-age=0", "ETag: \"1\"");
    }

    private static Http1Server.Play notModified() {
        return exchange -> {
            if (exchange.isConditional()) {
                exchange.readBody().head(304).write("ETag: \"1\"\r\n\r\n");
            } else {
                exchange.respond(200, "ok");
            }
        };
    }

    private static void cache(OkHttpClient.Builder client, Fault.Scene scene) {
        client.cache(new Cache(scene.directory().toFile(), 1 << 20));
    }

    private void onceAndAlways(String name, Http1Server.Play play) {
        http1(name + "-once", play.then(OK));
        http1(name + "-always", play);
    }

    private Fault http1(String name, Http1Server.Play play) {
        return add(name, () -> new Http1Server(play, null, null));
    }

    private Fault add(String name, Supplier<ScriptedServer> server) {
        Fault fault = new Fault(name, server);
        faults.add(fault);
        return fault;
    }
}
