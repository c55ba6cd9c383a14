package dev.fairlead.okhttp.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import javax.net.SocketFactory;

/** Sockets of a client whose connections are refused, really and by the machine, or never made. Thread-safe. */
final class ScriptedSockets extends SocketFactory {
    /** What a socket does instead of connecting to an address. */
    private interface Connect {
        /** False if it is to connect after all. */
        boolean fails(Socket socket, InetSocketAddress address, int timeoutMillis) throws IOException;
    }

    private final Connect connect;

    private ScriptedSockets(Connect connect) {
        this.connect = connect;
    }

    /** Connections, counted from 0, that are refused. */
    static ScriptedSockets refusing(IntPredicate connection) {
        AtomicInteger connections = new AtomicInteger();
        return new ScriptedSockets(
                (socket, address, timeout) -> connection.test(connections.getAndIncrement()) && refuse());
    }

    /** Addresses that refuse connections. */
    static ScriptedSockets refusingAt(Predicate<InetAddress> where) {
        return new ScriptedSockets((socket, address, timeout) -> where.test(address.getAddress()) && refuse());
    }

    /** Nobody answers, as behind a firewall that drops. */
    static ScriptedSockets unreachable() {
        return new ScriptedSockets((socket, address, timeout) -> {
            try {
                if (((ScriptedSocket) socket).closed.await(timeout, TimeUnit.MILLISECONDS)) {
                    throw new SocketException("Socket closed");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            throw new SocketTimeoutException("Connect timed out");
        });
    }

    /** A port that is taken, but nobody listens on it. */
    private static boolean refuse() throws IOException {
        try (Socket deaf = new Socket();
                Socket refused = new Socket()) {
            deaf.bind(new InetSocketAddress("127.0.0.1", 0));
            refused.connect(deaf.getLocalSocketAddress());
        }
        throw new AssertionError("not refused");
    }

    @Override
    public Socket createSocket() {
        return new ScriptedSocket();
    }

    private final class ScriptedSocket extends Socket {
        final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            if (!connect.fails(this, (InetSocketAddress) endpoint, timeout)) {
                super.connect(endpoint, timeout);
            }
        }

        @Override
        public void close() throws IOException {
            closed.countDown();
            super.close();
        }
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException();
    }
}
