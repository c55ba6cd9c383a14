package dev.fairlead.testkit;

import java.util.Map;

/** How APIs that count in windows say their state. Stateless and thread-safe. */
enum WindowDialect {
    /** docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api (read 2026-11). */
    GITHUB(403) {
        @Override
        void say(Map<String, String> headers, WindowMeter window, ServerClock clock, long elapsedNanos) {
            headers.put("x-ratelimit-limit", Integer.toString(window.limit));
            headers.put("x-ratelimit-remaining", Integer.toString(window.remaining()));
            headers.put("x-ratelimit-used", Integer.toString(window.limit - window.remaining()));
            headers.put("x-ratelimit-reset", Long.toString(clock.epochSecond(window.endNanos())));
            headers.put("x-ratelimit-resource", "core");
        }

        @Override
        String refusal() {
            return "{\"message\":\"API rate limit exceeded for user ID 1.\",\"documentation_url\":"
                    + "\"https://docs.github.com/rest/overview/rate-limits-for-the-rest-api\"}";
        }
    },

    /** docs.sendgrid.com/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits (read 2026-11). */
    SENDGRID(429) {
        @Override
        void say(Map<String, String> headers, WindowMeter window, ServerClock clock, long elapsedNanos) {
            headers.put("X-RateLimit-Limit", Integer.toString(window.limit));
            headers.put("X-RateLimit-Remaining", Integer.toString(window.remaining()));
            headers.put("X-RateLimit-Reset", Long.toString(clock.epochSecond(window.endNanos())));
        }

        @Override
        String refusal() {
            return "{\"errors\":[{\"field\":null,\"message\":\"too many requests\"}]}";
        }
    },

    /** draft-ietf-httpapi-ratelimit-headers-10; section 6 has the problem type. */
    IETF(429) {
        @Override
        void say(Map<String, String> headers, WindowMeter window, ServerClock clock, long elapsedNanos) {
            long left = clock.seconds(window.endNanos() - elapsedNanos);
            headers.put(
                    "RateLimit-Policy",
                    "\"default\";q=" + window.limit + ";w=" + Math.max(1, clock.seconds(window.lengthNanos)));
            headers.put("RateLimit", "\"default\";r=" + window.remaining() + ";t=" + left);
        }

        @Override
        String refusal() {
            return "{\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\",\"title\":"
                    + "\"Request cannot be satisfied as assigned quota has been exceeded\",\"violated-policies\":"
                    + "[\"default\"]}";
        }
    };

    /** The status beyond the limit, where nothing else is wanted. */
    final int refusalStatus;

    WindowDialect(int refusalStatus) {
        this.refusalStatus = refusalStatus;
    }

    abstract void say(Map<String, String> headers, WindowMeter window, ServerClock clock, long elapsedNanos);

    abstract String refusal();
}
