package dev.fairlead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.Paging.Address;
import dev.fairlead.Paging.Cursor;
import dev.fairlead.Paging.Next;
import dev.fairlead.Paging.Unreadable;
import dev.fairlead.github.GitHubProvider;
import dev.fairlead.sendgrid.SendGridProvider;
import dev.fairlead.shopify.ShopifyProvider;
import dev.fairlead.stripe.StripeProvider;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a list goes on, by what a page says. */
class PagingTest {
    private static final URI PAGE = URI.create("https://api.acme.test/v1/things?limit=2&page=1");
    private static final Supplier<ErrorBody> UNREAD = () -> {
        throw new AssertionError("the body was read for nothing");
    };

    private static Optional<Next> next(Paging paging, String body) {
        return next(paging, AnswerHead.of(200), body);
    }

    private static Optional<Next> next(Paging paging, AnswerHead head, String body) {
        return paging.next(AskedHead.ANY, PAGE, head, () -> ErrorBody.of(body.getBytes(UTF_8), false));
    }

    private static Optional<Next> at(String uri) {
        return Optional.of(new Address(URI.create(uri)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://api.acme.test/v1/things?page=2 | https://api.acme.test/v1/things?page=2",
                "//other.test/x | https://other.test/x",
                "/v1/things?page=2 | https://api.acme.test/v1/things?page=2",
                "?page=2 | https://api.acme.test/v1/things?page=2",
                "others?page=2 | https://api.acme.test/v1/others?page=2",
                "../v2/./things | https://api.acme.test/v2/things",
                "?page=2#top | https://api.acme.test/v1/things?page=2",
                "#top | https://api.acme.test/v1/things?limit=2&page=1",
                // What no URI may hold.
                "?q=a b|https://api.acme.test/v1/things?q=a%20b",
                "?q=ä^`{} | https://api.acme.test/v1/things?q=%C3%A4%5E%60%7B%7D",
                "?q=100%&r=%zz%41 | https://api.acme.test/v1/things?q=100%25&r=%25zz%41",
                "?filter[name]=x | https://api.acme.test/v1/things?filter[name]=x",
                "/things[1]?a=[] | https://api.acme.test/things%5B1%5D?a=[]",
                "https://[::1]:8080/x | https://[::1]:8080/x",
                "https://a_b.test/x | https://a_b.test/x",
                "http:\\\\evil.test\\x | ",
                "mailto:someone@acme.test | ",
                "https: | ",
                "https:x | ",
                "https:/x | ",
                "https://[/x | ",
                "1x:y | ",
            })
    void aReferenceIsResolvedAgainstThePage(String reference, String expected) {
        Next next = Address.of(PAGE, reference);
        if (expected == null) {
            assertThat(next).isInstanceOf(Unreadable.class);
        } else {
            assertThat(next).isEqualTo(new Address(URI.create(expected)));
        }
    }

    @Test
    void aPageWithoutAPathHasOne() {
        assertThat(Address.of(URI.create("https://api.acme.test"), "things"))
                .isEqualTo(new Address(URI.create("https://api.acme.test/things")));
        assertThat(Address.of(PAGE, "?q=" + "x".repeat(8_190))).isInstanceOf(Unreadable.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://a.test/x | https://a.test/x?after=t_1",
                "https://a.test/x?limit=2 | https://a.test/x?limit=2&after=t_1",
                "https://a.test/x?after=t_0&limit=2&&after&afterwards=1 | https://a.test/x?limit=2&afterwards=1&after=t_1",
                "https://a.test/x?#f | https://a.test/x?after=t_1",
            })
    void aParameterIsSet(URI page, URI expected) {
        assertThat(Address.with(page, "after", "t_1")).isEqualTo(new Address(expected));
    }

    @Test
    void aParametersValueIsEncoded() {
        assertThat(Address.with(URI.create("https://a.test/x"), "after", "a+b/c= &ä\uD800"))
                .isEqualTo(new Address(URI.create("https://a.test/x?after=a%2Bb%2Fc%3D%20%26%C3%A4%3F")));
        assertThat(Address.with(PAGE, "after", "x".repeat(8_193))).isInstanceOf(Unreadable.class);
    }

    @Test
    void theLinkHeaderIsFollowedWithoutTheBody() {
        AnswerHead head =
                AnswerHead.of(200).with("Link", "<?page=0>; rel=prev").with("Link", "<?page=2>; rel=\"next\"");
        assertThat(Paging.linkHeader().next(AskedHead.ANY, PAGE, head, UNREAD))
                .isEqualTo(at("https://api.acme.test/v1/things?page=2"));
        assertThat(Paging.linkHeader()
                        .next(AskedHead.ANY, PAGE, AnswerHead.of(200).with("Link", "<?page=0>; rel=prev"), UNREAD))
                .isEmpty();
        assertThat(Paging.linkHeader()
                        .next(AskedHead.ANY, PAGE, AnswerHead.of(200).with("Link", "<https:>; rel=next"), UNREAD))
                .get()
                .isInstanceOf(Unreadable.class);
        assertThat(Paging.NONE.next(AskedHead.ANY, PAGE, head, UNREAD)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"next_page_uri\":\"/2010/things?PageToken=t\"} | https://api.acme.test/2010/things?PageToken=t",
                "{\"meta\":{\"next_page_url\":\"https://api.acme.test/b\"}} | https://api.acme.test/b",
                "{\"next_page_uri\":null,\"meta\":{\"next_page_url\":\"/b\"}} | https://api.acme.test/b",
                "{\"next_page_uri\":\"\",\"meta\":{\"next_page_url\":null}} |",
                "{\"next_page_uri\":false} |",
                "{\"meta\":[]} |",
                "[] |",
                "<html> |",
                "'' |",
            })
    void anAddressInTheBodyIsFollowed(String body, String expected) {
        Paging paging = Paging.addressIn("/next_page_uri", "/meta/next_page_url");
        assertThat(next(paging, body.equals("''") ? "" : body))
                .isEqualTo(expected == null ? Optional.empty() : at(expected));
    }

    @Test
    void aParameterIsTakenFromTheBody() {
        Paging paging = Paging.parameterIn("page", "/paging/next");
        assertThat(next(paging, "{\"paging\":{\"next\":\"t/2\"}}"))
                .isEqualTo(at("https://api.acme.test/v1/things?limit=2&page=t%2F2"));
        assertThat(next(paging, "{\"paging\":{\"next\":7}}"))
                .isEqualTo(at("https://api.acme.test/v1/things?limit=2&page=7"));
        assertThat(next(paging, "{\"paging\":{\"next\":\"\"}}")).isEmpty();
        assertThat(next(paging, "{\"paging\":{\"next\":null}}")).isEmpty();
        assertThat(next(paging, "{}")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"data\":{\"things\":{\"pageInfo\":{\"hasNextPage\":true,\"endCursor\":\"c1\"}}}} | c1",
                "{\"data\":{\"things\":{\"pageInfo\":{\"hasNextPage\":false,\"endCursor\":\"c1\"}}}} | end",
                "{\"data\":{\"a\":{\"b\":[{\"c\":{\"pageInfo\":{\"hasNextPage\":true,\"endCursor\":\"c2\"}}}]}}} | c2",
                // Backwards.
                "{\"data\":{\"things\":{\"pageInfo\":{\"hasPreviousPage\":true,\"startCursor\":\"c3\"}}}} | c3",
                "{\"data\":{\"things\":{\"pageInfo\":{\"hasPreviousPage\":true,\"startCursor\":\"c3\",\"hasNextPage\":false}}}} | end",
                // Lists within the items are not this list.
                "{\"data\":{\"things\":{\"nodes\":[{\"tags\":{\"pageInfo\":{\"hasNextPage\":true,\"endCursor\":\"in\"}}}],\"pageInfo\":{\"hasNextPage\":true,\"endCursor\":\"out\"}}}} | out",
                "{\"data\":{\"things\":{\"nodes\":[{\"tags\":{\"pageInfo\":{\"hasNextPage\":true,\"endCursor\":\"in\"}}}],\"pageInfo\":{\"hasNextPage\":false}}}} | end",
                // Two lists side by side.
                "{\"data\":{\"a\":{\"pageInfo\":{\"hasNextPage\":false}},\"b\":{\"pageInfo\":{\"hasNextPage\":true,\"endCursor\":\"b\"}}}} | b",
                "{\"data\":{\"a\":{\"pageInfo\":{\"hasNextPage\":true,\"endCursor\":\"a\"}},\"b\":{\"pageInfo\":{\"hasNextPage\":true,\"endCursor\":\"b\"}}}} | unreadable",
                // A query that asks for too little.
                "{\"data\":{\"things\":{\"pageInfo\":{\"hasNextPage\":true}}}} | unreadable",
                "{\"data\":{\"things\":{\"pageInfo\":{\"hasNextPage\":true,\"endCursor\":null}}}} | unreadable",
                "{\"data\":{\"things\":{\"pageInfo\":{\"endCursor\":\"c1\"}}}} | unreadable",
                // No list, and none under data.
                "{\"data\":{\"shop\":{\"name\":\"x\"}}} | end",
                "{\"data\":null,\"errors\":[{\"pageInfo\":{\"hasNextPage\":true,\"endCursor\":\"c\"}}]} | end",
                "{\"data\":{\"pageInfo\":[]}} | end",
                "[] | end",
            })
    void aConnectionGoesOnWithItsCursor(String body, String expected) {
        String next = next(Paging.graphQl(), body)
                .map(found -> found instanceof Cursor cursor ? cursor.value() : "unreadable")
                .orElse("end");
        assertThat(next).isEqualTo(expected);
    }

    @Test
    void oneWayOrTheOther() {
        Paging either = Paging.linkHeader().or(Paging.addressIn("/next"));
        assertThat(next(either, AnswerHead.of(200).with("Link", "</a>; rel=next"), "{\"next\":\"/b\"}"))
                .isEqualTo(at("https://api.acme.test/a"));
        assertThat(next(either, "{\"next\":\"/b\"}")).isEqualTo(at("https://api.acme.test/b"));
        Paging byMethod = Paging.choosing(
                request -> request.method().equals("GET") ? Paging.linkHeader() : Paging.addressIn("/next"));
        assertThat(next(byMethod, "{\"next\":\"/b\"}")).isEmpty();
        assertThat(byMethod.next(
                        new AskedHead("POST", "api.acme.test", "/v1/things"),
                        PAGE,
                        AnswerHead.of(200),
                        () -> ErrorBody.of("{\"next\":\"/b\"}".getBytes(UTF_8), false)))
                .isEqualTo(at("https://api.acme.test/b"));
    }

    @Test
    void whatComesNextShowsNoTokens() {
        assertThat(new Address(URI.create("https://api.acme.test/s3cret?token=canary")))
                .hasToString("Address{api.acme.test}");
        assertThat(new Cursor("canary")).hasToString("Cursor{6 characters}");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20_270_115, 3_141_592_653L})
    void whateverComesGivesAnAddressOrNothing(long seed) {
        Random random = new Random(seed);
        String pieces = "/?&=%#:@.[]<>\"\\ {}|^`~!$'()*+,;0aZé\u0000\uD83D\u200B";
        int read = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder reference = new StringBuilder("https://api.acme.test/v1/things?page=2");
            for (int i = random.nextInt(10); i > 0; i--) {
                int at = random.nextInt(reference.length() + 1);
                if (random.nextBoolean()) {
                    reference.insert(at, pieces.charAt(random.nextInt(pieces.length())));
                } else {
                    reference.delete(at, Math.min(reference.length(), at + random.nextInt(12)));
                }
            }
            Next next = Address.of(PAGE, reference.toString());
            Next with = Address.with(PAGE, "after", reference.toString());
            assertThat(with).as("seed %d round %d: %s", seed, round, reference).isInstanceOf(Address.class);
            if (next instanceof Address address) {
                read++;
                assertThat(address.uri().isAbsolute()).isTrue();
                assertThat(address.uri().getRawFragment()).isNull();
            }
        }
        assertThat(read).isBetween(10_000, 20_000);
    }

    /** Truncated and damaged pages of each provider's own shape. */
    @ParameterizedTest
    @ValueSource(longs = {2, 20_270_116, 2_718_281_828L})
    void noProvidersWayThrows(long seed) {
        Random random = new Random(seed);
        List<Paging> ways = Stream.of(
                        StripeProvider.create(),
                        GitHubProvider.create(),
                        ShopifyProvider.create(),
                        SendGridProvider.create(),
                        Provider.generic())
                .map(Provider::paging)
                .toList();
        List<AskedHead> requests = List.of(
                new AskedHead("GET", "api.acme.test", "/v1/things"),
                new AskedHead("GET", "api.acme.test", "/v2/things"),
                new AskedHead("POST", "api.acme.test", "/graphql"),
                new AskedHead("POST", "api.acme.test", "/admin/api/2026-01/graphql.json"),
                new AskedHead("GET", "api.acme.test", ""));
        String body =
                "{\"object\":\"list\",\"has_more\":true,\"next_page\":\"p\",\"next_page_url\":\"/v2/x\",\"_metadata\":"
                        + "{\"next\":\"http://api.acme.test/x\"},\"data\":{\"x\":[[{\"pageInfo\":{\"hasNextPage\":true,\"endCursor\":\"c\"}}]]}}";
        int found = 0;
        for (int round = 0; round < 5_000; round++) {
            StringBuilder damaged = new StringBuilder(body);
            for (int i = random.nextInt(6); i > 0; i--) {
                int at = random.nextInt(damaged.length() + 1);
                if (random.nextBoolean()) {
                    damaged.insert(at, "{}[]\":,1x\\".charAt(random.nextInt(10)));
                } else {
                    damaged.delete(at, Math.min(damaged.length(), at + random.nextInt(5)));
                }
            }
            damaged.setLength(random.nextInt(4) == 0 ? random.nextInt(damaged.length() + 1) : damaged.length());
            AskedHead request = requests.get(random.nextInt(requests.size()));
            for (Paging way : ways) {
                String input = "seed " + seed + " round " + round + ": " + damaged;
                try {
                    Optional<Next> next = way.next(
                            request,
                            PAGE,
                            AnswerHead.of(200),
                            () -> ErrorBody.of(damaged.toString().getBytes(UTF_8), false));
                    found += next.isPresent() ? 1 : 0;
                } catch (RuntimeException thrown) {
                    throw new AssertionError(input, thrown);
                }
            }
        }
        assertThat(found).isBetween(1_000, 25_000);
    }
}
