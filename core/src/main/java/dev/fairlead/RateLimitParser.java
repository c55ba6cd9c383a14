package dev.fairlead;

/**
 * Reads what an answer says about the provider's rate limits.
 *
 * <p>Implementations are stateless and safe for use by many threads. They return {@link RateLimit#NONE} where nothing
 * was said, whatever the input: one that throws is caught, logged and counted as having said nothing.
 */
@FunctionalInterface
public interface RateLimitParser {
    /**
     * Reads the head of an answer and, where the provider asked for a peek, the beginning of its body.
     *
     * @param head the answer's head
     * @param body the peeked body, {@link ErrorBody#NONE} where nothing was peeked
     */
    RateLimit parse(ResponseHead head, ErrorBody body);
}
