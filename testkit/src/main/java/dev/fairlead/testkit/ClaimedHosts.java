package dev.fairlead.testkit;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.net.UnknownServiceException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.CertificatePinner;
import okhttp3.Dns;
import okhttp3.Interceptor;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;

/**
 * Leads calls of the claimed hosts to the stub and all others nowhere. What it gives a call, itself as {@link Dns}
 * included, is the same for all calls: OkHttp shares connections only among those. Thread-safe.
 */
final class ClaimedHosts implements Interceptor, Dns {
    private final List<String> hosts;
    private final InetSocketAddress stub;
    private final X509TrustManager trust;
    private final SSLSocketFactory tls;
    private final SocketFactory sockets = new Sockets();
    private final AtomicInteger refusals = new AtomicInteger();
    /** Guarded by {@code this}. */
    private final Map<String, InetAddress> addresses = new HashMap<>();

    ClaimedHosts(List<String> hosts, InetSocketAddress stub, HandshakeCertificates certificates) {
        this.hosts = hosts;
        this.stub = stub;
        this.trust = certificates.trustManager();
        this.tls = certificates.sslSocketFactory();
    }

    /** Sets how many of the next connections are refused. */
    void refuse(int connections) {
        refusals.set(connections);
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        okhttp3.Request request = chain.request();
        String host = request.url().host();
        if (!claims(host) && chain.getDns() instanceof ClaimedHosts other && other.claims(host)) {
            // Another stub's interceptor stands before this one, and the call is for that stub.
            return chain.proceed(request);
        }
        if (claims(host) && !request.isHttps()) {
            throw new UnknownServiceException("the stub of " + host + " speaks https only: " + request.url());
        }
        return chain.withDns(this)
                .withSocketFactory(sockets)
                .withSslSocketFactory(tls, trust)
                // The application's pins are for the real certificates, its proxy for the real network.
                .withCertificatePinner(CertificatePinner.DEFAULT)
                .withProxy(Proxy.NO_PROXY)
                .proceed(request);
    }

    /**
     * Gives each host an address of its own, of a range that is routed nowhere (RFC 2544): OkHttp sends the requests of
     * hosts with one address and one certificate over one HTTP/2 connection, which does not happen with real providers.
     */
    @Override
    public synchronized List<InetAddress> lookup(String hostname) throws UnknownHostException {
        if (!claims(hostname)) {
            throw unknown(hostname);
        }
        InetAddress address = addresses.get(hostname);
        if (address == null) {
            int number = addresses.size() + 1;
            byte[] bytes = {(byte) 198, 18, (byte) (number >> 8), (byte) number};
            address = InetAddress.getByAddress(hostname, bytes);
            addresses.put(hostname, address);
        }
        return List.of(address);
    }

    private boolean claims(String host) {
        return hosts.stream()
                .anyMatch(each -> each.startsWith("*.")
                        ? host.indexOf('.') > 0
                                && host.substring(host.indexOf('.')).equals(each.substring(1))
                        : host.equals(each));
    }

    private UnknownHostException unknown(String host) {
        return new UnknownHostException(
                host + " is not claimed by the stub, and no test may reach the real network; claimed: " + hosts);
    }

    private final class Sockets extends SocketFactory {
        @Override
        public Socket createSocket() {
            return new Socket() {
                @Override
                public void connect(SocketAddress endpoint, int timeout) throws IOException {
                    // An address in a URL does not pass through the Dns.
                    String host = ((InetSocketAddress) endpoint).getHostString();
                    if (!claims(host)) {
                        throw unknown(host);
                    }
                    if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                        throw new ConnectException("Connection refused (by the stub of " + host + ")");
                    }
                    super.connect(stub, timeout);
                }
            };
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
}
