package dev.fairlead;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The breaker used unless another is given. Resilience4j's engine counts the calls of the closed state in its sliding
 * window and says when the share of failures is reached; opening, probing and closing are our own, since the engine
 * stays OPEN until asked for a permission, and would take a success from before the opening for a probe's (both tried on
 * 2.4.0). Thread-safe.
 */
final class EngineBreaker implements CircuitBreaker {
    /** Told of changes in their order, one at a time, never under the lock. */
    @FunctionalInterface
    interface ChangeListener {
        void changed(State from, State to);
    }

    private record Change(State from, State to) {}

    private final io.github.resilience4j.circuitbreaker.CircuitBreaker engine;
    private final Ticker ticker;
    private final long openNanos;
    private final long longestOpenNanos;
    private final long slowNanos;
    private final boolean probeWithAnyRequest;
    private final ChangeListener listener;

    private final ReentrantLock lock = new ReentrantLock();
    /** Changes that the listener has not been told of. Added under {@code lock}, so in order. */
    private final Queue<Change> changes = new ConcurrentLinkedQueue<>();
    /** How many threads have changes to tell since somebody began to tell them. */
    private final AtomicInteger tellers = new AtomicInteger();

    /** The closed state's permit, one for all calls; null while not closed. Written under {@code lock}. */
    private volatile @Nullable ClosedPermit closed = new ClosedPermit();
    /** The probe under way. Guarded by {@code lock}. */
    private @Nullable Probe probe;
    /** Whether the open time is over and probing has begun. Guarded by {@code lock}. */
    private boolean halfOpen;
    /** When it opened. Guarded by {@code lock}. */
    private long openedNanos;
    /** How long it stays open. Guarded by {@code lock}. */
    private long openForNanos;

