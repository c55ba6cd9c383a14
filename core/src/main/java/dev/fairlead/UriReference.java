package dev.fairlead;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Resolves what providers write as an address (RFC 3986), more leniently than {@link URI} reads it. Stateless. */
final class UriReference {
    /** RFC 9110 section 4.1 asks for 8000 at least; what is longer is no address that a server would take. */
    static final int MAXIMUM_CHARS = 8_192;

    private static final String ALSO_ALLOWED = "-_.~!*'();:@&=+$,/?";

    private UriReference() {}

    /** The absolute address without a fragment, or null where the reference leads to none. Never throws. */
    static @Nullable URI resolve(URI page, String reference) {
        if (reference.length() > MAXIMUM_CHARS) {
            return null;
        }
        String text = reference.strip();
        int fragment = text.indexOf('#');
        String encoded = encoded(fragment < 0 ? text : text.substring(0, fragment));
        try {
            // URI.resolve goes by RFC 2396, which takes the last segment of the path away.
            String absolute = encoded.isEmpty()
                    ? beforeQuery(page) + (page.getRawQuery() == null ? "" : "?" + page.getRawQuery())
                    : encoded.startsWith("?")
                            ? beforeQuery(page) + encoded
                            : new URI(beforeQuery(page))
                                    .resolve(new URI(encoded))
                                    .toString();
            URI resolved = new URI(absolute);
            return resolved.isAbsolute() && resolved.getRawAuthority() != null ? resolved : null;
        } catch (URISyntaxException | IllegalArgumentException unreadable) {
            return null;
        }
    }

    /** The page's address with one parameter of its query set, and no other of that name. */
    static URI withParameter(URI page, String name, String value) {
        List<String> parameters = new ArrayList<>();
        String query = page.getRawQuery();
        if (query != null) {
            for (String parameter : query.split("&", -1)) {
                if (!parameter.isEmpty() && !parameter.equals(name) && !parameter.startsWith(name + "=")) {
                    parameters.add(parameter);
                }
            }
        }
        parameters.add(
                name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"));
        return URI.create(beforeQuery(page) + "?" + String.join("&", parameters));
    }

    /** The page's address without query and fragment, and with a path, which {@link URI#resolve} takes for granted. */
    private static String beforeQuery(URI page) {
        String path = page.getRawPath();
        return page.getScheme() + "://" + page.getRawAuthority() + (path == null || path.isEmpty() ? "/" : path);
    }

    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder(text.length() + 16);
        // A bracket may stand in the authority, around an IPv6 address, and in the query; not in the path.
        int authorityEnd = text.contains("//") ? text.indexOf('/', text.indexOf("//") + 2) : 0;
        int query = text.indexOf('?');
        for (int index = 0; index < text.length(); ) {
            int character = text.codePointAt(index);
            boolean bracket = character == '[' || character == ']';
            boolean bracketAllowed = authorityEnd < 0 || index < authorityEnd || (query >= 0 && index > query);
            if (isAllowed(text, index, character) || (bracket && bracketAllowed)) {
                encoded.append((char) character);
            } else {
                for (byte octet : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
                    encoded.append('%')
                            .append(Character.toUpperCase(Character.forDigit((octet >> 4) & 0xF, 16)))
                            .append(Character.toUpperCase(Character.forDigit(octet & 0xF, 16)));
                }
            }
            index += Character.charCount(character);
        }
        return encoded.toString();
    }

    private static boolean isAllowed(String text, int index, int character) {
        if (character == '%') {
            return index + 2 < text.length()
                    && Character.digit(text.charAt(index + 1), 16) >= 0
                    && Character.digit(text.charAt(index + 2), 16) >= 0
                    && text.charAt(index + 1) < 128
                    && text.charAt(index + 2) < 128;
        }
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || ALSO_ALLOWED.indexOf(character) >= 0;
    }
}
