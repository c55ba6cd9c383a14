package dev.fairlead;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.VirtualLoad.Outcome;
import dev.fairlead.VirtualLoad.Request;
import dev.fairlead.github.GitHubProvider;
import dev.fairlead.sendgrid.SendGridProvider;
import dev.fairlead.shopify.ShopifyProvider;
import dev.fairlead.testkit.SimulatedQuota;
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
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/**
 * How much of a quota our callers get who want far more of it and were told nothing, and how often they are refused: by
 * many scenarios, of each the worst of many seeds. The table goes to {@code target/virtual-goodput.txt}.
 *
 * <p>To look at a part of it: {@code -Dgoodput.only=<regex>}, {@code -Dgoodput.seeds=<count>}. Every request of the first
 * of these scenarios with one seed, in {@code target/virtual-goodput-trace.txt}: {@code -Dgoodput.trace=<seed>}. To look without a judgement:
 * {@code -Dtest=VirtualGoodputTest#theTableIsPrinted}.
 */
class VirtualGoodputTest {
    private static final int SEEDS = Integer.getInteger("goodput.seeds", 20);
    private static final String ONLY = System.getProperty("goodput.only", ".*");
    private static final int TRACED = Integer.getInteger("goodput.trace", 0);
    private static final AskedHead GITHUB =
            new AskedHead("GET", "api.github.com", "/repos/acme/things").with("Authorization", "Bearer of-acme");
    private static final AskedHead SHOP = new AskedHead("GET", "acme.myshopify.com", "/admin/api/2026-07/shop.json")
            .with("X-Shopify-Access-Token", "of-acme");
    private static final AskedHead SHOP_GRAPHQL = new AskedHead(
                    "POST", "acme.myshopify.com", "/admin/api/2026-07/graphql.json")
            .with("X-Shopify-Access-Token", "of-acme");

    private static final AskedHead SENDGRID =
            new AskedHead("GET", "api.sendgrid.com", "/v3/suppression/bounces").with("Authorization", "Bearer of-acme");

    /** Made once for both tests. */
    private static List<Row> table;

    @Test
    void theTableIsPrinted() throws IOException {
        String text = text(table());
        System.out.println(text);
        if (TRACED > 0) {
            Files.write(
                    Path.of("target", "virtual-goodput-trace.txt"),
                    trace(scenarios().get(0), TRACED));
        }
        Files.writeString(Path.of("target", "virtual-goodput.txt"), text);
        assertThat(table()).isNotEmpty();
    }

    @Test
    void callersGetNearlyAllThereIsAndAreSeldomRefused() {
        SoftAssertions softly = new SoftAssertions();
        for (Row row : table()) {
            LoadScenario scenario = row.scenario;
            softly.assertThat(row.worstGoodput().outcome.goodput())
                    .as("%s: goodput, seed %s", scenario, row.worstGoodput().seed)
                    .isGreaterThanOrEqualTo(scenario.leastGoodput);
            softly.assertThat(row.worstThrottled().outcome.throttledPerSuccess())
                    .as("%s: throttled per success, seed %s", scenario, row.worstThrottled().seed)
                    .isLessThanOrEqualTo(scenario.mostThrottled);
            softly.assertThat(row.worstFailures().outcome.failureCount())
                    .as("%s: failures, seed %s", scenario, row.worstFailures().seed)
                    .isLessThanOrEqualTo(scenario.mostFailures);
        }
        softly.assertAll();
    }

    @Test
    void theSameSeedMakesTheSameRun() {
        LoadScenario scenario = scenarios().get(1);
        assertThat(VirtualLoad.run(scenario, 3)).isEqualTo(VirtualLoad.run(scenario, 3));
        assertThat(VirtualLoad.run(scenario, 3)).isNotEqualTo(VirtualLoad.run(scenario, 4));
    }

    // ---- the scenarios

    /** With and without a neighbour, who uses half of the quota's rate while there. */
    private static void addBoth(List<LoadScenario> all, LoadScenario alone, LoadScenario together, double perSecond) {
        all.add(alone);
        all.add(together.neighbour(perSecond / 2));
    }

