package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.VirtualLoad.Request;
import dev.fairlead.github.GitHubProvider;
import dev.fairlead.testkit.SimulatedQuota;
import dev.fairlead.testkit.SimulatedQuota.Answer;
import dev.fairlead.testkit.SimulatedWindow;
import java.io.IOException;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * When callers come back who know that nothing is left of a window: in 10,000 trials with a server whose clock is up to ten
 * minutes off, which cuts dates to seconds, rounds resets up or down, and answers as late as it likes. What was found, by how the
 * server speaks, goes to {@code target/never-too-early.txt}.
 */
class NeverTooEarlyTest {
    private static final int TRIALS = Integer.getInteger("early.trials", 10_000);
    private static final RoundingMode[] ROUNDINGS = {RoundingMode.FLOOR, RoundingMode.CEILING};
    private static final long SECOND = 1_000_000_000L;
    private static final int[] WINDOW_SECONDS = {2, 5, 10, 60, 600, 3_600};
    private static final long TWO_SECONDS = 2_000_000_000L;

    private static List<Trial> trials;

    @Test
    void nobodyComesBeforeTheReset() {
        assertThat(worst(trials().stream().filter(trial -> !trial.isCut && trial.earliestNanos > 0)))
                .isEmpty();
    }

    @Test
    void nobodyComesMoreThanTwoSecondsAfterIt() {
        assertThat(worst(trials().stream().filter(Trial::isLate))).isEmpty();
    }

    /** What is said is taken at its word until somebody finds out that it was cut. */
    @Test
    void whereTheResetIsCutToSecondsOneAsksTooEarlyAndByLessThanASecond() {
        assertThat(worst(trials().stream().filter(trial -> trial.isCut && trial.earliestNanos >= SECOND)))
                .isEmpty();
        assertThat(trials())
                .filteredOn(trial -> trial.isCut && trial.earlyCount > 1)
                .extracting(trial -> trial + ": " + trial.earlyCount)
                .isEmpty();
        assertThat(trials())
                .filteredOn(trial -> trial.isCut && trial.earlyCount == 1)
                .isNotEmpty();
    }

    /** Enough to see what is wrong. */
    private static List<Trial> worst(Stream<Trial> trials) {
        return trials.sorted(Comparator.comparingLong(trial -> -trial.earliestNanos - trial.latestNanos))
                .limit(10)
                .toList();
    }

