package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDocumentTest {
    private static final String ORDER = """
            {"id":"o-3","count":42,"price":19.90,"paid":false,"note":null,"at":"2026-11-03T10:15:30.5-04:00",
             "secs":1796083200,"cur":"kwd","lines":[{"sku":"s/1"},{"sku":"s~2"}],"a/b":{"c~d":7}}
            """;

    private final JsonDocument order = JsonDocument.parse(ORDER);

    @Test
    void readsWhatIsThere() {
        assertThat(order.at("/id").text()).isEqualTo("o-3");
        assertThat(order.at("/count").integer()).isEqualTo(42);
        assertThat(order.at("/price").decimal()).isEqualTo(new BigDecimal("19.90"));
        assertThat(order.at("/price").money(Currency.getInstance("EUR")).minorUnits())
                .isEqualTo(1990);
        assertThat(order.at("/paid").bool()).isFalse();
        assertThat(order.at("/at").isoTime()).isEqualTo(Instant.parse("2026-11-03T14:15:30.5Z"));
        assertThat(order.at("/secs").epochSeconds()).isEqualTo(Instant.parse("2026-12-01T00:00:00Z"));
        assertThat(order.at("/cur").currency()).isEqualTo(Currency.getInstance("KWD"));
        assertThat(order.at("/a~1b/c~0d").integer()).isEqualTo(7);
        assertThat(order.at("/id").identifier()).isEqualTo("o-3");
        assertThat(order.at("/count").identifier()).isEqualTo("42");
        assertThat(order.find("/note")).isEmpty();
        assertThat(order.find("/nothing")).isEmpty();
    }

    @Test
    void anItemKnowsWhereItStands() {
        List<JsonDocument> lines = order.at("/lines").items();

        assertThat(lines).extracting(line -> line.at("/sku").text()).containsExactly("s/1", "s~2");
        assertThatThrownBy(() -> lines.get(1).at("/sku").integer())
                .hasMessage("/lines/1/sku is not an integer")
                .asInstanceOf(InstanceOfAssertFactories.type(ConversionException.class))
                .returns("/lines/1/sku", ConversionException::pointer)
                .returns("is not an integer", ConversionException::reason);
        assertThatThrownBy(() -> lines.get(0).at("/price")).hasMessage("/lines/0/price is missing");
        assertThatThrownBy(() -> order.at("/note")).hasMessage("/note is missing");
    }

    /** A value, what it is asked for, and why it is not that. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "7, text, is not a text",
                "true, text, is not a text",
                "{}, text, is not a text",
                "`\"7\"`, integer, is not an integer",
                "7.0, integer, is not an integer",
                "7e0, integer, is not an integer",
                "9223372036854775808, integer, is too large",
                "`\"\"`, identifier, is not an id",
                "1.5, identifier, is not an id",
                "true, identifier, is not an id",
                "`\"12,5\"`, decimal, is not a number",
                "`\"\"`, decimal, is not a number",
                "true, decimal, is not a number",
                "1e999999999, decimal, is out of bounds",
                "-1e-999999999, decimal, is out of bounds",
                "1e99999999999999, decimal, is not a number",
                "12345678901234567890123456789012345678901234567890123456789012345, decimal, is too long for a number",
                "1e30, euros, is not an amount of EUR in whole minor units",
                "0.001, euros, is not an amount of EUR in whole minor units",
                "`\"XXX\"`, currency, is not a currency",
                "`\"euro\"`, currency, is not a currency",
                "7, currency, is not a text",
                "-1, epochSeconds, is not a time in seconds",
                "1796083200000, epochSeconds, is not a time in seconds",
                "`\"2026-11-03T10:15:30\"`, isoTime, is not a time with an offset",
                "`\"2026-02-30T10:15:30Z\"`, isoTime, is not a time with an offset",
                "`\"+12026-11-03T10:15:30Z\"`, isoTime, is not a time with an offset",
                "`\"1969-11-03T10:15:30Z\"`, isoTime, is not a time with an offset",
                "1796083200, isoTime, is not a text",
                "`\"true\"`, bool, is not a boolean",
                "{}, items, is not an array"
            })
    void whatIsOtherThanAskedForIsRefusedWithoutItsValue(String json, String asked, String reason) {
        JsonDocument document = JsonDocument.parse("{\"field\":" + json + "}").at("/field");
        Function<JsonDocument, Object> question = switch (asked) {
            case "text" -> JsonDocument::text;
            case "integer" -> JsonDocument::integer;
            case "identifier" -> JsonDocument::identifier;
            case "decimal" -> JsonDocument::decimal;
            case "euros" -> value -> value.money(Currency.getInstance("EUR"));
            case "currency" -> JsonDocument::currency;
            case "epochSeconds" -> JsonDocument::epochSeconds;
            case "isoTime" -> JsonDocument::isoTime;
            case "bool" -> JsonDocument::bool;
            default -> JsonDocument::items;
        };

        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> question.apply(document))
                .withMessage("/field " + reason);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "``, is empty at character 0",
                "`{\"a\":secret}`, is not JSON",
                "`{\"a\":1,}`, is not JSON",
                "`{\"a\":1} x`, is not JSON",
                "`{\"a\":1} 2`, goes on after its end",
                "`{\"a\":1`, breaks off",
                "`{\"a\":\"secr`, breaks off",
                "`{\"secret\":1,\"secret\":2}`, has a name twice in one object",
                "`{\"secret\":null,\"secret\":null}`, has a name twice in one object",
                "`[01]`, is not JSON",
                "`[NaN]`, is not JSON",
                "`['secret']`, is not JSON",
                "`[1] // secret`, is not JSON"
            })
    void malformedTextIsRefusedWithThePlaceAlone(String json, String reason) {
        assertThatThrownBy(() -> JsonDocument.parse(json))
                .isInstanceOf(ConversionException.class)
                .hasNoCause()
                .hasMessageStartingWith("the whole " + reason)
                .hasMessageContaining(" at character ")
                .hasMessageNotContaining("secr");
    }

    @Test
    void whatIsTooDeepOrTooLongIsRefused() {
        String deepest = "[".repeat(64) + "]".repeat(64);

        assertThat(JsonDocument.parse(deepest).raw()).isEqualTo(deepest);
        assertThatThrownBy(() -> JsonDocument.parse("[" + deepest + "]")).hasMessageContaining("is deeper than 64");
        assertThatThrownBy(() -> JsonDocument.parse("[".repeat(1_000_000))).hasMessageContaining("is deeper than 64");
        assertThat(JsonDocument.parse("[1]", 3).items()).hasSize(1);
        assertThatThrownBy(() -> JsonDocument.parse("[10]", 3)).hasMessage("the whole is longer than 3 characters");
        assertThatThrownBy(() -> JsonDocument.parse(new byte[4 * 1024 * 1024 + 1]))
                .hasMessage("the whole is longer than 4194304 bytes");
    }

    @Test
    void bytesMustBeUtf8() {
        assertThat(JsonDocument.parse("\uFEFF{\"name\":\"Åse\"}".getBytes(StandardCharsets.UTF_8))
                        .at("/name")
                        .text())
                .isEqualTo("Åse");
        assertThatThrownBy(() -> JsonDocument.parse("[\"Åse\"]".getBytes(StandardCharsets.ISO_8859_1)))
                .hasMessage("the whole is not UTF-8");
    }

    @Test
    void rawKeepsEveryNameInItsOrderAndEveryNumberAsItWasWritten() {
        String json =
                "{\"z\":1.500,\"a\":[1E+2,-0,12345678901234567890123],\"t\":\"q\\\"\\\\\\n\\r\\t\\u0001é𝄞\\ud834\",\"n\":null,\"e\":{},\"f\":[],\"b\":true}";

        assertThat(JsonDocument.parse(" " + json + " ").raw()).isEqualTo(json);
        assertThat(JsonDocument.parse(json).at("/a").raw()).isEqualTo("[1E+2,-0,12345678901234567890123]");
    }

    @Test
    void whatIsBuiltIsWhatIsRead() {
        JsonDocument inner = JsonDocument.object().put("deep", "x").build();
        JsonDocument built = JsonDocument.object()
                .put("text", "t")
                .put("integer", 7L)
                .put("bool", true)
                .put("object", inner)
                .put("array", List.of(inner, JsonDocument.parse("null")))
                .build();

        assertThat(built.raw())
                .isEqualTo(
                        "{\"text\":\"t\",\"integer\":7,\"bool\":true,\"object\":{\"deep\":\"x\"},\"array\":[{\"deep\":\"x\"},null]}");
        assertThat(JsonDocument.parse(built.raw())).isEqualTo(built).hasSameHashCodeAs(built);
        assertThat(built).isNotEqualTo(inner);
        assertThat(JsonDocument.parse("[1]")).isNotEqualTo(JsonDocument.parse("[\"1\"]"));
    }

    @Test
    void aBuilderThatGoesOnChangesNothingThatWasBuilt() {
        JsonDocument.Builder builder = JsonDocument.object().put("a", 1L);
        JsonDocument built = builder.build();
        builder.put("b", 2L);

        assertThat(built.raw()).isEqualTo("{\"a\":1}");
        assertThatThrownBy(() -> order.at("/lines").items().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void itsTextTellsNothingOfWhatItSays() {
        assertThat(order).hasToString("JSON object");
        assertThat(order.at("/id")).hasToString("JSON text at /id");
        assertThat(order.at("/count")).hasToString("JSON number at /count");
        assertThat(order.at("/paid")).hasToString("JSON boolean at /paid");
        assertThat(order.at("/lines")).hasToString("JSON array at /lines");
        assertThat(JsonDocument.parse("null")).hasToString("JSON null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/lines/2",
                "/lines/-1",
                "/lines/01x",
                "lines",
                "/id/x",
                "//",
                "/lines/999999999999999999999"
            })
    void aPointerThatLeadsNowhereFindsNothing(String pointer) {
        assertThat(order.find(pointer)).isEmpty();
    }

    static List<Long> seeds() {
        return List.of(1L, 2L, 3L, 4L);
    }

    /** Texts that are nearly JSON: read and written again they are the same, or they are refused; nothing else happens. */
    @ParameterizedTest
    @MethodSource("seeds")
    void anyTextIsReadOrRefused(long seed) {
        Random random = new Random(seed);
        String[] pieces = {
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "\"a\"",
            "\"b\":",
            "1",
            "-",
            "e9",
            ".5",
            "1e999999999",
            "true",
            "null",
            "\\u00",
            "\uD834",
            "\u0000",
            " ",
            "é",
            "NaN",
            "//",
            "0"
        };
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? valid(random, 0) : "");
            for (int edits = random.nextInt(4); edits > 0; edits--) {
                int at = random.nextInt(text.length() + 1);
                text.insert(at, pieces[random.nextInt(pieces.length)]);
            }
            try {
                JsonDocument document = JsonDocument.parse(text.toString());
                assertThat(JsonDocument.parse(document.raw())).isEqualTo(document);
                ask(document);
                read++;
            } catch (ConversionException refused) {
                assertThat(refused.reason()).matches("[A-Za-z0-9 -]+");
            }
        }
        assertThat(read).isBetween(2_000, 18_000);
    }

    private static void ask(JsonDocument document) {
        List<Function<JsonDocument, Object>> questions = List.of(
                JsonDocument::text,
                JsonDocument::integer,
                JsonDocument::decimal,
                JsonDocument::identifier,
                JsonDocument::currency,
                JsonDocument::isoTime,
                JsonDocument::epochSeconds,
                JsonDocument::bool,
                value -> value.at("/a/0"),
                value -> value.money(Currency.getInstance("JPY")));
        for (Function<JsonDocument, Object> question : questions) {
            try {
                assertThat(question.apply(document)).isNotNull();
            } catch (ConversionException refused) {
                assertThat(refused.pointer()).isIn("", "/a/0");
            }
        }
    }

    private static String valid(Random random, int depth) {
        return switch (random.nextInt(depth > 3 ? 4 : 6)) {
            case 0 -> Long.toString(random.nextLong());
            case 1 -> "\"" + (char) ('a' + random.nextInt(26)) + "\"";
            case 2 -> random.nextBoolean() ? "true" : "null";
            case 3 -> random.nextInt(1000) + "." + random.nextInt(1000) + "e" + random.nextInt(2_000_000_000);
            case 4 -> "[" + valid(random, depth + 1) + "," + valid(random, depth + 1) + "]";
            default -> "{\"a\":" + valid(random, depth + 1) + ",\"c\":" + valid(random, depth + 1) + "}";
        };
    }
}
