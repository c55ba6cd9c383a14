package dev.fairlead.okhttp.faults;

import dev.fairlead.CallOptions;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;

/** The requests that meet every fault; what may be done twice and what may be sent twice are two questions. */
enum RequestKind {
    GET(true, false),
    POST(false, false),
    POST_WITH_KEY(true, false),
    ONE_SHOT_POST(false, true),
    ONE_SHOT_POST_WITH_KEY(true, true);

    private static final MediaType JSON = MediaType.get("application/json");
    private static final String BODY = "{\"amount\":1}";

    private final boolean replaySafe;
    private final boolean oneShot;

    RequestKind(boolean replaySafe, boolean oneShot) {
        this.replaySafe = replaySafe;
        this.oneShot = oneShot;
    }

    boolean isReplaySafe() {
        return replaySafe;
    }

    /** A new request of this kind; counts how often its body is written if that must happen once. */
    Request.Builder to(HttpUrl url, AtomicInteger oneShotWrites) {
        Request.Builder request = new Request.Builder().url(url);
        if (this == GET) {
            return request;
        }
        if (replaySafe) {
            request.tag(CallOptions.class, CallOptions.NONE.withIdempotencyKey("order-17"));
        }
        return request.post(oneShot ? new OneShot(oneShotWrites) : RequestBody.create(BODY, JSON));
    }

    /** A body out of a stream, of unknown length: HTTP/1.1 sends it in chunks. */
    private static final class OneShot extends RequestBody {
        private final AtomicInteger writes;

        OneShot(AtomicInteger writes) {
            this.writes = writes;
        }

        @Override
        public MediaType contentType() {
            return JSON;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            writes.incrementAndGet();
            sink.writeUtf8(BODY);
        }
    }
}
