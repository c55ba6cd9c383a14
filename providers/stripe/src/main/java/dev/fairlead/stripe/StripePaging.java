package dev.fairlead.stripe;

import dev.fairlead.ErrorBody;
import dev.fairlead.Paging;
import dev.fairlead.RequestHead;
import dev.fairlead.ResponseHead;
import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stripe's three ways to go on (docs.stripe.com/pagination, docs.stripe.com/api/pagination/search and
 * docs.stripe.com/api-v2-overview#list-pagination, checked 2026-11). Stateless and thread-safe.
 */
final class StripePaging implements Paging {
    private static final String BACKWARDS = "ending_before";
    private static final Paging VERSION_2 = Paging.addressIn("/next_page_url");

    @Override
    public Optional<Next> next(RequestHead request, URI address, ResponseHead response, Supplier<ErrorBody> body) {
        if (request.pathSegments().get(0).equals("v2")) {
            return VERSION_2.next(request, address, response, body);
        }
        ErrorBody page = body.get();
        if (!page.text("/has_more").equals(Optional.of("true"))) {
            return Optional.empty();
        }
        return Optional.of(
                page.text("/object").equals(Optional.of("search_result"))
                        ? from(address, "page", page.text("/next_page").orElse(null))
                        : afterList(address, page));
    }

    /** Pages of a list that is read backwards have the newest first as well: the first item is the farthest back. */
    private static Next afterList(URI address, ErrorBody page) {
        return isBackwards(address)
                ? from(address, BACKWARDS, page.text("/data/0/id").orElse(null))
                : from(
                        address,
                        "starting_after",
                        page.text("/data/" + (page.count("/data") - 1) + "/id").orElse(null));
    }

    private static Next from(URI address, String parameter, @Nullable String value) {
        return value == null || value.isEmpty()
                ? new Unreadable("Stripe has_more, but the page does not say after what")
                : Address.with(address, parameter, value);
    }

    private static boolean isBackwards(URI address) {
        String query = address.getRawQuery();
        return query != null
                && Stream.of(query.split("&", -1)).anyMatch(parameter -> parameter.startsWith(BACKWARDS + "="));
    }
}
