package dev.fairlead.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Answers that nobody should send: those of the cases with their parts damaged, swapped, repeated, left out, or replaced by
 * what parsers are known to stumble over. The same for the same seed. Not thread-safe.
 */
final class HostileAnswers {
    /** One of them, and what was asked. */
    static final class Hostile {
        private final ContractRequest request;
        private final ContractAnswer answer;
        private final byte[] body;
        private final boolean truncated;

        Hostile(ContractRequest request, ContractAnswer answer, byte[] body, boolean truncated) {
            this.request = request;
            this.answer = answer;
            this.body = body;
            this.truncated = truncated;
        }

        ContractRequest request() {
            return request;
        }

        ContractAnswer answer() {
            return answer;
        }

        byte[] body() {
            return body;
        }

        boolean truncated() {
            return truncated;
        }

        @Override
        public String toString() {
            String text = new String(body, UTF_8);
            return request + " → " + answer + " "
                    + (text.length() <= 2_000 ? text : text.substring(0, 2_000) + "… " + body.length + " bytes");
        }
    }

    /** Fields that anybody's parser may read, beside those of the cases. */
    private static final List<String> NAMES = List.of(
            "Age",
            "Date",
            "Deprecation",
            "Idempotent-Replayed",
            "Link",
            "RateLimit",
            "RateLimit-Limit",
            "RateLimit-Policy",
            "RateLimit-Remaining",
            "RateLimit-Reset",
            "Retry-After",
            "Sunset",
            "X-RateLimit-Limit",
            "X-RateLimit-Remaining",
            "X-RateLimit-Reset",
            "X-Request-Id");

    /** The weekdays of some dates are wrong, the numbers too long, too small or none. */
    private static final List<String> VALUES = List.of(
            "",
            " ",
            "0",
            "1",
            "7",
            "60",
            "-1",
            "+1",
            "2.0",
            "0.5",
            ".",
            "1e9",
            "1e999",
            "NaN",
            "Infinity",
            "0x10",
            "00000000000000000000007",
            "99999999999999999999",
            "9223372036854775807",
            "9223372036854775808",
            "9223372035",
            "9223372037",
            "1800000030",
            "1800000030000",
            "4294967296",
            "@1800000030",
            "17ms",
            "6m0s",
            "9223372035s9223372035s",
            "Fri, 15 Jan 2027 08:00:40 GMT",
            "Mon, 15 Jan 2027 08:00:40 GMT",
            "Friday, 15-Jan-27 08:00:40 GMT",
            "Fri Jan 15 08:00:40 2027",
            "Fri, 31 Feb 2027 25:61:61 GMT",
            "Fri, 15 Jan 99999 08:00:40 GMT",
            "2027-01-15T08:00:45Z",
            "2027-01-15T08:00:45.123456789+23:59",
            "\"a\";r=0;t=10, \"b\";r=3;t=99999999999999999999",
            "limit=40, remaining=0, reset=99999999999",
            "40/40",
            "41/-40",
            "1/2147483648",
            "<https://api.example.com/?page=2>; rel=\"next\"",
            "true",
            "null",
            "\u0000",
            "\u007f\r\n\t",
            "ÿ€\ud83d\ude00",
            "\ud800",
            "a, ".repeat(3_000),
            "9".repeat(70_000));

    private static final List<String> BODIES = List.of(
            "",
            " ",
            "null",
            "0",
            "\"\"",
            "{}",
            "[]",
            "{",
            "[{\"error\":",
            "{\"error\":null}",
            "{\"error\":[]}",
            "{\"errors\":{}}",
            "{\"errors\":[[],null,{},\"x\",1e999]}",
            "{\"message\":{\"message\":[]}}",
            "{\"a\":1,\"a\":2,}",
            "{\"error\":{\"code\":" + "9".repeat(2_000) + "}}",
            "[".repeat(30_000),
            "{\"errors\":".repeat(5_000),
            "[" + "{\"code\":\"x\",\"message\":\"y\"},".repeat(2_000) + "]",
            "{\"message\":\"" + "x".repeat(60_000) + "\"}",
            "\ufeff{\"message\":\"with a mark\"}",
            "{\"message\":\"" + '\ud800' + "\\ud800\\u0000\"}",
            "<!DOCTYPE html><html><title>502 Bad Gateway</title>",
            "<?xml version=\"1.0\"?><Error><Code>SlowDown</Code><Message>x</Message></Error>",
            "<!DOCTYPE a [<!ENTITY b \"c\"><!ENTITY d \"&b;&b;&b;\">]><Error>&d;</Error>",
            "<a>".repeat(10_000),
            "error=slow_down&interval=%zz&=&&",
            "\u0000\u0001\u0002");