    @Test
    void whatWasFoundIsWrittenDown() throws IOException {
        Map<String, List<Trial>> byKind = trials().stream()
                .collect(Collectors.groupingBy(trial -> trial.kind, TreeMap::new, Collectors.toList()));
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                "%-40s %7s %7s %7s %10s %7s %10s",
                "kind (reset, date)", "trials", "used up", "early", "most ms", "late", "most ms"));
        byKind.forEach((kind, all) -> lines.add(String.format(
                Locale.ROOT,
                "%-40s %7d %7d %7d %10.1f %7d %10.1f",
                kind,
                all.size(),
                all.stream().mapToInt(trial -> trial.resets).sum(),
                all.stream().filter(trial -> trial.earliestNanos > 0).count(),
                all.stream().mapToLong(trial -> trial.earliestNanos).max().orElse(0) / 1e6,
                all.stream().filter(Trial::isLate).count(),
                all.stream().mapToLong(trial -> trial.latestNanos).max().orElse(0) / 1e6)));
        Files.write(Path.of("target", "never-too-early.txt"), lines);
        System.out.println(String.join(System.lineSeparator(), lines));
        assertThat(trials()).filteredOn(trial -> trial.resets > 0).hasSizeGreaterThan(TRIALS * 9 / 10);
    }

    private static synchronized List<Trial> trials() {
        if (trials == null) {
            trials = IntStream.rangeClosed(1, TRIALS)
                    .parallel()
                    .mapToObj(Trial::new)
                    .toList();
        }
        return trials;
    }

    /** One server, a few callers, and some windows. */
    private static final class Trial implements VirtualLoad.Observer {
        final String kind;
        final LoadScenario scenario;
        /** Whether it says when a window ends as much as a second too early. */
        final boolean isCut;

        /** How many came too early, though they could have known. */
        int earlyCount;
        /** How many windows the callers knew to be used up and came back after. */
        int resets;
        /** By how much somebody came too early, at worst. */
        long earliestNanos;
        /** How long after a reset, or after they knew of it, the first came, at worst; also if nobody came. */
        long latestNanos;

        private final boolean onDemand;
        private final long lengthNanos;
        private long runNanos;
        /** When the window ends in which the last request arrived. */
        private long endNanos = Long.MIN_VALUE;

        private long lastArrivalNanos = Long.MIN_VALUE;
        /** The end of the last window of which is known that nothing is left. */
        private long knownEndNanos = Long.MIN_VALUE;

        private long knownNanos;
        private int lastSent;
        /** The number of the last request that was sent before that was known. */
        private int lastSentUnknowing;

        private boolean awaited;

        Trial(int seed) {
            Random dice = new Random(seed * 0x9E3779B97F4A7C15L);
            Duration window = Duration.ofSeconds(WINDOW_SECONDS[dice.nextInt(WINDOW_SECONDS.length)]);
            lengthNanos = window.toNanos();
            int limit = 3 + dice.nextInt(10);
            RoundingMode reset = ROUNDINGS[dice.nextInt(2)];
            RoundingMode date = RoundingMode.FLOOR;
            isCut = reset == RoundingMode.FLOOR;
            int dialect = dice.nextInt(3);
            onDemand = dice.nextBoolean();
            kind = List.of("github ", "sendgrid ", "ietf ").get(dialect) + reset + ", " + date;
            scenario = new LoadScenario(kind + ", seed " + seed, begin -> {
                        SimulatedWindow quota = switch (dialect) {
                            case 0 -> SimulatedQuota.gitHub(limit, window);
                            case 1 -> SimulatedQuota.sendGrid(limit, window);
                            default -> SimulatedQuota.ietf(limit, window);
                        };
                        quota.resetRounding(reset).dateRounding(date).serverClock(begin.serverClock());
                        quota.phase(begin.over());
                        endNanos = lengthNanos - begin.over().toNanos();
                        runNanos = endNanos + 2 * lengthNanos;
                        return (onDemand ? quota.onDemand() : quota).startAt(begin.nowNanos());
                    })
                    .windows(3, window)
                    .callers(1 + dice.nextInt(3))
                    .slow(0, 0);
            if (dialect == 0) {
                scenario.provider(
                        GitHubProvider.create(), new AskedHead("GET", "api.github.com", "/repos/acme/things"));
            }
            if (dialect == 1) {
                scenario.byTheClock();
            }
            if (dialect == 1 || !onDemand) {
                scenario.phaseUpTo(1);
            }
            long fastest = 1 + dice.nextInt(100);
            scenario.latencyMillis(fastest, fastest + dice.nextInt(100));
            VirtualLoad.run(scenario, seed, this);
            if (awaited) {
                came(runNanos);
            }
        }

        /** A wait counts from an answer's receipt, and a request is under way as well. */
        boolean isLate() {
            return latestNanos > TWO_SECONDS + scenario.slowestNanos;
        }

        @Override
        public void sent(int number) {
            lastSent = number;
        }

        @Override
        public void arrived(Request request) {
            long now = request.arrivedNanos();
            if (endNanos <= now || (onDemand && lastArrivalNanos == Long.MIN_VALUE)) {
                endNanos = now + lengthNanos - (onDemand ? 0 : Math.floorMod(now - endNanos, lengthNanos));
            }
            lastArrivalNanos = now;
            if (awaited && now >= knownEndNanos) {
                resets++;
                awaited = false;
                came(now);
            } else if (awaited && request.number() > lastSentUnknowing) {
                earlyCount++;
                earliestNanos = Math.max(earliestNanos, knownEndNanos - now);
            }
        }

        private void came(long atNanos) {
            latestNanos = Math.max(latestNanos, atNanos - Math.max(knownEndNanos, knownNanos));
        }

        @Override
        public void answered(Request request, long nowNanos) {
            boolean ofLastWindow = request.arrivedNanos() >= endNanos - lengthNanos;
            boolean usedUp = !request.answer().admitted() || saysNothingIsLeft(request.answer());
            if (usedUp && ofLastWindow && endNanos > knownEndNanos) {
                knownEndNanos = endNanos;
                knownNanos = nowNanos;
                lastSentUnknowing = lastSent;
                awaited = true;
            }
        }

        private static boolean saysNothingIsLeft(Answer answer) {
            Map<String, String> headers = answer.headers();
            return "0".equals(headers.get("x-ratelimit-remaining"))
                    || "0".equals(headers.get("X-RateLimit-Remaining"))
                    || headers.getOrDefault("RateLimit", "").contains(";r=0;");
        }

        @Override
        public String toString() {
            return scenario + " " + scenario.window + (onDemand ? " on demand" : "") + ": early by "
                    + Duration.ofNanos(earliestNanos) + ", late by " + Duration.ofNanos(latestNanos);
        }
    }
}
