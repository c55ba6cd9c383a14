package dev.fairlead.okhttp;

import dev.fairlead.DeadlineContext;
import java.io.IOException;
import okhttp3.Call;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Drives a call from within it: an attempt proceeds on the interceptor's chain, and a wait holds the thread that runs the
 * interceptors. Made with the call, on the thread of whoever calls, so that it knows that thread's deadline.
 */
final class ChainDriver extends CallDriver {
    private final RunningAudit audit;
    private final @Nullable DeadlineContext inherited;
    private Interceptor.@Nullable Chain chain;
    private volatile boolean cutByDeadline;

    /** Since when the call stands in the dispatcher's queue, if it does. */
    private volatile @Nullable Queued queued;

    private record Queued(long sinceNanos) {}

    private ChainDriver(Call call, RunningAudit audit, @Nullable DeadlineContext inherited) {
        super(call.request());
        this.audit = audit;
        this.inherited = inherited;
    }

    /** The driver that was made with the call; or one made now, if the client was given another event listener since. */
    static ChainDriver of(Call call, RunningAudit audit) {
        CallDriver present = CallDriver.of(call);
        if (present instanceof ChainDriver made && made.audit.fairlead == audit.fairlead) {
            return made;
        }
        audit.onListenerReplaced();
        ChainDriver driver = new ChainDriver(call, audit, DeadlineContext.current());
        driver.tag(call);
        call.addEventListener(driver);
        return driver;
    }

    Response run(Interceptor.Chain callsChain) throws IOException {
        chain = callsChain;
        return run();
    }

    /** Begins a call, or says that it is none of ours. An interceptor outside ours may begin it again. */
    boolean begin(Interceptor.Chain callsChain) {
        chain = callsChain;
        Queued stood = queued;
        queued = null;
        long queuedNanos = stood == null ? 0 : audit.fairlead.ticker().nanoTime() - stood.sinceNanos;
        return begin(callsChain.request(), queuedNanos, callsChain.call().timeout(), inherited);
    }

    @Override
    RunningAudit audit() {
        return audit;
    }

    @Override
    @Nullable Response send() throws IOException {
        try {
            return attempt(chain());
        } catch (IOException failure) {
            if (isFailureTold()) {
                return null;
            }
            throw failure;
        }
    }

    /** By somebody, that is, and not because the deadline is over: we end the call so, and OkHttp's callTimeout does. */
    @Override
    boolean isCanceled() {
        return chain().call().isCanceled() && !cutByDeadline && execution().remainingNanos() > 0;
    }

    @Override
    boolean mayAskCache() {
        return chain().getCache() != null && !isCanceled() && isCacheToBeAsked();
    }

    @Override
    @Nullable Response fromCache() {
        try {
            return StoredAnswer.of(chain().proceed(StoredAnswer.question(request)), request);
        } catch (IOException unanswered) {
            // An interceptor's affair, which it will tell again when the request is really sent.
            return null;
        }
    }

    @Override
    void timedOut(WireAttempt overdue) {
        if (overdue.isBoundByDeadline()) {
            if (overdue.claimCut(true)) {
                // For good, which is right: the whole call is over.
                cutByDeadline = true;
                overdue.okHttpCall().cancel();
            }
        } else if (overdue.canCloseConnection()) {
            if (overdue.claimCut(false)) {
                overdue.closeConnection();
            }
        } else {
            // Still connecting, or on a connection that others share: OkHttp's own timeouts bound each step of that.
            overdue.goOnUntil(audit.fairlead.ticker().nanoTime() + execution().remainingNanos());
        }
    }

    private Interceptor.Chain chain() {
        Interceptor.Chain current = chain;
        if (current == null) {
            throw new IllegalStateException("the call has not begun");
        }
        return current;
    }

    @Override
    public void callStart(Call started) {
        // Not in the factory: there the call is half made, and its tags throw (tried on 5.5.1).
        tag(started);
    }

    @Override
    public void dispatcherQueueStart(Call queuedCall, Dispatcher dispatcher) {
        queued = new Queued(audit.fairlead.ticker().nanoTime());
    }

    /** Makes a driver for each call, besides the event listener of the user's own. */
    static final class Factory implements EventListener.Factory {
        final EventListener.Factory own;
        private final RunningAudit audit;

        Factory(EventListener.Factory own, RunningAudit audit) {
            this.own = own;
            this.audit = audit;
        }

        @Override
        public EventListener create(Call call) {
            EventListener listener = own.create(call);
            ChainDriver driver = new ChainDriver(call, audit, DeadlineContext.current());
            return listener == EventListener.NONE ? driver : listener.plus(driver);
        }
    }
}
