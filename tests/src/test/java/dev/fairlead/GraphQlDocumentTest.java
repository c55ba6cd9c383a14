package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of GraphQL may be executed twice. */
class GraphQlDocumentTest {
    private static boolean isRepeatable(String document) {
        try {
            return isBodyRepeatable(new JsonMapper().writeValueAsString(Map.of("query", document)));
        } catch (com.fasterxml.jackson.core.JsonProcessingException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static boolean isBodyRepeatable(String body) {
        return GraphQlDocument.isRepeatable(new Posted(body), "idempotent");
    }

    private record Posted(String body) implements RequestHead {
        @Override
        public String method() {
            return "POST";
        }

        @Override
        public String host() {
            return "api.example.com";
        }

        @Override
        public String path() {
            return "/graphql";
        }

        @Override
        public String header(String name) {
            return null;
        }

        @Override
        public Optional<String> bodyText(int maximumBytes) {
            return body.length() > maximumBytes ? Optional.empty() : Optional.of(body);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ shop { name } }",
                "query { shop { name } }",
                "query Q($first: Int = 3, $in: In = {a: {b: \"}\"}}) @cached { orders(first: $first) { id } }",
                "# mutation\nquery { a }",
                "query { a(text: \"mutation { b }\") }",
                "query { a(text: \"\"\"mutation \\\"\"\" { b\"\"\") { c } }",
                "query A { a } query B { b } fragment F on Order { id }",
                "query { mutation }",
                "mutation { refundCreate(input: {a: 1}) @idempotent(key: \"k\") { userErrors { field } } }",
                "mutation M($k: String!) { a: refundCreate @idempotent(key: $k) { id } b: move(x: 1) @idempotent(key: $k) }",
                "mutation { refundCreate @include(if: true) @idempotent(key: \"k\") { id } }",
            })
    void repeatable(String document) {
        assertThat(isRepeatable(document)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   # query { a }",
                "mutation { refundCreate { id } }",
                "mutation{a}",
                "mutation { }",
                "query A { a } mutation B { b }",
                "mutation { a @idempotent(key: \"k\") b }",
                "mutation { a b @idempotent(key: \"k\") }",
                "mutation { a { c @idempotent(key: \"k\") } }",
                "mutation { a(text: \"@idempotent\") { c } }",
                "mutation { a # @idempotent\n }",
                "mutation @idempotent(key: \"k\") { a }",
                "mutation { a @idempotent(key: \"k\") ...F } fragment F on Mutation { b }",
                "mutation { idempotent }",
                "mutation { a @idempotents }",
                "mutation { a @ idem }",
                "subscription { a }",
                "query { a } mutation { b ",
                "{ a ",
                "nonsense",
                "query { a } }",
            })
    void notRepeatable(String document) {
        assertThat(isRepeatable(document)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "[{\"query\":\"{a}\"}]", "{\"query\":null}", "{a}", "{\"id\":\"q1\"}"})
    void whatHasNoDocumentIsNot(String body) {
        assertThat(isBodyRepeatable(body)).isFalse();
    }

    @Test
    void withoutADirectiveNoMutationIs() {
        assertThat(GraphQlDocument.isRepeatable(new Posted("{\"query\":\"mutation { a @idempotent(key: 1) }\"}"), null))
                .isFalse();
    }

    @Test
    void aLongBodyIsNotLookedInto() {
        assertThat(isRepeatable("{ a } #" + " ".repeat(70_000))).isFalse();
    }

    @Test
    void nothingMakesItThrowOrCallAMutationSafe() {
        Random random = new Random(7);
        String[] parts = {
            "query", "mutation", "{", "}", "(", ")", "@", "x", ":", "\"", "\"\"\"", "\\", "#", "\n", "...", "$"
        };
        for (int round = 0; round < 20_000; round++) {
            StringBuilder document = new StringBuilder("mutation { charge(a: 1) { id } } ");
            for (int i = random.nextInt(12); i > 0; i--) {
                document.append(parts[random.nextInt(parts.length)]);
            }
            assertThat(isRepeatable(document.toString())).as("%s", document).isFalse();
        }
    }
}