    private static List<LoadScenario> scenarios() {
        List<LoadScenario> all = new ArrayList<>();
        // At most 10 at once, which is some 180 a second: so much must fit into what a first window has left.
        for (int[] each : new int[][] {{100, 2}, {200, 5}, {400, 10}, {1_000, 60}, {2_000, 600}, {2_000, 3_600}}) {
            Duration window = ofSeconds(each[1]);
            double perSecond = (double) each[0] / each[1];
            for (RoundingMode rounding : List.of(RoundingMode.FLOOR, RoundingMode.CEILING)) {
                String what = "github " + each[0] + "/" + each[1] + "s " + rounding;
                // Of 400 requests in four windows two throttles are 0.005, and a clock told in whole seconds may cost
                // half
                // of the first window.
                boolean tiny = each[1] == 2;
                addBoth(
                        all,
                        gitHub(what, each[0], window, rounding).expect(tiny ? 0.95 : 0.98, tiny ? 0.006 : 0.005),
                        gitHub(what + " neighbour", each[0], window, rounding)
                                .expect(tiny ? 0.85 : 0.98, tiny ? 0.012 : 0.005),
                        perSecond);
            }
            String onDemand = "github " + each[0] + "/" + each[1] + "s on demand";
            LoadScenario alone = gitHubOnDemand(onDemand, each[0], window);
            LoadScenario together = gitHubOnDemand(onDemand + " neighbour", each[0], window);
            // Every window begins later by what the one before was said to last too long: of short ones some are lost.
            if (each[1] >= 60) {
                alone.expect(0.98, 0.005);
                together.expect(0.98, 0.005);
            }
            addBoth(all, alone, together, perSecond);
        }
        for (int[] each : new int[][] {{200, 5}, {600, 60}}) {
            Duration window = ofSeconds(each[1]);
            double perSecond = (double) each[0] / each[1];
            String minute = "sendgrid " + each[0] + "/" + each[1] + "s";
            addBoth(
                    all,
                    sendGrid(minute, each[0], window).expect(0.98, 0.005),
                    sendGrid(minute + " neighbour", each[0], window).expect(0.98, 0.005),
                    perSecond);
            String draft = "ietf " + each[0] + "/" + each[1] + "s";
            addBoth(
                    all,
                    ietf(draft, each[0], window).expect(0.98, 0.005),
                    ietf(draft + " neighbour", each[0], window).expect(0.98, 0.006),
                    perSecond);
        }
        for (int perSecond : new int[] {2, 20}) {
            String what = "shopify rest " + 20 * perSecond + " + " + perSecond + "/s";
            addBoth(
                    all,
                    shopifyRest(what, perSecond).expect(0.98, 0.005),
                    // Who has 40 + 2 a second with somebody else sees one throttle as half a percent.
                    shopifyRest(what + " neighbour", perSecond)
                            .expect(perSecond < 10 ? 0.975 : 0.98, perSecond < 10 ? 0.009 : 0.005),
                    perSecond);
        }
        for (int actualPercent : new int[] {100, 40}) {
            String what = "shopify graphql 1000 + 100/s of 20, " + actualPercent + " %";
            addBoth(
                    all,
                    shopifyGraphQl(what, actualPercent).expect(0.98, 0.005),
                    shopifyGraphQl(what + " neighbour", actualPercent).expect(0.98, 0.008),
                    100.0 / 20);
        }
        for (int perSecond : new int[] {10, 25, 100, 1_000}) {
            String what = "silent bucket " + perSecond + " + " + perSecond + "/s";
            addBoth(
                    all,
                    silentBucket(what, perSecond).expect(0.95, 0.03),
                    // A neighbour who has left is noticed by requests that go through: the fewer they are the later.
                    silentBucket(what + " neighbour", perSecond)
                            .expect(perSecond < 25 ? 0.6 : perSecond < 100 ? 0.85 : 0.89, 0.03),
                    perSecond);
        }
        all.add(silentWindow("silent window 600/60s", 600, ofSeconds(60)));
        // The same in other worlds.
        Duration ten = ofSeconds(10);
        for (int callers : new int[] {8, 200}) {
            all.add(gitHub("github 400/10s " + callers + " callers", 400, ten, RoundingMode.FLOOR)
                    .callers(callers)
                    .expect(0.98, 0.005));
            all.add(silentBucket("silent bucket 100/s " + callers + " callers", 100)
                    .callers(callers)
                    .expect(0.95, 0.03));
        }
        all.add(gitHub("github 400/10s 1-5 ms", 400, ten, RoundingMode.FLOOR)
                .latencyMillis(1, 5)
                .expect(0.98, 0.005));
        all.add(silentBucket("silent bucket 100/s 1-5 ms", 100)
                .latencyMillis(1, 5)
                .expect(0.95, 0.03));
        all.add(gitHub("github 100/10s 150-200 ms", 100, ten, RoundingMode.FLOOR)
                .latencyMillis(150, 200)
                .expect(0.98, 0.005));
        all.add(silentBucket("silent bucket 100/s 150-200 ms", 100)
                .latencyMillis(150, 200)
                .expect(0.95, 0.03));
        all.removeIf(scenario -> !scenario.name.matches(ONLY));
        return all;
    }

