package dev.fairlead.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/**
 * Keeps hold of the sockets that a server accepts, so that a connection can be closed at any moment, whatever protocol it
 * speaks: MockWebServer itself cannot once a request on HTTP/2 has begun. Thread-safe.
 */
final class ServerSockets extends ServerSocketFactory {
    /** By connection index: MockWebServer numbers them as it accepts them. Guarded by {@code this}. */
    private final List<Socket> accepted = new ArrayList<>();

    private final AtomicInteger drops = new AtomicInteger();

    /** Sets how many of the next connections are closed as soon as they are accepted; they are not counted. */
    void drop(int connections) {
        drops.set(connections);
    }

    void close(int connection) {
        Socket socket;
        synchronized (this) {
            socket = accepted.get(connection);
        }
        close(socket);
    }

    void closeAll() {
        List<Socket> sockets;
        synchronized (this) {
            sockets = List.copyOf(accepted);
        }
        sockets.forEach(ServerSockets::close);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void add(Socket socket) {
        accepted.add(socket);
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        return new ServerSocket() {
            @Override
            public Socket accept() throws IOException {
                Socket socket = super.accept();
                while (drops.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    socket.close();
                    socket = super.accept();
                }
                // Headers and body are two writes, and the second would wait 40 ms for the client to confirm the first.
                socket.setTcpNoDelay(true);
                add(socket);
                return socket;
            }
        };
    }

    @Override
    public ServerSocket createServerSocket(int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address) {
        throw new UnsupportedOperationException();
    }
}
