package dev.fairlead.okhttp;

import dev.fairlead.Execution;
import dev.fairlead.FailureCause;
import dev.fairlead.Reach;
import dev.fairlead.Ticker;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives a call from outside: each attempt is an OkHttp call of its own, so that nothing is held while the call waits. For
 * {@code execute} on the caller's thread; for {@code enqueue} on whatever thread has something to tell: the caller's, the
 * dispatcher's with an answer, or {@link BoundedExecutor}'s when a wait is over.
 *
 * <p>Whoever moves {@code signals} from 0 drives, and goes on until nobody has signalled meanwhile. So the fields that say
 * nothing else belong to one thread at a time. A long file, as the two loops are read against each other.
 */
final class FactoryDriver extends CallDriver {
    private static final Logger LOG = LoggerFactory.getLogger(FactoryDriver.class);
    private static final AtomicIntegerFieldUpdater<FactoryDriver> SIGNALS =
            AtomicIntegerFieldUpdater.newUpdater(FactoryDriver.class, "signals");

    private final ResilientCall call;
    private volatile boolean canceled;
    /** Read and written through {@code SIGNALS}. */
    @SuppressWarnings("UnusedVariable")
    private volatile int signals;

    /** The OkHttp call under way. */
    private volatile @Nullable Flight flight;

    /** Set where the call was enqueued. */
    private volatile @Nullable Callback callback;

    private @Nullable Response inHand;
    private boolean detached;
    private boolean cacheAsked;
    private boolean over;
    private Ticker.@Nullable Timer timer;

    FactoryDriver(ResilientCall call, Request request) {
        super(request);
        this.call = call;
    }

    @Override
    RunningAudit audit() {
        return call.factory.audit;
    }

    /** Ends a wait; whoever cancels ends the attempt under way, or the last one, whose body may still be read. */
    void cancel() {
        canceled = true;
        wake();
    }

    @Override
    public void wake() {
        if (callback == null) {
            super.wake();
        } else if (SIGNALS.getAndIncrement(this) == 0) {
            call.factory.wakes.execute(this::goOn);
        }
    }

    // ---- execute: the thread is the caller's to hold

    @Override
    @Nullable Response send() throws IOException {
        Flight departing = new Flight(this, call.newAttempt(request, execution().attempts() == 1), false);
        board(departing);
        try {
            return departing.okHttpCall.execute();
        } catch (IOException failure) {
            IOException untold = untold(failure);
            if (untold == null) {
                return null;
            }
            throw untold;
        }
    }

    /** A failure that is none of the rules', or came after the attempt: OkHttp looks for a cancel once more then. */
    private @Nullable IOException untold(@Nullable IOException failure) {
        if (canceled) {
            execution().cancel();
        }
        return isFailureTold() ? null : failure;
    }

    @Override
    boolean mayAskCache() {
        return call.client().cache() != null && !canceled && isCacheToBeAsked();
    }

    @Override
    @Nullable Response fromCache() {
        Flight question = new Flight(this, call.newAttempt(StoredAnswer.question(request), false), true);
        board(question);
        try {
            return StoredAnswer.of(question.okHttpCall.execute(), request);
        } catch (IOException unanswered) {
            // An interceptor's affair, which it will tell again when the request is really sent.
            return null;
        }
    }

    private void board(Flight departing) {
        forgetFailure();
        flight = departing;
        if (canceled) {
            departing.okHttpCall.cancel();
        }
    }

    // ---- enqueue: no thread is

    void enqueue(Callback caller) {
        callback = caller;
        if (SIGNALS.getAndIncrement(this) == 0) {
            drive(false);
        }
    }

    private void goOn() {
        drive(false);
    }

    /**
     * Takes steps until nobody signals any more.
     *
     * @param mayBlock whether this thread may read bodies and call back: one of the dispatcher's
     */
    private void drive(boolean mayBlock) {
        int seen = 1;
        try {
            do {
                if (!step(mayBlock)) {
                    elsewhere(() -> drive(true));
                    return;
                }
                seen = SIGNALS.addAndGet(this, -seen);
            } while (seen != 0);
        } catch (RuntimeException | Error thrown) {
            if (mayBlock) {
                abort(thrown);
                throw thrown;
            }
            // The callback hears of it where it hears of everything, and so does that thread's handler.
            elsewhere(() -> {
                abort(thrown);
                BoundedExecutor.uncaught(thrown);
            });
        }
    }

    /** Goes on, on a thread that may be held. */
    private void elsewhere(Runnable task) {
        call.factory.callbacks.execute(task);
    }

    /** One step; false where it takes a thread that may be held. */
    private boolean step(boolean mayBlock) {
        if (over) {
            return true;
        }
        Flight underWay = flight;
        if (underWay != null) {
            if (underWay.isToBeAbandoned() && underWay.abandon()) {
                flight = null;
                abandoned(underWay);
            } else if (!underWay.hasLanded()) {
                // It signals when it has.
                return true;
            } else if (!mayBlock) {
                return false;
            } else {
                flight = null;
                IOException foreign = received(underWay);
                if (foreign != null) {
                    end(null, foreign);
                    return true;
                }
            }
        }
        return proceed(mayBlock);
    }

