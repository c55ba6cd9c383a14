package dev.fairlead;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * As much of a JSON text as could be read. Objects are maps in the order they were written, arrays are lists, everything
 * else is its text, and null is null. Read strictly it is all of the text or nothing, and numbers and booleans stay apart
 * from texts.
 *
 * <p>The text comes from outside: depth is bounded, numbers are never computed (a million digits cost what a million
 * letters cost), and names are neither interned nor kept in a shared table. Immutable once parsed.
 */
final class JsonTree {
    /** There was no JSON. */
    static final JsonTree NONE = new JsonTree(null);

    /** No error body that was seen is deeper than ten. */
    static final int MAXIMUM_DEPTH = 64;

    /** Texts come bounded by the peek, so the parser's own bounds on their parts are lifted, but for the depth. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAXIMUM_DEPTH)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            // SendGrid's documented 429 has one.
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .build();

    private static final JsonFactory STRICT_FACTORY =
            FACTORY.rebuild().disable(JsonReadFeature.ALLOW_TRAILING_COMMA).build();

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final @Nullable Object root;

    /** Of objects, arrays and texts as described above. */
    JsonTree(@Nullable Object root) {
        this.root = root;
    }

    /** A number as it was written. */
    record NumberText(String text) {}

    /** Reads until the value ends, or until it breaks off; never throws. */
    static JsonTree parse(String text) {
        Reading reading = new Reading(false);
        String json = withoutMark(text);
        try (JsonParser parser = FACTORY.createParser(json)) {
            reading.readValue(parser, json.length());
        } catch (IOException brokenOff) {
            return reading.hasValues ? new JsonTree(reading.root) : NONE;
        }
        return reading.isComplete ? new JsonTree(reading.root) : NONE;
    }

    /**
     * Reads all of a text. A number is a {@link NumberText}, a boolean a {@link Boolean}.
     *
     * @throws ConversionException if it is not one JSON value and nothing else, has a name twice in an object, or is too
     *     deep; it says where and never what
     */
    static JsonTree parseStrictly(String text) {
        Reading reading = new Reading(true);
        String json = withoutMark(text);
        try (JsonParser parser = STRICT_FACTORY.createParser(json)) {
            String problem = reading.problem(parser, json.length());
            if (problem != null) {
                throw new ConversionException(
                        "",
                        problem + " at character " + parser.currentLocation().getCharOffset());
            }
        } catch (IOException fromClosing) {
            throw new ConversionException("", "is not JSON");
        }
        return new JsonTree(reading.root);
    }

    private static String withoutMark(String text) {
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }

    @Nullable Object root() {
        return root;
    }

    @Nullable String text(String pointer) {
        return at(pointer) instanceof String text ? text : null;
    }

    int count(String pointer) {
        return at(pointer) instanceof List<?> array ? array.size() : 0;
    }

    /** Of the object at a pointer the first names, in their order; none where there is no object. */
    List<String> names(String pointer, int most) {
        return at(pointer) instanceof Map<?, ?> object
                ? object.keySet().stream().limit(most).map(String::valueOf).toList()
                : List.of();
    }

    boolean hasContent(String pointer) {
        return hasContent(at(pointer));
    }

    /**
     * The objects of a name that lie least deep below a place: all that are there at the first depth where there is one.
     */
    List<JsonTree> shallowest(String pointer, String name) {
        List<JsonTree> found = new ArrayList<>();
        List<Object> level = new ArrayList<>();
        addContainer(level, at(pointer));
        while (!level.isEmpty() && found.isEmpty()) {
            List<Object> below = new ArrayList<>();
            for (Object container : level) {
                Collection<?> children = container instanceof Map<?, ?> object ? object.values() : (List<?>) container;
                if (container instanceof Map<?, ?> object && object.get(name) instanceof Map<?, ?> named) {
                    found.add(new JsonTree(named));
                }
                children.forEach(child -> addContainer(below, child));
            }
            level = below;
        }
        return found;
    }

    private static void addContainer(List<Object> containers, @Nullable Object value) {
        if (value instanceof Map<?, ?> || value instanceof List<?>) {
            containers.add(value);
        }
    }

