package dev.fairlead.okhttp;

import dev.fairlead.FailureCause;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.UnknownServiceException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Tells what an exception out of OkHttp means. Stateless. */
final class TransportFailure {
    private TransportFailure() {}

    /**
     * Whether it comes from the transport: thrown by the JDK, OkHttp or Okio. Everything else was thrown by an
     * interceptor or another part of the user's own, and is not ours to judge.
     */
    static boolean isTransport(IOException failure) {
        if (failure.getClass() == IOException.class && !isThrownByOkHttp(failure)) {
            return false;
        }
        String name = failure.getClass().getName();
        return name.startsWith("java.")
                || name.startsWith("javax.")
                || name.startsWith("sun.")
                || name.startsWith("okhttp3.")
                || name.startsWith("okio.");
    }

    /** A plain IOException is told by who threw it: the first in its trace that is not the JDK's. */
    private static boolean isThrownByOkHttp(IOException failure) {
        for (StackTraceElement element : failure.getStackTrace()) {
            String name = element.getClassName();
            if (!name.startsWith("java.") && !name.startsWith("sun.") && !name.startsWith("jdk.")) {
                return name.startsWith("okhttp3.") || name.startsWith("okio.") || name.startsWith("kotlin.");
            }
        }
        return true;
    }

    /**
     * Why there was no answer.
     *
     * @param onPooledConnection whether one request was sent, on a connection that was not made for it
     */
    static FailureCause cause(IOException failure, boolean onPooledConnection) {
        if (isPermanent(failure)) {
            return FailureCause.PERMANENT;
        }
        return onPooledConnection && isConnectionLost(failure) ? FailureCause.STALE_CONNECTION : FailureCause.TRANSPORT;
    }

    /** Whether another attempt would fail the same way, and none of it says anything about the provider's health. */
    private static boolean isPermanent(IOException failure) {
        String message = failure.getMessage();
        return failure instanceof SSLPeerUnverifiedException
                || isUntrusted(failure)
                || failure instanceof UnknownServiceException
                || (failure instanceof ProtocolException
                        && message != null
                        && message.startsWith("Too many follow-up requests"));
    }

    private static boolean isUntrusted(IOException failure) {
        Throwable cause = failure instanceof SSLHandshakeException ? failure.getCause() : null;
        for (int depth = 0; cause != null && depth < 10; depth++) {
            if (cause instanceof CertificateException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** Whether it is what a connection gives that the other side has closed. A timeout is not: there somebody was slow. */
    private static boolean isConnectionLost(IOException failure) {
        return !(failure instanceof InterruptedIOException)
                && !(failure instanceof SSLException)
                && !isStreamReset(failure);
    }

    /** One HTTP/2 stream was ended by a server that is there. Only CANCEL may be OkHttp's own, for a connection it lost. */
    private static boolean isStreamReset(IOException failure) {
        String message = failure.getMessage();
        return failure.getClass().getName().equals(STREAM_RESET) && message != null && !message.endsWith("CANCEL");
    }

    private static final String STREAM_RESET = "okhttp3.internal.http2.StreamResetException";

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
        return name.equals(STREAM_RESET) && message != null && message.endsWith("REFUSED_STREAM");
    }
}
