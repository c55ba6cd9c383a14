package dev.fairlead;

import dev.fairlead.ApiNotice.Kind;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells of deprecations and of versions that differ, each once for every endpoint of a host. Thread-safe.
 *
 * <p>Every answer passes here: one that has nothing to tell costs a look at the lengths of its fields' names.
 */
final class NoticeBoard {
    /** So that neither the endpoints of a large API nor a hostile answer can fill the memory. */
    private static final int MOST_NOTICES = 1_000;

    private static final int MAXIMUM_TEXT_CHARS = 200;

    /** So far a text is searched for secrets, before it is cut. */
    private static final int MAXIMUM_SEARCHED_CHARS = 2_000;

    private static final String DEPRECATION = "Deprecation";
    private static final String SUNSET = "Sunset";

    private final HostRules rules;
    private final ApiVersions versions;
    private final @Nullable String servedHeader;
    private final @Nullable String deprecationHeader;
    private final int servedHeaderChars;
    private final int deprecationHeaderChars;
    private final @Nullable String pinned;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    NoticeBoard(HostRules rules) {
        this.rules = rules;
        versions = rules.provider().versions();
        servedHeader = versions.servedHeader();
        deprecationHeader = versions.deprecationHeader();
        servedHeaderChars = servedHeader == null ? -1 : servedHeader.length();
        deprecationHeaderChars = deprecationHeader == null ? -1 : deprecationHeader.length();
        pinned = rules.provider().pinnedVersion();
    }

    void read(RequestHead request, ResponseHead head) {
        for (int index = 0; index < head.fieldCount(); index++) {
            String name = head.fieldName(index);
            int length = name.length();
            boolean mayTell = length == SUNSET.length()
                    || length == DEPRECATION.length()
                    || length == servedHeaderChars
                    || length == deprecationHeaderChars;
            if (!mayTell) {
                continue;
            }
            if (SUNSET.equalsIgnoreCase(name)) {
                sunset(request, head, head.fieldValue(index));
            } else if (DEPRECATION.equalsIgnoreCase(name)) {
                deprecated(request, head, head.fieldValue(index));
            } else if (name.equalsIgnoreCase(servedHeader)) {
                served(request, head, head.fieldValue(index));
            } else if (name.equalsIgnoreCase(deprecationHeader)) {
                tell(request, head, Kind.DEPRECATED, head.fieldValue(index), null);
            }
        }
    }

    private void sunset(RequestHead request, ResponseHead head, String value) {
        long millis = HeaderValues.httpDateMillis(value, head.receivedAtMillis());
        if (millis >= 0) {
            tell(request, head, Kind.SUNSET, value, Instant.ofEpochMilli(millis));
        }
    }

    /** {@code @1688169599} (RFC 9745), and of drafts before it {@code true} or a date, as GitHub sends (checked 2026-11). */
    private void deprecated(RequestHead request, ResponseHead head, String value) {
        long millis = HeaderValues.httpDateMillis(value, head.receivedAtMillis());
        if (millis < 0 && value.startsWith("@")) {
            long second = HeaderValues.nonNegativeInteger(value.substring(1));
            millis = second < 0 || second > Integer.MAX_VALUE * 100L ? -1 : second * 1000;
        }
        if (millis >= 0 || value.equalsIgnoreCase("true") || value.equals("?1")) {
            tell(request, head, Kind.DEPRECATED, value, millis < 0 ? null : Instant.ofEpochMilli(millis));
        }
    }

    private void served(RequestHead request, ResponseHead head, String served) {
        String asked = versions.asked(request);
        String expected = asked == null && versions.requestHeader() != null ? pinned : asked;
        if (expected != null && !served.isEmpty() && !expected.equals(served)) {
            tell(request, head, Kind.VERSION_DIFFERS, "asked for " + expected + ", served by " + served, null);
        } else if (asked != null && pinned != null && !asked.equals(pinned)) {
            tell(request, head, Kind.VERSION_DIFFERS, "pinned to " + pinned + ", asked for " + asked, null);
        }
    }

    private void tell(RequestHead request, ResponseHead head, Kind kind, String text, @Nullable Instant at) {
        String endpoint = rules.provider().endpoint(request);
        String topic = kind + " " + request.method() + " " + endpoint;
        if (told.contains(topic) || told.size() >= MOST_NOTICES || !told.add(topic)) {
            return;
        }
        ApiNotice notice = new ApiNotice(
                rules.provider().name(),
                rules.host(),
                request.method(),
                endpoint,
                kind,
                printable(request, text),
                Optional.ofNullable(at),
                link(head, kind).map(target -> printable(request, target)));
        rules.warn(
                "notice " + topic,
                () -> "provider " + notice.provider() + " at " + notice.host() + ", " + notice.method() + " "
                        + notice.endpoint() + ": " + notice.kind() + " (" + notice.text() + ")"
                        + notice.at().map(when -> " at " + when).orElse("")
                        + notice.link().map(where -> ", see " + where).orElse(""));
        rules.notify(listener -> listener.noticeReceived(notice));
    }

    /** Looked for only once something is told: few answers of any API have both. */
    private static Optional<String> link(ResponseHead head, Kind kind) {
        return switch (kind) {
            case DEPRECATED -> Link.find(head, "deprecation").map(Link::target);
            case SUNSET -> Link.find(head, "sunset").map(Link::target);
            case VERSION_DIFFERS -> Optional.empty();
        };
    }

    private String printable(RequestHead request, String text) {
        String clean = AnswerReader.redacted(rules, request, cut(text, MAXIMUM_SEARCHED_CHARS));
        return cut(clean, MAXIMUM_TEXT_CHARS).replaceAll("\\p{Cntrl}", " ");
    }

    private static String cut(String text, int chars) {
        return text.length() <= chars ? text : text.substring(0, chars) + AnswerReader.CUT;
    }
}
