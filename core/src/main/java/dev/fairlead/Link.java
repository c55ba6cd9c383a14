package dev.fairlead;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A link in a {@code Link} header (RFC 8288), as lenient as that asks of readers: commas within {@code <>} and quotes
 * separate nothing, parameters may have quotes or not, and what is broken ends there. Immutable and thread-safe.
 *
 * <p>A link with an {@code anchor} is about something else than the answer it comes with, and is left out, as the RFC
 * allows (section 3.2). Of an answer no more than 100 links in 64 Ki characters are read.
 *
 * @param target as it stands there: absolute, or relative to the address of the answer; at most 8192 characters
 * @param relations what it is to the answer, in lower case, such as {@code next}
 */
public record Link(String target, List<String> relations) {
    private static final int MOST_LINKS = 100;
    private static final int MAXIMUM_CHARS = 64 * 1024;

    /** Copies the list. */
    public Link {
        relations = List.copyOf(relations);
    }

    /** All links of an answer in their order, over all lines of the header; empty where there are none. Never throws. */
    public static List<Link> all(ResponseHead response) {
        List<Link> links = new ArrayList<>();
        int chars = 0;
        for (String value : response.headers("Link")) {
            chars += value.length();
            if (chars > MAXIMUM_CHARS) {
                break;
            }
            new Reader(value).readInto(links);
        }
        return links;
    }

    /**
     * The first link of a relation.
     *
     * @param response the answer's head
     * @param relation its name, in any case, such as {@code next}
     */
    public static Optional<Link> find(ResponseHead response, String relation) {
        String name = relation.toLowerCase(Locale.ROOT);
        return all(response).stream()
                .filter(link -> link.relations.contains(name))
                .findFirst();
    }

    /** Relations only: the target's query may hold what is for nobody else to see. */
    @Override
    public String toString() {
        return "Link" + relations;
    }

    /** Goes through one value from left to right, once. */
    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        void readInto(List<Link> links) {
            while (links.size() < MOST_LINKS) {
                int begin = text.indexOf('<', at);
                int end = begin < 0 ? -1 : text.indexOf('>', begin);
                if (end < 0) {
                    return;
                }
                at = end + 1;
                Link link = link(text.substring(begin + 1, end).strip());
                if (link != null) {
                    links.add(link);
                }
            }
        }

        /** Reads the parameters up to the next link. */
        private @Nullable Link link(String target) {
            @Nullable String relations = null;
            boolean anchored = false;
            while (skipTo(';')) {
                String name = token("=;,<\"").toLowerCase(Locale.ROOT);
                String value = "";
                if (at < text.length() && text.charAt(at) == '=') {
                    at++;
                    value = value();
                }
                // Of several the first counts (section 3.3).
                if (name.equals("rel") && relations == null) {
                    relations = value.strip().toLowerCase(Locale.ROOT);
                }
                anchored |= name.equals("anchor");
            }
            if (relations == null || anchored || target.length() > UriReference.MAXIMUM_CHARS) {
                return null;
            }
            return new Link(target, List.of(relations.split("\\s+", -1)));
        }

        /** Goes behind the next separator of parameters, unless the link ends before. */
        private boolean skipTo(char separator) {
            while (at < text.length()) {
                char next = text.charAt(at);
                if (next == ',' || next == '<') {
                    return false;
                }
                at++;
                if (next == separator) {
                    return true;
                }
                if (next == '"') {
                    at--;
                    quoted();
                }
            }
            return false;
        }

        private String value() {
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
            return at < text.length() && text.charAt(at) == '"' ? quoted() : token(";,<");
        }

        /** Up to one of some characters. */
        private String token(String ends) {
            int begin = at;
            while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(begin, at).strip();
        }

        /** What stands between quotes, or from one on where there is no other. */
        private String quoted() {
            StringBuilder value = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char next = text.charAt(at);
                if (next == '"') {
                    at++;
                    break;
                }
                if (next == '\\' && at + 1 < text.length()) {
                    at++;
                    next = text.charAt(at);
                }
                value.append(next);
            }
            return value.toString();
        }
    }
}
