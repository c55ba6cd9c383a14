package dev.fairlead.examples.badhour;

import java.io.PrintStream;
import java.util.List;

/** The last lines of every run. */
final class Verdict {
    private Verdict() {}

    /** Says whether all expectations held, and which did not. */
    static boolean print(Expectations expectations, PrintStream out) {
        List<String> broken = expectations.broken();
        out.println();
        if (broken.isEmpty()) {
            out.println("All " + expectations.total() + " expectations held.");
            return true;
        }
        out.println(broken.size() + " of " + expectations.total() + " expectations did not hold:");
        broken.forEach(what -> out.println("  ✗ " + what));
        return false;
    }
}
