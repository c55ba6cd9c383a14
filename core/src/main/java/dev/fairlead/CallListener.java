package dev.fairlead;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Observes calls. Every method is empty by default.
 *
 * <p>Methods run on the thread that drives the call, never under a lock of Fairlead's, and should be quick. What they
 * throw is logged and otherwise without effect. Implementations are safe for use by many threads.
 *
 * <p>The order for one call: {@code waitStarted} and {@code waitEnded} any number of times, then {@code attemptStarted},
 * {@code attemptAnswered} or {@code attemptFailed}, {@code retryScheduled} if another follows, and so on;
 * {@code callEnded} once, last.
 */
public interface CallListener {
    /** Observes nothing. */
    CallListener NONE = new CallListener() {};

    /** A request is about to be sent. */
    default void attemptStarted(CallInfo call) {}

    /**
     * The head of an answer came.
     *
     * @param status its status code
     * @param error what it means, or null for a success
     */
    default void attemptAnswered(CallInfo call, int status, @Nullable ApiError error) {}

    /** No answer came. */
    default void attemptFailed(CallInfo call, IOException failure, Reach reach) {}

    /**
     * The call begins to wait.
     *
     * @param atMost how long, if nothing wakes it earlier or makes it wait longer
     */
    default void waitStarted(CallInfo call, WaitReason reason, Duration atMost) {}

    /** The wait is over. */
    default void waitEnded(CallInfo call, WaitReason reason, Duration took) {}

    /**
     * Another attempt will be made.
     *
     * @param pause the least time until it
     */
    default void retryScheduled(CallInfo call, Duration pause) {}

    /** The provider throttled a key: all its callers pause. */
    default void keyPaused(KeyInfo key, Duration pause) {}

    /** The breaker of a provider and host changed its state. */
    default void breakerChanged(String provider, String host, CircuitBreaker.State from, CircuitBreaker.State to) {}

    /** An answer told of a deprecation or of another version; once for each endpoint and kind. */
    default void noticeReceived(ApiNotice notice) {}

    /** The call is over: it is handed to the caller as an answer or as an exception. */
    default void callEnded(CallInfo call, StopReason reason) {}
}
