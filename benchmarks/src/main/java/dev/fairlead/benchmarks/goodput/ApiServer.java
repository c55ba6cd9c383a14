package dev.fairlead.benchmarks.goodput;

import dev.fairlead.testkit.SimulatedQuota;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The provider's end: HTTP/1.1 on a socket of this machine, a thread for each connection, answers by a simulated quota.
 *
 * <p>An answer takes 20 ms on average, half of it before the quota is asked and half after, as on a real road: whoever
 * counts what is under way must count on both. Its jitter is drawn from a fixed seed, the same for every peer. Nagle's
 * algorithm is off and an answer is one write, so that nothing waits for an acknowledgement. Thread-safe.
 */
final class ApiServer implements AutoCloseable {
    private static final int SHORTEST_HALF_MICROS = 5_000;
    private static final int LONGEST_HALF_MICROS = 15_000;

    private final SimulatedQuota quota;
    private final int cost;
    private final ServerSocket socket;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    /**
     * Starts.
     *
     * @param quota what answers
     * @param cost what each request is charged, as the requests of one run are all alike
     */
    ApiServer(SimulatedQuota quota, int cost) {
        this.quota = quota;
        this.cost = cost;
        try {
            socket = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        } catch (IOException unavailable) {
            throw new UncheckedIOException(unavailable);
        }
        daemon(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        SplittableRandom seeds = new SplittableRandom(20_261_124);
        try {
            while (true) {
                Socket connection = socket.accept();
                connection.setTcpNoDelay(true);
                connections.add(connection);
                SplittableRandom jitter = seeds.split();
                daemon(() -> serve(connection, jitter));
            }
        } catch (IOException closed) {
            // The run is over.
        }
    }

    private void serve(Socket connection, SplittableRandom jitter) {
        try (InputStream in = new BufferedInputStream(connection.getInputStream());
                OutputStream out = connection.getOutputStream()) {
            while (readRequest(in)) {
                sleep(jitter);
                SimulatedQuota.Answer answer = quota.request(System.nanoTime(), cost);
                byte[] bytes = bytesOf(answer);
                sleep(jitter);
                out.write(bytes);
            }
        } catch (IOException | InterruptedException closed) {
            // The run is over, or the client gave the connection up.
        } finally {
            connections.remove(connection);
        }
    }

    private static void sleep(SplittableRandom jitter) throws InterruptedException {
        int micros = jitter.nextInt(SHORTEST_HALF_MICROS, LONGEST_HALF_MICROS + 1);
        Thread.sleep(micros / 1_000, micros % 1_000 * 1_000);
    }

    /** Reads a request to the end of its body. False where the client has closed. */
    private static boolean readRequest(InputStream in) throws IOException {
        String line = readLine(in);
        if (line.isEmpty()) {
            return false;
        }
        int bodyBytes = 0;
        for (line = readLine(in); !line.isEmpty(); line = readLine(in)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                bodyBytes = Integer.parseInt(
                        line.substring("content-length:".length()).trim());
            }
        }
        in.skipNBytes(bodyBytes);
        return true;
    }

    /** A line without its end; empty at the end of the head and of the connection. */
    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int next = in.read(); next != -1 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private static byte[] bytesOf(SimulatedQuota.Answer answer) {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        StringBuilder text = new StringBuilder(512)
                .append("HTTP/1.1 ")
                .append(answer.status())
                .append(answer.admitted() ? " OK" : " Refused")
                .append("\r\nContent-Length: ")
                .append(body.length)
                .append("\r\nContent-Type: application/json; charset=utf-8\r\n");
        answer.headers()
                .forEach((name, value) ->
                        text.append(name).append(": ").append(value).append("\r\n"));
        byte[] head = text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = new byte[head.length + body.length];
        System.arraycopy(head, 0, bytes, 0, head.length);
        System.arraycopy(body, 0, bytes, head.length, body.length);
        return bytes;
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "api-server");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}
