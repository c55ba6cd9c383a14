package dev.fairlead.okhttp;

import dev.fairlead.Execution;
import java.io.IOException;
import java.lang.ref.WeakReference;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * By what a call is recognised when it is made again: method, URL, body, and on whose behalf. Kept while its request is
 * long gone, so it has no text of the URL, which may hold a secret, and leads to no body. Another caller's call of the
 * same URL, or one with another idempotency key, is another operation. Immutable and thread-safe.
 */
final class CallIdentity {
    private static final long UNKNOWN = -1;

    private final String method;
    private final int urlHash;
    private final int urlLength;
    private final int idempotencyHash;
    private final long credentialHash;
    private final @Nullable WeakReference<RequestBody> body;
    private final String bodyType;
    private final long bodyLength;

    private CallIdentity(Request request, Execution rules) {
        method = request.method();
        urlHash = request.url().hashCode();
        urlLength = request.url().toString().length();
        String header = rules.idempotencyHeader();
        String key = header == null ? null : request.header(header);
        // One that the rules made is another for every call.
        idempotencyHash = key == null || rules.isKeyMade() ? 0 : key.hashCode();
        credentialHash = rules.credentialHash();
        RequestBody sent = RequestParts.ownBody(request);
        body = sent == null ? null : new WeakReference<>(sent);
        bodyType = sent == null ? "" : type(sent);
        bodyLength = sent == null ? 0 : length(sent);
    }

    /** Of a call that has begun. */
    static CallIdentity of(Request request, Execution rules) {
        return new CallIdentity(request, rules);
    }

    String method() {
        return method;
    }

    boolean isSameAs(CallIdentity other) {
        return urlHash == other.urlHash
                && urlLength == other.urlLength
                && idempotencyHash == other.idempotencyHash
                && credentialHash == other.credentialHash
                && method.equals(other.method)
                && hasSameBodyAs(other);
    }

    private boolean hasSameBodyAs(CallIdentity other) {
        if (body == null || other.body == null) {
            return body == other.body;
        }
        RequestBody others = other.body.get();
        if (others != null && body.refersTo(others)) {
            return true;
        }
        return bodyLength != UNKNOWN && bodyLength == other.bodyLength && bodyType.equals(other.bodyType);
    }

    /** Without parameters: a multipart body that is built anew has another boundary. */
    private static String type(RequestBody body) {
        try {
            MediaType type = body.contentType();
            return type == null ? "" : type.type() + "/" + type.subtype();
        } catch (RuntimeException thrown) {
            // Whoever sends it meets the same.
            return "";
        }
    }

    private static long length(RequestBody body) {
        try {
            return body.contentLength();
        } catch (IOException | RuntimeException thrown) {
            return UNKNOWN;
        }
    }
}