    private static LoadScenario gitHub(String name, int limit, Duration window, RoundingMode rounding) {
        return gitHub(name, limit, window, quota -> quota.resetRounding(rounding))
                .phaseUpTo(0.6);
    }

    private static LoadScenario gitHubOnDemand(String name, int limit, Duration window) {
        return gitHub(name, limit, window, SimulatedWindow::onDemand);
    }

    private static LoadScenario gitHub(String name, int limit, Duration window, UnaryOperator<SimulatedWindow> change) {
        return new LoadScenario(name, begin -> begun(change.apply(SimulatedQuota.gitHub(limit, window)), begin))
                .provider(GitHubProvider.create(), GITHUB)
                .windows(window.compareTo(ofSeconds(600)) > 0 ? 2 : 4, window);
    }

    private static LoadScenario sendGrid(String name, int limit, Duration window) {
        return new LoadScenario(
                        name,
                        begin -> SimulatedQuota.sendGrid(limit, window)
                                .serverClock(begin.serverClock())
                                .startAt(begin.nowNanos()))
                .provider(SendGridProvider.create(), SENDGRID)
                .windows(4, window)
                .byTheClock()
                .phaseUpTo(0.6);
    }

    private static LoadScenario ietf(String name, int limit, Duration window) {
        return new LoadScenario(name, begin -> begun(SimulatedQuota.ietf(limit, window), begin))
                .windows(4, window)
                .phaseUpTo(0.6);
    }

    private static SimulatedQuota begun(SimulatedWindow quota, LoadScenario.Beginning begin) {
        return quota.serverClock(begin.serverClock()).phase(begin.over()).startAt(begin.nowNanos());
    }

    private static LoadScenario shopifyRest(String name, int perSecond) {
        return new LoadScenario(
                        name,
                        begin -> SimulatedQuota.shopifyRest(20 * perSecond, perSecond)
                                .serverClock(begin.serverClock())
                                .startAt(begin.nowNanos()))
                .provider(ShopifyProvider.create(), SHOP)
                .windows(1, ofSeconds(120));
    }

    private static LoadScenario shopifyGraphQl(String name, int actualPercent) {
        return new LoadScenario(
                        name,
                        begin -> SimulatedQuota.shopifyGraphQl(1_000, 100)
                                .actualCost(requested -> requested * actualPercent / 100)
                                .serverClock(begin.serverClock())
                                .startAt(begin.nowNanos()))
                .provider(ShopifyProvider.create(), SHOP_GRAPHQL)
                .cost(20)
                .windows(1, ofSeconds(120));
    }

    private static LoadScenario silentBucket(String name, int perSecond) {
        return new LoadScenario(
                        name,
                        begin -> SimulatedQuota.stripe(perSecond, perSecond)
                                .serverClock(begin.serverClock())
                                .startAt(begin.nowNanos()))
                .callers(perSecond > 100 ? 200 : 32)
                .windows(1, perSecond > 100 ? ofSeconds(20) : ofSeconds(120));
    }

