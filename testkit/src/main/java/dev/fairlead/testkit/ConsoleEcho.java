package dev.fairlead.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;

/** Reads along what goes to the console, where loggers of all makes write unless told otherwise. For one thread. */
final class ConsoleEcho {
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

    private ConsoleEcho() {}

    static ConsoleEcho begin() {
        ConsoleEcho echo = new ConsoleEcho();
        System.setOut(echo.both(echo.out));
        System.setErr(echo.both(echo.err));
        return echo;
    }

    void end() {
        System.setOut(out);
        System.setErr(err);
    }

    String text() {
        return seen.toString(UTF_8);
    }

    private PrintStream both(PrintStream console) {
        return new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int character) {
                        seen.write(character);
                        console.write(character);
                    }
                },
                true,
                UTF_8);
    }
}
