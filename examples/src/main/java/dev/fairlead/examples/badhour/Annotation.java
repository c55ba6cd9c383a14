package dev.fairlead.examples.badhour;

import dev.fairlead.ApiError;
import dev.fairlead.ErrorKind;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the collector of a recorded answer thought of it, where it says so.
 *
 * @param fields {@code category}, {@code retry}, {@code waitSeconds}, each of which may be missing, and others
 */
record Annotation(Map<String, String> fields) {
    private static final Set<String> SUCCESSES = Set.of("success", "redirect", "not-modified");

    private static final Map<String, ErrorKind> KINDS = Map.ofEntries(
            Map.entry("auth", ErrorKind.AUTHENTICATION),
            Map.entry("conflict", ErrorKind.CONFLICT),
            Map.entry("duplicate", ErrorKind.DUPLICATE),
            Map.entry("not-found", ErrorKind.NOT_FOUND),
            Map.entry("permission", ErrorKind.PERMISSION),
            Map.entry("quota-exhausted", ErrorKind.QUOTA_EXHAUSTED),
            Map.entry("rate-limited", ErrorKind.RATE_LIMITED),
            Map.entry("transient-server", ErrorKind.TRANSIENT),
            Map.entry("validation", ErrorKind.VALIDATION),
            Map.entry("version-unsupported", ErrorKind.VERSION_UNSUPPORTED));

    /** Whether it says anything that a judgement can be compared with. */
    boolean isComparable() {
        return kind() != null || isSuccess();
    }

    /** Whether an answer was judged as its collector did; what is not annotated is not compared. */
    boolean agreesWith(@Nullable ApiError judged) {
        if (judged == null) {
            return isSuccess();
        }
        String retry = fields.get("retry");
        String waitSeconds = fields.get("waitSeconds");
        return judged.kind() == kind()
                && (retry == null || retry.equals(advice(judged)))
                && (waitSeconds == null
                        || judged.retryAfter()
                                .map(Duration::toSeconds)
                                .map(Object::toString)
                                .filter(waitSeconds::equals)
                                .isPresent());
    }

    private boolean isSuccess() {
        return SUCCESSES.contains(fields.getOrDefault("category", ""));
    }

    private @Nullable ErrorKind kind() {
        return KINDS.get(fields.getOrDefault("category", ""));
    }

    private static String advice(ApiError judged) {
        return judged.advice().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String toString() {
        return fields.get("category")
                + (fields.containsKey("retry") && !isSuccess() ? ", " + fields.get("retry") : "")
                + (fields.containsKey("waitSeconds") ? ", " + fields.get("waitSeconds") + " s" : "");
    }
}
