package dev.fairlead;

import dev.fairlead.ApiError.Executed;
import dev.fairlead.CircuitBreaker.Permit;
import dev.fairlead.RetryPolicy.FailedAttempt;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of one call, for bindings. It has no thread, no clock of its own and does no I/O: a binding asks
 * {@link #next()} what to do, does it, tells what happened, and asks again, until {@code RETURN} or {@code THROW}.
 *
 * <pre>{@code
 * try {
 *   while (true) {
 *     switch (execution.next()) {
 *       case WAIT   -> park until execution.wakeNanos(), the wake hook or a cancel
 *       case SEND   -> make one attempt; then execution.onAnswer(…) or execution.onFailure(…)
 *       case RETURN -> return the answer in hand
 *       case THROW  -> throw execution.failure()
 *     }
 *   }
 * } finally {
 *   execution.close();
 * }
 * }</pre>
 *
 * <p>A long file, so that the order of the rules and all that follows from it are read in one place.
 *
 * <p>Driven by one thread at a time; {@link #cancel()} and {@link #onWireRequest()} may be called by any thread, and
 * {@link #report()} by any once the call is over.
 */
public final class Execution extends CallHoldings implements CallInfo, AutoCloseable {
    /** What the binding is to do. */
    public enum Step {
        /** Make one attempt. */
        SEND,
        /** Wait until {@link #wakeNanos()}, the wake hook, or a cancel. */
        WAIT,
        /** Hand over the answer in hand. */
        RETURN,
        /** Throw {@link #failure()}. */
        THROW
    }

    private final RequestHead request;
    /** Whether the caller or a key makes it so; else the provider is asked when it matters. */
    private boolean replaySafe;

    private boolean replaySafetyKnown;
    /** The key to send with the request, null where it has its own or needs none. */
    private final @Nullable String idempotencyKey;

    private final boolean keyMade;
    private final boolean saidReplaySafe;
    private final long startNanos;
    private final long deadlineNanos;

    private StopReason stop = StopReason.IN_PROGRESS;
    private int attempts;
    private int status;
    private volatile int wireRequests;
    /** What the last of them was answered with; 0 while it is not. */
    private int wireStatus;

    private volatile boolean canceled;
    private boolean bodySpent;
    private boolean answerInHand;
    private boolean failureDecides;
    private boolean closed;

    Execution(
            Route route,
            RequestHead request,
            WakeHook wakeHook,
            CallOptions options,
            boolean replaySafe,
            @Nullable String idempotencyKey,
            long startNanos,
            long deadlineNanos) {
        super(route, wakeHook, options.priority(), options.costOrZero());
        this.request = request;
        this.replaySafe = replaySafe;
        replaySafetyKnown = replaySafe;
        this.idempotencyKey = idempotencyKey;
        keyMade = idempotencyKey != null && options.idempotencyKeyOrNull() == null;
        saidReplaySafe = options.isReplaySafe();
        this.startNanos = startNanos;
        this.deadlineNanos = deadlineNanos;
    }

    /** Says what to do now. The order of the rules is the order of these lines; after every wait all are asked again. */
    public Step next() {
        HostRules rules = route.rules;
        long now = rules.ticker().nanoTime();
        endWait(now);
        if (canceled) {
            return stop == StopReason.CANCELED ? Step.THROW : end(StopReason.CANCELED, false);
        }
        if (stop != StopReason.IN_PROGRESS) {
            return ended();
        }
        if (now - deadlineNanos >= 0) {
            return refuse(StopReason.DEADLINE, 0);
        }
        long breakerNanos = rules.breaker().nanosUntilTry(mayProbe());
        if (breakerNanos > 0) {
            return refuse(StopReason.CIRCUIT_OPEN, breakerNanos);
        }
        long backoffNanos = history == null ? 0 : untilBackoffIsOver(now);
        if (backoffNanos > 0) {
            giveReservationsBack();
            return waitOrRefuse(now, backoffNanos, backoffNanos);
        }
        Turn turn = enterKeys(now);
        if (turn != null) {
            history().waitReason = turn.reason();
            return waitOrRefuse(now, turn.nanos(), turn.atLeastNanos());
        }
        permit = rules.breaker().tryAcquire(mayProbe());
        if (permit == null) {
            return refuse(StopReason.CIRCUIT_OPEN, Math.max(1, rules.breaker().nanosUntilTry(mayProbe())));
        }
        return send(now);
    }

    /** Whether the request may be executed twice. Asked when it matters: the provider may have to look into its body. */
    private boolean isReplaySafe() {
        if (!replaySafetyKnown) {
            replaySafetyKnown = true;
            replaySafe = AnswerReader.isReplaySafe(route.rules, request, true);
        }
        return replaySafe;
    }

    /**
     * Whether the caller may make the call again, though this one may have been executed. Not by the help of a key that was
     * made for it: that ends with it, and the next one would be another operation to the provider.
     */
    private boolean mayBeMadeAgain() {
        return keyMade ? saidReplaySafe || AnswerReader.isReplaySafe(route.rules, request, false) : isReplaySafe();
    }

    /** Whether the request may test an open breaker; of a closed one nobody asks. */
    private boolean mayProbe() {
        return route.rules.breaker().state() != CircuitBreaker.State.CLOSED && isReplaySafe();
    }

    /** When to ask again after {@code WAIT}, on the ticker's time; never ask earlier unless woken or cancelled. */
    public long wakeNanos() {
        return history().wakeNanos;
    }

    /** The clock and timers that the call goes by. */
    public Ticker ticker() {
        return route.rules.ticker();
    }

    /** How long the attempt that {@code SEND} asks for may take from now on, in nanoseconds, at least 1. */
    public long attemptTimeoutNanos() {
        return Math.max(1, Math.min(route.rules.attemptTimeoutNanos, deadlineNanos - beganNanos()));
    }

    /** When that time is over, on the ticker's time. */
    public long attemptEndNanos() {
        return beganNanos() + attemptTimeoutNanos();
    }

    /**
     * The attempt begins only now: since {@code SEND} it stood in the HTTP client's own queue, which is none of the
     * provider's time.
     */
    public void onQueueLeft() {
        history().queuedNanos = route.rules.ticker().nanoTime() - attemptNanos;
    }

    /** When the attempt under way, or the last one, really began. */
    private long beganNanos() {
        return history == null ? attemptNanos : attemptNanos + history.queuedNanos;
    }

    /** Whether it is the call's deadline, not the attempt's own time, that bounds the attempt under way. */
    public boolean isAttemptBoundedByDeadline() {
        return deadlineNanos - beganNanos() < route.rules.attemptTimeoutNanos;
    }

    /**
     * A keyed hash of the credential or tenant that the rules know the call by, for telling callers apart; 0 where they
     * know neither. It cannot be turned back, and differs from process to process.
     */
    public long credentialHash() {
        return route.credentialHigh ^ route.credentialLow;
    }

    /**
     * Whether the request as it goes onto the wire has a credential, by the provider's rule, that it had not when the
     * call began.
     */
    public boolean isCredentialAdded(RequestHead onTheWire) {
        return AnswerReader.credential(route.rules, onTheWire) != null
                && AnswerReader.credential(route.rules, request) == null;
    }

    /** Why the call ended, or {@code IN_PROGRESS}. */
    public StopReason stopReason() {
        return stop;
    }

    /** Whether nothing was sent yet. */
    public boolean isUnsent() {
        return attempts == 0;
    }

    /** What is left until the deadline, in nanoseconds; zero or negative if it has passed. */
    public long remainingNanos() {
        return deadlineNanos - route.rules.ticker().nanoTime();
    }

    /** The header in which the provider takes an idempotency key, or null where it takes none. */
    public @Nullable String idempotencyHeader() {
        return route.rules.provider().idempotencyHeader();
    }

    /**
     * The key that the request is to carry in {@link #idempotencyHeader()}, the same for all attempts; null where it has
     * its own, or the provider takes none.
     */
    public @Nullable String idempotencyKey() {
        return idempotencyKey;
    }

    /** Whether that key was made for this call, because neither the request nor the caller had one. */
    public boolean isKeyMade() {
        return keyMade;
    }

    /** The header that asks for a version of the API, if the request asks for none and the provider is pinned to one. */
    public @Nullable String versionHeader() {
        Provider provider = route.rules.provider();
        String header =
                provider.pinnedVersion() == null ? null : provider.versions().requestHeader();
        return header == null || request.header(header) != null ? null : header;
    }

    /** What to send in {@link #versionHeader()}, where that is not null. */
    public String version() {
        String pinned = route.rules.provider().pinnedVersion();
        return pinned == null ? "" : pinned;
    }

    /** How many bytes of an answer's body the provider wants to see; 0 for none. */
    public int peekBytes(ResponseHead head) {
        try {
            return Math.max(
                    0, Math.min(MAXIMUM_PEEK_BYTES, route.rules.provider().peekBytes(request, head)));
        } catch (RuntimeException thrown) {
            route.rules.plugInThrew("peek", thrown);
            return 0;
        }
    }

    private static final int MAXIMUM_PEEK_BYTES = 64 * 1024;

    /**
     * One request goes onto the wire: the attempt's own, or one that the HTTP client adds to it, such as a redirect. For the
     * thread that makes the attempt.
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One attempt sends its requests one after the other.
    public void onWireRequest() {
        if (wireRequestsOfAttempt() > 0) {
            history().followUps.add(new CallReport.FollowUp(attempts, wireStatus));
        }
        if (wireRequests > 0 && wireStatus == 0) {
            history().unansweredRequests++;
        }
        wireStatus = 0;
        wireRequests++;
    }

    /** The last request that was added to an attempt, or null where none was. */
    public CallReport.@Nullable FollowUp lastFollowUp() {
        History past = history;
        return past == null || past.followUps.isEmpty() ? null : past.followUps.get(past.followUps.size() - 1);
    }

    /** The head of an answer came to the last request on the wire. */
    public void onWireAnswer(int statusCode) {
        wireStatus = statusCode;
    }

    /** The request's body was read and cannot be read again, so from now on there is nothing to repeat the request with. */
    public void onBodySpent() {
        bodySpent = true;
    }

    /** How many requests went onto the wire so far. */
    public int wireRequests() {
        return wireRequests;
    }

    /** How many of them got no answer, so that nobody knows whether the provider saw them. */
    int unansweredRequests() {
        int before = history == null ? 0 : history.unansweredRequests;
        return wireRequests > 0 && wireStatus == 0 ? before + 1 : before;
    }

    /** How many of the requests on the wire belong to the attempt under way, or the last one. */
    public int wireRequestsOfAttempt() {
        return history == null ? wireRequests : wireRequests - history.wireRequestsBefore;
    }

    /**
     * The attempt was answered.
     *
     * @param head the answer's head
     * @param body as much of its body as {@link #peekBytes} asked for
     * @param source where the answer comes from
     */
    public void onAnswer(ResponseHead head, ErrorBody body, AnswerSource source) {
        HostRules rules = route.rules;
        boolean fromCache = source == AnswerSource.CACHE;
        boolean replayed = !fromCache && isReplayed(head);
        long now = rules.ticker().nanoTime();
        long elapsed = now - beganNanos();
        answerInHand = true;
        status = head.status();
        ApiError error = AnswerReader.error(rules, request, head, body);
        if (!fromCache) {
            rules.notices(request, head);
        }
        if (fromCache) {
            giveKeysBack();
        } else {
            AnswerReader.settle(this, head, body, error, now);
        }
        // What went wrong the first time says nothing of the provider's health now.
        settlePermit(error, elapsed, fromCache || (replayed && error != null));
        Executed executed = executed(status, error, source);
        recordAttempt(now, Reach.ANSWERED, error, null, executed, fromCache, replayed);
        if (keyMade && error != null && !mayBeMadeAgain()) {
            History past = history();
            if (past.outcomeUnknown && executed == Executed.NO && !replayed) {
                past.lastError = error.afterUnknownOutcome();
            }
            // Should a later attempt fail, the call ends by that failure, and this one may have been executed.
            past.outcomeUnknown |= executed != Executed.NO;
        }
        if (error == null) {
            if (!fromCache) {
                rules.budget().success();
            }
            end(StopReason.SUCCESS, false);
        } else if (fromCache || replayed) {
            // Stored under the key: asked again it would be the same again (docs.stripe.com/error-low-level).
            end(StopReason.NOT_RETRYABLE, false);
        } else {
            decide(error, Reach.ANSWERED, source == AnswerSource.AFTER_FOLLOW_UPS, now);
        }
        keepPlace(stop != StopReason.IN_PROGRESS);
    }

    /** Whether an answer repeats what was stored for its idempotency key. The header is Stripe's; no other is documented. */
    private boolean isReplayed(ResponseHead head) {
        String header = idempotencyHeader();
        return header != null
                && !request.method().equals("GET")
                && (idempotencyKey != null || request.header(header) != null)
                && "true".equalsIgnoreCase(head.header("Idempotent-Replayed"));
    }

    /** The answer's body was read or closed, or broke off. May be called by any thread, also more than once. */
    public void onExchangeEnd() {
        route.keys[0].leavePlaceOfReading(this);
    }

    @Override
    long placeEndNanos() {
        return deadlineNanos;
    }

    /**
     * The HTTP client's cache answered a call that would have had to wait or was refused before anything was sent. What is
     * stored draws on no quota and needs no provider in good health. Instead of waiting or throwing, ask again.
     */
    public void onStoredAnswer(ResponseHead head, ErrorBody body) {
        long now = route.rules.ticker().nanoTime();
        endWait(now);
        giveUpWaiting();
        history().refusedForNanos = 0;
        beginAttempt(now);
        answerInHand = true;
        status = head.status();
        ApiError error = AnswerReader.error(route.rules, request, head, body);
        recordAttempt(now, Reach.ANSWERED, error, null, Executed.NO, true, false);
        end(error == null ? StopReason.SUCCESS : StopReason.NOT_RETRYABLE, false);
    }

    /** A redirect that was not followed did nothing (RFC 9110 section 15.4); the older ones are also sent after a POST. */
    private static Executed executedBySuccess(int statusCode) {
        return switch (statusCode) {
            case 307, 308 -> Executed.NO;
            case 300, 301, 302, 303 -> Executed.UNKNOWN;
            default -> Executed.YES;
        };
    }

    private static Executed executed(int statusCode, @Nullable ApiError error, AnswerSource source) {
        if (source == AnswerSource.CACHE) {
            return Executed.NO;
        }
        if (error == null) {
            return executedBySuccess(statusCode);
        }
        // What the last of several requests did not do, one before it may have done.
        boolean ofAnother = source == AnswerSource.AFTER_FOLLOW_UPS && error.executed() == Executed.NO;
        return ofAnother ? Executed.UNKNOWN : error.executed();
    }

    /**
     * The attempt failed without an answer.
     *
     * @param failure the HTTP client's exception
     * @param reach how far the request got
     * @param cause why, as far as can be told
     */
    public void onFailure(IOException failure, Reach reach, FailureCause cause) {
        HostRules rules = route.rules;
        long now = rules.ticker().nanoTime();
        long elapsed = now - beganNanos();
        boolean deadlineOver = cause == FailureCause.DEADLINE || now - deadlineNanos >= 0;
        boolean nobodysDistress = cause == FailureCause.STALE_CONNECTION || cause == FailureCause.PERMANENT;
        if (reach == Reach.NOT_SENT) {
            giveKeysBack();
        } else {
            settleKeys(null, ServerBucket.Outcome.LOST, RateLimit.NONE, null, RateLimit.NOT_SAID, now);
        }
        keepPlace(false);
        Permit settled = takePermit();
        if (settled != null) {
            // A timeout says something about the provider only if the attempt had its full time.
            if (canceled || nobodysDistress || (deadlineOver && elapsed < rules.attemptTimeoutNanos)) {
                settled.ignored();
            } else {
                settled.failure(elapsed);
            }
        }
        history().lastFailure = failure;
        // A request cut before its outcome is known must not be mistaken for one that can be made again.
        history().outcomeUnknown |= reach == Reach.SENT && !mayBeMadeAgain();
        recordAttempt(
                now, reach, null, failure, reach == Reach.NOT_SENT ? Executed.NO : Executed.UNKNOWN, false, false);
        if (canceled) {
            end(StopReason.CANCELED, true);
        } else if (deadlineOver) {
            end(StopReason.DEADLINE, true);
        } else if (cause == FailureCause.PERMANENT) {
            end(StopReason.NOT_RETRYABLE, true);
        } else if (cause != FailureCause.STALE_CONNECTION || !repeatForFree(reach)) {
            decide(null, reach, false, now);
        }
    }

    /** The answer in hand was taken off the wire, so that the call may wait; what {@code failure()} will carry. */
    public void holdAnswer(LastAnswer answer) {
        history().lastAnswer = answer;
    }

    /** Whether there is nothing to report but one attempt that succeeded at once. */
    public boolean isPlain() {
        return history == null && stop == StopReason.SUCCESS;
    }

    /** What the answer in hand means, or null for a success. */
    public @Nullable ApiError error() {
        return history == null ? null : history.lastError;
    }

    /** The caller read the body when the deadline passed. */
    public void onDeadlineInBody() {
        stop = StopReason.DEADLINE_IN_BODY;
        history().endNanos = route.rules.ticker().nanoTime();
    }

    /** Ends the call at the next {@link #next()}; the binding wakes its own wait. */
    public void cancel() {
        canceled = true;
    }

    /**
     * What to throw after {@code THROW}: one of the {@link ResilienceException} family, or, for a call that was
     * cancelled, the HTTP client's own exception.
     */
    public IOException failure() {
        History past = history();
        if (stop == StopReason.CANCELED) {
            // An earlier attempt's failure is not what ended the call.
            IOException own = failureDecides ? past.lastFailure : null;
            return own != null ? own : new IOException("Canceled");
        }
        return Failures.of(stop, report(), past, failureDecides, request.method(), idempotencyHeader());
    }

    /**
     * Gives back whatever the call still holds: a permit it could not settle because of an {@link Error} or an exception
     * that is not ours, tokens of a request that was not sent, its place in a line. Tells the listener that it is over.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        endWait(route.rules.ticker().nanoTime());
        Permit left = takePermit();
        if (left != null) {
            left.ignored();
        }
        if (left != null && isEntered()) {
            // Whether it was sent nobody knows.
            settleKeys(
                    null,
                    ServerBucket.Outcome.LOST,
                    RateLimit.NONE,
                    null,
                    RateLimit.NOT_SAID,
                    route.rules.ticker().nanoTime());
        }
        if (left != null) {
            keepPlace(false);
        }
        if (stop == StopReason.IN_PROGRESS) {
            end(canceled ? StopReason.CANCELED : StopReason.ABORTED, true);
        }
        giveUpWaiting();
        try {
            route.rules.listener().callEnded(this, stop);
        } catch (RuntimeException thrown) {
            route.rules.listenerThrew(thrown);
        }
    }

    @Override
    public String provider() {
        return route.rules.provider().name();
    }

    @Override
    public String host() {
        return route.rules.host();
    }

    @Override
    public String method() {
        return request.method();
    }

    @Override
    public int attempts() {
        return attempts;
    }

    @Override
    public CallReport report() {
        // A plain call is reported at its very end if at all; its time needs no field of its own.
        boolean ended = history != null && stop != StopReason.IN_PROGRESS;
        long until = ended ? history().endNanos : route.rules.ticker().nanoTime();
        return History.report(this, history, stop, wireRequests, Duration.ofNanos(until - startNanos));
    }

    /**
     * How long the backoff still asks to wait, where no pause of a key lasts as long: who waits for that stands in the
     * key's line meanwhile.
     */
    private long untilBackoffIsOver(long now) {
        long backoffNanos = history().backoffNanos(now);
        for (int index = 0; backoffNanos > 0 && index < route.keys.length; index++) {
            if (route.keys[index].pausedForNanos(now) >= backoffNanos) {
                return 0;
            }
        }
        if (backoffNanos > 0) {
            history().standIn(null, this);
        }
        return backoffNanos;
    }

    /** Waits for a time, or where there is none until the wake hook is called; but not beyond what the call allows. */
    private Step waitOrRefuse(long now, long waitNanos, long atLeastNanos) {
        if (now + atLeastNanos - deadlineNanos >= 0) {
            return refuse(StopReason.DEADLINE, atLeastNanos);
        }
        long longestNanos = route.rules.longestWaitNanos;
        if (atLeastNanos > longestNanos) {
            return refuse(StopReason.LONGEST_WAIT, atLeastNanos);
        }
        History past = history();
        if (waitNanos != Turn.WHEN_WOKEN && atLeastNanos > 0) {
            past.leftLine();
            return beginWait(now, Math.min(deadlineNanos - now, waitNanos), past.waitReason);
        }
        long left = longestNanos - past.inLineForNanos(now);
        return left <= 0
                ? refuse(StopReason.LONGEST_WAIT, 0)
                : beginWait(now, Math.min(deadlineNanos - now, Math.min(left, waitNanos)), past.waitReason);
    }

    private Step send(long now) {
        beginAttempt(now);
        if (history != null) {
            history.sent();
        }
        return Step.SEND;
    }

    private void beginAttempt(long now) {
        attempts++;
        attemptNanos = now;
        if (history != null) {
            history.wireRequestsBefore = wireRequests;
        }
        try {
            route.rules.listener().attemptStarted(this);
        } catch (RuntimeException thrown) {
            route.rules.listenerThrew(thrown);
        }
    }

    /**
     * A stale pooled connection gets one repetition at once, as OkHttp's users have without us: it costs no attempt, no
     * budget and no pause.
     */
    private boolean repeatForFree(Reach reach) {
        History past = history();
        if (past.freeRepeats > 0 || unsafe(null, reach, false) != null) {
            return false;
        }
        past.freeRepeats++;
        return true;
    }

    /**
     * Whether the key was served since this call was throttled last: then it is only that others were quicker, which the
     * deadline bounds, and not the number of attempts.
     */
    private boolean isServedMeanwhile() {
        History past = history();
        long before = past.servedWhenThrottled;
        past.servedWhenThrottled = route.keys[ownIndex()].bucket.served();
        return before >= 0 && past.servedWhenThrottled > before;
    }

    private void decide(@Nullable ApiError error, Reach reach, boolean afterFollowUps, long now) {
        HostRules rules = route.rules;
        int number = attempts - history().freeRepeats - history().forgiven;
        if (error != null && error.kind().isThrottle() && isServedMeanwhile()) {
            history().forgiven++;
            number--;
        }
        RetryDecision decision;
        try {
            decision = rules.retry().decide(new FailedAttempt(number, error, reach, isReplaySafe(), !bodySpent));
        } catch (RuntimeException thrown) {
            rules.plugInThrew("retry policy", thrown);
            decision = new RetryDecision.Stop(StopReason.NOT_RETRYABLE);
        }
        boolean failed = error == null;
        if (decision instanceof RetryDecision.Retry again) {
            StopReason unsafe = unsafe(error, reach, afterFollowUps);
            if (unsafe != null) {
                end(unsafe, failed);
            } else if (number >= rules.policy().maxAttempts()) {
                end(StopReason.ATTEMPTS_EXHAUSTED, failed);
            } else {
                retry(again, error, now);
            }
        } else {
            end(decision instanceof RetryDecision.Stop no ? no.reason() : StopReason.NOT_RETRYABLE, failed);
        }
    }

    /** What no retry policy may overrule: who knows better says so by the provider's rules or {@link CallOptions}. */
    private @Nullable StopReason unsafe(@Nullable ApiError error, Reach reach, boolean afterFollowUps) {
        boolean notExecuted = reach == Reach.NOT_SENT
                || (error != null
                        && !afterFollowUps
                        && (error.executed() == Executed.NO || error.advice() == RetryAdvice.SAME_REQUEST));
        if (!notExecuted && !isReplaySafe()) {
            return StopReason.NOT_REPLAY_SAFE;
        }
        return bodySpent ? StopReason.BODY_NOT_REPLAYABLE : null;
    }

    private void retry(RetryDecision.Retry again, @Nullable ApiError error, long now) {
        HostRules rules = route.rules;
        boolean throttled = error != null && error.kind().isThrottle();
        Policy policy = rules.policy();
        // A crowd that is throttled together, and then let go one by one, costs as one.
        int price = !throttled
                ? policy.budgetTransientCost()
                : history().isThrottledWithOthers ? 0 : policy.budgetThrottleCost();
        if (!rules.budget().tryTake(price)) {
            end(StopReason.RETRY_BUDGET_EXHAUSTED, false);
            return;
        }
        long pauseNanos = Nanos.of(again.pause());
        // What the provider asked for is never shortened, whatever a policy says.
        long askedNanos = error == null ? 0 : error.retryAfter().map(Nanos::of).orElse(0L);
        boolean askedFor = askedNanos > 0 && askedNanos >= pauseNanos;
        pauseNanos = Math.max(pauseNanos, askedNanos);
        if (!throttled) {
            // Chance only adds. Callers of a throttled key are spread by its gate instead.
            pauseNanos +=
                    (long) (rules.ticker().jitter() * policy.jitter() * Math.min(pauseNanos, MOST_JITTERED_NANOS));
        }
        history().backoff(now + pauseNanos, askedFor, price);
        long told = pauseNanos;
        rules.notify(listener -> listener.retryScheduled(this, Duration.ofNanos(told)));
    }

    /** Of a long wait that the provider asked for, only this much is the base of jitter. */
    private static final long MOST_JITTERED_NANOS = 10_000_000_000L;

    private Step refuse(StopReason reason, long waitNanos) {
        history().refusedForNanos = waitNanos;
        giveUpWaiting();
        return end(reason, false);
    }

    private Step end(StopReason reason, boolean byFailure) {
        stop = reason;
        failureDecides = byFailure;
        if (history != null || reason != StopReason.SUCCESS) {
            history().endNanos = route.rules.ticker().nanoTime();
        }
        return ended();
    }

    /** Between attempts a real answer beats a refusal; a failure of the last attempt is thrown. */
    private Step ended() {
        return answerInHand && !failureDecides && stop != StopReason.CANCELED ? Step.RETURN : Step.THROW;
    }

    private Step beginWait(long now, long waitNanos, WaitReason reason) {
        History past = history();
        past.beginWait(now, waitNanos, reason);
        route.rules.notify(listener -> listener.waitStarted(this, reason, Duration.ofNanos(waitNanos)));
        return Step.WAIT;
    }

    private void endWait(long now) {
        History past = history;
        if (past != null && past.isWaiting()) {
            CallReport.Wait wait = past.endWait(now, startNanos);
            route.rules.notify(listener -> listener.waitEnded(this, wait.reason(), wait.took()));
        }
    }

    private void recordAttempt(
            long now,
            Reach reach,
            @Nullable ApiError error,
            @Nullable IOException failure,
            Executed executed,
            boolean fromCache,
            boolean replayed) {
        // A plain first success needs no record: what report() says of it is in the fields.
        if (history != null || error != null || failure != null || replayed) {
            String outcome = failure == null
                    ? Integer.toString(status)
                    : failure.getClass().getSimpleName();
            history()
                    .ended(
                            attempts,
                            beganNanos() - startNanos,
                            now - beganNanos(),
                            outcome,
                            error,
                            reach,
                            executed,
                            fromCache,
                            replayed);
        }
        try {
            if (failure == null) {
                route.rules.listener().attemptAnswered(this, status, error);
            } else {
                route.rules.listener().attemptFailed(this, failure, reach);
            }
        } catch (RuntimeException thrown) {
            route.rules.listenerThrew(thrown);
        }
    }

    /** The one attempt of a call that has no history, or had none when it was answered. */
    CallReport.Attempt onlyAttempt(Duration elapsed) {
        long startedAfterNanos = beganNanos() - startNanos;
        // Nothing sent and yet answered: by the cache.
        return new CallReport.Attempt(
                1,
                Duration.ofNanos(startedAfterNanos),
                elapsed.minusNanos(startedAfterNanos),
                Integer.toString(status),
                java.util.Optional.empty(),
                Reach.ANSWERED,
                wireRequests == 0 ? Executed.NO : executedBySuccess(status),
                wireRequests == 0,
                false);
    }
}
