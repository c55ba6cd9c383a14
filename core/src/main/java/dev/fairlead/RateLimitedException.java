package dev.fairlead;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The request was not sent, since its key has to wait longer than the call may. See {@code docs/troubleshooting.md#rate-limited}. */
public final class RateLimitedException extends ResilienceException {
    private static final long serialVersionUID = 1L;

    /** From when this was thrown. */
    private final long retryAfterNanos;

    RateLimitedException(String message, CallReport report, @Nullable LastAnswer lastAnswer, long retryAfterNanos) {
        super(message, null, report, lastAnswer);
        this.retryAfterNanos = retryAfterNanos;
    }

    /** How long, from when this was thrown, until the key may send again. */
    public Duration retryAfter() {
        return Duration.ofNanos(retryAfterNanos);
    }
}
