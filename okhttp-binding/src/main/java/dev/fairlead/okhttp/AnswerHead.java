package dev.fairlead.okhttp;

import dev.fairlead.AnswerSource;
import dev.fairlead.ErrorBody;
import dev.fairlead.ResponseHead;
import dev.fairlead.Ticker;
import java.io.IOException;
import java.util.List;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** An answer's head as the rules see it. Immutable and thread-safe. */
final class AnswerHead implements ResponseHead {
    private final Response response;
    private final Ticker ticker;

    AnswerHead(Response response, Ticker ticker) {
        this.response = response;
        this.ticker = ticker;
    }

    /** Streams go on for as long as they like: only their head is bound by the deadline, and they are never peeked. */
    static boolean isStream(Request request, Response answer) {
        RequestBody sent = request.body();
        if (RequestParts.options(request).isStreaming() || (sent != null && sent.isDuplex()) || answer.code() == 101) {
            return true;
        }
        // Not contentType(): that parses the whole value anew for each call.
        String type = answer.header("Content-Type");
        return type != null && type.regionMatches(true, 0, EVENT_STREAM, 0, EVENT_STREAM.length());
    }

    private static final String EVENT_STREAM = "text/event-stream";

    /** Where an answer comes from, of an attempt that put so many requests onto the wire. */
    static AnswerSource source(Request request, Response answer, int wireRequests) {
        boolean stored = answer.networkResponse() == null
                && (answer.cacheResponse() != null
                        // OkHttp's own answer where the cache has none.
                        || (answer.code() == 504 && request.cacheControl().onlyIfCached()));
        if (stored) {
            return AnswerSource.CACHE;
        }
        return wireRequests > 1 ? AnswerSource.AFTER_FOLLOW_UPS : AnswerSource.PROVIDER;
    }

    /**
     * The beginning of the body, still there for the caller.
     *
     * @throws IOException if the body broke off
     */
    ErrorBody peek(int bytes) throws IOException {
        byte[] peeked;
        try {
            peeked = response.peekBody(bytes).bytes();
        } catch (IllegalStateException consumed) {
            // By an interceptor beneath us. The head is enough to judge by.
            return ErrorBody.NONE;
        }
        return read(peeked, peeked.length == bytes, bytes);
    }

    /** A body's beginning, to be read in. */
    ErrorBody read(byte[] begun, boolean isCut, int atMost) {
        try {
            PlainBody plain = PlainBody.of(response, begun, isCut, atMost);
            return ErrorBody.of(plain.bytes(), plain.isCut());
        } catch (IOException notWhatItSays) {
            return ErrorBody.NONE;
        }
    }

    @Override
    public int status() {
        return response.code();
    }

    @Override
    public @Nullable String header(String name) {
        return response.header(name);
    }

    @Override
    public List<String> headers(String name) {
        return response.headers(name);
    }

    @Override
    public int fieldCount() {
        return response.headers().size();
    }

    @Override
    public String fieldName(int index) {
        return response.headers().name(index);
    }

    @Override
    public String fieldValue(int index) {
        return response.headers().value(index);
    }

    @Override
    public long receivedAtMillis() {
        return ticker.wallTimeMillis();
    }
}
