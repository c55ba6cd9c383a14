package dev.fairlead.okhttp.faults;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Speaks HTTP/2 without TLS (prior knowledge), frame by frame as a script says (RFC 9113). Of the requests it reads only
 * what it needs to count them.
 */
final class Http2Server extends ScriptedServer {
    /** What the server does with a request, which it has read to the end. */
    @FunctionalInterface
    interface Play {
        /** An exception closes the connection. */
        void play(Stream stream) throws IOException;

        /** This for the first request, the other for all from then on. */
        default Play then(Play other) {
            return stream -> (stream.number() == 0 ? this : other).play(stream);
        }
    }

    private static final int PREFACE_BYTES = 24;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    /** The field {@code :method: POST} in the static table of RFC 7541, which OkHttp writes first. */
    private static final byte METHOD_POST = (byte) 0x83;

    private final Play play;
    private final @Nullable Play warmUp;
    private final AtomicInteger requests = new AtomicInteger();
    private volatile boolean early;

    /** Not started yet; see {@link Http1Server}. */
    Http2Server(Play play, @Nullable Play warmUp) {
        super(warmUp != null);
        this.play = play;
        this.warmUp = warmUp;
    }

    /** Plays when it has read the head, and never reads a body. */
    void playEarly() {
        early = true;
    }

    @Override
    void serve(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        Map<Integer, Stream> open = new HashMap<>();
        in.readFully(new byte[PREFACE_BYTES]);
        frame(out, SETTINGS, 0, 0, new byte[0]);
        while (!socket.isClosed()) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int id = in.readInt() & Integer.MAX_VALUE;
            byte[] payload = new byte[length];
            in.readFully(payload);
            if (type == SETTINGS && (flags & ACK) == 0) {
                frame(out, SETTINGS, ACK, 0, new byte[0]);
            } else if (type == PING && (flags & ACK) == 0) {
                frame(out, PING, ACK, 0, payload);
            } else if (type == HEADERS) {
                SeenRequest request = new SeenRequest(payload[0] == METHOD_POST ? "POST" : "GET");
                boolean isWarmUp = record(request);
                open.put(id, new Stream(this, socket, out, id, request, isWarmUp ? -1 : requests.getAndIncrement()));
            }
            if (type == HEADERS && early || (type == HEADERS || type == DATA) && (flags & END_STREAM) != 0) {
                Stream stream = open.remove(id);
                if (stream != null) {
                    answer(stream);
                }
            }
        }
    }

    private void answer(Stream stream) throws IOException {
        if (stream.number() >= 0 || warmUp == null) {
            play.play(stream);
        } else {
            warmUp.play(stream);
            warmUpIsOver();
        }
    }

    private static void frame(DataOutputStream out, int type, int flags, int stream, byte[] payload)
            throws IOException {
        out.writeByte(payload.length >> 16);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
        out.flush();
    }

    /** Error codes of RFC 9113 section 7. */
    enum ErrorCode {
        NO_ERROR(0),
        INTERNAL_ERROR(2),
        REFUSED_STREAM(7),
        CANCEL(8),
        ENHANCE_YOUR_CALM(11);

        private final int code;

        ErrorCode(int code) {
            this.code = code;
        }
    }

    /** One request and what is done with it. Used by its connection's thread. */
    static final class Stream {
        private final ScriptedServer server;
        private final Socket socket;
        private final DataOutputStream out;
        private final int id;
        private final SeenRequest request;
        private final int number;

        private Stream(
                ScriptedServer server, Socket socket, DataOutputStream out, int id, SeenRequest request, int number) {
            this.server = server;
            this.socket = socket;
            this.out = out;
            this.id = id;
            this.request = request;
            this.number = number;
        }

        /** Which request it is, over all connections; 0 for the first that is no warm-up. */
        int number() {
            return number;
        }

        /** A whole answer. */
        void respond(int status, String body) throws IOException {
            head(status);
            data(body, true);
        }

        Stream head(int status) throws IOException {
            request.answeredWith(Integer.toString(status));
            byte[] text = Integer.toString(status).getBytes(StandardCharsets.US_ASCII);
            // RFC 7541 section 6.2.2: a literal value under the name of entry 8, :status.
            frame(out, HEADERS, END_HEADERS, id, new byte[] {0x08, 3, text[0], text[1], text[2]});
            return this;
        }

        Stream data(String text, boolean last) throws IOException {
            frame(out, DATA, last ? END_STREAM : 0, id, text.getBytes(StandardCharsets.US_ASCII));
            return this;
        }

        void reset(ErrorCode error) throws IOException {
            if (request.answer().equals(SeenRequest.NO_ANSWER)) {
                request.answeredWith(error.name());
            }
            frame(out, RST_STREAM, 0, id, new byte[] {0, 0, 0, (byte) error.code});
        }

        /** The connection takes no more requests, and this one counts as never seen: RFC 9113 section 6.8. */
        void goAwayWithoutThis() throws IOException {
            request.answeredWith(ErrorCode.REFUSED_STREAM.name());
            frame(out, GOAWAY, 0, 0, new byte[8]);
        }

        /** The same from a connection that has answered others: the last it has seen is the one before this. */
        void goAwayAfterTheOneBefore() throws IOException {
            request.answeredWith(ErrorCode.REFUSED_STREAM.name());
            // A client's streams have odd numbers: RFC 9113 section 5.1.1.
            frame(out, GOAWAY, 0, 0, new byte[] {0, 0, 0, (byte) (id - 2), 0, 0, 0, 0});
        }

        /** The connection takes no requests after this one. */
        Stream goAwayAfterThis() throws IOException {
            frame(out, GOAWAY, 0, 0, new byte[] {0, 0, 0, (byte) id, 0, 0, 0, 0});
            return this;
        }

        void pause(long millis) throws IOException {
            server.pause(millis);
        }

        void close() throws IOException {
            socket.close();
        }
    }
}
