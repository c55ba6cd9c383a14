package dev.fairlead;

import org.jspecify.annotations.Nullable;

/** The request failed on its way and was not, or not again, repeated; the cause is OkHttp's own exception. See {@code docs/troubleshooting.md#call-failed}. */
public final class CallFailedException extends ResilienceException {
    private static final long serialVersionUID = 1L;

    CallFailedException(String message, @Nullable Throwable cause, CallReport report, @Nullable LastAnswer lastAnswer) {
        super(message, cause, report, lastAnswer);
    }
}
