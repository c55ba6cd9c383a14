package dev.fairlead.examples.badhour;

import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Answers in the shapes that docs.github.com documents, with values of our own. */
final class Answers {
    private static final String LIMITS = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api";

    private static final String RELEASE = "\"2d4f6a\"";

    private Answers() {}

    /** Whether the asker has the answer already, which is free of charge. */
    static boolean isUnchanged(StubRequest request) {
        return RELEASE.equals(request.header("If-None-Match"));
    }

    static StubAnswer normal(StubRequest request) {
        if (request.method().equals("POST")) {
            return StubAnswer.json(201, "{\"number\":18,\"state\":\"open\"}");
        }
        if (request.path().startsWith("/search/")) {
            return StubAnswer.json(200, "{\"total_count\":1,\"items\":[{\"number\":17,\"title\":\"Anchor drags\"}]}");
        }
        if (request.path().endsWith("/releases/latest")) {
            return isUnchanged(request)
                    ? StubAnswer.status(304).header("ETag", RELEASE)
                    : StubAnswer.json(200, "{\"tag_name\":\"v2.4.0\",\"name\":\"Spring tide\"}")
                            .header("ETag", RELEASE)
                            .header("Cache-Control", "private, max-age=0");
        }
        return StubAnswer.json(200, "[{\"number\":17,\"title\":\"Anchor drags\",\"state\":\"open\"}]");
    }

    /** The hourly quota, or that of a resource, is used up: the wait is until {@code x-ratelimit-reset}. */
    static StubAnswer primaryLimit() {
        return error(403, "API rate limit exceeded for user ID 1.", LIMITS);
    }

    /** Too much in a short time. The documented wait, where no Retry-After comes, is at least a minute. */
    static StubAnswer secondaryLimit(int status) {
        return error(
                status,
                "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
                LIMITS + "#about-secondary-rate-limits");
    }

    static StubAnswer badGateway() {
        return StubAnswer.json(502, "{\"message\":\"Server Error\"}");
    }

    /** What the load balancer shows to people, and to programs. */
    static StubAnswer unicornPage() {
        String page = "<!DOCTYPE html>\n<html><head><title>Unicorn! &middot; GitHub</title></head><body>"
                + "<p><strong>No server is currently available to service your request.</strong></p></body></html>\n";
        return StubAnswer.bytes(503, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8));
    }

    /** A file that comes a few bytes at a time: never silent for long enough to hit a read timeout. */
    static StubAnswer drippingFile(int drops) {
        return StubAnswer.bytes(200, "application/octet-stream", new byte[64 * drops])
                .drip(64, Duration.ofMillis(20));
    }

    private static StubAnswer error(int status, String message, String documentation) {
        return StubAnswer.json(
                status, "{\"message\":\"" + message + "\",\"documentation_url\":\"" + documentation + "\"}");
    }
}
