package dev.fairlead;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How a provider's lists go on after one page of them. Implementations are stateless and safe for use by many threads.
 *
 * <p>Those made here read what comes from outside: nothing in it makes them throw. Where there is more but nothing says
 * how to ask for it, they say {@link Unreadable}, as a list that silently ends too early looks complete.
 */
@FunctionalInterface
public interface Paging {
    /** No list of the provider's is paged, or nobody said how. */
    Paging NONE = (request, address, response, body) -> Optional.empty();

    /**
     * What to ask for after a page.
     *
     * @param request the request for the page
     * @param address where the page was, with the query: absolute, and after all redirects
     * @param response the page's head; the answer is no error
     * @param body the page's whole body; it is read only if asked for
     * @return empty after the last page
     */
    Optional<Next> next(RequestHead request, URI address, ResponseHead response, Supplier<ErrorBody> body);

    /** The other way, where this one says nothing. */
    default Paging or(Paging other) {
        Objects.requireNonNull(other, "other");
        return (request, address, response, body) -> {
            Optional<Next> next = next(request, address, response, body);
            return next.isPresent() ? next : other.next(request, address, response, body);
        };
    }

    /** The target of the {@code Link} header's relation {@code next} (RFC 8288); see {@link Link}. Reads no body. */
    static Paging linkHeader() {
        return (request, address, response, body) ->
                Link.find(response, "next").map(link -> Address.of(address, link.target()));
    }

    /**
     * The address at the first of several places in the body, absolute or relative to the page; the list ends where all
     * are absent, null, empty or {@code false}.
     *
     * @param pointers JSON pointers such as {@code /meta/next_page_url}
     */
    static Paging addressIn(String... pointers) {
        List<String> places = List.of(pointers);
        return (request, address, response, body) -> {
            ErrorBody page = body.get();
            return places.stream()
                    .flatMap(place -> page.text(place).stream())
                    .filter(text -> !text.isEmpty() && !text.equals("false"))
                    .findFirst()
                    .map(text -> Address.of(address, text));
        };
    }

    /**
     * The page's own address with one parameter of the query set to what the body has at a place; the list ends where
     * that is absent, null or empty.
     *
     * @param parameter such as {@code page_token}
     * @param pointer a JSON pointer such as {@code /next_page_token}
     */
    static Paging parameterIn(String parameter, String pointer) {
        Objects.requireNonNull(parameter, "parameter");
        Objects.requireNonNull(pointer, "pointer");
        return (request, address, response, body) -> body.get()
                .text(pointer)
                .filter(text -> !text.isEmpty())
                .map(text -> Address.with(address, parameter, text));
    }

    /**
     * GraphQL's connections (graphql.org/learn/pagination, relay.dev/graphql/connections.htm): the {@code endCursor} of the
     * {@code pageInfo} that lies least deep in the data, where it {@code hasNextPage}; of one that says only {@code
     * hasPreviousPage}, its {@code startCursor}. Lists within the items of a list are the caller's to go through.
     */
    static Paging graphQl() {
        return (request, address, response, body) -> ConnectionPage.next(body.get());
    }

    /** One way or another, by the request. */
    static Paging choosing(Function<RequestHead, Paging> choice) {
        Objects.requireNonNull(choice, "choice");
        return (request, address, response, body) -> choice.apply(request).next(request, address, response, body);
    }

    /** What comes after a page. */
    sealed interface Next permits Address, Cursor, Unreadable {}

    /**
     * Another address, to be asked like the one before. Whether it leads elsewhere is for the one who asks to look at.
     *
     * @param uri absolute
     */
    record Address(URI uri) implements Next {
        /**
         * What a reference of the provider's leads to; {@link Unreadable} where it leads nowhere.
         *
         * @param page where it stood
         * @param reference absolute, or relative to the page (RFC 3986); what no URI may hold is percent-encoded
         */
        public static Next of(URI page, String reference) {
            URI resolved = UriReference.resolve(page, reference);
            return resolved == null ? new Unreadable("the next address cannot be read") : new Address(resolved);
        }

        /**
         * The page's own address with one parameter of its query set.
         *
         * @param page the address
         * @param parameter the name, of letters, digits and underscores
         * @param value as it is, not encoded
         */
        public static Next with(URI page, String parameter, String value) {
            return value.length() > UriReference.MAXIMUM_CHARS
                    ? new Unreadable("what the next page is to be asked with is too long")
                    : new Address(UriReference.withParameter(page, parameter, value));
        }

        /** Without path and query: what stands there may be for nobody else to see. */
        @Override
        public String toString() {
            return "Address{" + uri.getHost() + "}";
        }
    }

    /**
     * A value to be put into the next request's body, as GraphQL has it.
     *
     * @param value as the provider wrote it
     */
    record Cursor(String value) implements Next {
        @Override
        public String toString() {
            return "Cursor{" + value.length() + " characters}";
        }
    }

    /**
     * There is more, but nothing that can be read says how to ask for it.
     *
     * @param why for people; nothing of what the provider wrote
     */
    record Unreadable(String why) implements Next {}
}
