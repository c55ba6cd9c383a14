package dev.fairlead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors in XML, which some APIs send although JSON was asked for. */
class XmlBodyTest {
    private static ErrorBody body(String text) {
        return ErrorBody.of(text.getBytes(UTF_8), false);
    }

    @Test
    void elementsAreReadLikeMembers() {
        ErrorBody body =
                body("\uFEFF \n<?xml version='1.0' encoding='UTF-8'?><Response><Error kind=\"a\"><Code>404</Code>"
                        + "<Message>no &lt;such&gt; <![CDATA[thing]]></Message><Empty/></Error></Response>");
        assertThat(body.text("/Response/Error/Code")).contains("404");
        assertThat(body.text("/Response/Error/Message")).contains("no <such> thing");
        assertThat(body.text("/Response/Error/Empty")).isEmpty();
        assertThat(body.text("/Response/Error")).isEmpty();
        assertThat(body.isJson()).isFalse();
    }

    @Test
    void anElementThatStandsSeveralTimesIsAnArray() {
        ErrorBody body = body("<r xmlns:x='urn:x'><x:e>1</x:e><x:e>2</x:e><x:e>3</x:e></r>");
        assertThat(body.count("/r/e")).isEqualTo(3);
        assertThat(body.text("/r/e/2")).contains("3");
    }

    @Test
    void whatBreaksOffIsReadUntilThere() {
        ErrorBody body = body("<Error><Code>Busy</Code><Message>come back la");
        assertThat(body.text("/Error/Code")).contains("Busy");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE html><html><body>Bad gateway</body></html>",
                "<HTML><h1>502</h1></HTML>",
                "<",
                "<>",
                "< a>",
                "<a",
                "plain",
            })
    void pagesAndGarbageHaveNoMembers(String text) {
        assertThat(body(text).hasContent("")).isFalse();
    }

    @Test
    void noEntityIsMultipliedOrFetched() {
        ErrorBody bomb = body("<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>"
                + "<!ENTITY x SYSTEM 'file:///etc/passwd'>]><r><a>&b;</a><x>&x;</x><c>end</c></r>");
        assertThat(bomb.text("/r/a").orElse("")).doesNotContain("aaaa");
        assertThat(bomb.text("/r/x").orElse("")).doesNotContain("root");
    }

    @Test
    void depthIsBounded() {
        assertThat(body("<a>".repeat(20_000)).hasContent("/a")).isFalse();
    }

    @Test
    void nothingMakesItThrow() {
        Random random = new Random(3);
        String seed = "<?xml version='1.0'?><a b='c'><d>e</d><!-- f --><g>&amp;&#x41;<![CDATA[h]]></g></a>";
        for (int round = 0; round < 5_000; round++) {
            byte[] bytes = seed.getBytes(UTF_8);
            for (int i = random.nextInt(6); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            ErrorBody body = ErrorBody.of(bytes, false);
            assertThat(body.text("/a/d").orElse("")).hasSizeLessThan(100);
        }
    }
}
