package dev.fairlead;

import java.io.IOException;
import java.time.Duration;

/** What becomes of one attempt: an answer, or a failure without one, and how long it takes. Immutable. */
record Reply(AnswerHead head, ErrorBody body, boolean cached, IOException failure, Reach reach, Duration took) {
    static Reply status(int status) {
        return of(AnswerHead.of(status));
    }

    static Reply of(AnswerHead head) {
        return new Reply(head, ErrorBody.NONE, false, null, Reach.ANSWERED, Duration.ZERO);
    }

    /** A 429 with a {@code Retry-After} in seconds. */
    static Reply throttle(int seconds) {
        return of(AnswerHead.of(429).with("Retry-After", Integer.toString(seconds)));
    }

    /** A 200 with what is left of a window. */
    static Reply left(int remaining, int resetSeconds) {
        return of(AnswerHead.of(200)
                .with("RateLimit-Remaining", Integer.toString(remaining))
                .with("RateLimit-Reset", Integer.toString(resetSeconds)));
    }

    /** The connection broke after the request may have been sent. */
    static Reply broken() {
        return failing(new IOException("connection reset"), Reach.SENT);
    }

    /** No connection came about. */
    static Reply unreachable() {
        return failing(new java.net.ConnectException("refused"), Reach.NOT_SENT);
    }

    static Reply failing(IOException failure, Reach reach) {
        return new Reply(null, null, false, failure, reach, Duration.ZERO);
    }

    /** No answer for as long as anybody cares to wait. */
    static Reply silence() {
        return failing(new java.net.SocketTimeoutException("timeout"), Reach.SENT)
                .after(Duration.ofDays(1));
    }

    Reply after(Duration time) {
        return new Reply(head, body, cached, failure, reach, time);
    }

    Reply fromCache() {
        return new Reply(head, body, true, failure, reach, took);
    }
}
