package dev.fairlead;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the rules may know of a request: its head, and its body where the head is not enough. A binding implements it as a view on its own request.
 *
 * <p>Implementations are immutable for the time of one call and safe for use by many threads.
 */
public interface RequestHead {
    /** The method in upper case, such as {@code GET}. */
    String method();

    /** The host in lower case, without port. */
    String host();

    /** The encoded path, beginning with a slash, without query. It may hold secrets and is never logged. */
    String path();

    /**
     * The segments of the path, at least one, decoded, the last one empty where the path ends with a slash. What runs for every call
     * should prefer it to {@link #path()}, which may have to be cut out of the URL first.
     */
    default List<String> pathSegments() {
        String path = path();
        return List.of((path.startsWith("/") ? path.substring(1) : path).split("/", -1));
    }

    /**
     * The whole body as UTF-8 text; empty where there is none, where it is longer, where its length is not known, and where
     * it can be sent only once. It is written out for the purpose: ask only where the head leaves it open whether a request
     * may be repeated, as GraphQL's does. It may hold secrets and is never logged.
     *
     * @param maximumBytes the longest body to look at
     */
    default Optional<String> bodyText(int maximumBytes) {
        return Optional.empty();
    }

    /** The last value of a header field, or null where there is none. Names are compared without regard to case. */
    @Nullable String header(String name);
}
