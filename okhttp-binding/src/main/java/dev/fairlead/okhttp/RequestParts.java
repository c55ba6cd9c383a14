package dev.fairlead.okhttp;

import dev.fairlead.CallOptions;
import dev.fairlead.Execution;
import dev.fairlead.Fairlead;
import dev.fairlead.Ticker;
import java.io.IOException;
import java.util.Optional;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.reflect.KClass;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/** What the rules want to know of a request, or to add to it. Stateless. */
final class RequestParts {
    private static final KClass<CallOptions> OPTIONS = JvmClassMappingKt.getKotlinClass(CallOptions.class);

    private RequestParts() {}

    /** The call's options, also where they were tagged without their class: nobody means nothing by that. */
    static CallOptions options(Request request) {
        CallOptions tagged = request.tag(OPTIONS);
        if (tagged != null) {
            return tagged;
        }
        return request.tag() instanceof CallOptions plain ? plain : CallOptions.NONE;
    }

    /**
     * The total time that the client or its caller gives a call ({@code callTimeout}, {@code call.timeout()}), less a
     * little: when both end, the exception is to be ours, which says more. And OkHttp ends it by a cancel, which looks like
     * the caller's as long as our time is not over.
     */
    static long clientTimeoutNanos(Timeout timeout, Ticker ticker) {
        long nanos = timeout.timeoutNanos();
        long least = nanos == 0 ? Fairlead.NO_CLIENT_TIMEOUT : nanos;
        // An absolute time is one of the machine's clock, and means nothing on a test's.
        if (timeout.hasDeadline() && ticker.equals(Ticker.system())) {
            least = Math.min(least, timeout.deadlineNanoTime() - ticker.nanoTime());
        }
        return least == Fairlead.NO_CLIENT_TIMEOUT || least <= 0
                ? least
                : least - Math.min(least / 4, LEAD_NANOS + least / 50);
    }

    private static final long LEAD_NANOS = 5_000_000;

    /** The request with what the rules add: an idempotency key, a version, a body that tells when it is spent. */
    static Request prepared(Request request, Execution rules) {
        RequestBody body = request.body();
        boolean singleUse = body != null && (body.isOneShot() || body.isDuplex());
        String keyHeader = rules.idempotencyHeader();
        String key = rules.idempotencyKey();
        String versionHeader = rules.versionHeader();
        if (!singleUse && key == null && versionHeader == null) {
            return request;
        }
        Request.Builder builder = request.newBuilder();
        if (keyHeader != null && key != null) {
            builder.header(keyHeader, key);
        }
        if (versionHeader != null) {
            builder.header(versionHeader, rules.version());
        }
        if (singleUse) {
            builder.method(request.method(), new SingleUseBody(body, rules));
        }
        return builder.build();
    }

    /** A body as text, if it can be read more often than once and its length is known and not too large. */
    static Optional<String> bodyText(Request request, int maximumBytes) {
        RequestBody body = request.body();
        if (body == null || body.isOneShot() || body.isDuplex()) {
            return Optional.empty();
        }
        try {
            long length = body.contentLength();
            if (length <= 0 || length > maximumBytes) {
                return Optional.empty();
            }
            Buffer copy = new Buffer();
            body.writeTo(copy);
            return copy.size() > maximumBytes ? Optional.empty() : Optional.of(copy.readUtf8());
        } catch (IOException | RuntimeException unreadable) {
            // Whoever sends it meets the same.
            return Optional.empty();
        }
    }

    /** The request's body as the caller gave it. */
    static @Nullable RequestBody ownBody(Request request) {
        return request.body() instanceof SingleUseBody wrapped ? wrapped.body : request.body();
    }

    /** A body that can be written once; until it is, the request can still be sent. */
    private static final class SingleUseBody extends RequestBody {
        private final RequestBody body;
        private final Execution rules;

        SingleUseBody(RequestBody body, Execution rules) {
            this.body = body;
            this.rules = rules;
        }

        @Override
        public @Nullable MediaType contentType() {
            return body.contentType();
        }

        @Override
        public long contentLength() throws IOException {
            return body.contentLength();
        }

        @Override
        public boolean isOneShot() {
            return body.isOneShot();
        }

        @Override
        public boolean isDuplex() {
            return body.isDuplex();
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            rules.onBodySpent();
            body.writeTo(sink);
        }
    }
}
