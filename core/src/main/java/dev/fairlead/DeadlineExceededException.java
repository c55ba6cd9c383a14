package dev.fairlead;

import org.jspecify.annotations.Nullable;

/** The deadline passed before an answer came. See {@code docs/troubleshooting.md#deadline-exceeded}. */
public final class DeadlineExceededException extends ResilienceException {
    private static final long serialVersionUID = 1L;

    DeadlineExceededException(
            String message, @Nullable Throwable cause, CallReport report, @Nullable LastAnswer lastAnswer) {
        super(message, cause, report, lastAnswer);
    }
}
