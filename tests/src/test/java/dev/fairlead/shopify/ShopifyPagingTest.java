package dev.fairlead.shopify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.AskedHead;
import dev.fairlead.ErrorBody;
import dev.fairlead.Paging;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** REST goes on by the {@code Link} header, GraphQL by cursors. */
class ShopifyPagingTest {
    private static final String HOST = "acme-sails.myshopify.com";
    private static final String REST = "/admin/api/2026-01/orders.json";
    private static final String BODY =
            "{\"data\":{\"things\":{\"pageInfo\":{\"hasNextPage\":true,\"endCursor\":\"c2\"}}}}";

    private final Paging paging = ShopifyProvider.create().paging();

    private Optional<Paging.Next> next(String method, String path, AnswerHead head) {
        return paging.next(
                new AskedHead(method, HOST, path),
                URI.create("https://" + HOST + path),
                head,
                () -> ErrorBody.of(BODY.getBytes(UTF_8), false));
    }

    @Test
    void restGoesOnByTheLinkHeader() {
        String next = "https://" + HOST + REST + "?page_info=p2";
        AnswerHead head = AnswerHead.of(200)
                .with(
                        "Link",
                        "<https://" + HOST + REST + "?page_info=p0>; rel=\"previous\", <" + next + ">; rel=\"next\"");
        assertThat(next("GET", REST, head)).contains(new Paging.Address(URI.create(next)));
        assertThat(next("GET", REST, AnswerHead.of(200))).isEmpty();
    }

    @Test
    void graphQlGoesOnByItsCursor() {
        AnswerHead misleading = AnswerHead.of(200).with("Link", "</x>; rel=next");
        assertThat(next("POST", "/admin/api/2026-01/graphql.json", misleading)).contains(new Paging.Cursor("c2"));
    }
}
