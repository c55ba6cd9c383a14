package dev.fairlead;

import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.SimulatedQuota;
import dev.fairlead.testkit.SimulatedQuota.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Many callers who want far more than the server gives, on virtual time: each makes its next call as soon as the one before
 * is over. A request reaches the server after half of its latency, and the answer takes the other half. One thread, so the
 * same seed makes the same run.
 */
final class VirtualLoad {
    /** One that has reached the server; times are nanoseconds since the beginning of the run. Numbers count from 1. */
    record Request(int number, long sentNanos, long arrivedNanos, Answer answer) {}

    /** Sees what happens, in that order. */
    interface Observer {
        Observer NOBODY = new Observer() {};

        default void sent(int number) {}

        default void arrived(Request request) {}

        /** The answer reached the caller. */
        default void answered(Request request, long nowNanos) {}
    }

    /**
     * What came of it.
     *
     * @param available permits that were to be had
     * @param admitted permits that were got
     * @param throttled requests that were refused
     * @param successes calls that ended well
     * @param failures the others, by why they ended
     */
    record Outcome(long available, long admitted, long throttled, long successes, Map<StopReason, Long> failures) {
        double goodput() {
            return (double) admitted / available;
        }

        double throttledPerSuccess() {
            return (double) throttled / Math.max(1, successes);
        }

