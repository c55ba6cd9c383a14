package dev.fairlead.okhttp;

import dev.fairlead.ApiError;
import dev.fairlead.CallOptions;
import dev.fairlead.ErrorBody;
import dev.fairlead.Execution;
import dev.fairlead.FailureCause;
import dev.fairlead.Fairlead;
import dev.fairlead.Reach;
import dev.fairlead.RequestHead;
import dev.fairlead.Ticker;
import dev.fairlead.WakeHook;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.jvm.functions.Function0;
import kotlin.reflect.KClass;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Drives one call: asks its {@link Execution} what to do, and does it. At once the call's tag, its event listener and the
 * request's head as the rules see it, and longer than it would be otherwise, as every object here is made for every call.
 *
 * <p>Runs on the thread that runs the interceptors; {@link #wake}, {@link #canceled} and the events of the body may come
 * from any.
 */
final class CallDriver extends EventListener implements RequestHead, WakeHook, Function0<CallDriver> {
    private static final KClass<CallDriver> TAG = JvmClassMappingKt.getKotlinClass(CallDriver.class);

    private Request request;
    private CallOptions options = CallOptions.NONE;
    private @Nullable Execution execution;
    private @Nullable WireAttempt attempt;
    private volatile @Nullable Thread waiting;
    private volatile boolean woken;
    /** The answer whose body the caller reads, if the deadline is to end it. */
    private volatile @Nullable Response boundAnswer;
    /** Whether a connection was made for this attempt; otherwise it has one out of the pool. */
    private volatile boolean connected;
    /** Whether a reader that waits for a byte meets the deadline before its read timeout. */
    private boolean deadlineBeforeReadTimeout;

    private CallDriver(Call call) {
        request = call.request();
    }

    /** The call's driver, made on first use; an interceptor outside ours may run it again. */
    static CallDriver madeFor(Call call) {
        CallDriver made = new CallDriver(call);
        CallDriver driver = call.tag(TAG, made);
        if (driver == made) {
            call.addEventListener(driver);
        }
        return driver;
    }

    /** The call's driver, or null where the call is not ours. */
    static @Nullable CallDriver of(Call call) {
        return call.tag(TAG);
    }

    /** The tag itself: saves a supplier's object. */
    @Override
    public CallDriver invoke() {
        return this;
    }

    /** Begins a call, or says that it is none of ours. */
    boolean begin(Interceptor.Chain chain, Fairlead fairlead) {
        request = chain.request();
        options = RequestParts.options(request);
        boundAnswer = null;
        execution = fairlead.begin(
                this, options, RequestParts.isBodyReplayable(request), InheritedDeadline.of(chain.call()), this);
        if (execution == null) {
            return false;
        }
        request = RequestParts.withIdempotencyKey(request, options, execution.idempotencyHeader());
        return true;
    }

    /** The road of one call. */
    Response run(Interceptor.Chain chain) throws IOException {
        Execution rules = execution();
        Call call = chain.call();
        Response inHand = null;
        boolean detached = false;
        try {
            while (true) {
                if (call.isCanceled()) {
                    rules.cancel();
                }
                Execution.Step step = rules.next();
                if (inHand != null && !detached && (step == Execution.Step.WAIT || step == Execution.Step.SEND)) {
                    inHand = detach(inHand);
                    detached = true;
                }
                switch (step) {
                    case WAIT -> await(call);
                    case SEND -> {
                        int wireRequestsBefore = rules.wireRequests();
                        Response answer = send(chain);
                        if (answer != null) {
                            inHand = answer;
                            detached = false;
                            judge(answer, wireRequestsBefore);
                        }
                    }
                    case RETURN -> {
                        Response answer = handOver(chain, inHand, detached);
                        // Before the answer is out of our hands: what a listener throws must not lose it.
                        rules.close();
                        inHand = null;
                        return answer;
                    }
                    case THROW -> {
                        throw rules.failure();
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

    /** One attempt; null where it failed. */
    private @Nullable Response send(Interceptor.Chain chain) throws IOException {
        Execution rules = execution();
        int wireRequestsBefore = rules.wireRequests();
        attempt = WireAttempt.ifTighter(chain, rules);
        connected = false;
        try {
            Response answer = (attempt == null ? chain : attempt.tighten(chain)).proceed(request);
            return attempt == null ? answer : attempt.restoreRetryAfter(answer);
        } catch (IOException failure) {
            boolean canceled = chain.call().isCanceled();
            // An interrupt closes a virtual thread's socket, which says nothing about anybody.
            boolean ours = TransportFailure.isTransport(failure)
                    && !Thread.currentThread().isInterrupted();
            if (canceled) {
                rules.cancel();
            } else if (!ours) {
                throw failure;
            }
            int sent = rules.wireRequests() - wireRequestsBefore;
            FailureCause cause = attempt != null && attempt.isCutByDeadline(failure, rules)
                    ? FailureCause.DEADLINE
                    : TransportFailure.cause(failure, sent == 1 && !connected);
            if (cause == FailureCause.STALE_CONNECTION) {
                // Its neighbours in the pool are as old.
                chain.getConnectionPool().evictAll();
            }
            boolean unprocessed =
                    sent == 1 && TransportFailure.isUnprocessed(failure) && RequestParts.isBodyReplayable(request);
            rules.onFailure(failure, sent == 0 || unprocessed ? Reach.NOT_SENT : Reach.SENT, cause);
            return null;
        }
    }

    private void judge(Response answer, int wireRequestsBefore) {
        Execution rules = execution();
        AnswerHead head = new AnswerHead(answer, rules.ticker());
        int bytes = AnswerHead.isStream(request, options, answer) ? 0 : rules.peekBytes(head);
        ErrorBody body = ErrorBody.NONE;
        if (bytes > 0) {
            boundBody(answer, rules.attemptTimeoutNanos());
            body = head.peek(bytes);
        }
        rules.onAnswer(head, body, AnswerHead.source(request, answer, rules.wireRequests() - wireRequestsBefore));
    }

    private Response detach(Response wire) {
        ApiError error = execution().error();
        boundBody(wire, execution().attemptTimeoutNanos());
        boolean stream = AnswerHead.isStream(request, options, wire);
        DetachedAnswer detached = DetachedAnswer.of(wire, stream, error);
        execution().holdAnswer(detached.lastAnswer());
        return detached.response();
    }

    private Response handOver(Interceptor.Chain chain, @Nullable Response answer, boolean detached) {
        if (answer == null) {
            throw new IllegalStateException("nothing to return: the rules returned an answer that never came");
        }
        if (!detached && !AnswerHead.isStream(request, options, answer)) {
            long remainingNanos = boundBody(answer, Long.MAX_VALUE);
            long readTimeoutMillis = chain.readTimeoutMillis();
            deadlineBeforeReadTimeout =
                    readTimeoutMillis == 0 || remainingNanos < TimeUnit.MILLISECONDS.toNanos(readTimeoutMillis);
            boundAnswer = answer;
        }
        AnsweredCalls.handedOver(answer, execution());
        return answer;
    }

    /** Lets the call's deadline end reads of the body: on its own timeout, so that no copy is needed. */
    private long boundBody(Response answer, long atMostNanos) {
        long remainingNanos = Math.max(1, Math.min(atMostNanos, execution().remainingNanos()));
        Timeout timeout = answer.body().source().timeout();
        timeout.deadline(remainingNanos, TimeUnit.NANOSECONDS);
        return remainingNanos;
    }

    /** Holds the thread until the rules want to be asked again, or the call is cancelled. */
    private void await(Call call) throws InterruptedIOException {
        Ticker ticker = execution().ticker();
        long untilNanos = execution().wakeNanos();
        waiting = Thread.currentThread();
        try {
            while (!woken && !call.isCanceled() && ticker.nanoTime() - untilNanos < 0) {
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

    /** Counts a request on the wire; false where the call is left alone. */
    boolean onWireRequest() throws InterruptedIOException {
        Execution rules = execution;
        if (rules == null) {
            return false;
        }
        if (rules.remainingNanos() <= 0) {
            throw new InterruptedIOException("the call's deadline passed before the request could be sent");
        }
        WireAttempt current = attempt;
        if (current != null) {
            current.hideRetryAfter(null);
        }
        rules.onWireRequest();
        return true;
    }

    /** The head of an answer is there. */
    void onWireAnswer(@Nullable Connection connection, Response answer) {
        WireAttempt current = attempt;
        if (current != null) {
            current.loosen(connection, answer);
        }
    }

    void hideRetryAfter(List<String> values) {
        WireAttempt current = attempt;
        if (current == null) {
            current = WireAttempt.unbound();
            attempt = current;
        }
        current.hideRetryAfter(values);
    }

    private Execution execution() {
        Execution current = execution;
        if (current == null) {
            throw new IllegalStateException("the call has not begun");
        }
        return current;
    }

    // ---- the call's event listener

    @Override
    public void connectEnd(Call connectingCall, InetSocketAddress address, Proxy proxy, @Nullable Protocol protocol) {
        connected = true;
    }

    @Override
    public void canceled(Call canceledCall) {
        wake();
    }

    @Override
    public void responseFailed(Call failedCall, IOException failure) {
        Response answer = boundAnswer;
        if (answer != null && failure instanceof InterruptedIOException) {
            Execution rules = execution();
            if (deadlineBeforeReadTimeout || rules.remainingNanos() <= 0) {
                rules.onDeadlineInBody();
                AnsweredCalls.put(answer, rules);
            }
        }
    }

    // ---- the request's head

    @Override
    public String method() {
        return request.method();
    }

    @Override
    public String host() {
        return request.url().host();
    }

    @Override
    public String path() {
        return request.url().encodedPath();
    }

    @Override
    public List<String> pathSegments() {
        return request.url().pathSegments();
    }

    @Override
    public @Nullable String header(String name) {
        return request.header(name);
    }

    @Override
    public String toString() {
        return "CallDriver{" + method().toUpperCase(Locale.ROOT) + " " + host() + "}";
    }
}
