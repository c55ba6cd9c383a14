package dev.fairlead;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads as much of an XML text as can be read into the same tree as JSON. The text comes from outside: it gets neither a
 * document type nor entities of its own, so that nothing is fetched or multiplied, and its depth is bounded. Stateless.
 */
final class XmlReader {
    private static final int MAXIMUM_DEPTH = 64;

    private XmlReader() {}

    /** Whether a text begins as XML does, and not as a page for people. */
    static boolean isXml(String text) {
        int start = 0;
        while (start < text.length()
                && (Character.isWhitespace(text.charAt(start)) || text.charAt(start) == '\uFEFF')) {
            start++;
        }
        boolean isElement = start + 1 < text.length()
                && text.charAt(start) == '<'
                && (text.charAt(start + 1) == '?' || Character.isLetter(text.charAt(start + 1)));
        return isElement && !text.regionMatches(true, start, "<html", 0, 5);
    }

    /** Reads until the root ends, or until it breaks off; never throws. */
    static JsonTree parse(String text) {
        Element document = new Element("");
        Deque<Element> open = new ArrayDeque<>(List.of(document));
        try {
            XMLStreamReader reader = factory()
                    .createXMLStreamReader(
                            new StringReader(text.replace("\uFEFF", "").strip()));
            while (reader.hasNext() && open.size() <= MAXIMUM_DEPTH) {
                switch (reader.next()) {
                    case XMLStreamConstants.START_ELEMENT -> open.push(new Element(reader.getLocalName()));
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
                        open.element().text.append(reader.getText());
                    case XMLStreamConstants.END_ELEMENT -> close(open);
                    default -> {
                        // Comments and instructions say nothing.
                    }
                }
            }
        } catch (XMLStreamException brokenOff) {
            // What stands before the break is there.
        }
        while (open.size() > 1) {
            close(open);
        }
        return document.children.isEmpty() ? JsonTree.NONE : new JsonTree(document.children);
    }

    private static XMLInputFactory factory() {
        // The JDK's own, whatever else is on the class path; one for each text, as it is not said to be thread-safe.
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        return factory;
    }

    private static void close(Deque<Element> open) {
        Element ended = open.pop();
        open.element().add(ended.name, ended.value());
    }

    /** An element while it is read. */
    private static final class Element {
        private final String name;
        private final StringBuilder text = new StringBuilder();
        private final Map<String, @Nullable Object> children = new LinkedHashMap<>();

        Element(String name) {
            this.name = name;
        }

        @Nullable Object value() {
            if (!children.isEmpty()) {
                return children;
            }
            String own = text.toString().strip();
            return own.isEmpty() ? null : own;
        }

        @SuppressWarnings("unchecked") // only this method makes lists
        void add(String child, @Nullable Object value) {
            if (!children.containsKey(child)) {
                children.put(child, value);
            } else if (children.get(child) instanceof List<?> several) {
                ((List<@Nullable Object>) several).add(value);
            } else {
                List<@Nullable Object> both = new ArrayList<>();
                both.add(children.get(child));
                both.add(value);
                children.put(child, both);
            }
        }
    }
}
