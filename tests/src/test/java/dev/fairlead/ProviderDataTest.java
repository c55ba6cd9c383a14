package dev.fairlead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.fairlead.RateLimit.Scope;
import dev.fairlead.github.GitHubProvider;
import dev.fairlead.sendgrid.SendGridProvider;
import dev.fairlead.shopify.ShopifyProvider;
import dev.fairlead.stripe.StripeProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Recorded and documented answers of real providers, one JSON file each, in the folder that {@code
 * FAIRLEAD_PROVIDER_DATA} names. They are not part of the project; the project's own cases have values of their own.
 * What was read is written to {@code target/provider-cases.txt}, so that CI can tell that it was.
 */
@EnabledIfEnvironmentVariable(named = "FAIRLEAD_PROVIDER_DATA", matches = ".+")
class ProviderDataTest {
    private static final Map<String, Provider> PROVIDERS = Map.of(
            "github", GitHubProvider.create(),
            "ietf", Provider.generic(),
            "sendgrid", SendGridProvider.create(),
            "shopify", ShopifyProvider.create(),
            "stripe", StripeProvider.create());

    /** Webhooks are another matter than outbound calls. */
    private static final Set<String> OTHER_KINDS = Set.of("webhook", "signature-vector");

    private static final Set<String> SUCCESSES = Set.of("success", "redirect", "not-modified");

    private static final Map<String, ErrorKind> KINDS = Map.ofEntries(
            Map.entry("auth", ErrorKind.AUTHENTICATION),
            Map.entry("conflict", ErrorKind.CONFLICT),
            Map.entry("duplicate", ErrorKind.DUPLICATE),
            Map.entry("lock-contention", ErrorKind.LOCK_CONTENTION),
            Map.entry("not-found", ErrorKind.NOT_FOUND),
            Map.entry("permission", ErrorKind.PERMISSION),
            Map.entry("quota-exhausted", ErrorKind.QUOTA_EXHAUSTED),
            Map.entry("rate-limited", ErrorKind.RATE_LIMITED),
            Map.entry("transient-server", ErrorKind.TRANSIENT),
            Map.entry("validation", ErrorKind.VALIDATION),
            Map.entry("version-unsupported", ErrorKind.VERSION_UNSUPPORTED));

    private static final Set<String> ABOUT_LIMITS = Set.of("lock-contention", "quota-exhausted", "rate-limited");