    EngineBreaker(String name, Policy policy, boolean probeWithAnyRequest, Ticker ticker, ChangeListener listener) {
        this.ticker = ticker;
        this.probeWithAnyRequest = probeWithAnyRequest;
        this.listener = listener;
        openNanos = Nanos.of(policy.breakerOpen());
        longestOpenNanos = Nanos.of(policy.breakerLongestOpen());
        slowNanos = Nanos.of(policy.breakerSlowCall());
        engine = io.github.resilience4j.circuitbreaker.CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindow(
                                Math.toIntExact(policy.breakerWindow().toSeconds()),
                                policy.breakerMinimumCalls(),
                                SlidingWindowType.TIME_BASED)
                        .failureRateThreshold(policy.breakerFailurePercent())
                        .slowCallDurationThreshold(policy.breakerSlowCall())
                        .slowCallRateThreshold(policy.breakerSlowPercent())
                        // Never reached: we leave the open state ourselves.
                        .waitDurationInOpenState(Duration.ofDays(1))
                        .clock(new TickerClock(ticker))
                        .currentTimestampFunction(clock -> ticker.nanoTime(), TimeUnit.NANOSECONDS)
                        .writableStackTraceEnabled(false)
                        .build());
    }

    @Override
    public State state() {
        if (closed != null) {
            return State.CLOSED;
        }
        lock.lock();
        try {
            return stateNow();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long nanosUntilTry(boolean replaySafe) {
        if (closed != null) {
            return 0;
        }
        lock.lock();
        try {
            if (closed != null) {
                return 0;
            }
            if (probe != null) {
                // The probe's result will tell; if it is a failure, this is how long it takes.
                return openNanos;
            }
            return Math.max(0, triedFromNanos(replaySafe) - ticker.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable Permit tryAcquire(boolean replaySafe) {
        ClosedPermit shared = closed;
        if (shared != null) {
            return shared;
        }
        Probe granted;
        lock.lock();
        try {
            if (closed != null) {
                return closed;
            }
            if (probe != null || triedFromNanos(replaySafe) - ticker.nanoTime() > 0) {
                return null;
            }
            if (!halfOpen) {
                halfOpen = true;
                changes.add(new Change(State.OPEN, State.HALF_OPEN));
            }
            granted = new Probe();
            probe = granted;
        } finally {
            lock.unlock();
        }
        tell();
        return granted;
    }

    @Override
    public void reset() {
        lock.lock();
        try {
            close();
        } finally {
            lock.unlock();
        }
        tell();
    }

    /** A charge must not be the test of a recovery; but where nothing else comes, any request may be, later. */
    private long triedFromNanos(boolean replaySafe) {
        return openedNanos + (replaySafe || probeWithAnyRequest ? openForNanos : 2 * openForNanos);
    }

    /** Holds {@code lock}. */
    private State stateNow() {
        return closed != null ? State.CLOSED : halfOpen ? State.HALF_OPEN : State.OPEN;
    }

    /** Holds {@code lock}. */
    private void close() {
        if (stateNow() != State.CLOSED) {
            changes.add(new Change(stateNow(), State.CLOSED));
        }
        engine.reset();
        probe = null;
        halfOpen = false;
        openForNanos = 0;
        closed = new ClosedPermit();
    }

    /** Holds {@code lock}. */
    private void open() {
        changes.add(new Change(stateNow(), State.OPEN));
        openForNanos = openForNanos == 0 ? openNanos : Math.min(2 * openForNanos, longestOpenNanos);
        openedNanos = ticker.nanoTime();
        probe = null;
        halfOpen = false;
        closed = null;
    }

    private void openIfEngineSaysSo(ClosedPermit from) {
        if (engine.getState() == io.github.resilience4j.circuitbreaker.CircuitBreaker.State.CLOSED) {
            return;
        }
        lock.lock();
        try {
            if (closed != from) {
                return;
            }
            open();
        } finally {
            lock.unlock();
        }
        tell();
    }

    private void probeEnded(Probe from, boolean success) {
        lock.lock();
        try {
            if (probe != from) {
                return;
            }
            if (success) {
                close();
            } else {
                open();
            }
        } finally {
            lock.unlock();
        }
        tell();
    }

    /** Whoever finds another thread telling leaves it the rest: it neither waits nor overtakes. */
    private void tell() {
        if (changes.isEmpty() || tellers.getAndIncrement() > 0) {
            return;
        }
        int seen;
        do {
            seen = tellers.get();
            for (Change change = changes.poll(); change != null; change = changes.poll()) {
                try {
                    listener.changed(change.from(), change.to());
                } catch (RuntimeException | Error thrown) {
                    tellers.set(0);
                    throw thrown;
                }
            }
        } while (!tellers.compareAndSet(seen, 0));
    }

    /** One object for all calls of a closed period: being still the current one is the permit's generation. */
    private final class ClosedPermit implements Permit {
        @Override
        public void success(long elapsedNanos) {
            if (closed == this) {
                engine.onSuccess(elapsedNanos, TimeUnit.NANOSECONDS);
                // A success too may be the call that makes enough of them.
                openIfEngineSaysSo(this);
            }
        }

        @Override
        public void failure(long elapsedNanos) {
            if (closed == this) {
                engine.onError(elapsedNanos, TimeUnit.NANOSECONDS, new EngineFailure());
                openIfEngineSaysSo(this);
            }
        }

        @Override
        public void ignored() {}
    }

    private final class Probe implements Permit {
        @Override
        public void success(long elapsedNanos) {
            probeEnded(this, elapsedNanos <= slowNanos);
        }

        @Override
        public void failure(long elapsedNanos) {
            probeEnded(this, false);
        }

        @Override
        public void ignored() {
            lock.lock();
            try {
                if (probe == this) {
                    probe = null;
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** What the engine is told; it only counts. */
    private static final class EngineFailure extends Exception {
        private static final long serialVersionUID = 1L;

        EngineFailure() {
            super("the provider is in distress", null, false, false);
        }
    }
}
