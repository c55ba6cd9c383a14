package dev.fairlead;

/** The rate limit parsers that come with the library, for {@link Provider.Builder#rateLimit}. */
public final class RateLimits {
    private static final RateLimitParser IETF = new IetfRateLimit();

    private RateLimits() {}

    /**
     * The fields of draft-ietf-httpapi-ratelimit-headers in its three generations, what servers send under similar
     * names, and {@code Retry-After}:
     *
     * <ul>
     *   <li>{@code RateLimit: "burst";r=5;t=30} with {@code RateLimit-Policy: "burst";q=100;w=60} (draft 10);
     *   <li>{@code RateLimit: limit=100, remaining=5, reset=30} (drafts 7 to 9);
     *   <li>{@code RateLimit-Limit}, {@code RateLimit-Remaining} and {@code RateLimit-Reset} (up to draft 6), and the
     *       same three beginning with {@code X-RateLimit-} or {@code X-Rate-Limit-}.
     * </ul>
     *
     * <p>All of it is said of the {@linkplain RateLimit.Scope#CREDENTIAL credential}. Where several policies report,
     * the one with the least remaining counts, and among equals the one that resets last. A reset is seconds to go as
     * the drafts have it, or what servers send instead, told by its size: more than 10<sup>9</sup> is seconds and more
     * than 10<sup>12</sup> milliseconds since the epoch; an ISO 8601 or HTTP date is read as well. A number between 32
     * days and 10<sup>9</sup> seconds is neither and says nothing, nor does a time more than 32 days ahead.
     *
     * <p>Of an answer from a cache ({@code Age} above zero) the limits are old and are not read. {@code Retry-After} is
     * read of errors only: on a {@code 202} or a redirect it asks nobody to pause.
     */
    public static RateLimitParser ietf() {
        return IETF;
    }
}
