package dev.fairlead;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorBodyTest {
    private static final String DOCUMENT = """
            {"error": {"code": "E7", "retry": true, "count": 3, "rate": 1.50, "none": null, "list": [], "": "empty"},
             "errors": [{"code": "first"}, "second", [7]], "a/b": {"m~n": "escaped"}, "01": "leading"}""";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/error/code | E7",
                "/error/retry | true",
                "/error/count | 3",
                "/error/rate | 1.50",
                "/error/ | empty",
                "/errors/0/code | first",
                "/errors/1 | second",
                "/errors/2/0 | 7",
                "/a~1b/m~0n | escaped",
                "/01 | leading",
            })
    void textAtAPointer(String pointer, String text) {
        assertThat(body(DOCUMENT).text(pointer)).contains(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "error",
                "error/code",
                "/error",
                "/error/none",
                "/error/list",
                "/errors",
                "/errors/3",
                "/errors/-1",
                "/errors/-",
                "/errors/x",
                "/errors/99999999999999999999",
                "/error/code/",
                "/error/code/0",
                "//error",
                "/~2"
            })
    void nothingAtAPointer(String pointer) {
        assertThat(body(DOCUMENT).text(pointer)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "{\"b\": 1, \"a\": null, \"z\": {}, \"b\": 2} | '' | b a z",
                "{\"data\": {\"z\": 1, \"y\": 2}} | /data | z y",
                "{\"data\": {\"z\": 1, \"y\" | /data | z",
                "<r><b/><a/><b/></r> | /r | b a",
                "{\"data\": {}} | /data | none",
                "{\"data\": [{\"a\": 1}]} | /data | none",
                "{\"data\": \"a\"} | /data | none",
                "{} | /data | none",
                "page | '' | none",
            })
    void namesInTheOrderTheyWereWritten(String document, String pointer, String names) {
        assertThat(String.join(" ", body(document).names(pointer))).isEqualTo(names == null ? "" : names);
    }

    @Test
    void ofManyNamesTheFirst() {
        StringBuilder object = new StringBuilder("{");
        for (int i = 0; i < 10_000; i++) {
            object.append(i == 0 ? "" : ",").append("\"n").append(i).append("\":0");
        }
        assertThat(body(object + "}").names(""))
                .hasSize(32)
                .startsWith("n0", "n1")
                .endsWith("n31");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"data\": {\"a\": null, \"b\": {\"c\": null}}} | /data | false",
                "{\"data\": {\"a\": null, \"b\": {\"c\": [0]}}} | /data | true",
                "{\"data\": false} | /data | true",
                "{\"data\": null} | /data | false",
                "{\"data\": []} | /data | false",
                "{\"data\": [null, [null]]} | /data | false",
                "{} | /data | false",
            })
    void contentIsWhatIsNotNull(String json, String pointer, boolean expected) {
        assertThat(body(json).hasContent(pointer)).isEqualTo(expected);
    }

    @Test
    void aCutBodyYieldsWhatStandsBeforeTheCut() {
        byte[] whole = "{\"code\":\"E7\",\"count\":123,\"errors\":[{\"field\":\"name\"}],\"message\":\"too many\"}"
                .getBytes(UTF_8);
        for (int length = 1; length < whole.length; length++) {
            ErrorBody cut = ErrorBody.of(Arrays.copyOf(whole, length), true);
            // Never part of a value: "12" is not 123.
            assertThat(cut.text("/code").orElse("E7")).isEqualTo("E7");
            assertThat(cut.text("/count").orElse("123")).isEqualTo("123");
            assertThat(cut.text("/message").orElse("too many")).isEqualTo("too many");
            assertThat(cut.isJson()).isEqualTo(length >= "{\"code\":\"E7\"".length());
        }
        ErrorBody cut = ErrorBody.of(Arrays.copyOf(whole, whole.length - 5), true);
        assertThat(cut.isTruncated()).isTrue();
        assertThat(cut.text("/count")).contains("123");
        assertThat(cut.text("/errors/0/field")).contains("name");
        assertThat(cut.text("/message")).isEmpty();
    }

    @Test
    void aBodyThatBreaksOffInAnErrorYieldsWhatStandsBeforeIt() {
        ErrorBody body = body("{\"title\": \"slow down\" \"violated\": [1]}");
        assertThat(body.isJson()).isTrue();
        assertThat(body.text("/title")).contains("slow down");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE html><html><body>Unicorn!</body></html>",
                "<?xml version=\"1.0\"?><Error/>",
                "Bad Gateway",
                "  \n",
                "{",
                "[",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":[",
                "error=slow_down&b=c",
                "nul",
                "'a'",
                "NaN",
                "// {}",
                "\u0000\u0001"
            })
    void whatIsNotJson(String raw) {
        ErrorBody body = body(raw);
        assertThat(body.isJson()).isFalse();
        assertThat(body.text("")).isEmpty();
        assertThat(body.text("/a")).isEmpty();
        assertThat(body.hasContent("")).isFalse();
        assertThat(body.raw()).isEqualTo(raw);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":\"1\",\"a\":\"2\"} | /a | 2",
                "{\"a\":[1,2,],} | /a/1 | 2",
                "{\"a\":[null,\"x\"]} | /a/1 | x",
                "{\"a\":[[1],2]} | /a/1 | 2",
                "{\"a\":{\"b\":1},\"c\":2} | /c | 2",
                "{\"a\":\"1\"} trailing | /a | 1",
                "\"only a text\" | '' | only a text",
                "42 | '' | 42",
                "{\"a\":1e999999999} | /a | 1e999999999",
                "{\"a\":-0.000} | /a | -0.000",
                "{\"a\":\"\\ud800\"} | /a | \ud800",
            })
    void jsonThatIsUnusual(String json, String pointer, String text) {
        assertThat(body(json).isJson()).isTrue();
        assertThat(body(json).text(pointer)).contains(text);
    }

    @Test
    void aByteOrderMarkIsTolerated() {
        assertThat(body("\uFEFF{\"a\":\"1\"}").text("/a")).contains("1");
    }

    @Test
    void malformedUtf8IsReplaced() {
        ErrorBody body = ErrorBody.of("{\"a\":\"Zürich\"}".getBytes(ISO_8859_1), false);
        assertThat(body.text("/a")).contains("Z\uFFFDrich");
    }

    @Test
    void aNumberOfAMillionDigitsIsText() {
        String digits = "9".repeat(1_000_000);
        assertThat(body("{\"a\":" + digits + "}").text("/a")).contains(digits);
    }

    @Test
    void depthIsBounded() {
        assertThat(body("{\"before\":\"1\",\"deep\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}")
                        .text("/before"))
                .contains("1");
        assertThat(body("[".repeat(60_000)).isJson()).isFalse();
        assertThat(body("{\"a\":".repeat(10_000)).isJson()).isFalse();
        assertThat(body("[".repeat(60) + "1" + "]".repeat(60)).hasContent("")).isTrue();
    }

    @Test
    void containsLooksForBytes() {
        ErrorBody body = body("{\"errors\":[]}");
        assertThat(body.contains("\"errors\"")).isTrue();
        assertThat(body.contains("[]}")).isTrue();
        assertThat(body.contains("\"Errors\"")).isFalse();
        assertThat(body.contains("{\"errors\":[]}!")).isFalse();
        assertThat(ErrorBody.NONE.contains("a")).isFalse();
    }

    @Test
    void emptyIsNone() {
        assertThat(ErrorBody.of(new byte[0], false)).isSameAs(ErrorBody.NONE);
        assertThat(ErrorBody.NONE.isEmpty()).isTrue();
        assertThat(ErrorBody.NONE.isJson()).isFalse();
        assertThat(ErrorBody.NONE.raw()).isEmpty();
        assertThat(body("{}").isEmpty()).isFalse();
        assertThat(body("{}").isTruncated()).isFalse();
    }

    private static ErrorBody body(String text) {
        return ErrorBody.of(text.getBytes(UTF_8), false);
    }
}
