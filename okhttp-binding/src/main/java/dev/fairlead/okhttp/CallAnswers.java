package dev.fairlead.okhttp;

import dev.fairlead.ErrorBody;
import dev.fairlead.Execution;
import dev.fairlead.RequestHead;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Request;
import okhttp3.Response;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * What a call's driver does with its answers: has the rules judge them, takes them off the wire, hands them over. A class
 * of its own so that {@link CallDriver} reads as the road of a call only; its parent rather than its part, as every call
 * would pay for one more object.
 */
abstract class CallAnswers extends EventListener implements RequestHead {
    Request request;

    @Nullable Execution execution;
    /** The attempt under way, or the last one; null while nothing may be sent. */
    volatile @Nullable WireAttempt attempt;
    /** The answer whose body the caller reads, if the deadline is to end it. */
    private volatile @Nullable Response boundAnswer;
    /** Whether a reader that waits for a byte meets the deadline before its read timeout. */
    private boolean deadlineBeforeReadTimeout;
    /** Whether the deadline ended the look into the body of the answer in hand. */
    private boolean bodyCut;

    CallAnswers(Request request) {
        this.request = request;
    }

    /** Before a call begins, perhaps once more. */
    final void renew(Request asked) {
        request = asked;
        attempt = null;
        boundAnswer = null;
        bodyCut = false;
    }

    final Execution execution() {
        Execution current = execution;
        if (current == null) {
            throw new IllegalStateException("the call has not begun");
        }
        return current;
    }

    /** A call ends. */
    abstract void onEnd(boolean thrown);

    /** Tells the rules of an answer, and returns what to keep of it: itself, unless its body broke off meanwhile. */
    final Response judge(Response answer) {
        Execution rules = execution();
        AnswerHead head = new AnswerHead(answer, rules.ticker());
        ErrorBody body = ErrorBody.NONE;
        DetachedAnswer broken = null;
        bodyCut = false;
        int bytes = bytesToPeek(answer, head);
        if (bytes > 0) {
            try {
                body = peek(answer, head, bytes);
            } catch (IOException brokenOff) {
                bodyCut = rules.remainingNanos() <= 0;
                broken = DetachedAnswer.broken(answer, brokenOff);
                body = head.read(broken.begun(), true, bytes);
            }
        }
        rules.onAnswer(head, body, AnswerHead.source(request, answer, rules.wireRequestsOfAttempt()));
        if (broken == null) {
            return answer;
        }
        rules.holdAnswer(broken.lastAnswer(rules.error()));
        return broken.response();
    }

    final void judgeStored(Response answer) {
        Execution rules = execution();
        AnswerHead head = new AnswerHead(answer, rules.ticker());
        ErrorBody body;
        try {
            body = peek(answer, head, bytesToPeek(answer, head));
        } catch (IOException unreadable) {
            // Of a file: whoever reads it meets the same.
            body = ErrorBody.NONE;
        }
        rules.onStoredAnswer(head, body);
    }

    private int bytesToPeek(Response answer, AnswerHead head) {
        return AnswerHead.isStream(request, answer) ? 0 : execution().peekBytes(head);
    }

    private ErrorBody peek(Response answer, AnswerHead head, int bytes) throws IOException {
        if (bytes == 0) {
            return ErrorBody.NONE;
        }
        boundBody(answer, execution().attemptTimeoutNanos());
        return head.peek(bytes);
    }

    /** Takes an answer off the wire, so that the call can go on. */
    final Response detach(Response wire) {
        boundBody(wire, execution().attemptTimeoutNanos());
        DetachedAnswer detached = DetachedAnswer.of(wire, AnswerHead.isStream(request, wire));
        execution().holdAnswer(detached.lastAnswer(execution().error()));
        return detached.response();
    }

    final Response handOver(@Nullable Response answer, boolean detached) {
        if (answer == null) {
            throw new IllegalStateException("nothing to return: the rules returned an answer that never came");
        }
        Execution rules = execution();
        WireAttempt last = attempt;
        if (!detached && last != null && !AnswerHead.isStream(request, answer)) {
            long remainingNanos = boundBody(answer, Long.MAX_VALUE);
            long readTimeoutMillis = last.readTimeoutMillis();
            deadlineBeforeReadTimeout =
                    readTimeoutMillis == 0 || remainingNanos < TimeUnit.MILLISECONDS.toNanos(readTimeoutMillis);
            boundAnswer = answer;
        }
        if (bodyCut) {
            rules.onDeadlineInBody();
        }
        AnsweredCalls.handedOver(answer, rules);
        onEnd(false);
        return answer;
    }

    /** What the call ends with. */
    final IOException failure() {
        onEnd(true);
        return execution().failure();
    }

    /** Lets the call's deadline end reads of the body: on its own timeout, so that no copy is needed. */
    private long boundBody(Response answer, long atMostNanos) {
        long remainingNanos = Math.max(1, Math.min(atMostNanos, execution().remainingNanos()));
        Timeout timeout = answer.body().source().timeout();
        timeout.deadline(remainingNanos, TimeUnit.NANOSECONDS);
        return remainingNanos;
    }

    @Override
    public void responseFailed(Call failedCall, IOException failure) {
        Execution rules = execution;
        if (rules == null || !(failure instanceof InterruptedIOException)) {
            return;
        }
        Response answer = boundAnswer;
        if (answer != null && (deadlineBeforeReadTimeout || rules.remainingNanos() <= 0)) {
            rules.onDeadlineInBody();
            AnsweredCalls.put(answer, rules);
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
    public Optional<String> bodyText(int maximumBytes) {
        return RequestParts.bodyText(request, maximumBytes);
    }

    @Override
    public @Nullable String header(String name) {
        return request.header(name);
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "{" + method().toUpperCase(Locale.ROOT) + " " + host() + "}";
    }
}