    /** As deep as the text, which is bounded. */
    private static boolean hasContent(@Nullable Object value) {
        if (value instanceof Map<?, ?> object) {
            return object.values().stream().anyMatch(JsonTree::hasContent);
        }
        if (value instanceof List<?> array) {
            return array.stream().anyMatch(JsonTree::hasContent);
        }
        return value != null;
    }

    /** The value at a pointer; null where there is none. */
    @Nullable Object at(String pointer) {
        Object value = root;
        int start = 0;
        while (start < pointer.length() && value != null) {
            if (pointer.charAt(start) != '/') {
                return null;
            }
            int end = pointer.indexOf('/', start + 1);
            if (end < 0) {
                end = pointer.length();
            }
            value = child(value, pointer.substring(start + 1, end));
            start = end;
        }
        return value;
    }

    private static @Nullable Object child(Object value, String step) {
        if (value instanceof Map<?, ?> object) {
            return object.get(step.replace("~1", "/").replace("~0", "~"));
        }
        if (value instanceof List<?> array) {
            long index = HeaderValues.digits(step, 0, step.length());
            return index >= 0 && index < array.size() ? array.get((int) index) : null;
        }
        return null;
    }

    /** The tree while it grows. */
    private static final class Reading {
        private final Deque<Object> open = new ArrayDeque<>();
        private final boolean strict;

        @Nullable Object root;

        boolean isComplete;
        boolean hasValues;
        private boolean hasNameTwice;

        Reading(boolean strict) {
            this.strict = strict;
        }

        /** Reads strictly; what is wrong, null where nothing is. Jackson's own words quote the text. */
        @Nullable String problem(JsonParser parser, int length) {
            try {
                readValue(parser, length);
                if (hasNameTwice) {
                    return "has a name twice in one object";
                }
                return !isComplete ? "is empty" : parser.nextToken() != null ? "goes on after its end" : null;
            } catch (StreamConstraintsException tooDeep) {
                return "is deeper than " + MAXIMUM_DEPTH;
            } catch (JsonEOFException brokenOff) {
                return "breaks off";
            } catch (IOException malformed) {
                return "is not JSON";
            }
        }

        void readValue(JsonParser parser, int length) throws IOException {
            String name = "";
            while (true) {
                JsonToken token = parser.nextToken();
                if (token == null) {
                    return;
                }
                switch (token) {
                    case FIELD_NAME -> name = parser.currentName();
                    case START_OBJECT -> {
                        Object object = new LinkedHashMap<String, @Nullable Object>();
                        add(name, object);
                        open.push(object);
                    }
                    case START_ARRAY -> {
                        Object array = new ArrayList<@Nullable Object>();
                        add(name, array);
                        open.push(array);
                    }
                    case END_OBJECT, END_ARRAY -> open.pop();
                    case VALUE_NULL -> add(name, null);
                    case VALUE_TRUE, VALUE_FALSE -> {
                        hasValues = true;
                        add(name, strict ? (Object) (token == JsonToken.VALUE_TRUE) : parser.getText());
                    }
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                        boolean mayGoOn =
                                !strict && parser.currentLocation().getCharOffset() >= length && !open.isEmpty();
                        if (strict) {
                            add(name, new NumberText(parser.getText()));
                        } else if (!mayGoOn) {
                            addText(name, parser.getText());
                        }
                    }
                    default -> addText(name, parser.getText());
                }
                if (hasNameTwice) {
                    return;
                }
                if (open.isEmpty()) {
                    isComplete = true;
                    return;
                }
            }
        }

        private void addText(String name, String text) {
            hasValues = true;
            add(name, text);
        }

        @SuppressWarnings("unchecked") // only readValue fills the stack
        private void add(String name, @Nullable Object value) {
            Object parent = open.peek();
            if (parent == null) {
                root = value;
            } else if (parent instanceof List<?> array) {
                ((List<@Nullable Object>) array).add(value);
            } else {
                Map<String, @Nullable Object> object = (Map<String, @Nullable Object>) parent;
                hasNameTwice |= strict && object.containsKey(name);
                object.put(name, value);
            }
        }
    }
}
