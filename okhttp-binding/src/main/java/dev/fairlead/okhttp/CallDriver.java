package dev.fairlead.okhttp;

import dev.fairlead.DeadlineContext;
import dev.fairlead.Execution;
import dev.fairlead.FailureCause;
import dev.fairlead.Fairlead;
import dev.fairlead.Reach;
import dev.fairlead.Ticker;
import dev.fairlead.WakeHook;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.util.List;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.jvm.functions.Function0;
import kotlin.reflect.KClass;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Drives one call: asks its {@link Execution} what to do, and does it. How an attempt is made is the binding's affair: a
 * {@link ChainDriver} proceeds on an interceptor's chain, a {@link FactoryDriver} makes an OkHttp call of its own.
 *
 * <p>A long file, so that the road of a call and one attempt of it are read in one place.
 *
 * <p>At once the call's tag, its event listener and the request's head as the rules see it, and longer than it would be
 * otherwise, as every object here is made for every call.
 *
 * <p>Runs on one thread at a time; {@link #wake}, {@link #canceled} and the events of the body may come from any.
 */
abstract class CallDriver extends CallAnswers implements WakeHook, Function0<CallDriver> {
    private static final KClass<CallDriver> TAG = JvmClassMappingKt.getKotlinClass(CallDriver.class);

    /** Whether the rules know of the failure that an attempt ended with. */
    private boolean failureTold;

    /** The request that a key was made for. */
    private @Nullable Request keyedFor;

    private volatile @Nullable Thread waiting;
    private volatile boolean woken;

    CallDriver(Request request) {
        super(request);
    }

    /** The call's driver, or null where the call is not ours. */
    static @Nullable CallDriver of(Call call) {
        return call.tag(TAG);
    }

    /** Makes this the call's driver, unless it has one; returns the one it has now. */
    final CallDriver tag(Call call) {
        return call.tag(TAG, this);
    }

    /** The tag itself: saves a supplier's object. */
    @Override
    public final CallDriver invoke() {
        return this;
    }

    /** Begins a call, or says that it is none of ours. */
    final boolean begin(Request asked, long queuedNanos, Timeout clientTimeout, @Nullable DeadlineContext inherited) {
        endExchange();
        Fairlead fairlead = audit().fairlead;
        Execution before = sameOperation(asked);
        renew(asked);
        Execution begun = fairlead.begin(
                this,
                RequestParts.options(asked),
                queuedNanos,
                RequestParts.clientTimeoutNanos(clientTimeout, fairlead.ticker()),
                inherited,
                this,
                before);
        execution = begun;
        if (begun == null) {
            return false;
        }
        keyedFor = begun.isKeyMade() ? asked : null;
        request = RequestParts.prepared(request, begun);
        audit().onCallBegin(this, queuedNanos);
        return true;
    }

    /**
     * The call whose key this one keeps: an interceptor outside of us that proceeds again with the same method, address and
     * body means the same operation, whatever headers it or another one has put on it meanwhile.
     */
    @SuppressWarnings("ReferenceEquality")
    private @Nullable Execution sameOperation(Request asked) {
        Request before = keyedFor;
        return before != null
                        && before.body() == asked.body()
                        && before.method().equals(asked.method())
                        && before.url().equals(asked.url())
                ? execution
                : null;
    }

    /** The road of one call, on a thread that may be held. */
    final Response run() throws IOException {
        Execution rules = execution();
        Response inHand = null;
        boolean detached = false;
        boolean cacheAsked = false;
        try {
            while (true) {
                if (isCanceled()) {
                    rules.cancel();
                }
                Execution.Step step = rules.next();
                if (!cacheAsked && step != Execution.Step.SEND && mayAskCache()) {
                    cacheAsked = true;
                    inHand = fromCache();
                    if (inHand != null) {
                        judgeStored(inHand);
                        continue;
                    }
                }
                if (inHand != null && !detached && (step == Execution.Step.WAIT || step == Execution.Step.SEND)) {
                    inHand = detach(inHand);
                    detached = true;
                }
                switch (step) {
                    case WAIT -> await();
                    case SEND -> {
                        Response answer = send();
                        if (answer != null) {
                            inHand = answer;
                            detached = false;
                            inHand = judge(answer);
                            detached = inHand != answer;
                        }
                    }
                    case RETURN -> {
                        Response answer = handOver(inHand, detached);
                        // Before the answer is out of our hands: what a listener throws must not lose it.
                        rules.close();
                        inHand = null;
                        return answer;
                    }
                    case THROW -> {
                        throw failure();
                    }
                }
            }
        } finally {
            if (inHand != null) {
                inHand.close();
            }
            rules.close();
        }
    }

    /** What is noticed of the client. */
    abstract RunningAudit audit();

    @Override
    final void onEnd(boolean thrown) {
        audit().onCallEnd(this, thrown);
    }

    /** Makes one attempt; null where it failed and the rules know. */
    abstract @Nullable Response send() throws IOException;

    /** Whether the caller has cancelled the call. */
    abstract boolean isCanceled();

    /** Whether a cache may know the answer without a request. */
    abstract boolean mayAskCache();

    /** Whether it would change anything: once a request was sent, the cache has had its say. */
    final boolean isCacheToBeAsked() {
        Execution rules = execution();
        return rules.isUnsent() && rules.remainingNanos() > 0 && StoredAnswer.isPossible(request);
    }

    /** What the client's cache has for the request; null for nothing. */
    abstract @Nullable Response fromCache();

    /** An attempt's time is over: breaks it off if that can be done. On OkHttp's thread for timeouts, so without delay. */
    abstract void timedOut(WireAttempt overdue);

    // ---- one attempt

    /** Sends the request once. What comes of it the rules hear from here, if it is a failure that is theirs to judge. */
    final Response attempt(Interceptor.Chain chain) throws IOException {
        WireAttempt current = WireAttempt.begin(this, chain, execution());
        attempt = current;
        failureTold = false;
        try {
            Response answer = current.tighten(chain).proceed(request);
            current.end();
            if (!current.isCut()) {
                return current.restoreRetryAfter(answer);
            }
            // Too late: it is being cut at this very moment, perhaps through its body.
            answer.close();
            throw failed(chain, current, null);
        } catch (IOException failure) {
            current.end();
            throw failureTold ? failure : failed(chain, current, failure);
        } finally {
            current.end();
        }
    }

    /** Somebody has cancelled the OkHttp call that makes the attempt. */
    void attemptCanceled() {
        execution().cancel();
    }

    private IOException failed(Interceptor.Chain chain, WireAttempt current, @Nullable IOException thrown) {
        Execution rules = execution();
        IOException failure;
        FailureCause cause;
        if (current.isCut() || thrown == null) {
            // Whoever cuts may be about to: then the connection must not go back into the pool before.
            current.closeConnection();
            failure = current.cutException(thrown);
            cause = current.isCutByDeadline() ? FailureCause.DEADLINE : FailureCause.TRANSPORT;
        } else {
            failure = thrown;
            if (chain.call().isCanceled()) {
                // OkHttp's own callTimeout looks like a cancel from in here; the deadline is never later than that.
                if (rules.remainingNanos() > 0) {
                    attemptCanceled();
                }
            } else if (!TransportFailure.isTransport(failure)
                    || Thread.currentThread().isInterrupted()) {
                // An interrupt closes a virtual thread's socket, which says nothing about anybody.
                return failure;
            }
            cause = current.isDeadline(failure, rules)
                    ? FailureCause.DEADLINE
                    : TransportFailure.cause(
                            failure, rules.wireRequestsOfAttempt() == 1 && current.isOnPooledConnection());
            if (cause == FailureCause.STALE_CONNECTION) {
                // Its neighbours in the pool are as old.
                chain.getConnectionPool().evictAll();
            }
        }
        int sent = rules.wireRequestsOfAttempt();
        boolean unprocessed = sent == 1 && TransportFailure.isUnprocessed(failure);
        failureTold = true;
        rules.onFailure(failure, sent == 0 || unprocessed ? Reach.NOT_SENT : Reach.SENT, cause);
        return failure;
    }

    /** Before an attempt that may end before it comes to the rules' notice. */
    final void forgetFailure() {
        failureTold = false;
    }

    final boolean isFailureTold() {
        return failureTold;
    }

    // ---- waiting

    /** Holds the thread until the rules want to be asked again, or the call is cancelled. */
    private void await() throws InterruptedIOException {
        Ticker ticker = execution().ticker();
        long untilNanos = execution().wakeNanos();
        waiting = Thread.currentThread();
        try {
            while (!woken && !isCanceled() && ticker.nanoTime() - untilNanos < 0) {
                ticker.park(untilNanos);
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("interrupted while the call waited to be sent");
                }
            }
        } finally {
            waiting = null;
            woken = false;
        }
    }

    @Override
    public void wake() {
        woken = true;
        Thread thread = waiting;
        if (thread != null) {
            execution().ticker().unpark(thread);
        }
    }

    // ---- what the network interceptor sees

    /** A request goes onto the wire; false where the call is left alone. */
    final boolean onWireRequest(@Nullable Connection connection) throws IOException {
        Execution rules = execution;
        if (rules == null) {
            return false;
        }
        WireAttempt current = attempt;
        if (current == null) {
            throw new InterruptedIOException("only the cache was asked; the call may not be sent yet");
        }
        if (rules.remainingNanos() <= 0) {
            throw new InterruptedIOException("the call's deadline passed before the request could be sent");
        }
        current.writing(connection);
        rules.onWireRequest();
        return true;
    }

    /** The head of an answer is there. */
    final void onWireAnswer(Response answer) {
        execution().onWireAnswer(answer.code());
        WireAttempt current = attempt;
        if (current != null) {
            current.loosen(answer);
        }
    }

    final void hideRetryAfter(List<String> values) {
        WireAttempt current = attempt;
        if (current != null) {
            current.hideRetryAfter(values);
        }
    }

    // ---- the call's event listener

    @Override
    public void connectEnd(Call connectingCall, InetSocketAddress address, Proxy proxy, @Nullable Protocol protocol) {
        WireAttempt current = attempt;
        if (current != null) {
            current.connectionMade();
        }
    }

    @Override
    public void connectionReleased(Call releasingCall, Connection connection) {
        WireAttempt current = attempt;
        if (current != null) {
            current.connectionReleased(connection);
        }
    }

    @Override
    public void canceled(Call canceledCall) {
        wake();
    }

    @Override
    public void callEnd(Call endedCall) {
        endExchange();
    }

    @Override
    public void callFailed(Call failedCall, IOException failure) {
        endExchange();
    }

    /** The answer handed over last was read, or closed, or there was none. */
    private void endExchange() {
        Execution rules = execution;
        if (rules != null) {
            rules.onExchangeEnd();
        }
    }
}
