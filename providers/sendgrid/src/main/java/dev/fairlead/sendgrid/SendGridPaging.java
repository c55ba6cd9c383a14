package dev.fairlead.sendgrid;

import dev.fairlead.ErrorBody;
import dev.fairlead.Paging;
import dev.fairlead.RequestHead;
import dev.fairlead.ResponseHead;
import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Lists of limit and offset have a {@code Link} header (twilio.com/docs/sendgrid/api-reference/
 * how-to-use-the-sendgrid-v3-api/responses), those of Marketing Campaigns and Design an address in {@code _metadata}
 * (twilio.com/docs/sendgrid/api-reference/lists/get-all-lists; both checked 2026-11). Stateless and thread-safe.
 */
final class SendGridPaging implements Paging {
    private static final Paging AS_WRITTEN = Paging.linkHeader().or(Paging.addressIn("/_metadata/next"));

    @Override
    public Optional<Next> next(RequestHead request, URI address, ResponseHead response, Supplier<ErrorBody> body) {
        return AS_WRITTEN.next(request, address, response, body).map(next -> asHttps(next, address));
    }

    /** The documented {@code Link} headers say {@code http} of lists asked for by https: nobody means that. */
    private static Next asHttps(Next next, URI page) {
        boolean isMeant = next instanceof Address said
                && "https".equalsIgnoreCase(page.getScheme())
                && "http".equalsIgnoreCase(said.uri().getScheme())
                && said.uri().getHost() != null
                && (said.uri().getPort() < 0 || said.uri().getPort() == 80);
        if (!isMeant) {
            return next;
        }
        URI said = ((Address) next).uri();
        return Address.of(
                page,
                "https://" + said.getHost() + said.getRawPath()
                        + (said.getRawQuery() == null ? "" : "?" + said.getRawQuery()));
    }
}
