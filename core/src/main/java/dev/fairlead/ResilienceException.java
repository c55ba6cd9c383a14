package dev.fairlead;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call that ended without an answer to hand over. HTTP answers, errors included, are never turned into exceptions.
 *
 * <p>An {@link IOException}, as everything else would crash OkHttp's callers, but none of the kinds that SDKs take for
 * a reason to repeat (no {@code SocketException}, no timeout type).
 */
public abstract sealed class ResilienceException extends IOException
        permits DeadlineExceededException,
                CircuitOpenException,
                RateLimitedException,
                OutcomeUnknownException,
                CallFailedException {
    private static final long serialVersionUID = 1L;

    private final transient CallReport report;
    private final transient @Nullable LastAnswer lastAnswer;

    ResilienceException(String message, @Nullable Throwable cause, CallReport report, @Nullable LastAnswer lastAnswer) {
        super(message, cause);
        this.report = report;
        this.lastAnswer = lastAnswer;
    }

    /** What was tried and why it ended. */
    public CallReport report() {
        return report;
    }

    /** The last answer the provider gave in this call, if it gave one. */
    public Optional<LastAnswer> lastAnswer() {
        return Optional.ofNullable(lastAnswer);
    }

    /** The exception of this family in a chain of causes, such as the one an SDK wraps around it. */
    public static Optional<ResilienceException> findIn(@Nullable Throwable throwable) {
        Throwable current = throwable;
        // A chain of causes may be circular (JDK-6962571); nobody nests a hundred deep.
        for (int depth = 0; current != null && depth < 100; depth++) {
            if (current instanceof ResilienceException found) {
                return Optional.of(found);
            }
            current = current.getCause();
        }
        return Optional.empty();
    }
}
