package dev.fairlead.testkit;

import dev.fairlead.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;

/**
 * A server on this machine that plays an API, for clients that go on calling the API's real address.
 *
 * <pre>{@code
 * @AutoClose
 * final StubProvider stub = StubProvider.start("api.github.com");
 *
 * @Test
 * void aSecondAttemptHelps() throws IOException {
 *     stub.when("GET", "/repos/.*").respond(StubAnswer.status(503), StubAnswer.json(200, "{}"));
 *     OkHttpClient client = stub.reroute(applicationsClient);
 *     // call https://api.github.com/repos/square/okhttp
 *     assertThat(stub.requestCount()).isEqualTo(2);
 * }
 * }</pre>
 *
 * <p>JUnit's {@code @AutoClose} closes it after each test or, in a static field, after the class; then {@link #reset()}
 * between the tests. With hosts it speaks TLS with a certificate for them, and HTTP/2 or HTTP/1.1 as the client prefers;
 * without any, plain HTTP/1.1 on {@code localhost}.
 *
 * <p>What it counts is what the server saw: it hides no request and sends none. Thread-safe.
 */
public final class StubProvider implements AutoCloseable {
    private final MockWebServer server = new MockWebServer();
    private final ServerSockets sockets = new ServerSockets();
    private final RequestLog log = new RequestLog();
    private final StubScript script;
    private final Thread watcher = new Thread(this::watchForIncompleteRequests, "stub-provider");
    private final HttpUrl base;
    /** Null if this stub claims no hosts. */
    private final @Nullable ClaimedHosts claimedHosts;

    private StubProvider(Builder builder) throws IOException {
        Ticker ticker = builder.ticker;
        long startNanos = ticker.nanoTime();
        script = new StubScript(log, sockets, () -> Duration.ofNanos(ticker.nanoTime() - startNanos));
        server.setDispatcher(script);
        server.setServerSocketFactory(sockets);
        server.setProtocols(builder.protocols);
        List<String> hosts = builder.hosts;
        if (hosts.isEmpty()) {
            server.start();
            claimedHosts = null;
            base = server.url("/");
        } else {
            HeldCertificate.Builder held = new HeldCertificate.Builder();
            hosts.forEach(held::addSubjectAlternativeName);
            HeldCertificate certificate = held.build();
            HandshakeCertificates certificates = new HandshakeCertificates.Builder()
                    .heldCertificate(certificate)
                    .addTrustedCertificate(certificate.certificate())
                    .build();
            server.useHttps(certificates.sslSocketFactory());
            server.start();
            claimedHosts = new ClaimedHosts(hosts, server.getSocketAddress(), certificates);
            base = HttpUrl.get("https://" + hosts.get(0).replace("*", "stub") + "/");
        }
        watcher.setDaemon(true);
        watcher.start();
    }

    /**
     * Starts a stub.
     *
     * @param hosts what it claims, such as {@code api.github.com} or {@code *.myshopify.com}; none: plain HTTP on localhost
     */
    public static StubProvider start(String... hosts) {
        return builder().hosts(hosts).start();
    }

    /** Makes a stub with more settings. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Names requests for which an answer follows. The routes added last are tried first, so a test can overrule what its
     * set-up said. Where no route fits, the answer is a 404 that says so.
     *
     * @param method the method, or {@code *} for any
     * @param regex a regular expression for all of the encoded path, or for all of the encoded path and query; the question
     *     mark between them is {@code \\?} in it
     */
    public Route when(String method, String regex) {
        return new Route(RequestPattern.of(method, regex));
    }

    /** The address under which clients call the stub: of the first host it claims, or of localhost. */
    public HttpUrl url(String path) {
        return Objects.requireNonNull(base.resolve(path));
    }

    /** The same client, with {@link #interceptor()} behind its other interceptors. */
    public OkHttpClient reroute(OkHttpClient client) {
        return client.newBuilder().addInterceptor(interceptor()).build();
    }

    /**
     * Leads calls to this stub: of the hosts it claims, with their real https addresses, certificate checks and HTTP
     * versions. Calls to any other host fail with an {@code UnknownHostException}, so that no test reaches the real
     * network; Fairlead's rules repeat them like any failed connection.
     *
     * <p>An application interceptor. What it changes holds for all that lies behind it, so it may stand before Fairlead's
     * or after it, and {@code reroute(ResilientOkHttp.wrap(client, fairlead))} and
     * {@code ResilientOkHttp.wrap(reroute(client), fairlead)} are both right. The interceptors of several stubs may stand
     * in one client.
     *
     * @throws IllegalStateException if this stub claims no hosts
     */
    public Interceptor interceptor() {
        return claimed();
    }

