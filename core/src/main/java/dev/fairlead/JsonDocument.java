package dev.fairlead;

import dev.fairlead.JsonTree.NumberText;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value from outside, for adapters: read strictly, never guessed, and of whichever size harmless. What is not as
 * asked for is a {@link ConversionException} that says where and never what. Immutable and thread-safe.
 *
 * <p>A long file, as it lists all that a value can be asked for.
 *
 * <pre>{@code
 * String id = invoice.at("/id").text();
 * Optional<Instant> due = invoice.find("/due_date").map(JsonDocument::epochSeconds);
 * for (JsonDocument line : invoice.at("/lines/data").items()) …
 * }</pre>
 */
public final class JsonDocument {
    /** A value in memory may take fifty times the bytes it has in a text. */
    private static final int MAXIMUM_CHARS = 4 * 1024 * 1024;

    private static final int MAXIMUM_NUMBER_CHARS = 64;
    private static final int MAXIMUM_SCALE = 64;
    private static final int MAXIMUM_TIME_CHARS = 64;

    /** The end of the year 9999. Milliseconds that were taken for seconds are beyond it. */
    private static final long MAXIMUM_EPOCH_SECOND = 253_402_300_799L;

    private final @Nullable Object value;
    private final String pointer;

    private JsonDocument(@Nullable Object value, String pointer) {
        this.value = value;
        this.pointer = pointer;
    }

    /**
     * Reads a JSON text of at most 4 Mi characters: one value and nothing else, no deeper than 64, no name twice in one
     * object.
     *
     * @throws ConversionException if it is anything else
     */
    public static JsonDocument parse(String json) {
        return parse(json, MAXIMUM_CHARS);
    }

    /**
     * Reads a JSON text that may be longer or must be shorter.
     *
     * @param maximumChars how many characters are read; each may cost fifty bytes of memory
     * @throws ConversionException if it is longer, or is not as {@link #parse(String)} asks for
     */
    public static JsonDocument parse(String json, int maximumChars) {
        if (json.length() > maximumChars) {
            throw new ConversionException("", "is longer than " + maximumChars + " characters");
        }
        return new JsonDocument(JsonTree.parseStrictly(json).root(), "");
    }