    private boolean proceed(boolean mayBlock) {
        Execution rules = execution();
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        if (canceled) {
            rules.cancel();
        }
        Execution.Step step = rules.next();
        if (!cacheAsked && step != Execution.Step.SEND && mayAskCache()) {
            cacheAsked = true;
            depart(new Flight(this, call.newAttempt(StoredAnswer.question(request), false), true));
            return true;
        }
        switch (step) {
            case WAIT -> {
                detachInHand();
                timer = rules.ticker()
                        .schedule(this::wake, rules.wakeNanos() - rules.ticker().nanoTime());
            }
            case SEND -> {
                detachInHand();
                depart(new Flight(this, call.newAttempt(request, rules.attempts() == 1), false));
            }
            case RETURN, THROW -> {
                if (!mayBlock) {
                    return false;
                }
                if (step == Execution.Step.RETURN) {
                    end(handOver(inHand, detached), null);
                } else {
                    end(null, failure());
                }
            }
        }
        return true;
    }

    private void detachInHand() {
        if (inHand != null && !detached) {
            inHand = detach(inHand);
            detached = true;
        }
    }

    private void depart(Flight departing) {
        board(departing);
        try {
            departing.okHttpCall.enqueue(departing);
        } catch (RuntimeException | Error thrown) {
            if (departing.abandon()) {
                departing.okHttpCall.cancel();
                throw thrown;
            }
            // It is under way all the same: the dispatcher tells other calls' listeners here, too.
            BoundedExecutor.uncaught(thrown);
        }
    }

    /** It never left the dispatcher's queue. */
    private void abandoned(Flight left) {
        left.okHttpCall.cancel();
        IOException failure;
        if (canceled) {
            execution().cancel();
            failure = new IOException("Canceled");
        } else {
            failure = new InterruptedIOException("the call stood in the dispatcher's queue until its deadline");
        }
        if (!left.isQuestion) {
            execution().onFailure(failure, Reach.NOT_SENT, FailureCause.DEADLINE);
        }
    }

    /** What came of an OkHttp call; an exception that is none of ours to judge is returned. */
    private @Nullable IOException received(Flight landed) {
        Response answer = landed.answer;
        if (landed.isQuestion) {
            Response stored = answer == null ? null : StoredAnswer.of(answer, request);
            if (stored != null) {
                inHand = stored;
                judgeStored(stored);
            }
            return null;
        }
        if (answer == null) {
            return untold(landed.failure);
        }
        inHand = answer;
        detached = false;
        Response kept = judge(answer);
        inHand = kept;
        detached = kept != answer;
        return null;
    }

    private void end(@Nullable Response answer, @Nullable IOException failure) {
        Callback caller = callback;
        // Before the answer is out of our hands: what a listener throws must not lose it.
        execution().close();
        over = true;
        Response left = inHand;
        inHand = null;
        if (caller == null) {
            return;
        }
        if (answer == null) {
            if (left != null) {
                left.close();
            }
            caller.onFailure(call, failure == null ? new IOException("Canceled") : failure);
            return;
        }
        try {
            caller.onResponse(call, answer);
        } catch (IOException thrown) {
            LOG.info("a callback failed for {}", this, thrown);
        }
    }

    /** Something was thrown that is not an IOException: the caller hears of it as from OkHttp itself. */
    private void abort(Throwable thrown) {
        if (!over) {
            end(null, new IOException("canceled due to " + thrown, thrown));
        }
    }

    // ---- one attempt, on its way

    /** The attempt of one of our OkHttp calls, from within it. */
    Response attemptOf(Call okHttpCall, Interceptor.Chain chain) throws IOException {
        Flight underWay = flight;
        if (underWay == null || underWay.okHttpCall != okHttpCall || !underWay.begin()) {
            throw new IOException("Canceled");
        }
        if (underWay.isQuestion) {
            return chain.proceed(chain.request());
        }
        if (underWay.wasQueued) {
            execution().onQueueLeft();
        }
        return attempt(chain);
    }

    /** As of OkHttp's own call when its dispatcher cancels all, or an interceptor does. */
    @Override
    void attemptCanceled() {
        canceled = true;
        super.attemptCanceled();
    }

    @Override
    void timedOut(WireAttempt overdue) {
        if (overdue.claimCut(overdue.isBoundByDeadline())) {
            overdue.okHttpCall().cancel();
        }
    }

    @Override
    public void canceled(Call canceledCall) {
        // Only this attempt was; the whole call is by cancel().
    }

    @Override
    public void dispatcherQueueStart(Call queuedCall, Dispatcher dispatcher) {
        Flight underWay = flight;
        if (underWay != null && underWay.okHttpCall == queuedCall) {
            underWay.queued();
        }
    }

    // ---- for the flight

    @Override
    boolean isCanceled() {
        return canceled;
    }

    /** The flight is down; on the dispatcher's thread, which may be held. */
    void landed() {
        if (SIGNALS.getAndIncrement(this) == 0) {
            drive(true);
        }
    }
}
