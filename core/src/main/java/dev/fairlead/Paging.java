package dev.fairlead;

import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How a provider's lists go on after one page of them. Implementations are stateless and safe for use by many threads.
 */
@FunctionalInterface
public interface Paging {
    /** No list of the provider's is paged. */
    Paging NONE = (request, address, response, body) -> Optional.empty();

    /**
     * What to ask for after a page.
     *
     * @param request the request for the page
     * @param address its address, with the query
     * @param response the page's head
     * @param body the page's whole body; it is read only if asked for
     * @return empty after the last page
     */
    Optional<Next> next(RequestHead request, URI address, ResponseHead response, Supplier<ErrorBody> body);

    /** What comes after a page. */
    sealed interface Next permits Address, Cursor {}

    /**
     * Another address, to be asked like the one before.
     *
     * @param uri absolute
     */
    record Address(URI uri) implements Next {}

    /**
     * A value to be put into the next request's body, as GraphQL has it.
     *
     * @param value as the provider wrote it
     */
    record Cursor(String value) implements Next {}
}
