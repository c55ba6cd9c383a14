package dev.fairlead;

import org.jspecify.annotations.Nullable;

/** The request may have been executed, nobody knows, and executing it twice could do harm: it was not repeated. Ask the provider what happened before trying again. See {@code docs/troubleshooting.md#outcome-unknown}. */
public final class OutcomeUnknownException extends ResilienceException {
    private static final long serialVersionUID = 1L;

    OutcomeUnknownException(
            String message, @Nullable Throwable cause, CallReport report, @Nullable LastAnswer lastAnswer) {
        super(message, cause, report, lastAnswer);
    }
}
