package dev.fairlead.shopify;

import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What a path says about a request: {@code /admin/api/2026-01/graphql.json}, {@code /admin/api/2026-01/orders.json}, both
 * also without a version. All but {@link #endpoint} allocates nothing: every call of a service passes here. Stateless and
 * thread-safe.
 */
final class ShopifyPaths {
    private static final List<String> NONE = List.of();
    private static final List<String> REST = List.of("rest");
    private static final List<String> GRAPHQL = List.of("graphql");

    private static final int MAXIMUM_SEGMENTS = 12;

    /** The longest documented, {@code recurring_application_charges.json}, has 34. */
    private static final int MAXIMUM_WORD_CHARS = 40;

    private ShopifyPaths() {}

    static boolean isGraphQl(List<String> path) {
        int last = path.size() - 1;
        return (last == 2 || last == 3) && isApi(path) && path.get(last).equals("graphql.json");
    }

    static boolean isOAuth(List<String> path) {
        return isAdmin(path) && path.get(1).equals("oauth");
    }

    private static boolean isAdmin(List<String> path) {
        return path.size() > 1 && path.get(0).equals("admin");
    }

    private static boolean isApi(List<String> path) {
        return isAdmin(path) && path.get(1).equals("api");
    }

    /**
     * The bucket that a request draws on: the two APIs have one each (shopify.dev/docs/api/usage/limits, checked
     * 2026-11). Neither are OAuth's requests counted in them, nor those of the shop's own pages and its Storefront API.
     */
    static List<String> quotas(List<String> path) {
        if (isGraphQl(path)) {
            return GRAPHQL;
        }
        return isAdmin(path) && !isOAuth(path) ? REST : NONE;
    }

    /** The version that an Admin API's path asks for; null where it has none and the oldest one serves. */
    static @Nullable String version(List<String> path) {
        return path.size() > 3 && isApi(path) && isVersion(path.get(2)) ? path.get(2) : null;
    }

    /** {@code 2026-01}, {@code unstable}. */
    private static boolean isVersion(String segment) {
        return segment.equals("unstable")
                || (segment.length() == 7
                        && segment.charAt(4) == '-'
                        && areDigits(segment, 0, 4)
                        && areDigits(segment, 5, 7));
    }

    private static boolean areDigits(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /**
     * An Admin API's path without ids. What else a shop's host has is named by its merchant, such as {@code
     * /products/blue-kayak}: of that nothing is told.
     */
    static String endpoint(List<String> path) {
        if (!isAdmin(path)) {
            return "/{}";
        }
        StringJoiner name = new StringJoiner("/", "/", path.size() > MAXIMUM_SEGMENTS ? "/…" : "");
        for (String segment : path.subList(0, Math.min(path.size(), MAXIMUM_SEGMENTS))) {
            boolean isJson = segment.endsWith(".json");
            String word = isJson ? segment.substring(0, segment.length() - ".json".length()) : segment;
            name.add(isWord(word) || isVersion(word) ? segment : isJson ? "{}.json" : "{}");
        }
        return name.toString();
    }

    private static boolean isWord(String segment) {
        return segment.length() <= MAXIMUM_WORD_CHARS
                && segment.chars().allMatch(c -> (c >= 'a' && c <= 'z') || c == '_');
    }
}
