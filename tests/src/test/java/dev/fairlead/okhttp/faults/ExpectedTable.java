package dev.fairlead.okhttp.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The committed table: what each call must come to. Immutable and thread-safe. */
final class ExpectedTable {
    private static final String RESOURCE = "/fault-matrix.txt";
    private static final String ALL_WAYS = "*";

    /** Columns by key; a key is fault, kind and way. */
    private final Map<String, String> lines = new LinkedHashMap<>();
    /** What stands above a line, by its key. */
    private final Map<String, List<String>> comments = new LinkedHashMap<>();

    private final List<String> problems = new ArrayList<>();

    private ExpectedTable(List<String> text) {
        List<String> above = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (String line : text) {
            if (line.isBlank() || line.startsWith("#")) {
                above.add(line);
                continue;
            }
            String[] columns = line.split("\\|", 4);
            if (columns.length < 4) {
                problems.add("not a line of the table: " + line);
                continue;
            }
            String key = key(columns[0], columns[1], columns[2]);
            faults.add(columns[0].strip());
            if (lines.put(key, normal(columns[3])) != null) {
                problems.add("twice: " + key);
            }
            comments.put(key, List.copyOf(above));
            above.clear();
        }
        List<String> sorted = new ArrayList<>(faults);
        Collections.sort(sorted);
        if (!faults.equals(sorted)) {
            problems.add("the table is not sorted by fault");
        }
    }

    static ExpectedTable read() {
        try (InputStream in = ExpectedTable.class.getResourceAsStream(RESOURCE)) {
            String text = new String(Objects.requireNonNull(in, RESOURCE).readAllBytes(), StandardCharsets.UTF_8);
            return new ExpectedTable(text.lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int size() {
        return lines.size();
    }

    /** What is wrong with the table itself. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /** The columns that are expected, or null where the table has none. A line for one way goes before one for all. */
    @Nullable String expected(Fault fault, RequestKind kind, Way way) {
        String own = lines.get(key(fault.name(), kind.name(), way.name()));
        return own != null ? own : lines.get(key(fault.name(), kind.name(), ALL_WAYS));
    }

    /** Lines that no declared fault asks for. */
    List<String> leftOver(List<Fault> faults) {
        List<String> left = new ArrayList<>(lines.keySet());
        for (Fault fault : faults) {
            for (RequestKind kind : RequestKind.values()) {
                left.remove(key(fault.name(), kind.name(), ALL_WAYS));
                for (Way way : Way.values()) {
                    left.remove(key(fault.name(), kind.name(), way.name()));
                }
            }
        }
        return left;
    }

    /** The table as it would be if all that was seen were right, with the comments of this one. */
    String rewritten(Map<Fault, Map<RequestKind, Map<Way, Observation>>> seen) {
        StringBuilder text = new StringBuilder();
        Map<String, Map<RequestKind, Map<Way, Observation>>> byName = new TreeMap<>();
        seen.forEach((fault, kinds) -> byName.put(fault.name(), kinds));
        byName.forEach((fault, kinds) -> kinds.forEach((kind, ways) -> {
            Map<String, List<Way>> byColumns = ways.keySet().stream()
                    .collect(Collectors.groupingBy(
                            way -> ways.get(way).columns(), LinkedHashMap::new, Collectors.toList()));
            byColumns.forEach((columns, same) -> {
                for (Way way : byColumns.size() == 1 ? List.of(same.get(0)) : same) {
                    String name = byColumns.size() == 1 ? ALL_WAYS : way.name();
                    for (String comment : comments.getOrDefault(key(fault, kind.name(), name), List.of())) {
                        text.append(comment).append('\n');
                    }
                    text.append(aligned(fault, kind.name(), name, columns)).append('\n');
                }
            });
        }));
        return text.toString();
    }

    private static String aligned(String fault, String kind, String way, String columns) {
        String[] cells = columns.split(" \\| ", 7);
        return "%-52s | %-22s | %-15s | %-24s | %s | %s | %s | %-7s | %-19s | %s"
                .formatted(fault, kind, way, cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6])
                .stripTrailing();
    }

    private static String normal(String columns) {
        List<String> cells = new ArrayList<>();
        for (String cell : columns.split("\\|", -1)) {
            cells.add(cell.strip());
        }
        return String.join(" | ", cells);
    }

    private static String key(String fault, String kind, String way) {
        return fault.strip() + " | " + kind.strip() + " | " + way.strip();
    }
}
