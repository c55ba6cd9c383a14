package dev.fairlead.testkit;

import static dev.fairlead.testkit.RecordedCase.asked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.ErrorKind;
import dev.fairlead.ErrorNormalizer;
import dev.fairlead.Provider;
import dev.fairlead.RateLimit;
import dev.fairlead.RetryAdvice;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every clause of the contract can be broken, and is seen to be. */
class ProviderContractTest {
    private static final ErrorNormalizer BY_STATUS = ErrorNormalizer.byStatus("acme");

    private static final List<RecordedCase> CASES = List.of(
            asked("POST https://api.acme.test/v1/things")
                    .answered(201)
                    .body("{\"id\":\"7\"}")
                    .isSuccess(),
            asked("POST https://api.acme.test/v1/things")
                    .answered(429)
                    .body("{\"code\":\"busy\",\"message\":\"Wait.\"}")
                    .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO)
                    .saysNoWait(),
            asked("GET https://api.acme.test/v1/things/7")
                    .answered(500)
                    .isError(ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT, Executed.UNKNOWN));

    private static ProviderContract contract(UnaryOperator<Provider.Builder> change, List<RecordedCase> cases) {
        return new ProviderContract() {
            @Override
            protected Provider provider() {
                return change.apply(Provider.builder("acme").hosts("*.acme.test"))
                        .build();
            }

            @Override
            protected List<RecordedCase> cases() {
                return cases;
            }
        };
    }

    private static void runCases(ProviderContract contract) {
        contract.recordedCases().map(DynamicTest::getExecutable).forEach(each -> {
            try {
                each.execute();
            } catch (RuntimeException | Error thrown) {
                throw thrown;
            } catch (Throwable thrown) {
                throw new IllegalStateException(thrown);
            }
        });
    }

    static Stream<Arguments> clauses() {
        return Stream.of(
                clause(
                        "a parser that throws",
                        ProviderContract::judgesWhateverComes,
                        acme -> acme.rateLimit((head, body) -> {
                            throw new IllegalStateException("no idea");
                        })),
                clause(
                        "too much read",
                        ProviderContract::judgesWhateverComes,
                        acme -> acme.peek((request, head) -> 65_537)),
                clause(
                        "a number taken for granted",
                        ProviderContract::judgesABodyCutAnywhere,
                        acme -> acme.errors((request, head, body) -> Optional.of(
                                        Integer.toString(body.raw().charAt(30)))
                                .flatMap(any -> BY_STATUS.normalize(request, head, body)))),
                clause(
                        "a type taken for granted",
                        ProviderContract::judgesWrongTypesAnywhere,
                        acme -> acme.errors((request, head, body) ->
                                body.text("/code").orElse("x").equals("busy") || body.isEmpty()
                                        ? BY_STATUS.normalize(request, head, body)
                                        : Optional.of(Integer.valueOf(
                                                        body.text("/code").orElseThrow()))
                                                .flatMap(any -> BY_STATUS.normalize(request, head, body)))),
                clause(
                        "anything may be repeated",
                        ProviderContract::judgesWhateverComes,
                        acme -> acme.errors((request, head, body) -> BY_STATUS
                                .normalize(request, head, body)
                                .map(error -> error.toBuilder(error.kind(), RetryAdvice.SAME_REQUEST)
                                        .executed(Executed.UNKNOWN)
                                        .build()))),
                clause(
                        "repeated after a failure",
                        ProviderContract::repeatsNothingThatMayHaveBeenDone,
                        acme -> acme.errors((request, head, body) -> BY_STATUS
                                .normalize(request, head, body)
                                .map(error -> error.toBuilder(error.kind(), RetryAdvice.SAME_REQUEST)
                                        .executed(Executed.UNKNOWN)
                                        .build()))),
                clause(
                        "nothing done by a 5xx",
                        ProviderContract::repeatsNothingThatMayHaveBeenDone,
                        acme -> acme.errors((request, head, body) -> BY_STATUS
                                .normalize(request, head, body)
                                .map(error -> error.toBuilder(error.kind(), RetryAdvice.SAME_REQUEST)
                                        .executed(Executed.NO)
                                        .build()))),
                clause(
                        "every PATCH may be repeated",
                        ProviderContract::repeatsNoPostByItself,
                        acme -> acme.alsoReplaySafe(request -> request.method().equals("PATCH"))),
                clause(
                        "no throttle of its throttles",
                        ProviderContract::aThrottlePauses,
                        acme -> acme.errors((request, head, body) -> Optional.of(
                                ApiError.builder("acme", head.status(), ErrorKind.UNKNOWN, RetryAdvice.NEVER)
                                        .build()))),
                clause(
                        "successes read",
                        ProviderContract::leavesSuccessesAlone,
                        acme -> acme.peek((request, head) -> 1)),
                clause(
                        "successes judged",
                        ProviderContract::leavesSuccessesAlone,
                        acme -> acme.errors((request, head, body) -> Optional.of(
                                ApiError.builder("acme", head.status(), ErrorKind.UNKNOWN, RetryAdvice.NEVER)
                                        .build()))),
                clause(
                        "a quota of each id",
                        ProviderContract::namesHoldNoIds,
                        acme -> acme.quotas(request -> List.of(request.path()))),
                clause(
                        "three quotas",
                        ProviderContract::namesHoldNoIds,
                        acme -> acme.quotas(request -> List.of("a", "b", "c"))),
                clause(
                        "an endpoint of each id",
                        ProviderContract::namesHoldNoIds,
                        acme -> acme.endpoint(request -> request.path())),
                clause(
                        "no credential",
                        ProviderContract::findsTheCredential,
                        acme -> acme.credential(request -> request.header("X-Key"))),
                clause(
                        "a secret in an event",
                        ProviderContract::tellsNoSecret,
                        acme -> acme.credential(request -> null).endpoint(request -> request.path())),
                clause(
                        "every POST may be repeated",
                        ProviderContract::repeatsNoPostByItself,
                        acme -> acme.replaySafe(request -> true)),
                clause(
                        "another meaning",
                        ProviderContractTest::runCases,
                        acme -> acme.errors((request, head, body) -> Optional.empty())),
                clause(
                        "another state",
                        ProviderContractTest::runCases,
                        acme -> acme.rateLimit((head, body) -> RateLimit.NONE.withRetryAfterNanos(7))));
    }

    private static Arguments clause(
            String name, Consumer<ProviderContract> clause, UnaryOperator<Provider.Builder> breach) {
        return Arguments.of(name, clause, breach);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("clauses")
    void aBreachIsSeen(String name, Consumer<ProviderContract> clause, UnaryOperator<Provider.Builder> breach) {
        assertThatCode(() -> clause.accept(contract(UnaryOperator.identity(), CASES)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> clause.accept(contract(breach, CASES))).isInstanceOf(AssertionError.class);
    }

    @Test
    void aFailureSaysHowToRepeatIt() {
        ProviderContract contract = contract(
                acme -> acme.rateLimit((head, body) -> {
                    throw new IllegalStateException("no idea");
                }),
                CASES);
        assertThatThrownBy(contract::judgesWhateverComes)
                .hasMessageContaining("-Dfairlead.contract.seed=20270115, answer 0")
                .hasMessageContaining("no idea");
    }

    @Test
    void aCaseMustSayWhatItMeans() {
        Provider generic = Provider.generic();
        RecordedCase silent = asked("GET https://api.acme.test/").answered(200);
        assertThat(silent.differences(generic)).singleElement().asString().contains("neither isSuccess() nor isError");
        RecordedCase throttle = asked("GET https://api.acme.test/")
                .answered(429, "Retry-After: 7")
                .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO);
        assertThat(throttle.differences(generic))
                .singleElement()
                .asString()
                .contains("neither waits(…) nor saysNoWait()");
        assertThat(throttle.waits(Duration.ofSeconds(7)).differences(generic)).isEmpty();
        assertThat(throttle.saysNoWait().differences(generic))
                .containsExactly("wait: expected none, but was PT7S", "limit's wait: expected none, but was PT7S");
    }

    @Test
    void aCaseOfAnotherFormIsRefused() {
        assertThatThrownBy(() -> asked("https://api.acme.test/")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> asked("GET /things")).hasMessageContaining("GET https://api.acme.com/v1");
        assertThatThrownBy(() -> asked("GET https://api.acme.test/").answered(200, "no colon"))
                .hasMessageContaining("Name: value");
    }
}
