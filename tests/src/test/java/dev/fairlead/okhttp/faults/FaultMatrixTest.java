package dev.fairlead.okhttp.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every fault with every kind of request in every way to make a call, on real sockets, against a committed table of what
 * must come of it. Where a line is wrong, {@code target/fault-matrix.txt} has the whole table as it was seen.
 */
class FaultMatrixTest {
    private static final int WORKING_THREADS = 6;
    private static final int WAITING_THREADS = 128;
    private static final int WARM_UP = 200;

    private static final Path SEEN = Path.of("target", "fault-matrix.txt");

    private record Cell(Fault fault, RequestKind kind, Way way) {
        @Override
        public String toString() {
            return fault + " | " + kind + " | " + way;
        }
    }

    private final ExpectedTable table = ExpectedTable.read();
    private final List<Fault> faults = Faults.all();
    private final List<String> problems = new ArrayList<>();

    @Test
    void theTableHasALineForEveryFaultAndRequestAndNoOther() {
        List<String> missing = cells().stream()
                .filter(cell -> table.expected(cell.fault, cell.kind, cell.way) == null)
                .map(Cell::toString)
                .toList();
        assertThat(missing).isEmpty();
        assertThat(table.leftOver(faults)).isEmpty();
        assertThat(table.problems()).isEmpty();
        assertThat(faults).extracting(Fault::name).doesNotHaveDuplicates();
        assertThat(table.size()).isGreaterThanOrEqualTo(faults.size() * RequestKind.values().length);
    }

    @Test
    void everyCallEndsAsTheTableSays(@TempDir Path directory) throws Exception {
        List<Throwable> uncaught = new CopyOnWriteArrayList<>();
        List<String> leaks = new CopyOnWriteArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));
        Logger okHttp = Logger.getLogger("okhttp3.OkHttpClient");
        Handler listener = leakListener(leaks);
        okHttp.addHandler(listener);
        try {
            Map<Cell, Observation> seen = observeAll(directory);
            assertThat(seen).hasSize(faults.size() * RequestKind.values().length * Way.values().length);
            seen.forEach(this::compare);
            if (!problems.isEmpty()) {
                Files.writeString(SEEN, table.rewritten(byFault(seen)));
            }
        } finally {
            okHttp.removeHandler(listener);
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertThat(problems.stream().collect(Collectors.joining("\n"))).isEmpty();
        assertThat(uncaught).isEmpty();
        assertThat(leaks).isEmpty();
    }

    private List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (Fault fault : faults) {
            for (RequestKind kind : RequestKind.values()) {
                for (Way way : Way.values()) {
                    cells.add(new Cell(fault, kind, way));
                }
            }
        }
        return cells;
    }

    /**
     * Those that wait have enough of threads, and do not begin on a machine that is still loading classes. Those that a
     * timeout ends begin when all else is over, as a thread that gets no turn looks like a server that says nothing.
     */
    private Map<Cell, Observation> observeAll(Path directory) throws Exception {
        ExecutorService working = Executors.newFixedThreadPool(WORKING_THREADS);
        ExecutorService waiting = Executors.newFixedThreadPool(WAITING_THREADS);
        try {
            Map<Cell, Observation> seen = new LinkedHashMap<>();
            for (boolean timed : List.of(false, true)) {
                Map<Cell, Future<Observation>> running = new LinkedHashMap<>();
                List<Cell> stage = cells().stream()
                        .filter(cell -> cell.fault.isTimed() == timed)
                        .sorted(Comparator.comparing(cell -> cell.fault.isSlow()))
                        .toList();
                for (Cell cell : stage) {
                    int number = seen.size() + running.size();
                    Path own = directory.resolve(Integer.toString(number));
                    ExecutorService threads = cell.fault.isSlow() ? waiting : working;
                    running.put(cell, threads.submit(() -> observe(cell, own)));
                    if (number == WARM_UP) {
                        running.get(cell).get();
                    }
                }
                for (Map.Entry<Cell, Future<Observation>> each : running.entrySet()) {
                    seen.put(each.getKey(), each.getValue().get());
                }
            }
            return seen;
        } finally {
            working.shutdownNow();
            waiting.shutdownNow();
        }
    }

    /** Whatever a run throws, the others are of interest too. */
    @SuppressWarnings("CatchingThrowable")
    private static Observation observe(Cell cell, Path directory) {
        try {
            return new FaultRun(cell.fault, cell.kind, cell.way, directory).observe();
        } catch (Throwable thrown) {
            return Observation.of("no result", null, 0, List.of("thrown by the run: " + thrown));
        }
    }

    private void compare(Cell cell, Observation observation) {
        String expected = table.expected(cell.fault, cell.kind, cell.way);
        if (!observation.columns().equals(expected)) {
            problems.add(cell + "\n  expected: " + expected + "\n  but was:  " + observation.columns());
        }
        for (String violation : observation.violations()) {
            problems.add(cell + "\n  must never be: " + violation);
        }
    }

    private Map<Fault, Map<RequestKind, Map<Way, Observation>>> byFault(Map<Cell, Observation> seen) {
        Map<Fault, Map<RequestKind, Map<Way, Observation>>> byFault = new LinkedHashMap<>();
        for (Cell cell : cells()) {
            byFault.computeIfAbsent(cell.fault, fault -> new EnumMap<>(RequestKind.class))
                    .computeIfAbsent(cell.kind, kind -> new EnumMap<>(Way.class))
                    .put(cell.way, seen.get(cell));
        }
        return byFault;
    }

    /** OkHttp says so when it finds a connection whose answer was forgotten. */
    private static Handler leakListener(List<String> leaks) {
        return new Handler() {
            @Override
            public void publish(LogRecord message) {
                if (message.getMessage().contains("leaked")) {
                    leaks.add(message.getMessage());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}