    private static final List<Integer> STATUSES = List.of(
            -1, 0, 100, 200, 201, 202, 204, 206, 301, 304, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 412, 413,
            415, 420, 422, 423, 424, 425, 429, 430, 431, 451, 498, 499, 500, 501, 502, 503, 504, 505, 520, 529, 530,
            540, 599, 600, 783, 999);

    private final Chance chance;
    private final List<RecordedCase> cases;
    private final List<String> names;

    HostileAnswers(long seed, List<RecordedCase> cases) {
        chance = new Chance(seed);
        this.cases = cases;
        Set<String> all = new LinkedHashSet<>(NAMES);
        cases.stream()
                .map(each -> each.answer().headers().lines())
                .flatMap(Collection::stream)
                .forEach(line -> all.add(line.name()));
        names = List.copyOf(all);
    }

    Hostile next() {
        RecordedCase model = chance.of(cases);
        byte[] body = body(model);
        boolean cut = chance.oneIn(4);
        return new Hostile(
                chance.of(cases).request(),
                head(model),
                cut ? Arrays.copyOf(body, chance.below(body.length + 1)) : body,
                cut);
    }

    private ContractAnswer head(RecordedCase model) {
        int status = chance.oneIn(3) ? chance.of(STATUSES) : model.answer().status();
        List<HeaderLines.Line> lines = new ArrayList<>();
        for (HeaderLines.Line line : model.answer().headers().lines()) {
            for (int i = chance.below(8) == 0 ? chance.below(4) : 1; i > 0; i--) {
                lines.add(chance.oneIn(2) ? line : new HeaderLines.Line(line.name(), value(line.value())));
            }
        }
        for (int i = chance.below(4); i > 0; i--) {
            lines.add(new HeaderLines.Line(chance.of(names), value(chance.of(VALUES))));
        }
        long receivedAt = chance.oneIn(16) ? chance.next() : model.answer().receivedAtMillis();
        return new ContractAnswer(status, new HeaderLines(lines), receivedAt);
    }

    private String value(String said) {
        return chance.oneIn(2) ? chance.of(VALUES) : damaged(said);
    }

    private byte[] body(RecordedCase model) {
        String text = switch (chance.below(4)) {
            case 0 -> chance.of(BODIES);
            case 1 -> damaged(model.body());
            case 2 -> confused(model.body());
            default -> confused(chance.of(cases).body());
        };
        byte[] bytes = text.getBytes(UTF_8);
        for (int i = chance.oneIn(4) ? chance.below(4) : 0; i > 0 && bytes.length > 0; i--) {
            bytes[chance.below(bytes.length)] = (byte) chance.next();
        }
        return bytes.length <= ProviderContract.LONGEST_PEEK
                ? bytes
                : Arrays.copyOf(bytes, ProviderContract.LONGEST_PEEK);
    }

    private String confused(String body) {
        List<String> positions = JsonConfusion.positions(body);
        return positions.isEmpty()
                ? damaged(body)
                : JsonConfusion.replaced(body, chance.of(positions), chance.of(JsonConfusion.WRONG));
    }

    private String damaged(String text) {
        StringBuilder damaged = new StringBuilder(text);
        for (int i = chance.below(4); i > 0; i--) {
            int at = chance.below(damaged.length() + 1);
            int end = Math.min(damaged.length(), at + chance.below(8));
            switch (chance.below(4)) {
                case 0 -> damaged.delete(at, end);
                case 1 -> damaged.insert(at, damaged.substring(at, end).repeat(chance.below(40)));
                case 2 -> damaged.insert(at, chance.of(VALUES.subList(0, VALUES.size() - 2)));
                default -> damaged.insert(at, (char) chance.below(chance.oneIn(2) ? 128 : 65_536));
            }
        }
        return damaged.toString();
    }
}
