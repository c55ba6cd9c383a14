package dev.fairlead.examples.badhour;

import java.time.Instant;

/** One of GitHub's primary limits, as the server counts it: so many requests until the window ends. Not thread-safe. */
final class Quota {
    private final String resource;
    private final int limit;
    private final long windowSeconds;
    private int remaining;
    private Instant reset;

    Quota(String resource, int limit, long windowSeconds, Instant firstReset) {
        this.resource = resource;
        this.limit = limit;
        this.windowSeconds = windowSeconds;
        remaining = limit;
        reset = firstReset;
    }

    /** Counts a request; false where none is left. */
    boolean take(Instant now) {
        if (!now.isBefore(reset)) {
            remaining = limit;
            reset = now.plusSeconds(windowSeconds);
        }
        if (remaining == 0) {
            return false;
        }
        remaining--;
        return true;
    }

    /** What other jobs with the same token have left. */
    void othersLeave(int requests, Instant untilReset) {
        remaining = requests;
        reset = untilReset;
    }

    String resource() {
        return resource;
    }

    int limit() {
        return limit;
    }

    int remaining() {
        return remaining;
    }

    long resetEpochSecond() {
        return reset.getEpochSecond();
    }
}
