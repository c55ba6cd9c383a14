package dev.fairlead.benchmarks.goodput;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the command line asks for.
 *
 * @param length of each run
 * @param threads that make calls at once
 * @param scenarios in the order of the table
 * @param peers in the order of the table
 * @param out where JSON and chart are written
 */
record Options(Duration length, int threads, List<Scenario> scenarios, List<Peer> peers, Path out) {
    static final String USAGE = "options: --seconds 12 --threads 32 --only <scenario>,… --peers <peer>,… --out <dir>";

    static Options parse(String[] args) {
        Options options = new Options(
                Duration.ofSeconds(12), 32, Scenarios.ALL, List.of(Peer.values()), Path.of("target", "goodput"));
        for (int index = 0; index + 1 < args.length; index += 2) {
            options = options.with(args[index], args[index + 1]);
        }
        if (args.length % 2 != 0) {
            throw new IllegalArgumentException("every option takes a value");
        }
        return options;
    }

    private Options with(String option, String value) {
        return switch (option) {
            case "--seconds" -> new Options(Duration.ofSeconds(positive(value)), threads, scenarios, peers, out);
            case "--threads" -> new Options(length, positive(value), scenarios, peers, out);
            case "--only" ->
                new Options(length, threads, names(value).map(Scenarios::named).toList(), peers, out);
            case "--peers" ->
                new Options(
                        length,
                        threads,
                        scenarios,
                        names(value).map(Peer::named).toList(),
                        out);
            case "--out" -> new Options(length, threads, scenarios, peers, Path.of(value));
            default -> throw new IllegalArgumentException("there is no option " + option);
        };
    }

    private static Stream<String> names(String list) {
        return Stream.of(list.split(","));
    }

    private static int positive(String number) {
        int value = Integer.parseInt(number);
        if (value < 1) {
            throw new IllegalArgumentException("at least 1, not " + number);
        }
        return value;
    }
}