        long failureCount() {
            return failures.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** A caller whose call failed does something else first; otherwise one that is refused at once would never let go. */
    private static final long AFTER_FAILURE_NANOS = 100_000_000;

    private static final int MOST_STEPS_AT_ONCE = 1_000_000;
    private static final int CHANCES = 4_096;

    private final LoadScenario scenario;
    private final Observer observer;
    /** One for all that the world does of itself, so that it does the same to rules that behave otherwise. */
    private final Random dice;

    private final Random latencies;
    private final ManualTicker ticker = new ManualTicker();
    private final long startNanos = ticker.nanoTime();
    private final Fairlead fairlead;
    private final SimulatedQuota quota;
    private final long endNanos;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final ArrayDeque<Caller> ready = new ArrayDeque<>();
    private final Map<StopReason, Long> failures = new EnumMap<>(StopReason.class);
    private long eventCount;
    private int requestCount;
    private long successes;

    private VirtualLoad(LoadScenario scenario, long seed, Observer observer) {
        this.scenario = scenario;
        this.observer = observer;
        // Seeds that follow each other begin alike.
        dice = new Random(seed * 0x9E3779B97F4A7C15L);
        latencies = new Random(dice.nextLong());
        ticker.setJitter(dice.nextDouble(), dice.doubles(CHANCES).toArray());
        fairlead = Fairlead.builder()
                .provider(scenario.provider, scenario.policy)
                .ticker(ticker)
                .build();
        LoadScenario.Beginning beginning =
                scenario.begin(dice, startNanos, Instant.ofEpochMilli(ticker.wallTimeMillis()));
        quota = scenario.server.apply(beginning);
        endNanos =
                scenario.windows * scenario.window.toNanos() - beginning.over().toNanos();
    }

    static Outcome run(LoadScenario scenario, long seed) {
        return run(scenario, seed, Observer.NOBODY);
    }

    static Outcome run(LoadScenario scenario, long seed, Observer observer) {
        return new VirtualLoad(scenario, seed, observer).run();
    }

    private Outcome run() {
        if (scenario.neighbourPerSecond > 0) {
            neighbour(new Neighbour(dice, scenario.neighbourPerSecond, endNanos));
        }
        for (int i = 0; i < scenario.callers; i++) {
            Caller caller = new Caller();
            at((long) (dice.nextDouble() * scenario.startSpreadNanos), caller::begin);
        }
        long lastMove = 0;
        int steps = 0;
        while (true) {
            steps = now() == lastMove ? steps + 1 : 0;
            lastMove = now();
            if (steps > MOST_STEPS_AT_ONCE) {
                throw new AssertionError(scenario + ": goes round in circles at " + Duration.ofNanos(lastMove));
            }
            Caller caller = ready.poll();
            if (caller != null) {
                caller.step();
                continue;
            }
            Event next = events.peek();
            long dueNanos = next == null ? Long.MAX_VALUE : next.atNanos;
            long timerNanos =
                    ticker.nextWake().map(wait -> now() + wait.toNanos()).orElse(Long.MAX_VALUE);
            // What happens at the end is no more of the last window.
            if (Math.min(dueNanos, timerNanos) >= endNanos) {
                break;
            }
            ticker.advance(Duration.ofNanos(Math.max(0, Math.min(dueNanos, timerNanos) - now())));
            if (dueNanos < timerNanos) {
                events.remove();
                next.action.run();
            }
        }
        return new Outcome(
                quota.available(startNanos + endNanos), quota.admitted(), quota.throttled(), successes, failures);
    }

    private void neighbour(Neighbour somebody) {
        long at = somebody.nextNanos();
        if (at >= 0) {
            at(at, () -> {
                quota.neighbour(ticker.nanoTime(), scenario.cost);
                neighbour(somebody);
            });
        }
    }

    private long now() {
        return ticker.nanoTime() - startNanos;
    }

    private void at(long atNanos, Runnable action) {
        events.add(new Event(atNanos, eventCount++, action));
    }

    private long latencyNanos() {
        boolean slow = latencies.nextDouble() < scenario.slowShare;
        long spread = (long) (latencies.nextDouble() * (scenario.slowestNanos - scenario.fastestNanos));
        return slow ? scenario.slowNanos : scenario.fastestNanos + spread;
    }

    /** What is due together happens in the order in which it was planned. */
    private record Event(long atNanos, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** Drives one call after the other, as a binding does. */
    private final class Caller implements WakeHook {
        private Execution execution;
        private boolean waiting;
        private boolean woken;
        private int waits;

        void begin() {
            execution = fairlead.begin(scenario.request, scenario.options, 0, Fairlead.NO_CLIENT_TIMEOUT, null, this);
            woken = false;
            ready.add(this);
        }

        @Override
        public void wake() {
            if (waiting) {
                waiting = false;
                ready.add(this);
            } else {
                woken = true;
            }
        }

        void step() {
            Execution.Step step = execution.next();
            switch (step) {
                case WAIT -> await();
                case SEND -> send();
                case RETURN, THROW -> finish();
            }
        }

        /** Who was woken before it waits does not wait. */
        private void await() {
            if (woken) {
                woken = false;
                ready.add(this);
                return;
            }
            waiting = true;
            int wait = ++waits;
            at(execution.wakeNanos() - startNanos, () -> {
                if (waiting && waits == wait) {
                    waiting = false;
                    ready.add(this);
                }
            });
        }

        private void send() {
            execution.onWireRequest();
            int number = ++requestCount;
            long sent = now();
            long half = latencyNanos() / 2;
            observer.sent(number);
            at(sent + half, () -> {
                Request request = new Request(number, sent, now(), quota.request(ticker.nanoTime(), scenario.cost));
                observer.arrived(request);
                at(now() + half, () -> {
                    observer.answered(request, now());
                    answered(request.answer());
                });
            });
        }

        private void answered(Answer answer) {
            Map<String, String> headers = answer.headers();
            if (scenario.silent) {
                headers = Map.of("Date", headers.get("Date"));
            }
            AnswerHead head = AnswerHead.of(answer.status(), headers, ticker.wallTimeMillis());
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            int peeked = Math.min(body.length, execution.peekBytes(head));
            execution.onWireAnswer(head.status());
            execution.onAnswer(
                    head, ErrorBody.of(Arrays.copyOf(body, peeked), peeked < body.length), AnswerSource.PROVIDER);
            if (execution.stopReason() == StopReason.IN_PROGRESS) {
                execution.holdAnswer(new LastAnswer(head.status(), List.of(), new byte[0], false, execution.error()));
            }
            ready.add(this);
        }

        private void finish() {
            StopReason reason = execution.stopReason();
            execution.close();
            execution.onExchangeEnd();
            if (reason == StopReason.SUCCESS) {
                successes++;
                begin();
            } else {
                failures.merge(reason, 1L, Long::sum);
                at(now() + AFTER_FAILURE_NANOS, this::begin);
            }
        }
    }
}
