package dev.fairlead;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breaker kept the request from being sent, as the provider is in distress. See
 * {@code docs/troubleshooting.md#circuit-open}.
 */
public final class CircuitOpenException extends ResilienceException {
    private static final long serialVersionUID = 1L;

    /** From when this was thrown. */
    private final long retryAfterNanos;

    CircuitOpenException(String message, CallReport report, @Nullable LastAnswer lastAnswer, long retryAfterNanos) {
        super(message, null, report, lastAnswer);
        this.retryAfterNanos = retryAfterNanos;
    }

    /** How long, from when this was thrown, until a request is let through to find out whether it is back. */
    public Duration retryAfter() {
        return Duration.ofNanos(retryAfterNanos);
    }
}
