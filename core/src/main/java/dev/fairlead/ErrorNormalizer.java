package dev.fairlead;

import java.util.Optional;

/**
 * Turns a provider's answer into the one normal form of an error.
 *
 * <p>Implementations are stateless and safe for use by many threads. One that throws is caught and logged, and the
 * answer is then judged by its status alone.
 */
@FunctionalInterface
public interface ErrorNormalizer {
    /**
     * Judges an answer.
     *
     * @param request the request that was answered
     * @param response the answer's head
     * @param body the peeked body, {@link ErrorBody#NONE} where nothing was peeked
     * @return the error, or empty where the answer is a success (redirects and {@code 304} are). An empty one for a 5xx is
     *     not believed: that is judged by its status
     */
    Optional<ApiError> normalize(RequestHead request, ResponseHead response, ErrorBody body);

    /**
     * Judges by the status alone, with the words of RFC 9457 problem details or of the shapes that most APIs have. It is
     * what a {@link Provider.Builder} begins with, and what a normalizer that knows some answers better asks about the
     * others.
     *
     * @param provider the provider's name
     */
    static ErrorNormalizer byStatus(String provider) {
        return new GenericErrors(provider);
    }
}
