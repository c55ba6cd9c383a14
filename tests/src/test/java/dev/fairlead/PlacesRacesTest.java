package dev.fairlead;

import static dev.fairlead.Races.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What several threads do at once to a key's places among the requests under way, which others may end by reading. */
@Tag("races")
class PlacesRacesTest {
    private static final HostRules RULES = Stage.set()
            .policy(policy -> policy.withRateLearning(false).withMaxConcurrency(RacingCrowd.PERMITS))
            .listener(CallListener.NONE)
            .rules();

    private static QuotaKey keyWithPlaces() {
        return new QuotaKey(RULES, "", "key");
    }

    /** See {@link RacingCrowd}. */
    public static class CrowdOfPlaces extends RacingCrowd {
        /** Made by Lincheck. */
        public CrowdOfPlaces() {
            super(Races.unwatched(PlacesRacesTest::keyWithPlaces));
        }

        public void annIsInside() {
            Races.unwatched(this::annEnters);
        }

        public void annIsAboutToBeRead() {
            Races.unwatched(() -> {
                annEnters();
                annIsAnswered();
            });
        }

        public void bobWaits() {
            Races.unwatched(() -> {
                annEnters();
                bobEnters();
            });
        }

        public void bobAndCidWaitForTheReader() {
            Races.unwatched(() -> {
                annEnters();
                annIsAnswered();
                bobEnters();
                cidEnters();
            });
        }

        /** Neither read nor closed: who comes an hour later has its place. */
        public void annIsForgotten() {
            Races.unwatched(() -> {
                annEnters();
                annIsAnswered();
                ann.isInside = false;
                inside.decrementAndGet();
            });
        }

        public void annIsClosedAfterAll() {
            key.leavePlaceOfReading(ann);
        }

        public void bobEntersAnHourLater() {
            enter(bob, ann.placeEndNanos());
            bob.isSent = bob.isInside;
        }

        public void annEnters() {
            enter(ann);
            ann.isSent = ann.isInside;
        }

        public void bobEnters() {
            enter(bob);
            bob.isSent = bob.isInside;
        }

        public void cidEnters() {
            enter(cid);
            cid.isSent = cid.isInside;
        }

        public void bobEntersInVain() {
            enter(bob);
            if (bob.isInside) {
                bob.giveBack(NOW);
            }
        }

        public void annIsAnswered() {
            if (ann.isSent) {
                ann.answered(NOW);
            }
        }

        public void annIsRead() {
            ann.readToItsEnd();
        }

        public void annComesAndGoes() {
            annEnters();
            annIsAnswered();
            annIsRead();
        }

        public void bobLeavesTheLine() {
            if (bob.turn != null) {
                bob.leaveLine();
            }
        }

        @Override
        void finish(Racer racer, long now) {
            racer.isSent = true;
            if (!racer.isAnswered) {
                racer.answered(now);
            }
            racer.readToItsEnd();
            racer.isInside = false;
        }
    }

    @Test
    void whoeverGoesWakesWhoeverCame() {
        Races.meetings(CrowdOfPlaces.class)
                .of("annComesAndGoes", "bobEnters")
                .of("annComesAndGoes", "bobEntersInVain")
                .after("annIsAboutToBeRead", "annIsRead", "bobEnters")
                .after("bobWaits", "annIsAnswered", "annIsRead")
                .after("bobAndCidWaitForTheReader", "annIsRead", "annIsRead")
                .after("bobAndCidWaitForTheReader", "annIsRead", "bobLeavesTheLine")
                .after("annIsForgotten", "annIsClosedAfterAll", "bobEntersAnHourLater")
                .check();
    }

    /** The same for long, in threads that wait to be woken. */
    @Test
    void whoWaitsIsWoken() {
        QuotaKey key = keyWithPlaces();
        AtomicInteger inside = new AtomicInteger();
        Queue<Racer> toBeRead = new ConcurrentLinkedQueue<>();
        Races.inThreads(4, (thread, random) -> {
            for (int request = 0; request < 2_000 * Races.SCALE; request++) {
                PatientRacer patient = new PatientRacer(key, inside);
                if (!patient.getsIn(random)) {
                    continue;
                }
                // So that others come meanwhile, also where there are few processors.
                Thread.yield();
                if (random.nextInt(4) == 0) {
                    patient.racer.giveBack(NOW);
                    continue;
                }
                patient.racer.isSent = true;
                toBeRead.add(patient.racer);
                // Its own or another's, which may not be answered yet.
                if (random.nextBoolean()) {
                    toBeRead.remove().readToItsEnd();
                    patient.racer.answered(NOW);
                } else {
                    patient.racer.answered(NOW);
                    toBeRead.remove().readToItsEnd();
                }
            }
        });
        assertThat(inside).hasValue(0);
    }
}
