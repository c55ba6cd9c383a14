package dev.fairlead.examples.badhour;

import dev.fairlead.testkit.RecordedAnswer;
import dev.fairlead.testkit.RecordedAnswers;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Plays recorded answers instead of scripted ones: GitHub gives each of them once, as its first answer, and is well again
 * from the second on.
 */
public final class RecordedHour {
    private final Path folder;
    private final RecordedAnswers recorded;

    private RecordedHour(Path folder, RecordedAnswers recorded) {
        this.folder = folder;
        this.recorded = recorded;
    }

    /**
     * Reads a folder.
     *
     * @throws IllegalArgumentException if there is nothing to play in it, with the reason
     */
    public static RecordedHour of(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("there is no folder " + folder);
        }
        RecordedAnswers recorded = RecordedAnswers.read(folder);
        if (recorded.answers().isEmpty() && recorded.problems().isEmpty()) {
            throw new IllegalArgumentException("there is no recorded answer in " + folder);
        }
        return new RecordedHour(folder, recorded);
    }

    /** Plays it; true if each call ended as its answer asks for. */
    public boolean play(PrintStream out) throws IOException {
        Timeline timeline = new Timeline(out);
        Expectations expectations = new Expectations(timeline);
        out.println(
                "Each recorded answer is the first answer to a call of its own; a repeated request gets a 200. Time is");
        out.println("virtual and begins when the answer was recorded.");
        recorded.problems().forEach(problem -> expectations.expect(false, "every file can be read: " + problem));
        for (RecordedAnswer answer : recorded.answers()) {
            timeline.subheading(answer.id());
            new RecordedCall(answer, timeline, expectations).play();
        }
        out.println();
        long skipped = skipped();
        out.println(recorded.answers().size() + " recorded answers played, " + skipped
                + (skipped == 1 ? " file" : " files") + " skipped, as of other kinds (webhooks, signatures).");
        return Verdict.print(expectations, out);
    }

    private long skipped() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json")).count()
                    - recorded.answers().size()
                    - recorded.problems().size();
        }
    }
}
