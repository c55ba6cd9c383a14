package dev.fairlead.okhttp;

import dev.fairlead.Execution;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import okhttp3.Interceptor;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Bounds one attempt by OkHttp's own timeouts, where the client's are longer than what the attempt may take.
 */
record AttemptTimeouts(int boundMillis, boolean ofDeadline, int readMillis) {
    /** The bounds, or null where the client's own are tight enough. */
    static @Nullable AttemptTimeouts ifTighter(Interceptor.Chain chain, Execution execution) {
        // Rounded up: a timeout of 0 would mean none.
        long millis = (execution.attemptTimeoutNanos() + 999_999) / 1_000_000;
        int bound = (int) Math.min(Integer.MAX_VALUE, millis);
        boolean tightened = isLonger(chain.connectTimeoutMillis(), bound)
                || isLonger(chain.readTimeoutMillis(), bound)
                || isLonger(chain.writeTimeoutMillis(), bound);
        return tightened
                ? new AttemptTimeouts(bound, execution.isAttemptBoundedByDeadline(), chain.readTimeoutMillis())
                : null;
    }

    Interceptor.Chain apply(Interceptor.Chain chain) {
        Interceptor.Chain bounded = chain;
        if (isLonger(chain.connectTimeoutMillis(), boundMillis)) {
            bounded = bounded.withConnectTimeout(boundMillis, TimeUnit.MILLISECONDS);
        }
        if (isLonger(chain.readTimeoutMillis(), boundMillis)) {
            bounded = bounded.withReadTimeout(boundMillis, TimeUnit.MILLISECONDS);
        }
        if (isLonger(chain.writeTimeoutMillis(), boundMillis)) {
            bounded = bounded.withWriteTimeout(boundMillis, TimeUnit.MILLISECONDS);
        }
        return bounded;
    }

    /** Gives the body the client's own read timeout back: the attempt is over with the head. */
    void restore(Response answer) {
        if (isLonger(readMillis, boundMillis)) {
            answer.body().source().timeout().timeout(readMillis, TimeUnit.MILLISECONDS);
        }
    }

    /** Whether a failure is the work of the call's deadline. */
    boolean cutByDeadline(IOException failure) {
        return ofDeadline && failure instanceof SocketTimeoutException;
    }

    /** 0 is OkHttp's word for no timeout. */
    private static boolean isLonger(int timeoutMillis, int boundMillis) {
        return timeoutMillis == 0 || timeoutMillis > boundMillis;
    }
}
