package dev.fairlead.benchmarks.goodput;

import dev.fairlead.testkit.SimulatedQuota;
import java.time.Duration;

/**
 * Somebody else with the same credential, who comes and goes: three seconds there, three away. While he is there he asks at
 * a steady rate, and what he is refused he does not ask for again.
 */
final class Neighbour {
    private static final long TURN_NANOS = Duration.ofSeconds(3).toNanos();
    private static final long STEP_MILLIS = 5;

    private final Thread thread;

    Neighbour(SimulatedQuota quota, int permitsPerSecond, long startNanos) {
        thread = new Thread(() -> ask(quota, permitsPerSecond, startNanos), "neighbour");
        thread.setDaemon(true);
        thread.start();
    }

    private static void ask(SimulatedQuota quota, int permitsPerSecond, long startNanos) {
        long asked = 0;
        try {
            while (true) {
                long now = System.nanoTime();
                long elapsed = now - startNanos;
                long turns = elapsed / TURN_NANOS;
                long presentNanos = (turns + 1) / 2 * TURN_NANOS + (turns % 2 == 0 ? elapsed % TURN_NANOS : 0);
                for (long due = presentNanos * permitsPerSecond / 1_000_000_000L; asked < due; asked++) {
                    quota.neighbour(now, 1);
                }
                Thread.sleep(STEP_MILLIS);
            }
        } catch (InterruptedException over) {
            // The run is over.
        }
    }

    void leave() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }
}
