package dev.fairlead.stripe;

import dev.fairlead.RequestHead;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/** What a path says about a request. Stateless and thread-safe. */
final class StripePaths {
    /** {@code payment_method_configurations}, the longest that is documented, has 29. */
    private static final int MAXIMUM_WORD_CHARS = 30;

    private static final int MAXIMUM_SEGMENTS = 12;

    /** Their ids may be chosen by the caller, and be words (docs.stripe.com/api/coupons/create, checked 2026-11). */
    private static final Set<String> WITH_CHOSEN_IDS = Set.of("coupons", "customers", "plans", "products");

    private StripePaths() {}

    /**
     * Which requests Stripe does once under an {@code Idempotency-Key}: POST in v1, POST and DELETE in v2. Not those to
     * Connect's OAuth, whose paths have no version (checked 2026-11: docs.stripe.com/api/idempotent_requests,
     * docs.stripe.com/api-v2-overview#idempotency).
     */
    static boolean isDoneOncePerKey(RequestHead request) {
        return switch (request.method()) {
            case "POST" -> isIn("v1", request) || isIn("v2", request);
            case "DELETE" -> isIn("v2", request);
            default -> false;
        };
    }

    private static boolean isIn(String version, RequestHead request) {
        return request.pathSegments().get(0).equals(version);
    }

    /** {@code /v1/billing/meter_events}, and the same of v2. */
    static boolean isMeterEvent(List<String> path) {
        return path.size() >= 3 && path.get(1).equals("billing") && path.get(2).equals("meter_events");
    }

    /** The path with {@code {}} for every id: words have small letters alone, and Stripe's own ids have others too. */
    static String endpoint(RequestHead request) {
        List<String> path = request.pathSegments();
        StringJoiner name = new StringJoiner("/", "/", path.size() > MAXIMUM_SEGMENTS ? "/…" : "");
        for (int i = 0; i < Math.min(path.size(), MAXIMUM_SEGMENTS); i++) {
            String segment = path.get(i);
            boolean chosen = i > 0 && WITH_CHOSEN_IDS.contains(path.get(i - 1)) && !segment.equals("search");
            name.add(isWord(segment, i) && !chosen ? segment : "{}");
        }
        return name.toString();
    }

    private static boolean isWord(String segment, int position) {
        if (position == 0 && (segment.equals("v1") || segment.equals("v2"))) {
            return true;
        }
        return segment.length() <= MAXIMUM_WORD_CHARS
                && segment.chars().allMatch(c -> (c >= 'a' && c <= 'z') || c == '_');
    }
}
