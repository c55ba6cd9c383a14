package dev.fairlead.okhttp;

import dev.fairlead.Execution;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.Headers;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * One attempt on its way through OkHttp, and the time it may take as a whole. OkHttp's own timeouts bound each connect,
 * read and write: a server that sends its head byte by byte outlasts them all. So an {@link AttemptWatch} asks the driver
 * to cut the attempt when its time is over.
 *
 * <p>Used by the thread that makes the attempt; {@link #timedOut} and the connection's events come from others.
 */
final class WireAttempt {
    private static final int OPEN = 0;
    private static final int CUT_BY_DEADLINE = 1;
    private static final int CUT_BY_ATTEMPT_TIMEOUT = 2;
    private static final int ENDED = 3;

    private static final AtomicIntegerFieldUpdater<WireAttempt> STATE =
            AtomicIntegerFieldUpdater.newUpdater(WireAttempt.class, "state");

    /** The neighbours in the watch's list. Guarded by its lock, as is what follows until a blank line. */
    @Nullable WireAttempt before;

    @Nullable WireAttempt after;

    boolean isWatched;
    /** When its time is over, on the ticker's time. Changed only while it is not watched. */
    long endNanos;

    private final AttemptWatch watch;
    private final CallDriver driver;
    private final Call okHttpCall;
    private final int boundMillis;
    private final int readMillis;
    private final boolean boundByDeadline;
    /** Whoever moves it from {@code OPEN} decides what became of the attempt. */
    private volatile int state;
    /** Whether the attempt's time is over, though it could not be cut. */
    private volatile boolean overdue;
    /** The connection that the request under way was given; null where there is none now. */
    private volatile @Nullable Connection connection;
    /** Whether a connection was made for this attempt; otherwise it has one out of the pool. */
    private volatile boolean connected;

    private @Nullable List<String> hiddenRetryAfter;

    private WireAttempt(CallDriver driver, Call okHttpCall, Execution rules, int boundMillis, int readMillis) {
        watch = AttemptWatch.of(rules.ticker());
        endNanos = rules.attemptEndNanos();
        boundByDeadline = rules.isAttemptBoundedByDeadline();
        this.driver = driver;
        this.okHttpCall = okHttpCall;
        this.boundMillis = boundMillis;
        this.readMillis = readMillis;
    }

    /** Begins an attempt; its time runs from now. */
    static WireAttempt begin(CallDriver driver, Interceptor.Chain chain, Execution rules) {
        long nanos = rules.attemptTimeoutNanos();
        // Rounded up: a timeout of 0 would mean none.
        int millis = (int) Math.min(Integer.MAX_VALUE - 1, (nanos + 999_999) / 1_000_000);
        WireAttempt attempt = new WireAttempt(driver, chain.call(), rules, millis, chain.readTimeoutMillis());
        attempt.watch.add(attempt);
        return attempt;
    }

    /** The attempt is over, unless it was cut; its time no longer runs. */
    void end() {
        STATE.compareAndSet(this, OPEN, ENDED);
        watch.remove(this);
    }

    boolean isOver() {
        return state != OPEN;
    }

    Call okHttpCall() {
        return okHttpCall;
    }

    boolean isCut() {
        return state == CUT_BY_DEADLINE || state == CUT_BY_ATTEMPT_TIMEOUT;
    }

    /** Whether the attempt ended because the call's deadline passed. */
    boolean isCutByDeadline() {
        return state == CUT_BY_DEADLINE;
    }

    /** Its time is over. On OkHttp's thread for timeouts. */
    void timedOut() {
        if (!isOver()) {
            driver.timedOut(this);
        }
    }

    /** The right to break the attempt off, for one thread only, and only while it is under way. */
    boolean claimCut(boolean byDeadline) {
        return STATE.compareAndSet(this, OPEN, byDeadline ? CUT_BY_DEADLINE : CUT_BY_ATTEMPT_TIMEOUT);
    }

    /** Whether it is the call's deadline that the attempt's time ends with. */
    boolean isBoundByDeadline() {
        return boundByDeadline || overdue;
    }

    /** The attempt's time is over but nothing can be cut; another time begins, until the call's deadline. */
    void goOnUntil(long deadlineNanos) {
        overdue = true;
        endNanos = deadlineNanos;
        watch.add(this);
    }

    /** What a cut attempt fails with: what a read that takes too long fails with. */
    IOException cutException(@Nullable IOException cause) {
        SocketTimeoutException timeout = new SocketTimeoutException(
                state == CUT_BY_DEADLINE
                        ? "cut by the call's deadline"
                        : "the attempt as a whole took longer than " + boundMillis + " ms");
        if (cause != null) {
            timeout.initCause(cause);
        }
        return timeout;
    }

    // ---- the connection

    void connectionMade() {
        connected = true;
    }

    boolean isOnPooledConnection() {
        return !connected;
    }

    /**
     * A request is about to be written.
     *
     * @throws IOException if the attempt's time is over
     */
    void writing(@Nullable Connection given) throws IOException {
        connection = given;
        hiddenRetryAfter = null;
        if (overdue || isCut()) {
            throw new SocketTimeoutException("the attempt's time was over before the request could be sent");
        }
    }

    /** A connection is back in the pool, where others find it: after a redirect to another host, for instance. */
    void connectionReleased(Connection released) {
        if (released.equals(connection)) {
            connection = null;
        }
    }

    /** Closes an HTTP/1 connection, which carries this request alone; false where there is none, or others share it. */
    boolean closeConnection() {
        Connection carrier = connection;
        if (carrier == null || isShared(carrier)) {
            return false;
        }
        Socket socket = carrier.socket();
        try {
            // Or closing a TLS socket waits for whoever writes to it, perhaps for good (JDK, SSLSocketImpl.close).
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException closedAlready) {
            return true;
        }
        return true;
    }

    boolean canCloseConnection() {
        Connection carrier = connection;
        return carrier != null && !isShared(carrier);
    }

    private static boolean isShared(Connection connection) {
        return connection.protocol().compareTo(Protocol.HTTP_1_1) > 0;
    }

    // ---- OkHttp's own timeouts

    /** Makes those of the client's timeouts tighter that are longer than what the attempt may take. */
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
    void loosen(Response answer) {
        if (!isLonger(readMillis, boundMillis)) {
            return;
        }
        answer.body().source().timeout().timeout(readMillis, TimeUnit.MILLISECONDS);
        // HTTP/1 has it on the socket as well (RealConnection.newCodec); an HTTP/2 socket serves others too.
        Connection carrier = connection;
        if (carrier != null && !isShared(carrier)) {
            try {
                carrier.socket().setSoTimeout(readMillis);
            } catch (SocketException closed) {
                // Then reading the body will say so.
                return;
            }
        }
    }

    /** Whether a timeout of OkHttp's is the work of the call's deadline, and not of a timeout of the client's own. */
    boolean isDeadline(IOException failure, Execution rules) {
        return boundByDeadline
                && failure instanceof SocketTimeoutException
                && (isLonger(readMillis, boundMillis) || rules.remainingNanos() <= 0);
    }

    int readTimeoutMillis() {
        return readMillis;
    }

    /** 0 is OkHttp's word for no timeout. */
    private static boolean isLonger(int timeoutMillis, int boundMillis) {
        return timeoutMillis == 0 || timeoutMillis > boundMillis;
    }

    // ---- the header that OkHttp must not see

    void hideRetryAfter(List<String> values) {
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
}
