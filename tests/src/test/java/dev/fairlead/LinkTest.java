package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The {@code Link} header (RFC 8288), as it should be and as it comes. */
class LinkTest {
    private static AnswerHead with(String... values) {
        AnswerHead head = AnswerHead.of(200);
        for (String value : values) {
            head = head.with("link", value);
        }
        return head;
    }

    private static String read(String... values) {
        return Link.all(with(values)).stream()
                .map(link -> String.join("+", link.relations()) + " " + link.target())
                .collect(Collectors.joining(" | "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '\0',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                // As documented by GitHub, Shopify and the RFC, with values of our own.
                "<https://a.test/x?page=2>; rel=\"next\", <https://a.test/x?page=9>; rel=\"last\" ~ next https://a.test/x?page=2 | last https://a.test/x?page=9",
                "<https://a.test/x?page=2>; rel=next ~ next https://a.test/x?page=2",
                "</x?page=2>;rel=\"next\" ~ next /x?page=2",
                "<?page=2>; rel=\"prev  NEXT\" ~ prev+next ?page=2",
                "<x>; rel=\"https://a.test/rel next\" ~ https://a.test/rel+next x",
                // Commas, semicolons and brackets where they separate nothing.
                "<x?ids=1,2,3;v=\"a\">; rel=next ~ next x?ids=1,2,3;v=\"a\"",
                "<x>; title=\"a, <b>; rel=last\"; rel=\"next\", <y>; rel=prev ~ next x | prev y",
                "<x>; title=\"say \\\"x\\\", <y>\"; rel=next ~ next x",
                "<x>; title*=UTF-8'de'n%c3%a4chste; rel=next ~ next x",
                // White space and case.
                "<x>;REL=Next ~ next x",
                "<x> ; rel = \"next\" ~ next x",
                "< x >; rel=next ~ next x",
                ",, <x>; rel=next ,,, <y>; rel=prev , ~ next x | prev y",
                // The first rel counts, rev is another thing, an anchor says that it is about something else.
                "<x>; rel=next; rel=prev ~ next x",
                "<x>; rev=next ~ ''",
                "<x> ~ ''",
                "<x>; anchor=\"/other\"; rel=next, <y>; rel=next ~ next y",
                "<x>; rel=next; anchor=#a ~ ''",
                // Broken.
                "<x>; rel=\"next ~ next x",
                "<x>; rel=next, <y; rel=prev ~ next x",
                "<x>; rel=next <y>; rel=prev ~ next x | prev y",
                "<x rel=next ~ ''",
                "x; rel=next, <y>; rel=next ~ next y",
                "<x>;;; ;rel=next; ~ next x",
                "<x>; =; rel=next ~ next x",
                "<>; rel=next ~ next",
                "<x>; \"junk, <z>; rel=last\"; rel=next ~ next x",
                "<x>; rel= ~ x",
                ", ~ ''",
            })
    void aValueIsRead(String value, String expected) {
        assertThat(read(value).strip()).isEqualTo(expected.equals("''") ? "" : expected);
    }

    @Test
    void severalLinesAreOneList() {
        assertThat(read("<x>; rel=prev", "<y>; rel=next")).isEqualTo("prev x | next y");
        assertThat(Link.find(with("<x>; rel=prev", "<y>; rel=\"a next\"", "<z>; rel=next"), "NEXT"))
                .map(Link::target)
                .contains("y");
        assertThat(Link.find(AnswerHead.of(200), "next")).isEmpty();
    }

    @Test
    void whatIsReadIsBounded() {
        assertThat(Link.all(with("<x>; rel=next,".repeat(1_000)))).hasSize(100);
        assertThat(read("<" + "x".repeat(8_193) + ">; rel=next, <y>; rel=next")).isEqualTo("next y");
        assertThat(read("<x>; rel=prev", "<" + "x".repeat(70_000) + ">; rel=next", "<y>; rel=next"))
                .isEqualTo("prev x");
    }

    @Test
    void whatItSaysOfItselfHoldsNoAddress() {
        assertThat(new Link("https://a.test/?token=canary", List.of("next"))).hasToString("Link[next]");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20_270_115, 3_141_592_653L})
    void whateverComesGivesLinksOrNone(long seed) {
        Random random = new Random(seed);
        String pieces = "<>;,=\"\\ \trelnextprvacho/?&%#:.0é\u0000";
        int found = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder value = new StringBuilder("<https://a.test/x?page=2>; rel=\"next\", <y>; rel=last");
            for (int i = random.nextInt(12); i > 0; i--) {
                int at = random.nextInt(value.length() + 1);
                if (random.nextBoolean()) {
                    value.insert(at, pieces.charAt(random.nextInt(pieces.length())));
                } else {
                    value.delete(at, Math.min(value.length(), at + random.nextInt(4)));
                }
            }
            List<Link> links = Link.all(with(value.toString()));
            for (Link link : links) {
                assertThat(value.toString()).as("seed %d round %d", seed, round).contains(link.target());
                assertThat(link.target()).doesNotContain(">");
                assertThat(link.relations()).isNotEmpty();
            }
            found += links.size();
        }
        assertThat(found).isBetween(10_000, 60_000);
    }
}
