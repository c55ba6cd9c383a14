package dev.fairlead;

import java.util.Objects;

/**
 * Something from outside cannot be made into something of ours, or the other way round. It says which field and why, and
 * never the value: that may be secret or personal. Unchecked, since {@link Adapter#convertAll} is where most are caught.
 */
public final class ConversionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String pointer;
    private final String reason;

    /**
     * A failed conversion.
     *
     * @param pointer the JSON pointer of the field (RFC 6901), such as {@code /lines/data/3/amount}; empty for the whole
     * @param reason what is wrong with it, without the value: "is not an integer"
     */
    public ConversionException(String pointer, String reason) {
        super((pointer.isEmpty() ? "the whole" : pointer) + " " + reason);
        this.pointer = pointer;
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * For an adapter that failed in another way. The message of what it threw is left out, as it often quotes the value
     * ({@code For input string: "…"}); the place tells enough.
     */
    static ConversionException ofBroken(RuntimeException thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        String place = trace.length == 0 ? "" : " at " + trace[0];
        return new ConversionException(
                "", "broke the adapter: " + thrown.getClass().getName() + place);
    }

    /** Where: a JSON pointer, empty for the whole. */
    public String pointer() {
        return pointer;
    }

    /** What is wrong, without the value. */
    public String reason() {
        return reason;
    }
}
