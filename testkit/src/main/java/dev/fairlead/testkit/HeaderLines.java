package dev.fairlead.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Header fields in their order, with whatever names and values. Immutable and thread-safe. */
record HeaderLines(List<Line> lines) {
    record Line(String name, String value) {
        @Override
        public String toString() {
            return name + ": " + value;
        }
    }

    HeaderLines {
        lines = List.copyOf(lines);
    }

    /** Each as {@code Name: value}. */
    static HeaderLines of(String... lines) {
        return new HeaderLines(Arrays.stream(lines)
                .map(line -> {
                    int colon = line.indexOf(':');
                    if (colon < 1) {
                        throw new IllegalArgumentException(
                                "a header is written as \"Name: value\", not as \"" + line + "\"");
                    }
                    return new Line(
                            line.substring(0, colon), line.substring(colon + 1).strip());
                })
                .toList());
    }

    HeaderLines and(String name, String value) {
        List<Line> more = new ArrayList<>(lines);
        more.add(new Line(name, value));
        return new HeaderLines(more);
    }

    HeaderLines without(String name) {
        return new HeaderLines(
                lines.stream().filter(line -> !line.name.equalsIgnoreCase(name)).toList());
    }

    @Nullable String last(String name) {
        for (int i = lines.size() - 1; i >= 0; i--) {
            if (lines.get(i).name.equalsIgnoreCase(name)) {
                return lines.get(i).value;
            }
        }
        return null;
    }

    List<String> all(String name) {
        return lines.stream()
                .filter(line -> line.name.equalsIgnoreCase(name))
                .map(Line::value)
                .toList();
    }
}
