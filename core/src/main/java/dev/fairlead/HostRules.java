package dev.fairlead;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All that calls to one provider at one host share. Thread-safe. */
final class HostRules {
    private final Provider provider;
    private final String host;
    private final Policy policy;
    private final Ticker ticker;
    private final CallListener listener;
    private final RetryPolicy retry;
    private final CircuitBreaker breaker;
    private final RetryBudget budget;
    private final RouteTable routes;
    private final OnceLog onceLog;
    private final ServerClock clock = new ServerClock();
    private final NoticeBoard notices;
    private final AtomicLong arrivals = new AtomicLong();

    /** Made once, as a provider may ask for the unbelievable in every answer. */
    private final String pauseTopic;

    final long deadlineNanos;
    final long attemptTimeoutNanos;
    final long longestWaitNanos;
    final long maxPauseNanos;
    final long throttlePauseNanos;

    HostRules(
            Provider provider,
            String host,
            Policy policy,
            Ticker ticker,
            CallListener listener,
            RouteTable.KeyCount count,
            OnceLog onceLog) {
        this.provider = provider;
        this.host = host;
        this.policy = policy;
        this.ticker = ticker;
        this.listener = listener;
        this.onceLog = onceLog;
        pauseTopic = provider.name() + ":pause";
        retry = policy.retry();
        budget = new RetryBudget(policy.budgetTokens(), policy.budgetRefund());
        routes = new RouteTable(this, count);
        deadlineNanos = Nanos.of(policy.deadline());
        attemptTimeoutNanos = Nanos.of(policy.attemptTimeout());
        longestWaitNanos = policy.longestWait() == null ? Nanos.LONGEST : Nanos.of(policy.longestWait());
        maxPauseNanos = Nanos.of(provider.maxPause());
        throttlePauseNanos = Nanos.of(policy.throttlePause());
        breaker = newBreaker();
        notices = new NoticeBoard(this);
    }

    private CircuitBreaker newBreaker() {
        Function<KeyInfo, CircuitBreaker> factory = policy.breaker();
        String name = provider.name() + "@" + host;
        if (factory != null) {
            try {
                CircuitBreaker own = factory.apply(new KeyInfo(name, provider.name(), host, "", Optional.empty()));
                return new GuardedBreaker(this, Objects.requireNonNull(own, "circuit breaker"));
            } catch (RuntimeException thrown) {
                plugInThrew("circuit breaker's factory", thrown);
            }
        }
        return new EngineBreaker(
                name,
                policy,
                provider.probesWithAnyRequest(),
                ticker,
                (from, to) -> notify(observer -> observer.breakerChanged(provider.name(), host, from, to)));
    }

    /** The user's own bucket for a key, or null for the library's. */
    @Nullable GuardedBucket ownBucket(KeyInfo key) {
        Function<KeyInfo, TokenBucket> factory = policy.tokenBucket();
        if (factory != null) {
            try {
                return new GuardedBucket(this, Objects.requireNonNull(factory.apply(key), "token bucket"));
            } catch (RuntimeException thrown) {
                plugInThrew("token bucket's factory", thrown);
            }
        }
        return null;
    }

    /** When the window ends that an answer told of, by our clock, as far as that can be known from all answers. */
    long resetAtNanos(RateLimit said, long askedNanos, long now) {
        long epochSecond = said.resetEpochSecond();
        long naively = now + Math.max(0, said.resetNanosOrNegative());
        if (epochSecond == 0) {
            return naively;
        }
        if (said.resetNanosOrNegative() > 0) {
            // What the provider's clock showed, by the parser's reckoning.
            clock.observe(epochSecond - said.resetNanosOrNegative() / 1_000_000_000L, askedNanos, now);
        }
        return clock.isKnown() ? clock.nanosAt(epochSecond) : naively;
    }

    /** Tells the listener; what it throws is logged. Not for the happy path: it makes an object. */
    void notify(Consumer<CallListener> event) {
        if (listener.equals(CallListener.NONE)) {
            return;
        }
        try {
            event.accept(listener);
        } catch (RuntimeException thrown) {
            listenerThrew(thrown);
        }
    }

    void listenerThrew(RuntimeException thrown) {
        onceLog.warn(
                "listener:" + thrown.getClass().getName(),
                () -> "a CallListener threw " + whereFrom(thrown) + "; the call goes on without it");
    }

    /** A plug-in of the provider's threw: logged once, treated as if it had said nothing. */
    void plugInThrew(String part, RuntimeException thrown) {
        onceLog.warn(
                provider.name() + ":" + part,
                () -> "provider " + provider.name() + ": its " + part + " threw " + whereFrom(thrown)
                        + "; treated as if it had said nothing");
    }

    void warn(String topic, Supplier<String> message) {
        onceLog.warn(provider.name() + ":" + host + ":" + topic, message);
    }

    /** Lets a plug-in do something of which nobody needs the result. */
    void guarded(String part, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException thrown) {
            plugInThrew(part, thrown);
        }
    }

    /** Class and place, not the message: that may hold what was sent or received, a credential even. */
    private static String whereFrom(RuntimeException thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        return thrown.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
    }

    /** A server's wait that nobody can believe counts as not said. */
    void implausible(long nanos) {
        onceLog.warn(
                pauseTopic,
                () -> "provider " + provider.name() + " at " + host + " asked for a wait of " + Nanos.text(nanos)
                        + ", more than its maxPause of " + Nanos.text(maxPauseNanos) + "; taken as no hint");
    }

    Provider provider() {
        return provider;
    }

    String host() {
        return host;
    }

    Policy policy() {
        return policy;
    }

    Ticker ticker() {
        return ticker;
    }

    CallListener listener() {
        return listener;
    }

    RetryPolicy retry() {
        return retry;
    }

    CircuitBreaker breaker() {
        return breaker;
    }

    /** The next number of a call that begins to wait; never 0. */
    long nextArrival() {
        return arrivals.incrementAndGet();
    }

    /** Deprecations and versions that an answer tells of. */
    void notices(RequestHead request, ResponseHead head) {
        try {
            notices.read(request, head);
        } catch (RuntimeException thrown) {
            plugInThrew("reading of versions", thrown);
        }
    }

    RetryBudget budget() {
        return budget;
    }

    RouteTable routes() {
        return routes;
    }
}
