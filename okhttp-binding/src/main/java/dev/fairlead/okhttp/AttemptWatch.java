package dev.fairlead.okhttp;

import dev.fairlead.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import okio.AsyncTimeout;
import org.jspecify.annotations.Nullable;

/**
 * Knows the attempts under way, and tells those whose time is over. An attempt that ends in time costs it two moves in a
 * list: the alarm is set for whoever is due first, and not put off when that one ends. So a busy client is looked through
 * about once in an attempt timeout, where a timer for each attempt would wake a thread for most. Thread-safe.
 *
 * <p>The alarm is Okio's, and rings on the thread that OkHttp's own timeouts run on; what time it is says the ticker.
 */
final class AttemptWatch {
    /** Looking through all attempts for each that is due would be much work in an outage, when all are. */
    private static final long LEAST_NANOS_BETWEEN = 2_000_000;

    private static final AttemptWatch SYSTEM = new AttemptWatch(Ticker.system());

    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    /** The head of a list through all that are watched. Guarded by {@code lock}, as are the attempts' links. */
    private @Nullable WireAttempt first;
    /** Guarded by {@code lock}. */
    private @Nullable Alarm alarm;

    private AttemptWatch(Ticker ticker) {
        this.ticker = ticker;
    }

    /** The watch for attempts that go by a ticker's time. */
    static AttemptWatch of(Ticker ticker) {
        return ticker.equals(Ticker.system()) ? SYSTEM : new AttemptWatch(ticker);
    }

    void add(WireAttempt attempt) {
        lock.lock();
        try {
            if (attempt.isWatched || attempt.isOver()) {
                return;
            }
            attempt.isWatched = true;
            attempt.before = null;
            attempt.after = first;
            if (first != null) {
                first.before = attempt;
            }
            first = attempt;
            if (alarm == null || attempt.endNanos - alarm.atNanos < 0) {
                setAlarm(attempt.endNanos, 0);
            }
        } finally {
            lock.unlock();
        }
    }

    void remove(WireAttempt attempt) {
        lock.lock();
        try {
            unlink(attempt);
        } finally {
            lock.unlock();
        }
    }

    /** Holds {@code lock}. */
    private void unlink(WireAttempt attempt) {
        if (!attempt.isWatched) {
            return;
        }
        attempt.isWatched = false;
        WireAttempt before = attempt.before;
        WireAttempt after = attempt.after;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after != null) {
            after.before = before;
        }
        attempt.before = null;
        attempt.after = null;
    }

    /** Holds {@code lock}. */
    private void setAlarm(long atNanos, long atLeastNanos) {
        if (alarm != null) {
            alarm.exit();
        }
        Alarm next = new Alarm(atNanos);
        next.timeout(Math.max(Math.max(1, atLeastNanos), atNanos - ticker.nanoTime()), TimeUnit.NANOSECONDS);
        alarm = next;
        next.enter();
    }

    private void ring(Alarm rung) {
        List<WireAttempt> due = new ArrayList<>();
        lock.lock();
        try {
            if (alarm != rung) {
                return;
            }
            alarm = null;
            long now = ticker.nanoTime();
            WireAttempt earliest = null;
            for (WireAttempt attempt = first; attempt != null; attempt = attempt.after) {
                if (attempt.endNanos - now <= 0) {
                    due.add(attempt);
                } else if (earliest == null || attempt.endNanos - earliest.endNanos < 0) {
                    earliest = attempt;
                }
            }
            due.forEach(this::unlink);
            if (earliest != null) {
                setAlarm(earliest.endNanos, LEAST_NANOS_BETWEEN);
            }
        } finally {
            lock.unlock();
        }
        due.forEach(WireAttempt::timedOut);
    }

    private final class Alarm extends AsyncTimeout {
        private final long atNanos;

        Alarm(long atNanos) {
            this.atNanos = atNanos;
        }

        @Override
        protected void timedOut() {
            ring(this);
        }
    }
}
