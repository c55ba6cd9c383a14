package dev.fairlead;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An answer that was taken off the wire, so that the call could go on without holding a connection: its head and at most
 * 64 KiB of its body. Immutable and thread-safe.
 */
public final class LastAnswer {
    private final int status;
    private final List<Map.Entry<String, String>> headers;
    private final byte[] body;
    private final boolean truncated;
    private final @Nullable ApiError error;

    /**
     * An answer.
     *
     * @param status the status code
     * @param headers its header fields in order
     * @param body the beginning of its body, decompressed
     * @param truncated whether the body was longer
     * @param error what the answer means, or null
     */
    public LastAnswer(
            int status,
            List<Map.Entry<String, String>> headers,
            byte[] body,
            boolean truncated,
            @Nullable ApiError error) {
        this.status = status;
        this.headers = List.copyOf(headers);
        this.body = body.clone();
        this.truncated = truncated;
        this.error = error;
    }

    /** The status code. */
    public int status() {
        return status;
    }

    /** The header fields in order. */
    public List<Map.Entry<String, String>> headers() {
        return headers;
    }

    /** The last value of a header field. */
    public Optional<String> header(String name) {
        return headers.stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .reduce((first, second) -> second);
    }

    /** The beginning of the body, at most 64 KiB. */
    public byte[] body() {
        return Arrays.copyOf(body, body.length);
    }

    /** The beginning of the body as UTF-8. */
    public String bodyText() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Whether the body was longer than what is here. */
    public boolean isTruncated() {
        return truncated;
    }

    /** What the answer means, in normal form. */
    public Optional<ApiError> error() {
        return Optional.ofNullable(error);
    }

    /** Only the status and the meaning: fields and body may hold secrets. */
    @Override
    public String toString() {
        return "LastAnswer{" + status + (error == null ? "" : " " + Objects.requireNonNull(error)) + "}";
    }
}
