package dev.fairlead.stripe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.AskedHead;
import dev.fairlead.ErrorBody;
import dev.fairlead.Paging;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stripe's three ways to go on. */
class StripePagingTest {
    private static String next(String target, String body) {
        URI page = URI.create("https://api.stripe.com" + target);
        return StripeProvider.create()
                .paging()
                .next(
                        new AskedHead("GET", "api.stripe.com", page.getRawPath()),
                        page,
                        AnswerHead.of(200),
                        () -> ErrorBody.of(body.getBytes(UTF_8), false))
                .map(next -> next instanceof Paging.Address address
                        ? address.uri().toString().substring("https://api.stripe.com".length())
                        : next.getClass().getSimpleName())
                .orElse("end");
    }

    private static final String ITEMS = "\"data\":[{\"id\":\"th_1\"},{\"id\":\"th_2\"},{\"id\":\"th_3\"}]";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/customers | /v1/customers?starting_after=th_3",
                "/v1/customers?limit=3 | /v1/customers?limit=3&starting_after=th_3",
                "/v1/customers?starting_after=th_0&limit=3 | /v1/customers?limit=3&starting_after=th_3",
                "/v1/customers?created%5Bgte%5D=1&ending_before=th_4 | /v1/customers?created%5Bgte%5D=1&ending_before=th_1",
            })
    void aListGoesOnAfterItsLastItemOrBeforeItsFirst(String target, String expected) {
        assertThat(next(target, "{\"object\":\"list\",\"has_more\":true," + ITEMS + "}"))
                .isEqualTo(expected);
        assertThat(next(target, "{\"object\":\"list\",\"has_more\":false," + ITEMS + "}"))
                .isEqualTo("end");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                // Search.
                "/v1/charges/search?query=a | {\"object\":\"search_result\",\"has_more\":true,\"next_page\":\"p+2\",\"data\":[{\"id\":\"th_1\"}]} | /v1/charges/search?query=a&page=p%2B2",
                "/v1/charges/search?query=a&page=p1 | {\"object\":\"search_result\",\"has_more\":true,\"next_page\":\"p2\"} | /v1/charges/search?query=a&page=p2",
                "/v1/charges/search?query=a | {\"object\":\"search_result\",\"has_more\":false,\"next_page\":null} | end",
                "/v1/charges/search?query=a | {\"object\":\"search_result\",\"has_more\":true,\"next_page\":null} | Unreadable",
                // Version 2.
                "/v2/core/events?limit=2 | {\"data\":[{\"id\":\"th_1\"}],\"next_page_url\":\"/v2/core/events?limit=2&page=p2\"} | /v2/core/events?limit=2&page=p2",
                "/v2/core/events?limit=2 | {\"data\":[{\"id\":\"th_1\"}],\"next_page_url\":\"https://api.stripe.com/v2/core/events?page=p2\"} | /v2/core/events?page=p2",
                "/v2/core/events | {\"data\":[],\"next_page_url\":null,\"has_more\":true} | end",
                // More, but after what?
                "/v1/customers | {\"has_more\":true,\"data\":[]} | Unreadable",
                "/v1/customers | {\"has_more\":true} | Unreadable",
                "/v1/customers | {\"has_more\":true,\"data\":[{\"object\":\"customer\"}]} | Unreadable",
                // No list.
                "/v1/customers/th_1 | {\"object\":\"customer\",\"sources\":{\"has_more\":true,\"data\":[{\"id\":\"th_1\"}]}} | end",
                "/v1/customers | <html> | end",
            })
    void searchesVersion2AndWhatIsNoList(String target, String body, String expected) {
        assertThat(next(target, body)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"GET, /", "GET, ''"})
    void anyPathIsTaken(String method, String path) {
        assertThat(StripeProvider.create()
                        .paging()
                        .next(
                                new AskedHead(method, "api.stripe.com", path),
                                URI.create("https://api.stripe.com/"),
                                AnswerHead.of(200),
                                () -> ErrorBody.NONE))
                .isEqualTo(Optional.empty());
    }
}
