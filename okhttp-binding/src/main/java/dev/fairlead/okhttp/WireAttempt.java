package dev.fairlead.okhttp;

import dev.fairlead.Execution;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.Connection;
import okhttp3.Headers;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * What is out of the ordinary about one attempt: timeouts of the client's that had to be tightened, as they are longer
 * than what the attempt may take, and a header that had to be hidden from OkHttp. Most attempts have none. Used by the
 * thread that makes the attempt.
 */
final class WireAttempt {
    /** For attempts whose timeouts are the client's own. */
    private static final int NOT_BOUND = Integer.MAX_VALUE;

    private final int boundMillis;
    private final boolean boundByDeadline;
    private final int readMillis;
    private @Nullable List<String> hiddenRetryAfter;

    private WireAttempt(int boundMillis, boolean boundByDeadline, int readMillis) {
        this.boundMillis = boundMillis;
        this.boundByDeadline = boundByDeadline;
        this.readMillis = readMillis;
    }

    /** An attempt under the client's own timeouts. */
    static WireAttempt unbound() {
        return new WireAttempt(NOT_BOUND, false, NOT_BOUND);
    }

    /** An attempt whose timeouts must be tightened, or null where the client's own are tight enough. */
    static @Nullable WireAttempt ifTighter(Interceptor.Chain chain, Execution execution) {
        // Rounded up: a timeout of 0 would mean none.
        long millis = (execution.attemptTimeoutNanos() + 999_999) / 1_000_000;
        int bound = (int) Math.min(Integer.MAX_VALUE - 1, millis);
        boolean tighter = isLonger(chain.connectTimeoutMillis(), bound)
                || isLonger(chain.readTimeoutMillis(), bound)
                || isLonger(chain.writeTimeoutMillis(), bound);
        return tighter
                ? new WireAttempt(bound, execution.isAttemptBoundedByDeadline(), chain.readTimeoutMillis())
                : null;
    }

    Interceptor.Chain tighten(Interceptor.Chain chain) {
        Interceptor.Chain tightened = chain;
        if (isLonger(chain.connectTimeoutMillis(), boundMillis)) {
            tightened = tightened.withConnectTimeout(boundMillis, TimeUnit.MILLISECONDS);
        }
        if (isLonger(chain.readTimeoutMillis(), boundMillis)) {
            tightened = tightened.withReadTimeout(boundMillis, TimeUnit.MILLISECONDS);
        }
        if (isLonger(chain.writeTimeoutMillis(), boundMillis)) {
            tightened = tightened.withWriteTimeout(boundMillis, TimeUnit.MILLISECONDS);
        }
        return tightened;
    }

    /** Gives the body the client's own read timeout back, as an attempt is over with the head. */
    void loosen(@Nullable Connection connection, Response answer) {
        if (boundMillis == NOT_BOUND || !isLonger(readMillis, boundMillis)) {
            return;
        }
        answer.body().source().timeout().timeout(readMillis, TimeUnit.MILLISECONDS);
        // HTTP/1 has it on the socket as well (RealConnection.newCodec); an HTTP/2 socket serves others too.
        if (connection != null && connection.protocol().compareTo(Protocol.HTTP_1_1) <= 0) {
            try {
                connection.socket().setSoTimeout(readMillis);
            } catch (SocketException closed) {
                // Then reading the body will say so.
                return;
            }
        }
    }

    /** Whether a timeout is the work of the call's deadline, and not of a timeout of the client's own. */
    boolean isCutByDeadline(IOException failure, Execution execution) {
        return boundByDeadline
                && failure instanceof SocketTimeoutException
                && (isLonger(readMillis, boundMillis) || execution.remainingNanos() <= 0);
    }

    void hideRetryAfter(@Nullable List<String> values) {
        hiddenRetryAfter = values;
    }

    /** Gives a 503 the header back that it was sent with. */
    Response restoreRetryAfter(Response answer) {
        List<String> values = hiddenRetryAfter;
        if (values == null || answer.code() != 503) {
            return answer;
        }
        Headers.Builder headers = answer.headers().newBuilder().removeAll("Retry-After");
        // They came over the wire so, whatever they are.
        values.forEach(value -> headers.addUnsafeNonAscii("Retry-After", value));
        return answer.newBuilder().headers(headers.build()).build();
    }

    /** 0 is OkHttp's word for no timeout. */
    private static boolean isLonger(int timeoutMillis, int boundMillis) {
        return timeoutMillis == 0 || timeoutMillis > boundMillis;
    }
}
