package dev.fairlead.okhttp;

import dev.fairlead.ApiError;
import dev.fairlead.LastAnswer;
import java.io.IOException;
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
 * keep: copies its head and at most 64 KiB of its body, and closes it. (The connection itself is the call's until the
 * call ends: OkHttp keeps it for an interceptor that may proceed again.)
 */
final class DetachedAnswer {
    private static final long MAXIMUM_BODY_BYTES = 64 * 1024;

    private final Response response;
    private final LastAnswer lastAnswer;

    private DetachedAnswer(Response response, LastAnswer lastAnswer) {
        this.response = response;
        this.lastAnswer = lastAnswer;
    }

    /** Reads and closes an answer. A body that cannot be read to its end counts as cut. */
    static DetachedAnswer of(Response wire, boolean stream, @Nullable ApiError error) {
        MediaType type = wire.body().contentType();
        long declaredBytes = wire.body().contentLength();
        byte[] bytes = new byte[0];
        boolean truncated = true;
        try (Response closing = wire) {
            BufferedSource source = closing.body().source();
            try {
                // A stream may never end: of it only what is there already.
                truncated = stream || source.request(MAXIMUM_BODY_BYTES + 1);
            } catch (IOException | IllegalStateException unreadable) {
                truncated = true;
            }
            Buffer buffered = source.getBuffer();
            bytes = buffered.snapshot((int) Math.min(MAXIMUM_BODY_BYTES, buffered.size()))
                    .toByteArray();
        }
        Response copy = wire.newBuilder()
                .body(new Body(type, truncated ? declaredBytes : bytes.length, bytes, truncated))
                .build();
        List<Map.Entry<String, String>> headers = new ArrayList<>(wire.headers().size());
        for (int index = 0; index < wire.headers().size(); index++) {
            headers.add(Map.entry(wire.headers().name(index), wire.headers().value(index)));
        }
        PlainBody plain;
        try {
            plain = PlainBody.of(wire, bytes, truncated, (int) MAXIMUM_BODY_BYTES);
        } catch (IOException notWhatItSays) {
            plain = new PlainBody(bytes, truncated);
        }
        return new DetachedAnswer(copy, new LastAnswer(wire.code(), headers, plain.bytes(), plain.isCut(), error));
    }

    Response response() {
        return response;
    }

    LastAnswer lastAnswer() {
        return lastAnswer;
    }

    private static final class Body extends ResponseBody {
        private final @Nullable MediaType type;
        private final long length;
        private final BufferedSource source;

        Body(@Nullable MediaType type, long length, byte[] bytes, boolean truncated) {
            this.type = type;
            this.length = length;
            Buffer buffer = new Buffer().write(bytes);
            source = truncated ? Okio.buffer(new CutSource(buffer)) : buffer;
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
        CutSource(Buffer bytes) {
            super(bytes);
        }

        @Override
        public long read(Buffer sink, long byteCount) throws IOException {
            long read = super.read(sink, byteCount);
            if (read == -1) {
                throw new IOException("the body was cut at " + MAXIMUM_BODY_BYTES
                        + " bytes, or where the connection broke: the call went on to wait or to try again, and returned"
                        + " this earlier answer since no later one came");
            }
            return read;
        }
    }
}
