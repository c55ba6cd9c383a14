package dev.fairlead;

import dev.fairlead.ApiError.Executed;
import dev.fairlead.CallReport.Attempt;
import dev.fairlead.CallReport.FollowUp;
import dev.fairlead.CallReport.Wait;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a call needs beyond one plain attempt: its waits, what it holds and where it stands in line while waiting, and
 * what became of its attempts. Not thread-safe; belongs to one {@link Execution}.
 */
final class History {
    private final List<Attempt> attempts = new ArrayList<>(3);
    private final List<Wait> waits = new ArrayList<>(3);
    final List<FollowUp> followUps = new ArrayList<>(0);

    @Nullable IOException lastFailure;

    @Nullable LastAnswer lastAnswer;

    @Nullable ApiError lastError;

    /** Whether the last attempt failed after it may have been sent, and must not be made twice. */
    boolean outcomeUnknown;

    /** When to ask again, while waiting. */
    long wakeNanos;
    /** Why the next wait is. */
    WaitReason waitReason = WaitReason.BACKOFF;
    /** When the call ended. */
    long endNanos;
    /** How long the call would have had to wait when it was refused. */
    long refusedForNanos;
    /** The rounds of a release that the call goes in, by the route's keys. */
    private int @Nullable [] rounds;
    /** When what was reserved of buckets of the user's own may be used, by the route's keys; absent where it is not. */
    private final SortedMap<Integer, Long> reservations = new TreeMap<>();

    /** How many requests had gone onto the wire when the attempt under way began. */
    int wireRequestsBefore;
    /** How many requests before the last one got no answer. */
    int unansweredRequests;

    /** How long the attempt under way stood in the HTTP client's queue. */
    long queuedNanos;

    /** How many requests of the key had been served when the call was throttled last; negative before that. */
    long servedWhenThrottled = -1;
    /** Whether the last throttle came to several that were under way together, of which this call was not the first. */
    boolean isThrottledWithOthers;
    /** Throttles that do not count as attempts. */
    int forgiven;

    /** Repetitions because of a stale connection; not counted as attempts of the policy. */
    int freeRepeats;

    private @Nullable QuotaKey lineOf;
    /** When the call began to wait for its keys, among all calls to the host; 0 while it has not. */
    long arrival;

    private boolean backoffSet;
    private boolean backoffAskedFor;
    private long backoffUntilNanos;
    private int budgetDrawn;
    private boolean waiting;
    private long waitBeganNanos;
    /** Whether nothing was sent since the last wait, so that another one for the same reason goes on with it. */
    private boolean unbroken;

    private boolean inLine;
    private long inLineSinceNanos;

    void round(int index, int round, int keys) {
        if (rounds == null) {
            rounds = new int[keys];
        }
        rounds[index] = round;
    }

    int round(int index) {
        return rounds == null ? PauseGate.NO_ROUND : rounds[index];
    }

    void forgetRounds() {
        rounds = null;
    }

    boolean hasReserved(int index) {
        return reservations.containsKey(index);
    }

    void reserved(int index, long dueNanos) {
        reservations.put(index, dueNanos);
    }

    /** How long until a reservation may be used; negative where it might have been. */
    long untilReservation(int index, long now) {
        return reservations.getOrDefault(index, now) - now;
    }

    void unreserved(int index) {
        reservations.remove(index);
    }

    void forgetReservations() {
        reservations.clear();
    }

    void backoff(long untilNanos, boolean askedFor, int price) {
        backoffSet = true;
        backoffAskedFor = askedFor;
        backoffUntilNanos = untilNanos;
        budgetDrawn = price;
    }

    /** How long the backoff still asks to wait. */
    long backoffNanos(long now) {
        if (!backoffSet || backoffUntilNanos - now <= 0) {
            return 0;
        }
        waitReason = backoffAskedFor ? WaitReason.RETRY_AFTER : WaitReason.BACKOFF;
        return backoffUntilNanos - now;
    }