    @ParameterizedTest(name = "{0}")
    @MethodSource("github")
    void github(Case recorded) {
        recorded.check();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ietf")
    void ietf(Case recorded) {
        recorded.check();
    }

    /** Of these, so far, what is a throttle and what is left of the limit; their other errors are judged by status. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("throttlesAndLimits")
    void throttlesAndLimits(Case recorded) {
        recorded.checkThrottleAndLimit();
    }

    @AfterAll
    static void say() throws IOException {
        Path target = Path.of(System.getProperty("basedir", "."), "target");
        Files.createDirectories(target);
        Files.writeString(
                target.resolve("provider-cases.txt"),
                "github " + github().count() + " cases\nietf " + ietf().count() + " cases\nothers "
                        + throttlesAndLimits().count() + " cases, their throttles and limits\n");
    }

    static Stream<Case> github() throws IOException {
        return cases("github");
    }

    static Stream<Case> ietf() throws IOException {
        // What is deprecated is no matter of errors or limits.
        return cases("ietf")
                .filter(recorded ->
                        !recorded.annotation().path("category").asText().equals("deprecation"));
    }

    static Stream<Case> throttlesAndLimits() throws IOException {
        return Stream.of(cases("sendgrid"), cases("shopify"), cases("stripe")).flatMap(cases -> cases);
    }

    private static Stream<Case> cases(String provider) throws IOException {
        Path folder = Path.of(System.getenv("FAIRLEAD_PROVIDER_DATA"), provider);
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> sorted = files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
            JsonMapper mapper = JsonMapper.builder().build();
            Stream.Builder<Case> cases = Stream.builder();
            for (Path file : sorted) {
                JsonNode json = mapper.readTree(file.toFile());
                if (!OTHER_KINDS.contains(json.path("kind").asText())) {
                    cases.add(new Case(file.getFileName().toString(), json, PROVIDERS.get(provider)));
                }
            }
            return cases.build();
        }
    }

    record Case(String file, JsonNode json, Provider provider) {
        void check() {
            AnswerHead head = head();
            ErrorBody body = body();
            checkError(provider.errors().normalize(request(), head, body).orElse(null));
            checkRateLimit(provider.rateLimit().parse(head, body), head);
        }

        void checkThrottleAndLimit() {
            AnswerHead head = head();
            ErrorBody body = body();
            ErrorKind kind = provider.errors()
                    .normalize(request(), head, body)
                    .map(ApiError::kind)
                    .orElse(null);
            String category = annotation().path("category").asText();
            // A day's quota is annotated as a throttle as well; nobody's key is to wait a day for it.
            assertThat(kind != null && kind.isThrottle()).isEqualTo(category.equals("rate-limited"));
            if (ABOUT_LIMITS.contains(category)) {
                assertThat(kind).isEqualTo(KINDS.get(category));
            }
            RateLimit limit = provider.rateLimit().parse(head, body);
            ifAnnotated(
                    "waitSeconds",
                    seconds -> assertThat(limit.retryAfter())
                            .contains(Duration.ofNanos(Math.round(seconds.asDouble() * 1e9))));
            ifAnnotated("rateLimit", annotated -> {
                checkState(limit, annotated, head);
                if (annotated.has("restorePerSecond")) {
                    assertThat(limit.perSecond())
                            .hasValue(annotated.path("restorePerSecond").asDouble());
                }
            });
        }

        private void checkError(ApiError error) {
            String category = annotation().path("category").asText();
            if (SUCCESSES.contains(category)) {
                assertThat(error).isNull();
                return;
            }
            assertThat(error).isNotNull();
            assertThat(error.kind()).isEqualTo(KINDS.get(category));
            assertThat(error.kind().isThrottle())
                    .isEqualTo(annotation().path("throttled").asBoolean());
            assertThat(error.advice().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .isEqualTo(annotation().path("retry").asText());
            assertThat(error.status()).isEqualTo(json.path("status").asInt());
            ifAnnotated(
                    "waitSeconds",
                    seconds -> assertThat(error.retryAfter()).contains(Duration.ofSeconds(seconds.asLong())));
            ifAnnotated("providerCode", code -> assertThat(error.code()).contains(code.asText()));
            ifAnnotated("requestId", id -> assertThat(error.requestId()).contains(id.asText()));
            ifAnnotated("field", field -> assertThat(error.details()).containsEntry("field", field.asText()));
            if (json.path("body").hasNonNull("message")) {
                assertThat(error.message())
                        .isEqualTo(json.path("body").path("message").asText());
            }
        }

        private void checkRateLimit(RateLimit limit, AnswerHead head) {
            ifAnnotated("rateLimit", annotated -> {
                if (limit.scope() == Scope.CREDENTIAL && annotated.isObject()) {
                    // GitHub's secondary limit: the numbers sent beside it are those of another bucket.
                    assertThat(limit.remaining()).isEmpty();
                    assertThat(limit.retryAfter()).isPresent();
                } else if (annotated.isObject()) {
                    checkState(limit, annotated, head);
                } else {
                    checkState(limit, tightest(annotated), head);
                }
            });
            if (head.status() == 401) {
                assertThat(limit.scope()).isEqualTo(Scope.NONE);
            }
        }

        private void checkState(RateLimit limit, JsonNode annotated, AnswerHead head) {
            assertThat(limit.limitOrNegative())
                    .isEqualTo(annotated.path("limit").asLong(-1));
            assertThat(limit.remainingOrNegative())
                    .isEqualTo(annotated.path("remaining").asLong(-1));
            if (annotated.has("resetInSeconds")) {
                assertThat(limit.reset())
                        .contains(Duration.ofSeconds(
                                annotated.path("resetInSeconds").asLong()));
            }
            if (annotated.has("resetEpoch")) {
                long until = annotated.path("resetEpoch").asLong() - head.receivedAtMillis() / 1000;
                assertThat(limit.reset().orElseThrow().toSeconds()).isCloseTo(until, within(1L));
            }
            if (annotated.has("resource")) {
                assertThat(limit.resource()).contains(annotated.path("resource").asText());
            }
        }

        /** We give one state: of those annotated the one that has one, else the smallest policy. */
        private static JsonNode tightest(JsonNode annotated) {
            JsonNode tightest = annotated.path(0);
            for (JsonNode item : annotated) {
                if (item.has("remaining") || item.has("resetInSeconds")) {
                    return item;
                }
                if (item.path("limit").asLong() < tightest.path("limit").asLong()) {
                    tightest = item;
                }
            }
            return tightest;
        }

        JsonNode annotation() {
            return json.path("annotation");
        }

        private void ifAnnotated(String name, Consumer<JsonNode> check) {
            if (annotation().hasNonNull(name)) {
                check.accept(annotation().path(name));
            }
        }

        private AskedHead request() {
            JsonNode request = json.path("request");
            String url = request.path("path").asText("/");
            boolean absolute = url.startsWith("https://");
            String host = absolute ? url.substring(8, url.indexOf('/', 8)) : "api.example.com";
            String path = absolute ? url.substring(8 + host.length()) : url;
            int query = path.indexOf('?');
            return new AskedHead(
                    request.path("method").asText("GET"), host, query < 0 ? path : path.substring(0, query));
        }

        private AnswerHead head() {
            AnswerHead head = AnswerHead.of(json.path("status").asInt());
            if (json.has("receivedAt")) {
                head = head.receivedAt(json.path("receivedAt").asLong() * 1000);
            }
            for (Map.Entry<String, JsonNode> header : json.path("headers").properties()) {
                if (header.getValue().isArray()) {
                    for (JsonNode line : header.getValue()) {
                        head = head.with(header.getKey(), line.asText());
                    }
                } else {
                    head = head.with(header.getKey(), header.getValue().asText());
                }
            }
            return head;
        }

        private ErrorBody body() {
            String text = json.has("body")
                    ? json.path("body").toString()
                    : json.path("bodyText").asText("");
            return ErrorBody.of(text.getBytes(UTF_8), false);
        }

        @Override
        public String toString() {
            return provider.name() + "/" + file;
        }
    }
}
