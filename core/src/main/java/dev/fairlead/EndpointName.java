package dev.fairlead;

import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Predicate;

/**
 * The path of a request without what differs from call to call, for logs and events: ids, names and secrets must not get
 * there. Stateless.
 */
final class EndpointName {
    /** No word of a documented path that was seen is longer; tokens are. */
    private static final int MAXIMUM_WORD_CHARS = 24;

    private static final int MAXIMUM_SEGMENTS = 12;

    private static final List<String> FORMATS = List.of(".json", ".csv", ".xml");

    private EndpointName() {}

    /** Words stay ({@code customers}, {@code v1}, {@code 2026-01}), anything else becomes {@code {}}. */
    static String of(RequestHead request) {
        return of(request, EndpointName::isWord);
    }

    /** The given words and versions stay, whatever the format a word ends with; anything else becomes {@code {}}. */
    static String of(RequestHead request, Set<String> words) {
        return of(request, segment -> words.contains(withoutFormat(segment)));
    }

    private static String of(RequestHead request, Predicate<String> mayBeTold) {
        List<String> path = request.pathSegments();
        StringJoiner name = new StringJoiner("/", "/", path.size() > MAXIMUM_SEGMENTS ? "/…" : "");
        for (int i = 0; i < Math.min(path.size(), MAXIMUM_SEGMENTS); i++) {
            String segment = path.get(i);
            name.add(segment.isEmpty() || mayBeTold.test(segment) || isVersion(segment) ? segment : "{}");
        }
        return name.toString();
    }

    private static String withoutFormat(String segment) {
        for (String format : FORMATS) {
            if (segment.endsWith(format)) {
                return segment.substring(0, segment.length() - format.length());
            }
        }
        return segment;
    }

    private static boolean isWord(String segment) {
        return segment.length() <= MAXIMUM_WORD_CHARS
                && segment.chars().allMatch(c -> (c >= 'a' && c <= 'z') || c == '_' || c == '.' || c == '-');
    }

    /** {@code v1}, {@code 2010-04-01}, {@code 2026-01}. */
    private static boolean isVersion(String segment) {
        return segment.matches("v[0-9]{1,3}|20[0-9]{2}-[0-9]{2}(?:-[0-9]{2})?");
    }
}
