package dev.fairlead.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * An answer that an API once gave. Immutable and thread-safe.
 *
 * @param id its name, unique in its folder
 * @param kind {@code error-response}, {@code success-response} or {@code headers}
 * @param method of the request, {@code GET} where nothing was recorded
 * @param path of the request, encoded and with the query, {@code /} where nothing was recorded
 * @param status the HTTP status, 200 where nothing was recorded
 * @param receivedAt when it came, or null; what it says of times counts from there
 * @param headers as recorded
 * @param body as text, empty if there was none
 * @param annotation what its collector thought of it: text as it stands, anything else as JSON
 */
public record RecordedAnswer(
        String id,
        String kind,
        String method,
        String path,
        int status,
        @Nullable Instant receivedAt,
        Headers headers,
        String body,
        Map<String, String> annotation) {
    /** They describe the body as it was on the wire, which is not recorded. */
    private static final Set<String> OF_THE_WIRE =
            Set.of("connection", "content-encoding", "content-length", "transfer-encoding");

    /** Copies the map. */
    public RecordedAnswer {
        annotation = Map.copyOf(annotation);
    }

    /** The same answer, to be given by a stub. */
    public StubAnswer answer() {
        String type = headers.get("Content-Type");
        StubAnswer answer = body.isEmpty()
                ? StubAnswer.status(status)
                : StubAnswer.bytes(
                        status, type == null ? "application/json" : type, body.getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i).toLowerCase(java.util.Locale.ROOT);
            if (!OF_THE_WIRE.contains(name) && (body.isEmpty() || !name.equals("content-type"))) {
                answer = answer.header(headers.name(i), headers.value(i));
            }
        }
        return answer;
    }
}
