package dev.fairlead.benchmarks.goodput;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of a provider's quota becomes successful calls, and how many throttled answers that costs: us, OkHttp alone and
 * what people wire by hand, against simulated APIs whose demand is several times the quota. See docs/performance.md.
 */
public final class Goodput {
    private static final Duration WARM_UP = Duration.ofSeconds(2);

    private Goodput() {}

    /** Measures, prints a table, and writes {@code goodput.json} and {@code goodput.svg}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Options options;
        try {
            options = Options.parse(args);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage() + "\n" + Options.USAGE);
            System.exit(2);
            return;
        }
        System.out.printf(
                "%d threads, %d s a run%n%n%s%n%s%n",
                options.threads(), options.length().toSeconds(), Table.LEGEND, Table.head());
        List<Result> results = measure(options);
        Files.createDirectories(options.out());
        Files.writeString(options.out().resolve("goodput.json"), JsonReport.of(options, results));
        Files.writeString(options.out().resolve("goodput.svg"), Chart.of(options, results));
        System.out.println("\n" + options.out().toAbsolutePath() + ": goodput.json, goodput.svg");
    }

    private static List<Result> measure(Options options) throws IOException, InterruptedException {
        // Once for the classes that the first calls load and for the compiler: the first peer is not to pay for all.
        for (Peer peer : options.peers()) {
            new Run(options.scenarios().get(0), peer, options.threads(), WARM_UP).measure();
        }
        List<Result> results = new ArrayList<>();
        for (Scenario scenario : options.scenarios()) {
            for (Peer peer : options.peers()) {
                Result result = new Run(scenario, peer, options.threads(), options.length()).measure();
                System.out.println(Table.row(result));
                results.add(result);
            }
        }
        return results;
    }
}