    /**
     * Reads a JSON text in UTF-8, of at most 4 Mi bytes.
     *
     * @throws ConversionException if it is longer, not UTF-8, or not as {@link #parse(String)} asks for
     */
    public static JsonDocument parse(byte[] utf8) {
        if (utf8.length > MAXIMUM_CHARS) {
            throw new ConversionException("", "is longer than " + MAXIMUM_CHARS + " bytes");
        }
        try {
            return parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString());
        } catch (CharacterCodingException malformed) {
            throw new ConversionException("", "is not UTF-8");
        }
    }

    /** Begins an object of one's own. */
    public static Builder object() {
        return new Builder();
    }

    /**
     * What stands at a JSON pointer below here (RFC 6901), such as {@code /lines/data/0}.
     *
     * @throws ConversionException if there is nothing, or null
     */
    public JsonDocument at(String below) {
        return find(below).orElseThrow(() -> new ConversionException(pointer + below, "is missing"));
    }

    /** What stands at a JSON pointer below here; empty if there is nothing, or null. */
    public Optional<JsonDocument> find(String below) {
        Object found = new JsonTree(value).at(below);
        return found == null ? Optional.empty() : Optional.of(new JsonDocument(found, pointer + below));
    }

    /** Where it stands in the text that was parsed: empty for the whole. */
    public String pointer() {
        return pointer;
    }

    /**
     * The text that it is.
     *
     * @throws ConversionException if it is something else
     */
    public String text() {
        return as(String.class, "is not a text");
    }

    /**
     * The id that it is: a text that is not empty, or an integer of any length in its digits.
     *
     * @throws ConversionException if it is something else
     */
    public String identifier() {
        String text = value instanceof NumberText number ? number.text() : value instanceof String string ? string : "";
        if (text.isEmpty() || (value instanceof NumberText && !isInteger(text))) {
            throw wrong("is not an id");
        }
        return text;
    }

    /**
     * The integer that it is, without fraction or exponent.
     *
     * @throws ConversionException if it is something else, or exceeds a long
     */
    public long integer() {
        String text = as(NumberText.class, "is not an integer").text();
        if (!isInteger(text)) {
            throw wrong("is not an integer");
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException tooLarge) {
            throw wrong("is too large");
        }
    }

    /**
     * The number that it is, or that its text is, exactly.
     *
     * @throws ConversionException if it is something else, has more than 64 characters, or more than 64 zeros by its
     *     exponent: {@code 1e999999999} is a short text and a long computation
     */
    public BigDecimal decimal() {
        String text = value instanceof NumberText number ? number.text() : as(String.class, "is not a number");
        if (text.length() > MAXIMUM_NUMBER_CHARS) {
            throw wrong("is too long for a number");
        }
        BigDecimal decimal;
        try {
            decimal = new BigDecimal(text);
        } catch (NumberFormatException notOne) {
            throw wrong("is not a number");
        }
        if (Math.abs((long) decimal.scale()) > MAXIMUM_SCALE) {
            throw wrong("is out of bounds");
        }
        return decimal;
    }

    /**
     * The amount that it is in major units, as {@code 12.50} or {@code "12.50"}.
     *
     * @throws ConversionException if it is something else, finer than the currency's minor unit, or exceeds a long
     */
    public Money money(Currency currency) {
        return Money.of(decimal(), currency)
                .orElseThrow(() -> wrong("is not an amount of " + currency + " in whole minor units"));
    }

    /**
     * The currency that it names by its ISO 4217 code, in upper or lower case.
     *
     * @throws ConversionException if it is something else, or a code without amounts, such as XXX
     */
    public Currency currency() {
        try {
            Currency currency = Currency.getInstance(text().toUpperCase(Locale.ROOT));
            if (currency.getDefaultFractionDigits() >= 0) {
                return currency;
            }
        } catch (IllegalArgumentException unknown) {
            // The same as one without amounts.
        }
        throw wrong("is not a currency");
    }

    /**
     * The time that it is in seconds since 1970, up to the year 9999.
     *
     * @throws ConversionException if it is something else, such as milliseconds
     */
    public Instant epochSeconds() {
        long seconds = integer();
        if (seconds < 0 || seconds > MAXIMUM_EPOCH_SECOND) {
            throw wrong("is not a time in seconds");
        }
        return Instant.ofEpochSecond(seconds);
    }

    /**
     * The time that it is by ISO 8601 with an offset: {@code 2026-11-03T10:15:30-04:00}, from 1970 to 9999.
     *
     * @throws ConversionException if it is something else, such as a time without an offset
     */
    public Instant isoTime() {
        String text = text();
        if (text.length() <= MAXIMUM_TIME_CHARS) {
            try {
                Instant time = OffsetDateTime.parse(text).toInstant();
                if (time.getEpochSecond() >= 0 && time.getEpochSecond() <= MAXIMUM_EPOCH_SECOND) {
                    return time;
                }
            } catch (DateTimeParseException notOne) {
                // The same as one of another age.
            }
        }
        throw wrong("is not a time with an offset");
    }

    /**
     * The boolean that it is.
     *
     * @throws ConversionException if it is something else
     */
    public boolean bool() {
        return as(Boolean.class, "is not a boolean");
    }

    /**
     * The items of the array that it is. A null among them is kept as a value that is nothing.
     *
     * @throws ConversionException if it is not an array
     */
    public List<JsonDocument> items() {
        List<?> array = as(List.class, "is not an array");
        List<JsonDocument> items = new ArrayList<>(array.size());
        for (Object item : array) {
            items.add(new JsonDocument(item, pointer + "/" + items.size()));
        }
        return Collections.unmodifiableList(items);
    }

    /** It as JSON, on one line: every name in its order, and every number as it was written. */
    public String raw() {
        return JsonWriter.write(value);
    }

    /** An exception that says that this is wrong, without saying what it is. */
    public ConversionException wrong(String reason) {
        return new ConversionException(pointer, reason);
    }

    /** Whether the other is the same JSON. The order of names does not matter, the way a number is written does. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JsonDocument document && Objects.equals(value, document.value);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(value);
    }

    /** What kind of JSON it is and where it stands; not what it says, which may be personal. */
    @Override
    public String toString() {
        String kind = value == null
                ? "null"
                : value instanceof Map
                        ? "object"
                        : value instanceof List
                                ? "array"
                                : value instanceof String ? "text" : value instanceof Boolean ? "boolean" : "number";
        return "JSON " + kind + (pointer.isEmpty() ? "" : " at " + pointer);
    }

    private <T> T as(Class<T> type, String otherwise) {
        if (!type.isInstance(value)) {
            throw wrong(otherwise);
        }
        return type.cast(value);
    }

    private static boolean isInteger(String number) {
        for (int i = number.startsWith("-") ? 1 : 0; i < number.length(); i++) {
            if (number.charAt(i) < '0' || number.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /** Makes an object. Of two members with one name the later stays. Not thread-safe. */
    public static final class Builder {
        private final Map<String, @Nullable Object> members = new LinkedHashMap<>();

        private Builder() {}

        /** A text. */
        public Builder put(String name, String text) {
            return member(name, text);
        }

        /** An integer. */
        public Builder put(String name, long integer) {
            return member(name, new NumberText(Long.toString(integer)));
        }

        /** A boolean. */
        public Builder put(String name, boolean bool) {
            return member(name, bool);
        }

        /** Another value. */
        public Builder put(String name, JsonDocument document) {
            return member(name, document.value);
        }

        /** An array. */
        public Builder put(String name, List<JsonDocument> items) {
            List<@Nullable Object> values = new ArrayList<>(items.size());
            items.forEach(item -> values.add(item.value));
            return member(name, values);
        }

        /** The object. */
        public JsonDocument build() {
            return new JsonDocument(new LinkedHashMap<>(members), "");
        }

        private Builder member(String name, @Nullable Object value) {
            members.put(name, value);
            return this;
        }
    }
}
