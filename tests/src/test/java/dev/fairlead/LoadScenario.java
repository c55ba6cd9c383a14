package dev.fairlead;

import dev.fairlead.testkit.SimulatedQuota;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Who calls what, for how long and under which conditions: all that a {@link VirtualLoad} needs beside a seed. Each method
 * changes this one and returns it.
 */
final class LoadScenario {
    /**
     * What was drawn for one run.
     *
     * @param over how much of the first window is over
     */
    record Beginning(long nowNanos, Instant serverClock, Duration over) {}

    final String name;
    final Function<Beginning, SimulatedQuota> server;

    Provider provider = Provider.builder("acme").hosts("api.acme.test").build();
    AskedHead request = new AskedHead("GET", "api.acme.test", "/things").with("Authorization", "Bearer of-acme");
    CallOptions options = CallOptions.NONE;
    UnaryOperator<Policy> policy = base -> base.withDeadline(Duration.ofHours(2));

    /** The run ends with the last of so many windows, also if the first one is not whole. */
    Duration window = Duration.ofMinutes(1);

    int windows = 1;
    double mostPhase;
    /** Windows begin with the full minute, or so, of the server's clock. */
    boolean byTheClock;

    int callers = 32;
    int cost = 1;
    long fastestNanos = 20_000_000;
    long slowestNanos = 80_000_000;
    double slowShare = 0.01;
    long slowNanos = 500_000_000;
    long mostSkewNanos = Duration.ofMinutes(10).toNanos();
    long startSpreadNanos = 200_000_000;
    /** 0 for nobody. */
    double neighbourPerSecond;
    /** Of all headers leaves {@code Date}. */
    boolean silent;

    double leastGoodput;
    double mostThrottled = Double.POSITIVE_INFINITY;
    long mostFailures = Long.MAX_VALUE;

    LoadScenario(String name, Function<Beginning, SimulatedQuota> server) {
        this.name = name;
        this.server = server;
    }

    LoadScenario provider(Provider value, AskedHead head) {
        provider = value;
        request = head;
        return this;
    }

    LoadScenario options(CallOptions value) {
        options = value;
        return this;
    }

    LoadScenario policy(UnaryOperator<Policy> change) {
        UnaryOperator<Policy> before = policy;
        policy = base -> change.apply(before.apply(base));
        return this;
    }

    LoadScenario windows(int count, Duration length) {
        windows = count;
        window = length;
        return this;
    }

    LoadScenario phaseUpTo(double share) {
        mostPhase = share;
        return this;
    }

    LoadScenario byTheClock() {
        byTheClock = true;
        return this;
    }

    LoadScenario callers(int count) {
        callers = count;
        return this;
    }

    LoadScenario cost(int permits) {
        cost = permits;
        return this;
    }

    /** Evenly spread between the two; one in a hundred takes half a second more. */
    LoadScenario latencyMillis(long fastest, long slowest) {
        fastestNanos = fastest * 1_000_000;
        slowestNanos = slowest * 1_000_000;
        return this;
    }

    LoadScenario slow(double share, long millis) {
        slowShare = share;
        slowNanos = millis * 1_000_000;
        return this;
    }

    LoadScenario neighbour(double perSecond) {
        neighbourPerSecond = perSecond;
        return this;
    }

    LoadScenario silent() {
        silent = true;
        return this;
    }

    /** What every seed must keep to. Without, a scenario is only looked at. */
    LoadScenario expect(double goodput, double throttledPerSuccess) {
        leastGoodput = goodput;
        mostThrottled = throttledPerSuccess;
        mostFailures = 0;
        return this;
    }

    Beginning begin(Random dice, long nowNanos, Instant ourClock) {
        long length = window.toNanos();
        while (true) {
            Instant clock = ourClock.plusNanos((long) ((2 * dice.nextDouble() - 1) * mostSkewNanos));
            long overNanos = (long) (dice.nextDouble() * mostPhase * length);
            if (byTheClock) {
                overNanos = Math.floorMod(clock.getEpochSecond() * 1_000_000_000 + clock.getNano(), length);
            }
            if (overNanos <= mostPhase * length) {
                return new Beginning(nowNanos, clock, Duration.ofNanos(overNanos));
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
