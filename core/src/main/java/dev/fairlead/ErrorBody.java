package dev.fairlead;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of an answer's body, read without taking it from the caller, and bounded. Parsed on first use.
 *
 * <p>Not thread-safe: it lives for one judgement of one answer.
 */
public final class ErrorBody {
    /** No body was peeked. */
    public static final ErrorBody NONE = new ErrorBody(new byte[0], false);

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final byte[] bytes;
    private final boolean truncated;
    private @Nullable JsonNode json;

    private ErrorBody(byte[] bytes, boolean truncated) {
        this.bytes = bytes;
        this.truncated = truncated;
    }

    /**
     * A peeked body.
     *
     * @param bytes its beginning, decompressed; not copied
     * @param truncated whether there was more
     */
    public static ErrorBody of(byte[] bytes, boolean truncated) {
        return bytes.length == 0 ? NONE : new ErrorBody(bytes, truncated);
    }

    /** Whether nothing was peeked. */
    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /** Whether there was more than what was peeked. */
    public boolean isTruncated() {
        return truncated;
    }

    /** Whether the peeked bytes are a JSON text. */
    public boolean isJson() {
        return !json().isMissingNode();
    }

    /** The text, number or boolean at a JSON pointer (RFC 6901), as text; empty where there is none. */
    public Optional<String> text(String pointer) {
        JsonNode node = json().at(pointer);
        return node.isValueNode() && !node.isNull() ? Optional.of(node.asText()) : Optional.empty();
    }

    /** The peeked bytes as UTF-8, malformed input replaced. */
    public String raw() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private JsonNode json() {
        JsonNode parsed = json;
        if (parsed == null) {
            parsed = MissingNode.getInstance();
            if (bytes.length > 0) {
                try {
                    parsed = MAPPER.readTree(new String(bytes, StandardCharsets.UTF_8));
                } catch (JsonProcessingException malformed) {
                    parsed = MissingNode.getInstance();
                }
            }
            json = parsed;
        }
        return parsed;
    }
}
