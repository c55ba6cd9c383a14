package dev.fairlead.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One call that succeeds over HTTP/1.1 on a real socket of this machine, to a server that allocates nothing for it.
 *
 * <p>Read the ratios and {@code gc.alloc.rate.norm} (with {@code -prof gc}), not the times.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class LoopbackCallBenchmark {
    private final CannedServer server = new CannedServer();
    private final Peers peers = new Peers(new OkHttpClient(), "127.0.0.1");
    private final Request request = new Request.Builder()
            .url("http://127.0.0.1:" + server.port() + "/repos/acme/rocket")
            .header("Authorization", "Bearer ghp_000000000000000000000000000000000000")
            .header("Accept", "application/vnd.github+json")
            .build();

    /** Ends the server. */
    @TearDown
    public void stop() throws IOException {
        server.close();
    }

    /** OkHttp alone. */
    @Benchmark
    public int bareOkHttp() throws IOException {
        return call(peers.bare);
    }

    /** OkHttp with our rules. */
    @Benchmark
    public int fairlead() throws IOException {
        return call(peers.wrapped);
    }

    /** By our call factory. */
    @Benchmark
    public int fairleadFactory() throws IOException {
        return call(peers.factory);
    }

    /** OkHttp with resilience4j by hand. */
    @Benchmark
    public int handWiredResilience4j() throws IOException {
        return call(peers.handWired);
    }

    private int call(Call.Factory calls) throws IOException {
        try (Response response = calls.newCall(request).execute()) {
            return response.body().source().readByte();
        }
    }

    /** Answers every request on a connection with the same bytes. */
    private static final class CannedServer implements AutoCloseable {
        private final ServerSocket socket;
        private final byte[] answer;

        CannedServer() {
            try {
                socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            } catch (IOException unavailable) {
                throw new UncheckedIOException(unavailable);
            }
            StringBuilder head = new StringBuilder("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n");
            Headers headers = Peers.answerHeaders();
            for (int index = 0; index < headers.size(); index++) {
                head.append(headers.name(index))
                        .append(": ")
                        .append(headers.value(index))
                        .append("\r\n");
            }
            answer = head.append("\r\n1").toString().getBytes(StandardCharsets.US_ASCII);
            daemon(this::accept);
        }

        int port() {
            return socket.getLocalPort();
        }

        private void accept() {
            try {
                while (true) {
                    Socket connection = socket.accept();
                    connection.setTcpNoDelay(true);
                    daemon(() -> serve(connection));
                }
            } catch (IOException closed) {
                // The benchmark is over.
            }
        }

        /** A request has no body, so it ends with its first empty line. */
        private void serve(Socket connection) {
            byte[] buffer = new byte[8192];
            try (InputStream in = connection.getInputStream();
                    OutputStream out = connection.getOutputStream()) {
                int end = 0;
                for (int read = in.read(buffer); read != -1; read = in.read(buffer)) {
                    for (int index = 0; index < read; index++) {
                        byte expected = (byte) ((end & 1) == 0 ? '\r' : '\n');
                        end = buffer[index] == expected ? end + 1 : 0;
                        if (end == 4) {
                            end = 0;
                            out.write(answer);
                        }
                    }
                }
            } catch (IOException closed) {
                throw new UncheckedIOException(closed);
            }
        }

        private static void daemon(Runnable task) {
            Thread thread = new Thread(task, "canned-server");
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
