package dev.fairlead.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.Stream;
import okhttp3.Headers;

/**
 * A folder of recorded answers, one JSON file each:
 *
 * <pre>{@code
 * {"id": "acme-busy", "kind": "error-response", "request": {"method": "GET", "path": "/things?page=2"},
 *  "status": 429, "receivedAt": 1767225600, "headers": {"Retry-After": "7", "Link": ["<a>", "<b>"]},
 *  "body": {"error": "busy"}, "annotation": {"throttled": true}}
 * }</pre>
 *
 * <p>{@code body} is JSON, {@code bodyText} takes its place for anything else. All but {@code id} and {@code kind} may be
 * missing; files of other kinds than {@link RecordedAnswer#kind} names are skipped. Reading never fails: what cannot be
 * read is among {@link #problems()}. Immutable and thread-safe.
 *
 * @param answers in the order of their file names
 * @param problems one sentence for each file, or for the folder, that could not be read
 */
public record RecordedAnswers(List<RecordedAnswer> answers, List<String> problems) {
    private static final Set<String> KINDS = Set.of("error-response", "success-response", "headers");
    private static final JsonMapper JSON = new JsonMapper();

    /** Copies the lists. */
    public RecordedAnswers {
        answers = List.copyOf(answers);
        problems = List.copyOf(problems);
    }

    /** Reads the files that lie in a folder and end in {@code .json}. */
    public static RecordedAnswers read(Path folder) {
        List<RecordedAnswer> answers = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Path file : files(folder, problems)) {
            try {
                JsonNode json = JSON.readTree(Files.readAllBytes(file));
                if (json.isMissingNode()) {
                    throw new IllegalArgumentException("empty");
                }
                if (KINDS.contains(json.path("kind").asText())) {
                    answers.add(read(json));
                }
            } catch (IOException | IllegalArgumentException | DateTimeException e) {
                problems.add(file.getFileName() + ": " + e.getMessage());
            }
        }
        return new RecordedAnswers(answers, problems);
    }

    /**
     * The answer of that name.
     *
     * @throws NoSuchElementException if there is none
     */
    public RecordedAnswer answer(String id) {
        return answers.stream()
                .filter(answer -> answer.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException(id + " is not among "
                        + answers.stream().map(RecordedAnswer::id).toList()));
    }

    private static List<Path> files(Path folder, List<String> problems) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            problems.add(folder + " cannot be listed: " + e);
            return List.of();
        }
    }

    private static RecordedAnswer read(JsonNode json) {
        String id = json.path("id").asText();
        if (id.isEmpty()) {
            throw new IllegalArgumentException("no id");
        }
        int status = json.path("status").asInt(200);
        if (status < 100 || status > 999) {
            throw new IllegalArgumentException("no HTTP status: " + status);
        }
        JsonNode request = json.path("request");
        JsonNode receivedAt = json.path("receivedAt");
        return new RecordedAnswer(
                id,
                json.path("kind").asText(),
                request.path("method").asText("GET"),
                withoutOrigin(request.path("path").asText("/")),
                status,
                receivedAt.isNumber() ? Instant.ofEpochSecond(receivedAt.asLong()) : null,
                headers(json.path("headers")),
                json.hasNonNull("body")
                        ? json.path("body").toString()
                        : json.path("bodyText").asText(),
                annotation(json.path("annotation")));
    }

    /** Some were recorded with the whole URL. */
    private static String withoutOrigin(String path) {
        String target = path.replaceFirst("^https?://[^/?]*", "");
        return target.startsWith("/") ? target : "/" + target;
    }

    private static Headers headers(JsonNode json) {
        Headers.Builder headers = new Headers.Builder();
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            Iterable<JsonNode> values = field.getValue().isArray() ? field.getValue() : List.of(field.getValue());
            for (JsonNode value : values) {
                // What is read here can be sent.
                StubAnswer.checkHeader(field.getKey(), value.asText());
                headers.addUnsafeNonAscii(field.getKey(), value.asText());
            }
        }
        return headers.build();
    }

    private static Map<String, String> annotation(JsonNode json) {
        Map<String, String> annotation = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            JsonNode value = field.getValue();
            annotation.put(field.getKey(), value.isTextual() ? value.asText() : value.toString());
        }
        return annotation;
    }
}
