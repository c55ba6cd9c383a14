package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fairlead.ProviderCase.Judgement;
import dev.fairlead.RateLimit.Scope;
import dev.fairlead.github.GitHubProvider;
import dev.fairlead.openai.OpenAiProvider;
import dev.fairlead.sendgrid.SendGridProvider;
import dev.fairlead.shopify.ShopifyProvider;
import dev.fairlead.stripe.StripeProvider;
import dev.fairlead.twilio.TwilioProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Recorded and documented answers of real providers, one JSON file each, in the folder that {@code
 * FAIRLEAD_PROVIDER_DATA} names, and all that is annotated of them. They are not part of the project; the project's own
 * cases have values of their own. What was read is written to {@code target/provider-cases.txt}, so that CI can tell that
 * it was.
 */
@EnabledIfEnvironmentVariable(named = "FAIRLEAD_PROVIDER_DATA", matches = ".+")
class ProviderDataTest {
    /** By the name of their folder; GitHub first, as CI looks for it there. */
    private static final Map<String, Provider> PROVIDERS = new LinkedHashMap<>();

    static {
        PROVIDERS.put("github", GitHubProvider.create());
        PROVIDERS.put("ietf", Provider.generic());
        PROVIDERS.put("stripe", StripeProvider.create());
        PROVIDERS.put("twilio", TwilioProvider.create());
        PROVIDERS.put("sendgrid", SendGridProvider.create());
        PROVIDERS.put("shopify", ShopifyProvider.create());
        PROVIDERS.put("openai", OpenAiProvider.create());
    }

    private static final Set<String> SUCCESSES =
            Set.of("success", "redirect", "not-modified", "accepted", "deprecation");

    private static final Map<String, ErrorKind> KINDS = Map.ofEntries(
            Map.entry("abuse-block", ErrorKind.ACCOUNT_BLOCKED),
            Map.entry("account-blocked", ErrorKind.ACCOUNT_BLOCKED),
            Map.entry("account-state", ErrorKind.ACCOUNT_BLOCKED),
            Map.entry("auth", ErrorKind.AUTHENTICATION),
            Map.entry("clock-skew", ErrorKind.CLOCK_SKEW),
            Map.entry("concurrency-limited", ErrorKind.CONCURRENCY_LIMITED),
            Map.entry("conflict", ErrorKind.CONFLICT),
            Map.entry("duplicate", ErrorKind.DUPLICATE),
            Map.entry("idempotency-in-use", ErrorKind.IDEMPOTENCY_IN_USE),
            Map.entry("idempotency-mismatch", ErrorKind.IDEMPOTENCY_MISMATCH),
            Map.entry("lock-contention", ErrorKind.LOCK_CONTENTION),
            Map.entry("not-found", ErrorKind.NOT_FOUND),
            Map.entry("partial", ErrorKind.PARTIAL_FAILURE),
            Map.entry("partial-failure", ErrorKind.PARTIAL_FAILURE),
            Map.entry("payment-declined", ErrorKind.PAYMENT_DECLINED),
            Map.entry("permission", ErrorKind.PERMISSION),
            Map.entry("quota-exhausted", ErrorKind.QUOTA_EXHAUSTED),
            Map.entry("rate-limited", ErrorKind.RATE_LIMITED),
            Map.entry("recipient-blocked", ErrorKind.ACCOUNT_BLOCKED),
            Map.entry("transient-server", ErrorKind.TRANSIENT),
            Map.entry("unknown", ErrorKind.UNKNOWN),
            Map.entry("validation", ErrorKind.VALIDATION),
            Map.entry("version-unsupported", ErrorKind.VERSION_UNSUPPORTED));

    /** Annotations that are not followed, as {@code provider/case annotation}, each with the reason and its source. */
    private static final Map<String, String> NOT_FOLLOWED = Map.of();

    /** Of one case: what is annotated and what comes out. */
    private record Check(ProviderCase recorded, Judgement judged) {
        void everything() {
            JsonNode annotation = recorded.annotation();
            if (SUCCESSES.contains(annotation.path("category").asText())) {
                assertThat(judged.error()).isNull();
            } else {
                assertThat(judged.error()).as("error").isNotNull();
                error(judged.error());
            }
            annotated("requestId", id -> assertThat(requestId()).contains(id.asText()));
            annotated("rateLimit", this::limits);
            if (isFollowed("rateLimit") && annotation.path("rateLimit").isNull()) {
                assertThat(judged.limit().limitOrNegative()).isNegative();
                assertThat(judged.limit().remainingOrNegative()).isNegative();
            }
            annotated(
                    "idempotentReplay",
                    replay -> assertThat(judged.report().attempts())
                            .singleElement()
                            .returns(replay.asBoolean(), CallReport.Attempt::replayed));
            notices();
        }

