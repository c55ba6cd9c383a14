package dev.fairlead;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of an answer's body, read without taking it from the caller, and bounded. Parsed on first use, whatever
 * its content type says. Nothing in it can make a method throw.
 *
 * <p>XML is read too: the pointer {@code /Response/Error/Code} leads to the text of an element, an element that stands
 * there several times is an array, and attributes are left out.
 *
 * <p>A JSON body that was cut, or that breaks off in an error, yields what stands before the break. Not thread-safe: it
 * lives for one judgement of one answer.
 */
public final class ErrorBody {
    /** No body was peeked. */
    public static final ErrorBody NONE = new ErrorBody(new byte[0], false);

    private static final int MAXIMUM_NAMES = 32;

    private final byte[] bytes;
    private final boolean truncated;
    private @Nullable JsonTree json;

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

    /** Whether the peeked bytes are a JSON text, or begin as one and hold at least one value before they break off. */
    public boolean isJson() {
        return json() != JsonTree.NONE && !XmlReader.isXml(raw());
    }

    /**
     * The text, number or boolean at a JSON pointer (RFC 6901) such as {@code /errors/0/code}, as it was written; empty
     * where there is none, and for null, objects, arrays and a malformed pointer.
     */
    public Optional<String> text(String pointer) {
        return Optional.ofNullable(json().text(pointer));
    }

    /** The first text at one of several pointers that is there and not empty. */
    public Optional<String> first(String... pointers) {
        for (String pointer : pointers) {
            String text = json().text(pointer);
            if (text != null && !text.isEmpty()) {
                return Optional.of(text);
            }
        }
        return Optional.empty();
    }

    /** How many items the array at a pointer has; 0 where there is none. */
    public int count(String pointer) {
        return json().count(pointer);
    }

    /**
     * The names of the members of the object at a pointer, in the order they were written, the first 32 of them; empty
     * where there is no object. To put one into a pointer, write {@code ~} as {@code ~0} and {@code /} as {@code ~1}.
     */
    public List<String> names(String pointer) {
        return json().names(pointer, MAXIMUM_NAMES);
    }

    /**
     * Whether there is anything at a JSON pointer that says something: a text, number or boolean there or in any depth
     * below it. An object of nothing but nulls, as GraphQL gives for a query that failed entirely, has no content.
     */
    public boolean hasContent(String pointer) {
        return json().hasContent(pointer);
    }

    /** Whether the peeked bytes hold an ASCII text, exactly as given. For a look before the body is parsed. */
    public boolean contains(String ascii) {
        int last = bytes.length - ascii.length();
        for (int start = 0; start <= last; start++) {
            if (matchesAt(start, ascii)) {
                return true;
            }
        }
        return false;
    }

    /** The peeked bytes as UTF-8, malformed input replaced. */
    public String raw() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private boolean matchesAt(int start, String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            if (bytes[start + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static JsonTree parse(String text) {
        return XmlReader.isXml(text) ? XmlReader.parse(text) : JsonTree.parse(text);
    }

    /** Parsed on first use. */
    JsonTree json() {
        JsonTree parsed = json;
        if (parsed == null) {
            parsed = bytes.length == 0 ? JsonTree.NONE : parse(raw());
            json = parsed;
        }
        return parsed;
    }
}
