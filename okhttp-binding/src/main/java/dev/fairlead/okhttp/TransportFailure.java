package dev.fairlead.okhttp;

import java.io.IOException;

/** Tells what an exception out of OkHttp means. Stateless. */
final class TransportFailure {
    private TransportFailure() {}

    /**
     * Whether it comes from the transport: thrown by the JDK, OkHttp or Okio. Everything else was thrown by an
     * interceptor or another part of the user's own, and is not ours to judge.
     */
    static boolean isTransport(IOException failure) {
        String name = failure.getClass().getName();
        return name.startsWith("java.")
                || name.startsWith("javax.")
                || name.startsWith("sun.")
                || name.startsWith("okhttp3.")
                || name.startsWith("okio.");
    }

    /**
     * Whether the server says that it did nothing with the request: HTTP/2 REFUSED_STREAM (RFC 9113 section 8.7), or a
     * connection that was shutting down before the stream began. Both types are OkHttp's own affair, so by name.
     */
    static boolean isUnprocessed(IOException failure) {
        String name = failure.getClass().getName();
        if (name.equals("okhttp3.internal.http2.ConnectionShutdownException")) {
            return true;
        }
        String message = failure.getMessage();
        return name.equals("okhttp3.internal.http2.StreamResetException")
                && message != null
                && message.endsWith("REFUSED_STREAM");
    }
}
