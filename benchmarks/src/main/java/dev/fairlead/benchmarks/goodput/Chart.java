package dev.fairlead.benchmarks.goodput;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Two rows of grouped bars, written as SVG: goodput, and what it costs in throttled answers. Not thread-safe. */
final class Chart {
    private static final int LEFT = 56;
    private static final int RIGHT = 16;
    private static final int TOP = 92;
    private static final int PANEL = 210;
    private static final int BETWEEN_PANELS = 84;
    private static final int BELOW = 44;
    private static final int BAR = 24;
    private static final int BETWEEN_GROUPS = 22;
    private static final int GRID_LINES = 4;
    /** Bare OkHttp's is ten and more, beside which all others would be flat. */
    private static final double MOST_THROTTLED_SHOWN = 1;

    private final StringBuilder svg = new StringBuilder(16_384);
    private final Options options;
    private final List<Result> results;
    private final int groupWidth;
    private final int width;

    private Chart(Options options, List<Result> results) {
        this.options = options;
        this.results = results;
        // Not narrower than the legend and the name below a group.
        groupWidth = Math.max(options.peers().size() * BAR + BETWEEN_GROUPS, 150);
        width = Math.max(LEFT + options.scenarios().size() * groupWidth + RIGHT, 900);
    }

    static String of(Options options, List<Result> results) {
        return new Chart(options, results).draw();
    }

    private String draw() {
        int height = TOP + 2 * PANEL + BETWEEN_PANELS + BELOW;
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\">",
                width, height);
        add("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", width, height);
        text(LEFT, 26, 17, "start", "How much of the quota becomes successful calls, and what it costs");
        String how = "closed loop of %d threads, answers after 20 ms, runs of %d s"
                .formatted(options.threads(), options.length().toSeconds());
        text(LEFT, 45, 12, "start", how);
        legend(64);
        panel(TOP, "successful calls, % of what was to be had", 100, Result::goodput);
        panel(
                TOP + PANEL + BETWEEN_PANELS,
                "throttled answers per successful call (higher bars are cut off)",
                MOST_THROTTLED_SHOWN,
                Result::throttledPerSuccess);
        return svg.append("</svg>\n").toString();
    }

    private void legend(int y) {
        int x = LEFT;
        for (Peer peer : options.peers()) {
            add("<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" fill=\"%s\"/>", x, y - 10, peer.color);
            text(x + 17, y, 12, "start", peer.label);
            x += 34 + 7 * peer.label.length();
        }
    }

    private void panel(int top, String title, double most, ToDoubleFunction<Result> value) {
        text(LEFT, top + 12, 13, "start", title);
        int ceiling = top + 34;
        int floor = top + PANEL;
        for (int line = 0; line <= GRID_LINES; line++) {
            int y = floor - (floor - ceiling) * line / GRID_LINES;
            add("<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke=\"#ddd\"/>", LEFT, width - RIGHT, y, y);
            text(
                    LEFT - 6,
                    y + 4,
                    11,
                    "end",
                    String.format(Locale.ROOT, most > 1 ? "%.0f" : "%.2f", most * line / GRID_LINES));
        }
        for (int group = 0; group < options.scenarios().size(); group++) {
            group(LEFT + group * groupWidth, floor, options.scenarios().get(group));
        }
        for (Result result : results) {
            int group = options.scenarios().indexOf(result.scenario());
            int place = options.peers().indexOf(result.peer());
            int x = LEFT + group * groupWidth + (groupWidth - options.peers().size() * BAR) / 2 + place * BAR;
            bar(x, ceiling, floor, value.applyAsDouble(result) / most, result.peer().color);
            double height = Math.min(1, value.applyAsDouble(result) / most) * (floor - ceiling);
            text(x + BAR / 2, (int) (floor - height) - 4, 9, "middle", number(value.applyAsDouble(result)));
        }
    }

    /** Its name, in two lines where it is long. */
    private void group(int x, int floor, Scenario scenario) {
        String name = scenario.name();
        int split = name.indexOf("-with-");
        int middle = x + groupWidth / 2;
        text(middle, floor + 17, 12, "middle", split < 0 ? name : name.substring(0, split));
        if (split >= 0) {
            text(middle, floor + 31, 12, "middle", name.substring(split + 1).replace('-', ' '));
        }
    }

    private void bar(int x, int ceiling, int floor, double share, String color) {
        double height = Math.min(1, share) * (floor - ceiling);
        add(
                "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"%s\"/>",
                x + 1, floor - height, BAR - 2, height, color);
        if (share > 1.05) {
            add("<path d=\"M%d %d l%d -7\" stroke=\"white\" stroke-width=\"4\"/>", x - 1, ceiling + 14, BAR + 2);
        }
    }

    private void text(int x, int y, int size, String anchor, String text) {
        add("<text x=\"%d\" y=\"%d\" font-size=\"%d\" text-anchor=\"%s\">%s</text>", x, y, size, anchor, text);
    }

    /** Above a bar there is room for three digits. */
    private static String number(double value) {
        return String.format(Locale.ROOT, value < 1 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value);
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