        private void error(ApiError error) {
            annotated(
                    "category",
                    category -> assertThat(error.kind()).as("kind").isEqualTo(KINDS.get(category.asText())));
            annotated("throttled", throttled -> {
                // A day's quota is annotated as a throttle as well; nobody's key is to wait a day for it.
                boolean pauses = throttled.asBoolean() && error.kind() != ErrorKind.QUOTA_EXHAUSTED;
                assertThat(error.kind().isThrottle()).as("throttle").isEqualTo(pauses);
            });
            annotated(
                    "retry",
                    retry -> assertThat(text(error.advice())).as("advice").isEqualTo(retry.asText()));
            annotated("executed", executed -> assertThat(text(error.executed())).isEqualTo(executed.asText()));
            annotated(
                    "waitSeconds",
                    seconds -> assertThat(error.retryAfter().or(judged.limit()::retryAfter))
                            .as("wait")
                            .contains(Duration.ofNanos(Math.round(seconds.asDouble() * 1e9))));
            annotated(
                    "providerCode", code -> assertThat(error.code()).as("code").contains(code.asText()));
            annotated("field", field -> assertThat(error.details()).containsEntry("field", field.asText()));
            annotated("fields", fields -> {
                String all =
                        error.details().getOrDefault("fields", error.details().getOrDefault("field", ""));
                for (JsonNode field : fields) {
                    assertThat(all).as("fields").contains(field.asText());
                }
            });
            assertThat(error.status()).isEqualTo(recorded.json().path("status").asInt());
            JsonNode message = recorded.json().path("body").path("message");
            if (message.isTextual()) {
                assertThat(error.message()).isEqualTo(message.asText());
            }
        }

        private Optional<String> requestId() {
            return judged.error() == null
                    ? Optional.ofNullable(judged.requestId())
                    : judged.error().requestId();
        }

        private void notices() {
            annotated(
                    "deprecatedAt", at -> assertNotice(ApiNotice.Kind.DEPRECATED, Instant.ofEpochSecond(at.asLong())));
            annotated("sunsetAt", at -> assertNotice(ApiNotice.Kind.SUNSET, Instant.ofEpochSecond(at.asLong())));
            annotated(
                    "servedVersion",
                    served -> assertThat(judged.notices())
                            .filteredOn(notice -> notice.kind() == ApiNotice.Kind.VERSION_DIFFERS)
                            .singleElement()
                            .extracting(ApiNotice::text)
                            .asString()
                            .contains(served.asText())
                            .contains(recorded.annotation()
                                    .path("requestedVersion")
                                    .asText()));
            boolean deprecation =
                    recorded.annotation().path("category").asText().equals("deprecation");
            if (deprecation) {
                assertThat(judged.notices()).extracting(ApiNotice::kind).contains(ApiNotice.Kind.DEPRECATED);
            }
        }

        private void assertNotice(ApiNotice.Kind kind, Instant at) {
            assertThat(judged.notices())
                    .filteredOn(notice -> notice.kind() == kind)
                    .singleElement()
                    .returns(Optional.of(at), ApiNotice::at);
        }

        private void limits(JsonNode annotated) {
            RateLimit limit = judged.limit();
            boolean github = recorded.provider().name().equals("github");
            if (github && recorded.json().path("status").asInt() == 401) {
                assertThat(limit.scope()).isEqualTo(Scope.NONE);
            }
            if (github && limit.scope() == Scope.CREDENTIAL) {
                // The secondary limit: the numbers sent beside it are those of another bucket.
                assertThat(limit.remaining()).isEmpty();
                assertThat(limit.retryAfter()).isPresent();
            } else {
                limit(limit, annotated.isArray() ? tightest(annotated) : annotated);
            }
        }

        private void limit(RateLimit limit, JsonNode annotated) {
            assertThat(limit.limitOrNegative())
                    .as("limit")
                    .isEqualTo(annotated.path("limit").asLong(-1));
            assertThat(limit.remainingOrNegative())
                    .as("remaining")
                    .isEqualTo(annotated.path("remaining").asLong(-1));
            if (annotated.has("resetInSeconds")) {
                long nanos = Math.round(annotated.path("resetInSeconds").asDouble() * 1e9);
                assertThat(limit.reset()).as("reset").contains(Duration.ofNanos(nanos));
            }
            if (annotated.has("resetEpoch")) {
                long until =
                        annotated.path("resetEpoch").asLong() - recorded.head().receivedAtMillis() / 1000;
                assertThat(limit.reset().orElseThrow().toSeconds()).isCloseTo(until, within(1L));
            }
            if (annotated.has("restorePerSecond")) {
                assertThat(limit.perSecond())
                        .hasValue(annotated.path("restorePerSecond").asDouble());
            }
            if (annotated.has("resource")) {
                assertThat(limit.resource()).contains(annotated.path("resource").asText());
            }
        }

        /** We give one state: of those annotated the first that has one, else the smallest policy. */
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

        private void annotated(String name, Consumer<JsonNode> check) {
            if (recorded.annotation().hasNonNull(name) && isFollowed(name)) {
                check.accept(recorded.annotation().path(name));
            }
        }

        private boolean isFollowed(String name) {
            return !NOT_FOLLOWED.containsKey(recorded + " " + name);
        }

        private static String text(Enum<?> value) {
            return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isWhatIsAnnotated(ProviderCase recorded) {
        new Check(recorded, recorded.judge()).everything();
    }

    @AfterAll
    static void say() throws IOException {
        Path target = Path.of(System.getProperty("basedir", "."), "target");
        Files.createDirectories(target);
        List<String> lines = new ArrayList<>();
        for (String name : PROVIDERS.keySet()) {
            lines.add(name + " " + cases(name).size() + " cases");
        }
        Files.write(target.resolve("provider-cases.txt"), lines);
    }

    static Stream<ProviderCase> cases() throws IOException {
        List<ProviderCase> all = new ArrayList<>();
        for (String name : PROVIDERS.keySet()) {
            all.addAll(cases(name));
        }
        return all.stream();
    }

    private static List<ProviderCase> cases(String name) throws IOException {
        return ProviderCase.read(Path.of(System.getenv("FAIRLEAD_PROVIDER_DATA"), name), PROVIDERS.get(name));
    }
}
