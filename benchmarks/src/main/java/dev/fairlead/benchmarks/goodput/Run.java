package dev.fairlead.benchmarks.goodput;

import dev.fairlead.testkit.SimulatedQuota;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One peer against one API: so many threads, each making the next call when the last one has ended, for a time. Server,
 * quota and client are new for each run.
 */
final class Run {
    /** What is called broken off at the end has as long to end. */
    private static final long LONGEST_END_MILLIS = 2_000;

    /** How long before the start a peer is wired: the cycles of its limiter, say, are not those of the server's windows. */
    private static final Duration HEAD_START = Duration.ofSeconds(1);

    private static final Duration SHORTEST_PREPARATION = Duration.ofMillis(1_200);

    private final Scenario scenario;
    private final Peer peer;
    private final int threads;
    private final Duration length;

    Run(Scenario scenario, Peer peer, int threads, Duration length) {
        this.scenario = scenario;
        this.peer = peer;
        this.threads = threads;
        this.length = length;
    }

    Result measure() throws IOException, InterruptedException {
        Instant start = nextWindow();
        long startNanos =
                System.nanoTime() + Duration.between(Instant.now(), start).toNanos();
        long endNanos = startNanos + length.toNanos();
        Tally tally = new Tally(endNanos);
        SimulatedQuota quota = scenario.quota().start(startNanos, start);
        try (ApiServer server = new ApiServer(quota, scenario.cost())) {
            sleepUntil(startNanos - HEAD_START.toNanos());
            Endpoint endpoint = new Endpoint(scenario, server.port(), threads);
            List<Thread> callers = callers(peer.connect(endpoint), tally);
            sleepUntil(startNanos);
            Neighbour neighbour = new Neighbour(quota, scenario.neighbourPerSecond(), startNanos);
            callers.forEach(Thread::start);
            sleepUntil(endNanos);
            long available = quota.available(endNanos) / scenario.actualCost();
            long throttled = quota.throttled();
            neighbour.leave();
            callers.forEach(Thread::interrupt);
            endpoint.close();
            for (Thread thread : callers) {
                thread.join(LONGEST_END_MILLIS);
            }
            return Result.of(scenario, peer, tally, available, throttled);
        }
    }

    /** The second at which the next window of the clock begins; time enough from now to get ready. */
    private static Instant nextWindow() {
        long seconds = Scenarios.WINDOW.toSeconds();
        long soon = Instant.now().plus(SHORTEST_PREPARATION).getEpochSecond();
        return Instant.ofEpochSecond((soon / seconds + 1) * seconds);
    }

    private static void sleepUntil(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanos - System.nanoTime());
    }

    private List<Thread> callers(Caller caller, Tally tally) {
        List<Thread> callers = new ArrayList<>(threads);
        for (int number = 0; number < threads; number++) {
            Thread thread = new Thread(() -> callOnAndOn(caller, tally), "caller-" + number);
            thread.setDaemon(true);
            callers.add(thread);
        }
        return callers;
    }

    private void callOnAndOn(Caller caller, Tally tally) {
        while (tally.isOpen()) {
            long beganNanos = System.nanoTime();
            try {
                if (caller.call()) {
                    tally.succeeded(beganNanos);
                } else {
                    tally.failed("throttled answer");
                }
            } catch (Exception surfaced) {
                tally.failed(surfaced.getClass().getSimpleName());
            }
        }
    }
}
