package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdapterTest {
    private final Adapter<JsonDocument, Integer> adapter = new Ages();

    /** Ages of people; a bad one breaks it in one of several ways. */
    private static final class Ages implements Adapter<JsonDocument, Integer> {
        @Override
        public Integer toInternal(JsonDocument external) {
            return external.find("/years").isPresent()
                    ? (int) external.at("/years").integer()
                    : Integer.valueOf(external.at("/age").text());
        }

        @Override
        public JsonDocument toExternal(Integer internal) {
            return JsonDocument.object().put("years", internal).build();
        }
    }

    @Test
    void aBadItemIsReportedAndHarmsNoOther() {
        List<JsonDocument> people = JsonDocument.parse(
                        "{\"people\":[{\"years\":7},{\"years\":\"Ann is 8\"},{\"age\":\"Ben is 9\"},{},{\"age\":\"10\"}]}")
                .at("/people")
                .items();

        Batch<JsonDocument, Integer> batch = adapter.convertAll(people);

        assertThat(batch.isComplete()).isFalse();
        assertThat(batch.internals()).containsExactly(7, 10);
        assertThat(batch.converted()).extracting(Batch.Converted::position).containsExactly(0, 4);
        assertThat(batch.converted())
                .extracting(Batch.Converted::external)
                .containsExactly(people.get(0), people.get(4));
        assertThat(batch.failed()).extracting(Batch.Failed::position).containsExactly(1, 2, 3);
        assertThat(batch.failed())
                .extracting(Batch.Failed::external)
                .containsExactly(people.get(1), people.get(2), people.get(3));
        assertThat(batch.failed())
                .extracting(failed -> failed.reason().pointer())
                .containsExactly("/people/1/years", "", "/people/3/age");
        assertThat(batch.failed().get(0).reason()).hasMessage("/people/1/years is not an integer");
    }

    @Test
    void anAdapterThatBreaksIsReportedWithThePlaceAndWithoutTheValue() {
        Batch<JsonDocument, Integer> batch = adapter.convertAll(List.of(JsonDocument.parse("{\"age\":\"Ben is 9\"}")));

        assertThat(batch.failed().get(0).reason())
                .hasMessageContaining("broke the adapter: java.lang.NumberFormatException at ")
                .hasMessageNotContaining("Ben")
                .hasNoCause();
    }

    @Test
    void nothingAmongTheItemsIsABadItem() {
        Batch<JsonDocument, Integer> batch =
                adapter.convertAll(Arrays.asList(null, JsonDocument.parse("{\"years\":7}")));

        assertThat(batch.internals()).containsExactly(7);
        assertThat(batch.failed()).singleElement().hasToString("item 0: the whole is missing");
    }

    @Test
    void theTextOfABatchTellsNothingOfWhatIsInIt() {
        Batch<JsonDocument, Integer> batch = adapter.convertAll(
                JsonDocument.parse("[{\"years\":731},{\"years\":\"Ann\"}]").items());

        assertThat(batch).hasToString("1 converted, 1 failed [item 1: /1/years is not an integer]");
        assertThat(batch.converted().get(0)).hasToString("item 0");
        assertThat(adapter.convertAll(List.of())).hasToString("0 converted, 0 failed");
        assertThat(adapter.convertAll(List.of()).isComplete()).isTrue();
    }

    @Test
    void aRegistryFindsByProviderAndTypes() {
        Adapter<JsonDocument, Integer> other = new Ages();
        AdapterRegistry registry = AdapterRegistry.builder()
                .register("acme", JsonDocument.class, Integer.class, adapter)
                .register("zenith", JsonDocument.class, Integer.class, other)
                .build();

        assertThat(registry.adapter("acme", JsonDocument.class, Integer.class)).isSameAs(adapter);
        assertThat(registry.adapter("zenith", JsonDocument.class, Integer.class))
                .isSameAs(other);
        assertThatThrownBy(() -> registry.adapter("acme", JsonDocument.class, String.class))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("No adapter for acme (JsonDocument to String). Registered: acme (JsonDocument to Integer),"
                        + " zenith (JsonDocument to Integer). Add it by AdapterRegistry.builder().register(…)");
        assertThatThrownBy(() -> AdapterRegistry.builder().build().adapter("acme", String.class, String.class))
                .hasMessageContaining("Registered: none");
    }

    @Test
    void twoForTheSameAreAMistake() {
        AdapterRegistry.Builder builder =
                AdapterRegistry.builder().register("acme", JsonDocument.class, Integer.class, adapter);

        assertThatThrownBy(() -> builder.register("acme", JsonDocument.class, Integer.class, new Ages()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("acme (JsonDocument to Integer)")
                .hasMessageContaining("Ages");
        assertThat(builder.build().adapter("acme", JsonDocument.class, Integer.class))
                .isSameAs(adapter);
    }

    @ParameterizedTest
    @EnumSource
    void everyKindOfErrorMeansSomethingToTheDomain(ErrorKind kind) {
        DomainError.Kind expected = switch (kind) {
            case RATE_LIMITED, CONCURRENCY_LIMITED, QUOTA_EXHAUSTED, LOCK_CONTENTION, TRANSIENT, IDEMPOTENCY_IN_USE ->
                DomainError.Kind.UNAVAILABLE;
            case AUTHENTICATION, PERMISSION, ACCOUNT_BLOCKED, CLOCK_SKEW -> DomainError.Kind.NOT_ALLOWED;
            case VALIDATION, VERSION_UNSUPPORTED -> DomainError.Kind.INVALID;
            case NOT_FOUND -> DomainError.Kind.NOT_FOUND;
            case DUPLICATE -> DomainError.Kind.ALREADY_EXISTS;
            case CONFLICT, IDEMPOTENCY_MISMATCH -> DomainError.Kind.CONFLICT;
            case PAYMENT_DECLINED -> DomainError.Kind.DECLINED;
            case PARTIAL_FAILURE, UNKNOWN -> DomainError.Kind.UNKNOWN;
        };
        ApiError error = ApiError.builder("acme", 400, kind, RetryAdvice.NEVER)
                .retryAfter(Duration.ofSeconds(9))
                .build();

        DomainError mapped = adapter.mapError(error);

        assertThat(mapped.kind()).isEqualTo(expected);
        assertThat(mapped.error()).isSameAs(error);
        assertThat(mapped.retryAfter().isPresent()).isEqualTo(expected == DomainError.Kind.UNAVAILABLE);
    }
}
