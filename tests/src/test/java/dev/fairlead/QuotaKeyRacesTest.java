package dev.fairlead;

import static dev.fairlead.Races.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.ServerBucket.Outcome;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What several threads do to a key at once: its gate and its line. Its places are in {@link PlacesRacesTest}. */
@Tag("races")
class QuotaKeyRacesTest {
    private static final HostRules RULES = Stage.set()
            .policy(policy -> policy.withRateLearning(false))
            .listener(CallListener.NONE)
            .rules();

    private static QuotaKey keyWithWindow() {
        QuotaKey key = new QuotaKey(RULES, "core", "key");
        ServerBucketRacesTest.sayWindow(key.bucket, RacingCrowd.PERMITS);
        return key;
    }

    /** Permits of a window: nothing hinders until the first has to wait, so that most goes without the key's lock. */
    public static class CrowdOfWindow extends RacingCrowd {
        /** Made by Lincheck. */
        public CrowdOfWindow() {
            super(Races.unwatched(QuotaKeyRacesTest::keyWithWindow));
        }

        public void annIsInside() {
            Races.unwatched(this::annEnters);
        }

        public void bobWaits() {
            Races.unwatched(() -> {
                annEnters();
                bobEnters();
            });
        }

        public void bobAndCidWait() {
            Races.unwatched(() -> {
                annEnters();
                bobEnters();
                cidEnters();
            });
        }

        /** The first after a pause, as the gate is not open yet; there was a line before. */
        public void annGoesAlone() {
            Races.unwatched(() -> {
                annEnters();
                bobEnters();
                annIsThrottled();
                bobLeavesTheLine();
                annEnters();
            });
        }

        public void annEnters() {
            enter(ann);
        }

        public void bobEnters() {
            enter(bob);
        }

        public void cidEnters() {
            enter(cid);
        }

        public void annIsNotSent() {
            if (ann.isInside) {
                ann.giveBack(NOW);
            }
        }

        public void annComesBack() {
            if (ann.isInside) {
                ann.comeBack(Outcome.REFUSED_ELSEWHERE, -1, NOW);
            }
        }

        /** The pause is over at once. */
        public void annIsThrottled() {
            if (ann.isInside) {
                ann.comeBack(Outcome.THROTTLED, 0, NOW);
            }
        }

        public void bobLeavesTheLine() {
            if (bob.turn != null) {
                bob.leaveLine();
            }
        }

        public void annComesAndGoes() {
            annEnters();
            annComesBack();
        }

        public void bobComesAndGoes() {
            enter(bob);
            if (bob.isInside) {
                bob.comeBack(Outcome.REFUSED_ELSEWHERE, -1, NOW);
            }
        }

        public void pause() {
            pauseAll();
        }

        @Override
        void finish(Racer racer, long now) {
            racer.comeBack(Outcome.REFUSED_ELSEWHERE, -1, now);
        }
    }

    @Test
    void whoeverGoesWakesWhoeverCame() {
        Races.meetings(CrowdOfWindow.class)
                .of("annComesAndGoes", "bobComesAndGoes")
                .after("annIsInside", "annComesBack", "bobEnters")
                .after("annIsInside", "annIsNotSent", "bobEnters")
                .after("bobAndCidWait", "annComesBack", "bobLeavesTheLine")
                .after("bobWaits", "cidEnters", "bobLeavesTheLine")
                .check();
    }

    @Test
    void aPauseHoldsBackWhoeverComes() {
        Races.meetings(CrowdOfWindow.class)
                .of("annEnters", "pause")
                .after("annIsInside", "annComesBack", "pause")
                .after("annIsInside", "annIsThrottled", "bobEnters")
                .after("bobWaits", "annIsThrottled", "bobLeavesTheLine")
                .after("annGoesAlone", "annComesBack", "bobEnters")
                .after("annGoesAlone", "annIsNotSent", "bobEnters")
                .after("annGoesAlone", "annComesBack", "pause")
                .check();
    }

    /** The same for long, in threads that wait to be woken. */
    @Test
    void whoWaitsIsWoken() {
        QuotaKey key = keyWithWindow();
        AtomicInteger inside = new AtomicInteger();
        Races.inThreads(4, (thread, random) -> {
            for (int request = 0; request < 2_000 * Races.SCALE; request++) {
                PatientRacer patient = new PatientRacer(key, inside);
                if (!patient.getsIn(random)) {
                    continue;
                }
                // So that others come meanwhile, also where there are few processors.
                Thread.yield();
                int chance = random.nextInt(16);
                if (chance < 4) {
                    patient.racer.giveBack(NOW);
                } else if (chance == 4) {
                    patient.racer.comeBack(Outcome.THROTTLED, 0, NOW);
                } else {
                    patient.racer.comeBack(Outcome.REFUSED_ELSEWHERE, -1, NOW);
                }
            }
        });
        assertThat(inside).hasValue(0);
    }
}
