package dev.fairlead.testkit;

import dev.fairlead.testkit.StubAnswer.Fault;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;

/** Finds the answer to a request. Thread-safe. */
final class StubScript extends Dispatcher {
    private final RequestLog log;
    private final ServerSockets sockets;
    private final Supplier<Duration> sinceStart;
    /** Latest first. */
    private final List<Route> routes = new CopyOnWriteArrayList<>();

    private final CountDownLatch closed = new CountDownLatch(1);

    StubScript(RequestLog log, ServerSockets sockets, Supplier<Duration> sinceStart) {
        this.log = log;
        this.sockets = sockets;
        this.sinceStart = sinceStart;
    }

    void add(RequestPattern pattern, StubAnswer.Source source) {
        routes.add(0, new Route(pattern, source));
    }

    void clear() {
        routes.clear();
    }

    StubRequest record(RecordedRequest recorded) {
        StubRequest request = StubRequest.of(recorded, sinceStart.get());
        log.add(request);
        return request;
    }

    @Override
    public MockResponse dispatch(RecordedRequest recorded) throws InterruptedException {
        StubRequest request = record(recorded);
        StubAnswer answer = answer(request);
        if (answer.fault() == Fault.DISCONNECT) {
            sockets.close(request.connection());
        } else if (answer.fault() == Fault.STALL) {
            closed.await();
        }
        return answer.to(request.method());
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private StubAnswer answer(StubRequest request) {
        for (Route route : routes) {
            if (route.pattern.matches(request)) {
                return answer(request, route.source);
            }
        }
        // The commonest reason why a route with a query is not found.
        String hint = routes.stream().anyMatch(route -> route.pattern.toString().matches(".*[^\\\\]\\?.*"))
                ? " (paths are regular expressions: write \\? for a question mark)"
                : "";
        return StubAnswer.text(
                404, "StubProvider has no route for " + request + "; latest first it has: " + describe() + hint);
    }

    /** A test's assertion may fail in there. Whatever it is, the client must hear of it, not the server's thread. */
    @SuppressWarnings("CatchingThrowable")
    private static StubAnswer answer(StubRequest request, StubAnswer.Source source) {
        try {
            return source.answer(request);
        } catch (Throwable e) {
            return StubAnswer.text(500, "StubProvider could not compute its answer to " + request + ": " + e);
        }
    }

    private String describe() {
        return routes.stream().map(route -> route.pattern.toString()).collect(Collectors.joining("; "));
    }

    private record Route(RequestPattern pattern, StubAnswer.Source source) {}
}
