package dev.fairlead.examples.badhour;

import dev.fairlead.ApiError;
import dev.fairlead.CallInfo;
import dev.fairlead.CallListener;
import dev.fairlead.CallReport;
import dev.fairlead.CircuitBreaker;
import dev.fairlead.KeyInfo;
import dev.fairlead.Reach;
import dev.fairlead.StopReason;
import dev.fairlead.WaitReason;
import dev.fairlead.examples.badhour.LoggedCall.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what happens to each call. A {@link CallListener} hears what the rules decide, an {@link EventListener} of
 * OkHttp's own what goes onto the wire. For one caller at a time, so that steps need not be told apart; a listener in a
 * service is called by many threads.
 */
final class Logbook implements CallListener {
    private final Supplier<Duration> clock;
    private final List<LoggedCall> calls = new ArrayList<>();
    private final List<CircuitBreaker.State> breakerStates = new ArrayList<>(List.of(CircuitBreaker.State.CLOSED));
    private int wireRequests;

    // The call under way.
    private String request = "";
    private Duration began = Duration.ZERO;
    private List<Step> steps = new ArrayList<>();
    private List<ApiError> errors = new ArrayList<>();
    /** What is told while an answer is judged, and belongs below the line of that answer. */
    private final List<String> consequences = new ArrayList<>();

    private int firstWireRequest;
    private int wireStatus;
    private Duration waitBegan = Duration.ZERO;
    private @Nullable CallReport report;

    Logbook(Supplier<Duration> clock) {
        this.clock = clock;
    }

    /** To be put on the client, so that the logbook knows paths and counts what is sent. */
    EventListener wire() {
        return new EventListener() {
            @Override
            public void callStart(Call call) {
                begin(call.request());
            }

            @Override
            public void requestHeadersStart(Call call) {
                wireRequests++;
            }

            @Override
            public void responseHeadersEnd(Call call, Response response) {
                wireStatus = response.code();
            }
        };
    }

    private void begin(Request started) {
        String query = started.url().encodedQuery();
        request = started.method() + " " + started.url().encodedPath() + (query == null ? "" : "?" + query);
        began = clock.get();
        steps = new ArrayList<>();
        errors = new ArrayList<>();
        consequences.clear();
        report = null;
    }

    /** Closes the entry of a call that is over. */
    LoggedCall end(int status, @Nullable IOException failure) {
        CallReport told = report;
        if (told == null) {
            throw new IllegalStateException("the listener was not told of the end of " + request, failure);
        }
        String outcome = Words.outcome(status, failure, told);
        int last = steps.size() - 1;
        if (last >= 0 && steps.get(last).text().endsWith("→ " + outcome)) {
            steps.set(last, new Step(steps.get(last).at(), steps.get(last).text() + ", returned"));
        } else {
            step((steps.isEmpty() ? "not sent: " : "caller gets ") + outcome);
        }
        LoggedCall call =
                new LoggedCall(began, request, List.copyOf(steps), List.copyOf(errors), told, status, failure);
        calls.add(call);
        return call;
    }

    List<LoggedCall> calls() {
        return List.copyOf(calls);
    }

    /** The states that the breaker has been in, the first included. */
    List<CircuitBreaker.State> breakerStates() {
        return List.copyOf(breakerStates);
    }

    /** What OkHttp has written onto connections. */
    int wireRequests() {
        return wireRequests;
    }

    @Override
    public void attemptStarted(CallInfo call) {
        flushConsequences();
        firstWireRequest = wireRequests + 1;
    }

    @Override
    public void attemptAnswered(CallInfo call, int status, @Nullable ApiError error) {
        if (error != null) {
            errors.add(error);
        }
        step(sent() + " → " + (wireStatus == 304 && status == 200 ? "304, so the cache's " : "")
                + Words.answer(status, error));
        flushConsequences();
    }

    @Override
    public void attemptFailed(CallInfo call, IOException failure, Reach reach) {
        step(sent() + " → " + failure.getClass().getSimpleName());
        flushConsequences();
    }

    private String sent() {
        return switch (wireRequests - firstWireRequest) {
            case -1 -> "nothing sent";
            case 0 -> "sent #" + wireRequests;
            default -> "sent #" + firstWireRequest + " to #" + wireRequests;
        };
    }

    @Override
    public void waitStarted(CallInfo call, WaitReason reason, Duration atMost) {
        waitBegan = clock.get();
    }

    @Override
    public void waitEnded(CallInfo call, WaitReason reason, Duration took) {
        if (!took.isZero()) {
            steps.add(new Step(waitBegan, "waits " + Words.length(took) + " (" + reason + ")"));
        }
    }

    @Override
    public void keyPaused(KeyInfo key, Duration pause) {
        String whose = key.quota().isEmpty() ? "every call with this token" : "every " + key.quota() + " call";
        consequences.add(whose + " pauses " + Words.length(pause));
    }

    @Override
    public void breakerChanged(String provider, String host, CircuitBreaker.State from, CircuitBreaker.State to) {
        breakerStates.add(to);
        consequences.add("breaker " + from + " → " + to);
    }

    @Override
    public void callEnded(CallInfo call, StopReason reason) {
        flushConsequences();
        report = call.report();
    }

    private void flushConsequences() {
        consequences.forEach(text -> step(steps.isEmpty() ? text : "  " + text));
        consequences.clear();
    }

    private void step(String text) {
        steps.add(new Step(clock.get(), text));
    }
}
