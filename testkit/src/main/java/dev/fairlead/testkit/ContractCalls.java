package dev.fairlead.testkit;

import dev.fairlead.AnswerSource;
import dev.fairlead.ApiError;
import dev.fairlead.ApiNotice;
import dev.fairlead.CallInfo;
import dev.fairlead.CallListener;
import dev.fairlead.CallOptions;
import dev.fairlead.CallReport;
import dev.fairlead.CircuitBreaker;
import dev.fairlead.ErrorBody;
import dev.fairlead.Execution;
import dev.fairlead.FailureCause;
import dev.fairlead.Fairlead;
import dev.fairlead.KeyInfo;
import dev.fairlead.LastAnswer;
import dev.fairlead.Provider;
import dev.fairlead.Reach;
import dev.fairlead.StopReason;
import dev.fairlead.WaitReason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls through a {@link Fairlead} with one provider, without a network, on virtual time: each is answered once; what
 * is sent after that breaks off. Writes down all that anybody gets to see. Not thread-safe.
 */
final class ContractCalls implements CallListener {
    private static final Duration DEADLINE = Duration.ofDays(300);

    /** A call waits for a pause, a backoff, a round and its buckets, and some of them again; not over and over. */
    private static final int MOST_WAITS = 100;

    private final ManualTicker ticker =
            new ManualTicker(Long.MAX_VALUE - 1, Instant.ofEpochSecond(RecordedCase.RECEIVED_AT_SECOND));
    private final Fairlead fairlead;
    private final Provider provider;
    private final List<String> told = new ArrayList<>();
    private Duration longestWait = Duration.ZERO;
    private boolean paused;

    ContractCalls(Provider provider, Collection<RecordedCase> cases) {
        // So that the provider is found by the hosts of its cases, and in the same order each time.
        Provider found = provider;
        for (String host :
                new TreeSet<>(cases.stream().map(each -> each.request().host()).toList())) {
            found = found.host(host);
        }
        this.provider = found;
        fairlead = Fairlead.builder()
                .provider(found, policy -> policy.withDeadline(DEADLINE).withMaxAttempts(2))
                .ticker(ticker)
                .listener(this)
                .build();
    }

    /** Makes a call; what its head says of when it was received is shifted to now. */
    CallReport call(ContractRequest request, ContractAnswer answer, byte[] body) {
        long drift = ticker.wallTimeMillis() - RecordedCase.RECEIVED_AT_SECOND * 1000;
        ContractAnswer now = new ContractAnswer(answer.status(), answer.headers(), answer.receivedAtMillis() + drift);
        Execution execution = fairlead.begin(request, CallOptions.NONE, 0, Fairlead.NO_CLIENT_TIMEOUT, null, () -> {});
        if (execution == null) {
            throw new IllegalStateException(provider + " passes its calls through: there is nothing to hold it to");
        }
        try {
            drive(execution, now, body);
        } finally {
            execution.close();
            execution.onExchangeEnd();
        }
        CallReport report = execution.report();
        told.add(report.toString());
        told.add(report.explain());
        report.error().ifPresent(this::tell);
        return report;
    }

    private void drive(Execution execution, ContractAnswer answer, byte[] body) {
        int waits = 0;
        while (true) {
            switch (execution.next()) {
                case WAIT -> {
                    if (++waits > MOST_WAITS) {
                        throw new IllegalStateException("waits without end: " + execution.report());
                    }
                    Duration wait = Duration.ofNanos(execution.wakeNanos() - ticker.nanoTime());
                    longestWait = wait.compareTo(longestWait) > 0 ? wait : longestWait;
                    ticker.advance(wait);
                }
                case SEND -> send(execution, answer, body);
                case RETURN -> {
                    return;
                }
                case THROW -> {
                    IOException failure = execution.failure();
                    told.add(failure.toString());
                    return;
                }
            }
        }
    }

    private void send(Execution execution, ContractAnswer answer, byte[] body) {
        execution.onWireRequest();
        if (execution.attempts() > 1) {
            execution.onFailure(new IOException("broken off"), Reach.SENT, FailureCause.TRANSPORT);
            return;
        }
        int peek = Math.min(body.length, execution.peekBytes(answer));
        execution.onWireAnswer(answer.status());
        execution.onAnswer(answer, ErrorBody.of(Arrays.copyOf(body, peek), peek < body.length), AnswerSource.PROVIDER);
        LastAnswer held = new LastAnswer(
                answer.status(),
                answer.headers().lines().stream()
                        .map(line -> Map.entry(line.name(), line.value()))
                        .toList(),
                body,
                false,
                execution.error());
        told.add(held.toString());
        execution.holdAnswer(held);
    }

    /** The longest that a key was paused for, or a call waited at a time. */
    Duration longestWait() {
        return longestWait;
    }

    /** Whether any key was paused. */
    boolean wasPaused() {
        return paused;
    }

    /** All that was said so far, to listeners, in reports, exceptions and descriptions. */
    List<String> told() {
        List<String> all = new ArrayList<>(told);
        fairlead.keys().forEach(key -> all.add(key.toString()));
        all.add(fairlead.toString());
        all.add(provider.toString());
        all.add(provider.defaultPolicy().describe());
        return all;
    }

    private void tell(ApiError error) {
        told.add(error + " " + error.message() + " " + error.code() + " " + error.requestId() + " " + error.details());
    }

    @Override
    public void attemptAnswered(CallInfo call, int status, @Nullable ApiError error) {
        if (error != null) {
            tell(error);
        }
    }

    @Override
    public void attemptFailed(CallInfo call, IOException failure, Reach reach) {
        told.add(failure.toString());
    }

    @Override
    public void waitStarted(CallInfo call, WaitReason reason, Duration atMost) {
        told.add(call.toString());
    }

    @Override
    public void keyPaused(KeyInfo key, Duration pause) {
        paused = true;
        longestWait = pause.compareTo(longestWait) > 0 ? pause : longestWait;
        told.add(key.toString());
    }

    @Override
    public void breakerChanged(String name, String host, CircuitBreaker.State from, CircuitBreaker.State to) {
        told.add(name + " " + host);
    }

    @Override
    public void noticeReceived(ApiNotice notice) {
        told.add(notice.toString());
    }

    @Override
    public void callEnded(CallInfo call, StopReason reason) {
        told.add(call.toString() + " " + call.report());
    }
}
