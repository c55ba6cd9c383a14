package dev.fairlead.okhttp;

import dev.fairlead.ApiError;
import dev.fairlead.CallReport;
import dev.fairlead.Execution;
import dev.fairlead.Reach;
import dev.fairlead.StopReason;
import dev.fairlead.Ticker;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Finds what became of the call that gave an answer, without a copy of the answer to carry it. A plain call (one
 * attempt, one request, no wait, a success) leaves nothing here: all that is to be said of it stands in the answer. The others are
 * kept in a weak table by identity, of the answer's part from the network, which copies of an answer share.
 *
 * <p>Not all calls are in the table, since an entry for each would survive the collection that frees its answer: at high
 * rates that was seen to cost several microseconds a call. Thread-safe.
 */
final class AnsweredCalls {
    /** What is to be said of one call; gone when its answer is, so nothing in here may lead back to the answer. */
    static final class Entry extends WeakReference<Response> {
        final CallReport report;
        final @Nullable ApiError error;

        Entry(Response key, Execution execution) {
            super(key);
            report = execution.report();
            error = execution.error();
        }
    }

    private static final int STRIPES = 64;
    /** A stripe is swept when it has grown to twice what the last sweep left, and this much. */
    private static final int SWEEP_AFTER = 64;

    /** More hosts than these have entries for their plain calls too. */
    private static final int MOST_HOSTS = 10_000;

    private static final Stripe[] TABLE = new Stripe[STRIPES];
    /** Hosts with rules, and their provider: to tell a plain call from an answer that is none of ours. */
    private static final Map<String, String> PROVIDERS = new ConcurrentHashMap<>();

    static {
        for (int index = 0; index < STRIPES; index++) {
            TABLE[index] = new Stripe();
        }
    }

    private AnsweredCalls() {}

    /** An answer is handed to the caller. */
    static void handedOver(Response answer, Execution execution) {
        // On a ticker of a test's own, times are not those that stand in the answer.
        boolean sameTime = execution.ticker().equals(Ticker.system());
        boolean told = execution.isPlain()
                && answer.code() < 300
                && sameTime
                && answer.priorResponse() == null
                && execution.wireRequests() == (answer.networkResponse() == null ? 0 : 1);
        if (!told || !isKnown(answer.request().url().host(), execution)) {
            put(answer, execution);
        }
    }

    /** Keeps what is to be said of an answer as long as the answer itself. */
    static void put(Response answer, Execution execution) {
        Response key = key(answer);
        stripe(key).put(key, execution);
    }

    /** The call of an answer that is in the table. */
    static @Nullable Entry find(Response answer) {
        Response key = key(answer);
        return stripe(key).find(key);
    }

    /** What is to be said of a plain call; null where the host has no rules, so that the answer cannot be ours. */
    static @Nullable CallReport plainReport(Response answer) {
        String host = answer.request().url().host();
        String provider = PROVIDERS.get(host);
        if (provider == null || answer.code() >= 300) {
            return null;
        }
        Duration took =
                Duration.ofMillis(Math.max(0, answer.receivedResponseAtMillis() - answer.sentRequestAtMillis()));
        boolean fromCache = answer.networkResponse() == null;
        CallReport.Attempt attempt = new CallReport.Attempt(
                1,
                Duration.ZERO,
                took,
                Integer.toString(answer.code()),
                Optional.empty(),
                Reach.ANSWERED,
                fromCache ? ApiError.Executed.NO : ApiError.Executed.YES,
                fromCache,
                false);
        return new CallReport(
                provider,
                host,
                answer.request().method(),
                List.of(attempt),
                List.of(),
                List.of(),
                fromCache ? 0 : 1,
                0,
                StopReason.SUCCESS,
                took,
                Optional.empty(),
                Optional.empty());
    }

    private static boolean isKnown(String host, Execution execution) {
        String provider = PROVIDERS.get(host);
        if (provider == null && PROVIDERS.size() < MOST_HOSTS) {
            PROVIDERS.putIfAbsent(host, execution.provider());
            provider = PROVIDERS.get(host);
        }
        return execution.provider().equals(provider);
    }

    private static Stripe stripe(Response key) {
        return TABLE[System.identityHashCode(key) & (STRIPES - 1)];
    }

    private static Response key(Response response) {
        Response network = response.networkResponse();
        if (network != null) {
            return network;
        }
        Response cached = response.cacheResponse();
        return cached != null ? cached : response;
    }

    /** One part of the table, with a lock of its own. */
    private static final class Stripe {
        private final ReentrantLock lock = new ReentrantLock();
        /** Guarded by {@code lock}. */
        private final List<Entry> entries = new ArrayList<>();
        /** Guarded by {@code lock}. */
        private int sweepAt = SWEEP_AFTER;

        void put(Response key, Execution execution) {
            lock.lock();
            try {
                if (entries.size() >= sweepAt) {
                    entries.removeIf(entry -> entry.refersTo(null) || entry.refersTo(key));
                    sweepAt = 2 * entries.size() + SWEEP_AFTER;
                }
                entries.add(new Entry(key, execution));
            } finally {
                lock.unlock();
            }
        }

        /** The newest first, as one answer may be given by many calls (a test's canned one). */
        @Nullable Entry find(Response key) {
            lock.lock();
            try {
                for (int index = entries.size() - 1; index >= 0; index--) {
                    if (entries.get(index).refersTo(key)) {
                        return entries.get(index);
                    }
                }
                return null;
            } finally {
                lock.unlock();
            }
        }
    }
}
