package dev.fairlead.okhttp;

import okhttp3.CacheControl;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * What OkHttp's cache has for a request. Its cache has no public way to be asked, but a request that says
 * {@code only-if-cached} never leaves the machine (RFC 9111 section 5.2.1.7), and is answered 504 where nothing is stored.
 * Stateless.
 */
final class StoredAnswer {
    private StoredAnswer() {}

    /** Whether the cache may answer such a request on its own. */
    static boolean isPossible(Request request) {
        if (!request.method().equals("GET")) {
            return false;
        }
        CacheControl wanted = request.cacheControl();
        return !wanted.noCache() && !wanted.noStore();
    }

    static Request question(Request request) {
        return request.newBuilder().addHeader("Cache-Control", "only-if-cached").build();
    }

    /** The stored answer, to the request as it was asked; null, and closed, where there is none. */
    static @Nullable Response of(Response answer, Request asked) {
        boolean refusalWanted = asked.cacheControl().onlyIfCached();
        if (answer.networkResponse() == null && (answer.cacheResponse() != null || refusalWanted)) {
            return answer.newBuilder().request(asked).build();
        }
        answer.close();
        return null;
    }
}
