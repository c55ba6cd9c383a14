package dev.fairlead.okhttp.faults;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** Speaks HTTP/1.1 as a script says, with or without TLS. */
final class Http1Server extends ScriptedServer {
    /** What the server does with a request, whose head it has read. */
    @FunctionalInterface
    interface Play {
        /** An exception closes the connection, as does {@link Exchange#close()}. */
        void play(Exchange exchange) throws IOException;

        /** This for the first request, the other for all from then on. */
        default Play then(Play other) {
            return exchange -> (exchange.number() == 0 ? this : other).play(exchange);
        }
    }

    private final Play play;
    private final @Nullable Play warmUp;
    private final @Nullable SSLSocketFactory tls;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger tunnelsAsked = new AtomicInteger();
    private volatile int challengedTunnels = -1;

    /**
     * Not started yet.
     *
     * @param play what it does with requests
     * @param warmUp what it does with the first of all, which is not counted; null for nothing special
     * @param tls null for plain HTTP
     */
    Http1Server(Play play, @Nullable Play warmUp, @Nullable SSLSocketFactory tls) {
        super(warmUp != null);
        this.play = play;
        this.warmUp = warmUp;
        this.tls = tls;
    }

    /** Plays the proxy too, whose tunnels end here; the first so many times that it is asked for one it says 407. */
    void tunnel(int challenged) {
        challengedTunnels = challenged;
    }

    @Override
    void serve(Socket socket) throws IOException {
        if (challengedTunnels >= 0 && !isTunnelOpened(socket)) {
            return;
        }
        Socket open = socket;
        if (tls != null) {
            SSLSocket secure = (SSLSocket) tls.createSocket(socket, null, socket.getPort(), true);
            secure.setUseClientMode(false);
            secure.startHandshake();
            open = secure;
        }
        InputStream in = new BufferedInputStream(open.getInputStream());
        for (Head head = Head.read(in); head != null; head = Head.read(in)) {
            SeenRequest request = new SeenRequest(head.method());
            boolean isWarmUp = record(request);
            Exchange exchange = new Exchange(this, open, in, head, request, isWarmUp ? -1 : requests.getAndIncrement());
            if (!isWarmUp || warmUp == null) {
                play.play(exchange);
            } else {
                warmUp.play(exchange);
                warmUpIsOver();
            }
            if (open.isClosed()) {
                return;
            }
        }
    }

    /** What asks for a tunnel is no request of the caller's, so the record leaves it out. */
    private boolean isTunnelOpened(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        while (Head.read(in) != null) {
            boolean challenged = tunnelsAsked.getAndIncrement() < challengedTunnels;
            String answer = challenged
                    ? "HTTP/1.1 407 Scripted\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\nContent-Length: 0\r\n\r\n"
                    : "HTTP/1.1 200 Scripted\r\n\r\n";
            out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
            if (!challenged) {
                return true;
            }
        }
        return false;
    }

    /** A request's head, as far as a script needs it. */
    private record Head(
            String method, String path, long length, boolean chunked, boolean conditional, boolean expectsContinue) {
        static @Nullable Head read(InputStream in) throws IOException {
            String line = line(in);
            if (line.isEmpty()) {
                return null;
            }
            String[] words = line.split(" ", 3);
            if (words.length < 3) {
                throw new IOException("no request line: " + line);
            }
            long length = 0;
            boolean chunked = false;
            boolean conditional = false;
            boolean expectsContinue = false;
            for (String field = line(in); !field.isEmpty(); field = line(in)) {
                String lower = field.toLowerCase(Locale.ROOT);
                if (lower.startsWith("content-length:")) {
                    length = Long.parseLong(lower.substring(15).trim());
                }
                chunked |= lower.equals("transfer-encoding: chunked");
                conditional |= lower.startsWith("if-none-match:");
                expectsContinue |= lower.equals("expect: 100-continue") && !words[0].equals("GET");
            }
            return new Head(words[0], words[1], length, chunked, conditional, expectsContinue);
        }

        static String line(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    if (line.isEmpty()) {
                        return "";
                    }
                    throw new IOException("a line broke off");
                }
                if (next != '\r') {
                    line.append((char) next);
                }
            }
            return line.toString();
        }
    }

    /** One request and what is done with it. Used by its connection's thread. */
    static final class Exchange {
        private final ScriptedServer server;
        private final Socket socket;
        private final InputStream in;
        private final Head head;
        private final SeenRequest request;
        private final int number;
        private boolean bodyRead;

        private Exchange(
                ScriptedServer server, Socket socket, InputStream in, Head head, SeenRequest request, int number) {
            this.server = server;
            this.socket = socket;
            this.in = in;
            this.head = head;
            this.request = request;
            this.number = number;
        }

        /** Which request it is, over all connections; 0 for the first that is no warm-up. */
        int number() {
            return number;
        }

        String path() {
            return head.path();
        }

        boolean isConditional() {
            return head.conditional();
        }

        /** Whether the client waits with its body for an answer. */
        boolean expectsContinue() {
            return head.expectsContinue();
        }

        /** Reads the request to its end, once. */
        Exchange readBody() throws IOException {
            if (bodyRead) {
                return this;
            }
            bodyRead = true;
            if (!head.chunked()) {
                in.readNBytes((int) head.length());
                return this;
            }
            int size;
            do {
                size = Integer.parseInt(Head.line(in), 16);
                in.readNBytes(size);
                Head.line(in);
            } while (size > 0);
            return this;
        }

        /** Reads the request and answers it with a whole answer. */
        void respond(int status, String body, String... headers) throws IOException {
            readBody();
            head(status, headers);
            write("Content-Length: " + body.length() + "\r\n\r\n" + body);
        }

        /** Writes a status line and headers, but not the empty line after them. */
        Exchange head(int status, String... headers) throws IOException {
            if (status >= 200) {
                request.answeredWith(Integer.toString(status));
            }
            StringBuilder text = new StringBuilder("HTTP/1.1 " + status + " Scripted\r\n");
            for (String header : headers) {
                text.append(header).append("\r\n");
            }
            write(text.toString());
            return this;
        }

        Exchange write(String text) throws IOException {
            return write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        Exchange write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        }

        /** One byte after the other, until all is written or the client leaves. */
        void drip(String text, long pauseMillis) throws IOException {
            for (int index = 0; index < text.length(); index++) {
                write(text.substring(index, index + 1));
                server.pause(pauseMillis);
            }
        }

        void pause(long millis) throws IOException {
            server.pause(millis);
        }

        void close() throws IOException {
            socket.close();
        }

        /** What the client has not read yet is lost to it. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Says nothing more. */
        void holdUntilClientLeaves() throws IOException {
            in.transferTo(OutputStream.nullOutputStream());
            close();
        }
    }
}