    /** All requests so far, oldest first, also those that broke off before their end. */
    public List<StubRequest> requests() {
        return log.snapshot();
    }

    /** The requests so far that {@link #when(String, String)} with these arguments would mean. */
    public List<StubRequest> requests(String method, String regex) {
        RequestPattern pattern = RequestPattern.of(method, regex);
        return requests().stream().filter(pattern::matches).toList();
    }

    /** The number of requests so far. */
    public int requestCount() {
        return requests().size();
    }

    /**
     * Blocks until the server has seen at least so many requests, and returns all it has seen.
     *
     * @throws AssertionError if they are fewer after 30 seconds of real time
     */
    public List<StubRequest> awaitRequests(int count) {
        return log.await(count);
    }

    /**
     * The next so many connections are refused, as if nobody listened: a {@code ConnectException}, nothing sent. Zero ends
     * that.
     *
     * @throws IllegalStateException if this stub claims no hosts
     */
    public void refuseConnections(int count) {
        claimed().refuse(count);
    }

    /**
     * The next so many connections are accepted and closed at once, before a handshake and before a byte is read. Zero
     * ends that.
     */
    public void dropConnections(int count) {
        sockets.drop(count);
    }

    /** Closes all open connections, as servers do with idle ones: clients find them stale at their next request. */
    public void closeConnections() {
        sockets.closeAll();
    }

    /** Forgets routes, requests and announced faults; connections stay open. */
    public void reset() {
        script.clear();
        log.clear();
        sockets.drop(0);
        if (claimedHosts != null) {
            claimedHosts.refuse(0);
        }
    }

    /** Closes the server and all connections. */
    @Override
    public void close() {
        server.close();
        watcher.interrupt();
    }

    private ClaimedHosts claimed() {
        if (claimedHosts == null) {
            throw new IllegalStateException("this stub claims no hosts: start it with some, or call " + base);
        }
        return claimedHosts;
    }

    /** MockWebServer asks for no answer to these, so the script does not see them. */
    private void watchForIncompleteRequests() {
        try {
            while (true) {
                RecordedRequest request = server.takeRequest();
                if (request.getFailure() != null) {
                    script.record(request);
                }
            }
        } catch (InterruptedException e) {
            // The stub is closed.
        }
    }

    /** Requests that wait for their answers. Without answers, it has no effect. */
    public final class Route {
        private final RequestPattern pattern;

        private Route(RequestPattern pattern) {
            this.pattern = pattern;
        }

        /** Answers each request with the next of these, in the order of arrival, and with the last from then on. */
        public void respond(StubAnswer first, StubAnswer... then) {
            List<StubAnswer> answers =
                    Stream.concat(Stream.of(first), Stream.of(then)).toList();
            AtomicInteger next = new AtomicInteger();
            respond(request -> answers.get(next.getAndUpdate(index -> Math.min(index + 1, answers.size() - 1))));
        }

        /** Answers each request with what is computed for it. */
        public void respond(StubAnswer.Source source) {
            script.add(pattern, source);
        }
    }

    /** The settings of a stub. Not thread-safe. */
    public static final class Builder {
        private List<String> hosts = List.of();
        private List<Protocol> protocols = List.of(Protocol.HTTP_2, Protocol.HTTP_1_1);
        private Ticker ticker = Ticker.system();

        private Builder() {}

        /** See {@link StubProvider#start}. Default: none. */
        public Builder hosts(String... names) {
            hosts = Stream.of(names).map(name -> name.toLowerCase(Locale.ROOT)).toList();
            return this;
        }

        /** Offers HTTP/1.1 alone. Default: HTTP/2 as well, for clients of the claimed hosts. */
        public Builder http1() {
            protocols = List.of(Protocol.HTTP_1_1);
            return this;
        }

        /** Where {@link StubRequest#at} comes from. Default: the machine's clock. */
        public Builder ticker(Ticker source) {
            ticker = source;
            return this;
        }

        /** Starts the stub. */
        public StubProvider start() {
            try {
                return new StubProvider(this);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
