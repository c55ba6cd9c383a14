package dev.fairlead.examples.badhour;

import dev.fairlead.examples.badhour.LoggedCall.Step;
import java.io.PrintStream;
import java.util.stream.Collectors;

/**
 * Prints calls as a person reads them: time, request, what was sent and waited for, what the caller got. Calls that went
 * alike are told once and counted. Not thread-safe.
 */
final class Timeline {
    private static final int WIDTH = 110;
    private static final int REQUEST_WIDTH = 37;
    private static final String INDENT = " ".repeat(8 + 2);

    private final PrintStream out;
    private String lastPattern = "";
    private int alike;
    private String lastAlike = "";
    private String lastPrinted = "";

    Timeline(PrintStream out) {
        this.out = out;
    }

    /** Begins a part, with a sentence on what will happen and why it matters. */
    void heading(String title, String explanation) {
        endAlike();
        out.println();
        out.println("── " + title + " " + "─".repeat(Math.max(2, WIDTH - title.length() - 4)));
        line("   ", explanation);
        out.println();
    }

    /** Begins a smaller part. */
    void subheading(String title) {
        endAlike();
        out.println();
        out.println(title);
    }

    void call(LoggedCall call) {
        String pattern = pattern(call);
        if (pattern.equals(lastPattern)) {
            alike++;
            lastAlike = Words.time(call.at());
            return;
        }
        endAlike();
        lastPattern = pattern;
        lastPrinted = Words.time(call.at());
        print(call);
    }

    /** A line among the calls. */
    void note(String text) {
        endAlike();
        line(INDENT, text);
    }

    /** A check, below the calls it is about. */
    void check(boolean held, String text) {
        endAlike();
        line(INDENT, (held ? "✓ " : "✗ ") + text);
    }

    private void print(LoggedCall call) {
        String time = Words.time(call.at());
        String request = fit(call.request(), REQUEST_WIDTH);
        String before = "";
        for (Step step : call.steps()) {
            String at = Words.time(step.at());
            String first = before.isEmpty() ? time : at.equals(before) ? " ".repeat(8) : at;
            out.println((first + "  " + pad(before.isEmpty() ? request : "", REQUEST_WIDTH) + "  " + step.text())
                    .stripTrailing());
            before = at;
        }
    }

    private void endAlike() {
        if (alike > 0) {
            String until = lastAlike.equals(lastPrinted) ? "" : ", until " + lastAlike;
            out.println(INDENT + "… " + alike + (alike == 1 ? " more call" : " more calls") + " like it" + until);
        }
        alike = 0;
        lastPattern = "";
    }

    /** Calls are alike if they differ in numbers only. */
    private static String pattern(LoggedCall call) {
        return call.request()
                + call.steps().stream()
                        .map(Step::text)
                        .collect(Collectors.joining())
                        .replaceAll("[0-9.]+( ms| s)?", "#");
    }

    /** Breaks at spaces. */
    private void line(String indent, String text) {
        StringBuilder line = new StringBuilder(indent);
        for (String word : text.split(" ", -1)) {
            if (line.length() + 1 + word.length() > WIDTH && !line.toString().isBlank()) {
                out.println(line.toString().stripTrailing());
                line = new StringBuilder(indent);
            }
            line.append(word).append(' ');
        }
        out.println(line.toString().stripTrailing());
    }

    private static String fit(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width - 1) + "…";
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
