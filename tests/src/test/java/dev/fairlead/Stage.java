package dev.fairlead;

import dev.fairlead.testkit.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * A {@link Fairlead} on virtual time, and calls that run at once on it: whatever is due first goes first, and of what is
 * due together whoever came first. One thread, so every run is the same.
 */
final class Stage {
    static final String HOST = "api.acme.test";
    static final AskedHead GET = new AskedHead("GET", HOST, "/things/7");
    static final AskedHead POST = new AskedHead("POST", HOST, "/things");

    final ManualTicker ticker = new ManualTicker();
    /** Every event of the listener, as text. */
    final List<String> events = new ArrayList<>();

    /** Looks at the calls that are not over whenever nobody can go on at once. */
    Consumer<List<ScriptedCall>> beforeTimePasses = calls -> {};

    private final Fairlead.Builder builder = Fairlead.builder();
    private UnaryOperator<Provider.Builder> provider = UnaryOperator.identity();
    private UnaryOperator<Policy> policy = UnaryOperator.identity();
    private final List<ScriptedCall> calls = new ArrayList<>();
    private CallListener listener = new Recorder();
    private Fairlead fairlead;

    static Stage set() {
        return new Stage();
    }

    Stage policy(UnaryOperator<Policy> change) {
        UnaryOperator<Policy> before = policy;
        policy = base -> change.apply(before.apply(base));
        return this;
    }

    Stage provider(UnaryOperator<Provider.Builder> change) {
        provider = change;
        return this;
    }

    /** Another observer in the place of the one that writes {@link #events}. */
    Stage listener(CallListener other) {
        listener = other;
        return this;
    }

    Fairlead fairlead() {
        if (fairlead == null) {
            Provider acme = provider.apply(Provider.builder("acme").hosts("*.acme.test"))
                    .build();
            fairlead = builder.provider(acme, policy)
                    .ticker(ticker)
                    .listener(listener)
                    .build();
        }
        return fairlead;
    }

    HostRules rules() {
        return probe(GET).route.rules;
    }

    /** The keys that a request draws on. */
    QuotaKey[] keys(RequestHead head) {
        return probe(head).route.keys;
    }

    private Execution probe(RequestHead head) {
        return fairlead().begin(head, CallOptions.NONE, 0, Fairlead.NO_CLIENT_TIMEOUT, null, () -> {});
    }

    ScriptedCall call(RequestHead head, CallOptions options, boolean bodyReplayable, IntFunction<Reply> server) {
        ScriptedCall call = new ScriptedCall(this, head, options, bodyReplayable, server);
        calls.add(call);
        return call;
    }

    ScriptedCall call(RequestHead head, IntFunction<Reply> server) {
        return call(head, CallOptions.NONE, true, server);
    }

    ScriptedCall call(RequestHead head, CallOptions options, Reply... replies) {
        return call(head, options, true, attempt -> replies[Math.min(attempt, replies.length) - 1]);
    }

    ScriptedCall call(RequestHead head, Reply... replies) {
        return call(head, CallOptions.NONE, replies);
    }

    /** Runs one call from its beginning to its end, and all others meanwhile. */
    ScriptedCall run(RequestHead head, Reply... replies) {
        ScriptedCall call = call(head, replies);
        run();
        return call;
    }

    ScriptedCall run(RequestHead head, CallOptions options, Reply... replies) {
        ScriptedCall call = call(head, options, replies);
        run();
        return call;
    }

    /** Runs until all calls are over. */
    void run() {
        runUntil(Duration.ofDays(3_650));
    }

    /** Runs what is due now and takes no time. */
    void runNow() {
        runUntil(ticker.elapsed());
    }

    /** Runs until a time since the stage was set. */
    void runUntil(Duration time) {
        long steps = 0;
        while (true) {
            ScriptedCall next = null;
            long nextNanos = Long.MAX_VALUE;
            long now = ticker.nanoTime();
            for (Iterator<ScriptedCall> each = calls.iterator(); each.hasNext(); ) {
                ScriptedCall call = each.next();
                if (call.isDone()) {
                    each.remove();
                    continue;
                }
                long due = call.state == ScriptedCall.State.READY ? 0 : Math.max(0, call.untilNanos - now);
                if (next == null || due < nextNanos) {
                    next = call;
                    nextNanos = due;
                }
            }
            if (next == null || nextNanos > time.minus(ticker.elapsed()).toNanos()) {
                if (time.compareTo(Duration.ofDays(3_000)) < 0 && time.compareTo(ticker.elapsed()) > 0) {
                    ticker.advanceTo(time);
                }
                return;
            }
            if (steps++ > 1_000_000) {
                throw new AssertionError("does not end: " + next.timeline);
            }
            if (nextNanos > 0) {
                beforeTimePasses.accept(calls);
                ticker.advance(Duration.ofNanos(nextNanos));
            }
            next.advance();
        }
    }

    long nowMillis() {
        return ticker.elapsed().toMillis();
    }

    /** Opens the closed breaker by as many failures as it takes. */
    Stage openBreaker() {
        CircuitBreaker breaker = rules().breaker();
        while (breaker.state() == CircuitBreaker.State.CLOSED) {
            breaker.tryAcquire(true).failure(1);
        }
        return this;
    }

    static AskedHead as(AskedHead head, String credential) {
        return head.with("Authorization", "Bearer " + credential);
    }

    private final class Recorder implements CallListener {
        @Override
        public void attemptStarted(CallInfo call) {
            events.add("attemptStarted " + call.attempts());
        }

        @Override
        public void attemptAnswered(CallInfo call, int status, ApiError error) {
            events.add("attemptAnswered " + status + (error == null ? "" : " " + error.kind()));
        }

        @Override
        public void attemptFailed(CallInfo call, java.io.IOException failure, Reach reach) {
            events.add("attemptFailed " + reach);
        }

        @Override
        public void waitStarted(CallInfo call, WaitReason reason, Duration atMost) {
            events.add("waitStarted " + reason + " " + atMost.toMillis());
        }

        @Override
        public void waitEnded(CallInfo call, WaitReason reason, Duration took) {
            events.add("waitEnded " + reason + " " + took.toMillis());
        }

        @Override
        public void retryScheduled(CallInfo call, Duration pause) {
            events.add("retryScheduled " + pause.toMillis());
        }

        @Override
        public void keyPaused(KeyInfo key, Duration pause) {
            events.add("keyPaused " + pause.toMillis());
        }

        @Override
        public void breakerChanged(String provider, String host, CircuitBreaker.State from, CircuitBreaker.State to) {
            events.add("breakerChanged " + from + " " + to);
        }

        @Override
        public void callEnded(CallInfo call, StopReason reason) {
            events.add("callEnded " + reason);
        }
    }
}
