package dev.fairlead.examples;

import dev.fairlead.Ticker;
import dev.fairlead.examples.badhour.RealHour;
import dev.fairlead.examples.badhour.RecordedHour;
import dev.fairlead.examples.badhour.ScriptedHour;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import okhttp3.HttpUrl;

/**
 * A small service calls GitHub for one bad hour: {@code ./examples/bad-hour}. Exits with 0 if each expected thing happened,
 * with 1 if not, and with 2 where it does not know what to do.
 */
public final class BadHour {
    private static final String USAGE = """
            Usage: bad-hour [--answers DIR | --base-url URL]

              (nothing)         play the scripted hour, on virtual time
              --answers DIR     play the recorded answers in DIR, one JSON file each, instead
              --base-url URL    make a few harmless calls to a real host, such as https://api.github.com
              --help            show this
            """;

    private BadHour() {}

    /** Plays the hour. */
    public static void main(String[] args) throws IOException {
        System.exit(run(List.of(args), new PrintStream(System.out, true, StandardCharsets.UTF_8)));
    }

    /** Plays the hour and returns the exit code. */
    static int run(List<String> arguments, PrintStream out) throws IOException {
        if (arguments.equals(List.of("--help"))) {
            out.print(USAGE);
            return 0;
        }
        try {
            return play(arguments, out) ? 0 : 1;
        } catch (IllegalArgumentException e) {
            out.println("bad-hour: " + e.getMessage());
            out.println();
            out.print(USAGE);
            return 2;
        }
    }

    private static boolean play(List<String> arguments, PrintStream out) throws IOException {
        if (arguments.isEmpty()) {
            return ScriptedHour.play(out);
        }
        String option = arguments.get(0);
        if (!option.equals("--answers") && !option.equals("--base-url")) {
            throw new IllegalArgumentException("there is no option " + option);
        }
        if (arguments.size() != 2) {
            throw new IllegalArgumentException(option + " takes one value and goes alone, but got " + arguments);
        }
        return option.equals("--answers")
                ? RecordedHour.of(Path.of(arguments.get(1))).play(out)
                : RealHour.call(HttpUrl.get(arguments.get(1)), Ticker.system(), out);
    }
}
