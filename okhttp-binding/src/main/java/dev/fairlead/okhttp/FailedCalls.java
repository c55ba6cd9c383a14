package dev.fairlead.okhttp;

import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The last calls that failed, to recognise those that are made again by somebody who retries outside of the rules. While
 * there are none, all that it costs a call is {@link #isQuiet()}: nothing is computed, nothing is kept with the call.
 *
 * <p>Of calls with the same identity that overlap nobody can say which repeats which: they are callers that do not know of
 * each other, as all are for whom a much used URL fails. Only a call that begins when the only other one has failed counts
 * as its repetition.
 *
 * <p>Thread-safe: all is guarded by one lock, which is taken only while a failure is remembered, but {@code quiet}, which
 * is written under it and read without.
 */
final class FailedCalls {
    /** A call that ended, and those before it that it repeats. */
    static final class Chain {
        final CallIdentity call;
        final int calls;
        final int attempts;
        /** What the first of them did alone. */
        final int attemptsOfFirst;

        private final long firstEndedNanos;
        private final long endedNanos;

        private Chain(CallIdentity call, int attempts, long endedNanos, @Nullable Chain before) {
            this.call = call;
            this.endedNanos = endedNanos;
            calls = before == null ? 1 : before.calls + 1;
            this.attempts = before == null ? attempts : before.attempts + attempts;
            attemptsOfFirst = before == null ? attempts : before.attemptsOfFirst;
            firstEndedNanos = before == null ? endedNanos : before.firstEndedNanos;
        }

        /** From the first failure to the last end. */
        long tookNanos() {
            return endedNanos - firstEndedNanos;
        }

        /** By how much the outer layer multiplies what one call does. */
        double factor() {
            return attemptsOfFirst == 0 ? calls : (double) attempts / attemptsOfFirst;
        }

        boolean isWorseThan(Chain other) {
            int byFactor = Double.compare(factor(), other.factor());
            return byFactor > 0 || (byFactor == 0 && calls > other.calls);
        }
    }

    private static final int MOST = 64;

    /** Who retries begins soon: the first pauses of common libraries are 0 to 5 s. Who comes later asks anew, as pollers do. */
    private static final long FIRST_REPETITION_NANOS = 10_000_000_000L;

    /** Pauses grow. */
    private static final long REMEMBERED_NANOS = 60_000_000_000L;

    private final ReentrantLock lock = new ReentrantLock();
    /** The ends of chains; null where nothing is remembered. Guarded by {@code lock}. */
    private final @Nullable Chain[] failed = new Chain[MOST];
    /** Where the next is put, in place of the oldest. Guarded by {@code lock}. */
    private int next;
    /** Calls under way, and what they repeat. Weak, as an interceptor's exception may end a call unseen. Guarded by {@code lock}. */
    private final Map<CallDriver, Chain> repeating = new WeakHashMap<>();

    private volatile boolean quiet = true;

    /** Whether no failure is remembered. */
    boolean isQuiet() {
        return quiet;
    }

    /**
     * A call begins.
     *
     * @param beganNanos when it was made, before it stood in the HTTP client's queue
     */
    void began(CallDriver driver, CallIdentity call, long beganNanos) {
        lock.lock();
        try {
            int alike = -1;
            boolean several = false;
            boolean empty = true;
            for (int index = 0; index < MOST; index++) {
                Chain chain = failed[index];
                if (chain == null) {
                    continue;
                }
                if (beganNanos - chain.endedNanos > REMEMBERED_NANOS) {
                    failed[index] = null;
                    continue;
                }
                empty = false;
                if (chain.call.isSameAs(call)) {
                    several = alike >= 0;
                    alike = index;
                }
            }
            Chain before = alike < 0 || several ? null : failed[alike];
            if (before != null && isSoonAfter(before, beganNanos)) {
                failed[alike] = null;
                repeating.put(driver, before);
            }
            quiet = empty && repeating.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private static boolean isSoonAfter(Chain before, long beganNanos) {
        long pauseNanos = beganNanos - before.endedNanos;
        return pauseNanos >= 0 && (before.calls > 1 || pauseNanos <= FIRST_REPETITION_NANOS);
    }

    /**
     * A call ended.
     *
     * @param hasFailed whether somebody may want to make it again
     * @return the chain that ends with it, or null where it repeats nothing
     */
    @Nullable Chain ended(CallDriver driver, CallIdentity call, int attempts, long nowNanos, boolean hasFailed) {
        lock.lock();
        try {
            Chain before = repeating.remove(driver);
            boolean alone = before != null && isAlone(call);
            Chain ended = new Chain(call, attempts, nowNanos, alone ? before : null);
            if (hasFailed) {
                failed[next] = ended;
                next = (next + 1) % MOST;
                quiet = false;
            }
            return alone ? ended : null;
        } finally {
            lock.unlock();
        }
    }

    /** Whether no other call of this identity failed meanwhile, or is itself taken for a repetition. Holds {@code lock}. */
    private boolean isAlone(CallIdentity call) {
        for (Chain chain : failed) {
            if (chain != null && chain.call.isSameAs(call)) {
                return false;
            }
        }
        return repeating.values().stream().noneMatch(chain -> chain.call.isSameAs(call));
    }
}