    /** Stands in the line of one key, or of none, and leaves that of another: nobody may hold up a line by absence. */
    void standIn(@Nullable QuotaKey key, CallHoldings call) {
        QuotaKey before = lineOf;
        lineOf = key;
        if (before != null && before != key) {
            before.leaveLine(call);
        }
    }

    /** Which of the keys it is whose line the call stands in; the first where it stands in none. */
    int indexOfLine(QuotaKey[] keys) {
        int index = keys.length - 1;
        while (index > 0 && keys[index] != lineOf) {
            index--;
        }
        return index;
    }

    /** The request is being sent: what led to it is spent. */
    void sent() {
        queuedNanos = 0;
        backoffSet = false;
        budgetDrawn = 0;
        unbroken = false;
        inLine = false;
        arrival = 0;
    }

    /** The request will never be sent. */
    void giveUpWaiting(Route route, CallHoldings call) {
        standIn(null, call);
        if (budgetDrawn > 0) {
            route.rules.budget().giveBack(budgetDrawn);
            budgetDrawn = 0;
        }
    }

    /** How long the call has been standing in lines, where it waits without a time. */
    long inLineForNanos(long now) {
        if (!inLine) {
            inLine = true;
            inLineSinceNanos = now;
        }
        return now - inLineSinceNanos;
    }

    /** A wait with a time comes between: the next one in a line is another. */
    void leftLine() {
        inLine = false;
    }

    void beginWait(long now, long waitNanos, WaitReason reason) {
        waiting = true;
        waitReason = reason;
        waitBeganNanos = now;
        wakeNanos = now + waitNanos;
    }

    boolean isWaiting() {
        return waiting;
    }

    /** Notes a wait that is over; one that goes on for the same reason without a break is the same wait. */
    Wait endWait(long now, long callBeganNanos) {
        waiting = false;
        Duration began = Duration.ofNanos(waitBeganNanos - callBeganNanos);
        Wait ended = new Wait(waitReason, began, Duration.ofNanos(now - waitBeganNanos));
        int last = waits.size() - 1;
        if (last >= 0 && unbroken) {
            Wait before = waits.get(last);
            if (before.reason() == waitReason
                    && before.startedAfter().plus(before.took()).equals(began)) {
                waits.set(
                        last,
                        new Wait(
                                waitReason, before.startedAfter(), before.took().plus(ended.took())));
                return ended;
            }
        }
        unbroken = true;
        waits.add(ended);
        return ended;
    }

    void ended(
            int number,
            long startedAfterNanos,
            long tookNanos,
            String outcome,
            @Nullable ApiError error,
            Reach reach,
            Executed executed,
            boolean fromCache,
            boolean replayed) {
        if (reach == Reach.ANSWERED) {
            // A failure leaves the answer before it in hand, and what that means.
            lastError = error;
        }
        attempts.add(new Attempt(
                number,
                Duration.ofNanos(startedAfterNanos),
                Duration.ofNanos(tookNanos),
                outcome,
                Optional.ofNullable(error).map(ApiError::kind),
                reach,
                executed,
                fromCache,
                replayed));
    }

    static CallReport report(
            Execution call, @Nullable History past, StopReason stop, int wireRequests, Duration elapsed) {
        List<Attempt> attempts = past == null || past.attempts.isEmpty()
                ? (stop == StopReason.SUCCESS || stop == StopReason.DEADLINE_IN_BODY
                        ? List.of(call.onlyAttempt(elapsed))
                        : List.of())
                : past.attempts;
        return new CallReport(
                call.provider(),
                call.host(),
                call.method(),
                attempts,
                past == null ? List.of() : past.waits,
                past == null ? List.of() : past.followUps,
                wireRequests,
                call.unansweredRequests(),
                stop,
                elapsed,
                past == null ? Optional.empty() : Optional.ofNullable(past.lastError),
                past == null || past.refusedForNanos <= 0
                        ? Optional.empty()
                        : Optional.of(Duration.ofNanos(past.refusedForNanos)));
    }
}
