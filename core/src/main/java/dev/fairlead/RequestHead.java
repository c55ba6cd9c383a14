package dev.fairlead;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the rules may know of a request: everything but its body. A binding implements it as a view on its own request.
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

    /** The last value of a header field, or null where there is none. Names are compared without regard to case. */
    @Nullable String header(String name);
}