    private static LoadScenario silentWindow(String name, int limit, Duration window) {
        return ietf(name, limit, window).silent();
    }

    /** When each request was sent, arrived and was answered, in milliseconds, and with what. */
    private static List<String> trace(LoadScenario scenario, int seed) {
        List<String> lines = new ArrayList<>(List.of(scenario + ", seed " + seed));
        VirtualLoad.run(scenario, seed, new VirtualLoad.Observer() {
            @Override
            public void answered(Request request, long nowNanos) {
                lines.add(String.format(
                        Locale.ROOT,
                        "%12.1f %12.1f %12.1f  %s %s",
                        request.sentNanos() / 1e6,
                        request.arrivedNanos() / 1e6,
                        nowNanos / 1e6,
                        request.answer().admitted() ? "   " : "NO ",
                        request.answer().headers()));
            }
        });
        return lines;
    }

    // ---- the table

    private record Run(int seed, Outcome outcome) {}

    private record Row(LoadScenario scenario, List<Run> runs) {
        Run worstGoodput() {
            return worst(outcome -> -outcome.goodput());
        }

        Run worstThrottled() {
            return worst(Outcome::throttledPerSuccess);
        }

        Run worstFailures() {
            return worst(Outcome::failureCount);
        }

        private Run worst(ToDoubleFunction<Outcome> badness) {
            return runs.stream()
                    .max(Comparator.comparingDouble(run -> badness.applyAsDouble(run.outcome)))
                    .orElseThrow();
        }

        double mean(ToDoubleFunction<Outcome> value) {
            return runs.stream()
                    .mapToDouble(run -> value.applyAsDouble(run.outcome))
                    .average()
                    .orElseThrow();
        }

        boolean passes() {
            return worstGoodput().outcome.goodput() >= scenario.leastGoodput
                    && worstThrottled().outcome.throttledPerSuccess() <= scenario.mostThrottled
                    && worstFailures().outcome.failureCount() <= scenario.mostFailures;
        }

        String text() {
            Map<StopReason, Long> failures = worstFailures().outcome.failures();
            String verdict = scenario.leastGoodput == 0 ? "" : passes() ? "ok" : "NO";
            return String.format(
                    Locale.ROOT,
                    "%-50s %7.2f (%2d) %7.2f   %7.4f (%2d) %7.4f  %7d  %-3s %s",
                    scenario,
                    100 * worstGoodput().outcome.goodput(),
                    worstGoodput().seed,
                    100 * mean(Outcome::goodput),
                    worstThrottled().outcome.throttledPerSuccess(),
                    worstThrottled().seed,
                    mean(Outcome::throttledPerSuccess),
                    Math.round(mean(Outcome::successes)),
                    verdict,
                    failures.isEmpty() ? "" : failures);
        }
    }

    private static synchronized List<Row> table() {
        if (table == null) {
            table = measured(scenarios());
        }
        return table;
    }

    private static List<Row> measured(List<LoadScenario> scenarios) {
        record Cell(int index, Run run) {}
        Map<Integer, List<Run>> runs = IntStream.range(0, scenarios.size() * SEEDS)
                .parallel()
                .mapToObj(number -> {
                    int index = number / SEEDS;
                    int seed = number % SEEDS + 1;
                    return new Cell(index, new Run(seed, VirtualLoad.run(scenarios.get(index), seed)));
                })
                .collect(Collectors.groupingBy(
                        Cell::index, TreeMap::new, Collectors.mapping(Cell::run, Collectors.toList())));
        return IntStream.range(0, scenarios.size())
                .mapToObj(index -> new Row(scenarios.get(index), runs.get(index)))
                .toList();
    }

    private static String text(List<Row> rows) {
        String head = String.format(
                "%-50s %12s %7s   %12s %7s  %7s  %-3s %s%n",
                SEEDS + " seeds",
                "goodput (sd)",
                "mean",
                "429/ok (sd)",
                "mean",
                "calls",
                "",
                "failures of the worst seed");
        return rows.stream().map(row -> row.text() + System.lineSeparator()).collect(Collectors.joining("", head, ""));
    }
}
