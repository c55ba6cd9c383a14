package dev.fairlead;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How an API has a request ask for one of its versions, and how its answers tell which one served. What they tell, and
 * that something is deprecated, comes to {@link CallListener#noticeReceived}. Immutable and thread-safe, provided that
 * its function is.
 */
public final class ApiVersions {
    /** One version only, or none that can be told. */
    public static final ApiVersions NONE = new ApiVersions(null, request -> null, null, null);

    private final @Nullable String requestHeader;
    private final Function<RequestHead, @Nullable String> asked;
    private final @Nullable String servedHeader;
    private final @Nullable String deprecationHeader;

    private ApiVersions(
            @Nullable String requestHeader,
            Function<RequestHead, @Nullable String> asked,
            @Nullable String servedHeader,
            @Nullable String deprecationHeader) {
        this.requestHeader = requestHeader;
        this.asked = asked;
        this.servedHeader = servedHeader;
        this.deprecationHeader = deprecationHeader;
    }

    /**
     * A header asks, and one of the answer's tells.
     *
     * @param requestHeader such as {@code Stripe-Version}; {@link Provider#apiVersion} sends it
     * @param servedHeader the answer's header
     */
    public static ApiVersions inHeader(String requestHeader, String servedHeader) {
        return new ApiVersions(
                Objects.requireNonNull(requestHeader, "requestHeader"),
                request -> request.header(requestHeader),
                Objects.requireNonNull(servedHeader, "servedHeader"),
                null);
    }

    /**
     * The path asks, and a header of the answer's tells.
     *
     * @param asked the version in a request's path, null where there is none
     * @param servedHeader the answer's header
     */
    public static ApiVersions inPath(Function<RequestHead, @Nullable String> asked, String servedHeader) {
        return new ApiVersions(
                null,
                Objects.requireNonNull(asked, "asked"),
                Objects.requireNonNull(servedHeader, "servedHeader"),
                null);
    }

    /** The same, with a header of the vendor's own that tells of what is deprecated, besides {@code Deprecation}. */
    public ApiVersions deprecatedBy(String header) {
        return new ApiVersions(requestHeader, asked, servedHeader, Objects.requireNonNull(header, "header"));
    }

    /** The version that a request asks for, or null. */
    public @Nullable String asked(RequestHead request) {
        return asked.apply(request);
    }

    /** The version that an answer says it was served by, or null. */
    public @Nullable String served(ResponseHead response) {
        return servedHeader == null ? null : response.header(servedHeader);
    }

    @Nullable String requestHeader() {
        return requestHeader;
    }

    @Nullable String servedHeader() {
        return servedHeader;
    }

    @Nullable String deprecationHeader() {
        return deprecationHeader;
    }
}
