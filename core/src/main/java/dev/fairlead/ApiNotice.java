package dev.fairlead;

import java.time.Instant;
import java.util.Optional;

/**
 * What an answer said of the future of what was asked, or of the version that served it. Immutable and thread-safe.
 *
 * @param provider the provider's name
 * @param host the host
 * @param method the request's method
 * @param endpoint the path without what differs from call to call, such as {@code /v1/customers/{}}
 * @param kind what it is about
 * @param text the provider's own words, bounded; of a version the one that was asked for and the one that served
 * @param at when, where it was said
 * @param link where the provider says more, if the answer's {@code Link} header has it (relations {@code deprecation} of
 *     RFC 9745 and {@code sunset} of RFC 8594): as it wrote it, absolute or relative to the request's address, bounded
 */
public record ApiNotice(
        String provider,
        String host,
        String method,
        String endpoint,
        Kind kind,
        String text,
        Optional<Instant> at,
        Optional<String> link) {
    /** What a notice is about. */
    public enum Kind {
        /** It is deprecated, or will be from a time on: {@code Deprecation} (RFC 9745), or the vendor's own header. */
        DEPRECATED,
        /** It will stop working at a time: {@code Sunset} (RFC 8594). */
        SUNSET,
        /** Another version served than was asked for: the one asked for is gone, or the path has another than pinned. */
        VERSION_DIFFERS
    }
}
