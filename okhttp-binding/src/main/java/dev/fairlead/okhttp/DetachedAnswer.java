package dev.fairlead.okhttp;

import dev.fairlead.ApiError;
import dev.fairlead.LastAnswer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/**
 * Takes an answer off the wire, so that a call that waits or tries again leaves no bytes unread that the server has to
 * keep: copies its head and at most 64 KiB of its body, and closes it. (With an interceptor the connection itself is the
 * call's until the call ends: OkHttp keeps it for one that may proceed again.)
 */
final class DetachedAnswer {
    private static final int MAXIMUM_BODY_BYTES = 64 * 1024;

    private final Response response;
    private final byte[] bytes;
    private final boolean truncated;

    private DetachedAnswer(Response wire, boolean wholeWanted, @Nullable IOException brokenBy) {
        MediaType type = wire.body().contentType();
        long declaredBytes = wire.body().contentLength();
        byte[] begun = new byte[0];
        boolean cut = true;
        try (Response closing = wire) {
            BufferedSource source = closing.body().source();
            try {
                cut = !wholeWanted || source.request(MAXIMUM_BODY_BYTES + 1);
            } catch (IOException | IllegalStateException unreadable) {
                cut = true;
            }
            Buffer buffered = source.getBuffer();
            begun = buffered.snapshot((int) Math.min(MAXIMUM_BODY_BYTES, buffered.size()))
                    .toByteArray();
        }
        bytes = begun;
        truncated = cut;
        response = wire.newBuilder()
                .body(new Body(type, cut ? declaredBytes : begun.length, begun, cut, brokenBy))
                .build();
    }

    /** Reads and closes an answer. A body that cannot be read to its end counts as cut. */
    static DetachedAnswer of(Response wire, boolean stream) {
        // A stream may never end: of it only what is there already.
        return new DetachedAnswer(wire, !stream, null);
    }

    /**
     * Closes an answer whose body broke off while it was looked into, and keeps what had come: left open, it would have
     * lost its timeouts, and reading on could take for ever (Exchange, Http1ExchangeCodec.detachTimeout).
     */
    static DetachedAnswer broken(Response wire, IOException by) {
        return new DetachedAnswer(wire, false, by);
    }

    Response response() {
        return response;
    }

    /** The beginning of the body as it came. */
    byte[] begun() {
        return bytes.clone();
    }

    LastAnswer lastAnswer(@Nullable ApiError error) {
        PlainBody plain;
        try {
            plain = PlainBody.of(response, bytes, truncated, MAXIMUM_BODY_BYTES);
        } catch (IOException notWhatItSays) {
            plain = new PlainBody(bytes, truncated);
        }
        List<Map.Entry<String, String>> headers =
                new ArrayList<>(response.headers().size());
        for (int index = 0; index < response.headers().size(); index++) {
            headers.add(
                    Map.entry(response.headers().name(index), response.headers().value(index)));
        }
        return new LastAnswer(response.code(), headers, plain.bytes(), plain.isCut(), error);
    }

    private static final class Body extends ResponseBody {
        private final @Nullable MediaType type;
        private final long length;
        private final BufferedSource source;

        Body(@Nullable MediaType type, long length, byte[] bytes, boolean truncated, @Nullable IOException brokenBy) {
            this.type = type;
            this.length = length;
            Buffer buffer = new Buffer().write(bytes);
            source = truncated ? Okio.buffer(new CutSource(buffer, brokenBy)) : buffer;
        }

        @Override
        public @Nullable MediaType contentType() {
            return type;
        }

        @Override
        public long contentLength() {
            return length;
        }

        @Override
        public BufferedSource source() {
            return source;
        }
    }

    /** Ends in an exception, never silently: half an answer must not look like a whole one. */
    private static final class CutSource extends ForwardingSource {
        private final @Nullable IOException brokenBy;

        CutSource(Buffer bytes, @Nullable IOException brokenBy) {
            super(bytes);
            this.brokenBy = brokenBy;
        }

        @Override
        public long read(Buffer sink, long byteCount) throws IOException {
            long read = super.read(sink, byteCount);
            if (read == -1) {
                throw end();
            }
            return read;
        }

        private IOException end() {
            if (brokenBy == null) {
                return new IOException("the body was cut at " + MAXIMUM_BODY_BYTES
                        + " bytes, or where the connection broke: the call went on to wait or to try again, and returned"
                        + " this earlier answer since no later one came");
            }
            // Of the same kind as if the caller had met it.
            String message = "the body broke off here when its beginning was read, to see what the answer means";
            IOException end;
            if (brokenBy instanceof InterruptedIOException) {
                end = new SocketTimeoutException(message);
            } else if (brokenBy instanceof ProtocolException) {
                end = new ProtocolException(message);
            } else {
                end = new IOException(message);
            }
            end.initCause(brokenBy);
            return end;
        }
    }
}
