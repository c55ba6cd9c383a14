package dev.fairlead;

import static dev.fairlead.Races.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** One in a thread of its own, which it waits in until it is woken. */
final class PatientRacer {
    private static final class LoudBell extends Racer.Bell {
        final Semaphore rings = new Semaphore(0);

        @Override
        public void wake() {
            super.wake();
            rings.release();
        }
    }

    private final LoudBell bell = new LoudBell();
    final Racer racer;

    PatientRacer(QuotaKey key, AtomicInteger inside) {
        racer = new Racer(key, RacingCrowd.PERMITS, inside, bell);
    }

    /** Waits until it is its turn, unless it gives up: when it should wait, or when it need not any longer. */
    boolean getsIn(Random random) throws InterruptedException {
        while (true) {
            assertThat(racer.ask(NOW)).as("no more inside than may be").isTrue();
            if (racer.isInside) {
                return true;
            }
            if (random.nextInt(8) == 0) {
                racer.leaveLine();
                return false;
            }
            // Time stands still, so that nobody's timer helps.
            assertThat(bell.rings.tryAcquire(20, TimeUnit.SECONDS)).as("woken").isTrue();
            if (random.nextInt(8) == 0) {
                racer.leaveLine();
                return false;
            }
        }
    }
}
