package dev.fairlead.okhttp.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A server on bare sockets, for what MockWebServer cannot say: half a status line, a reset in the place of an answer, a
 * body without end. It writes down each request as soon as its head is read, before anything else happens to it.
 * Thread-safe.
 */
abstract class ScriptedServer implements AutoCloseable {
    private final ServerSocket listener;
    private final List<SeenRequest> seen = new CopyOnWriteArrayList<>();
    private final List<Thread> connections = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch warmedUp = new CountDownLatch(1);
    private final Thread acceptor = new Thread(this::accept, "scripted-server");
    private volatile IntPredicate dropped = connection -> false;
    private volatile int lastPort = -1;

    /** Whether the first request of all is a warm-up, which the record leaves out. */
    private final boolean warmUp;

    private volatile @Nullable SeenRequest warmUpRequest;

    ScriptedServer(boolean warmUp) {
        this.warmUp = warmUp;
        try {
            // Any address of the loopback network: hosts with two of them are among the cases.
            listener = new ServerSocket(0, 50, InetAddress.getByName("0.0.0.0"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    final void start() {
        acceptor.setDaemon(true);
        acceptor.start();
    }

    final int port() {
        return listener.getLocalPort();
    }

    /** Which connections, counted from 0, are closed as soon as they are accepted. */
    final void drop(IntPredicate connection) {
        dropped = connection;
    }

    /** The record, without the warm-up; final once the server is closed. */
    final List<SeenRequest> seen() {
        return seen;
    }

    /** Blocks until the warm-up's exchange is over for the server too. */
    final void awaitWarmUp() throws InterruptedException {
        if (!warmedUp.await(20, TimeUnit.SECONDS)) {
            throw new AssertionError("the warm-up did not end");
        }
    }

    /** Serves one connection until it is over. */
    abstract void serve(Socket socket) throws IOException;

    /** Writes a request down; true for the warm-up. */
    final boolean record(SeenRequest request) {
        if (warmUp && warmUpRequest == null) {
            warmUpRequest = request;
            return true;
        }
        seen.add(request);
        return false;
    }

    final void warmUpIsOver() {
        warmedUp.countDown();
    }

    /** Waits, but not beyond the end of the test. */
    final void pause(long millis) throws IOException {
        try {
            if (closing.await(millis, TimeUnit.MILLISECONDS)) {
                throw new IOException("the server is closing");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /**
     * Waits until all that clients have sent is read and written down. They must have closed their connections.
     *
     * @throws AssertionError if a connection is still open: the client has leaked it
     */
    @Override
    public final void close() {
        try {
            // Connections are accepted in their order, so after this one there is none left in the queue.
            try (Socket last = new Socket()) {
                last.bind(null);
                lastPort = last.getLocalPort();
                last.connect(new InetSocketAddress("127.0.0.1", port()));
                acceptor.join(TimeUnit.SECONDS.toMillis(20));
            }
            closing.countDown();
            listener.close();
            boolean open = false;
            for (Thread connection : connections) {
                connection.join(TimeUnit.SECONDS.toMillis(20));
                open |= connection.isAlive();
            }
            for (Socket socket : sockets) {
                socket.close();
            }
            if (open) {
                throw new AssertionError("the client left a connection open");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                if (socket.getPort() == lastPort) {
                    socket.close();
                    return;
                }
                if (dropped.test(accepted.getAndIncrement())) {
                    socket.close();
                    continue;
                }
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                Thread connection = new Thread(() -> serveAndClose(socket), "scripted-server-connection");
                connection.setDaemon(true);
                connections.add(connection);
                connection.start();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serveAndClose(Socket socket) {
        try (Socket closed = socket) {
            serve(closed);
        } catch (IOException clientLeft) {
            // As clients do.
            return;
        }
    }
}
