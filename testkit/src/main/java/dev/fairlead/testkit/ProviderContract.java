package dev.fairlead.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.CallReport;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.Provider;
import dev.fairlead.RateLimit;
import dev.fairlead.RetryAdvice;
import dev.fairlead.testkit.HostileAnswers.Hostile;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every {@link Provider} must hold to, whoever wrote it. Extend it in a test of your own, say which provider and give
 * it cases in the shapes that the vendor documents:
 *
 * <pre>{@code
 * class AcmeContractTest extends ProviderContract {
 *   @Override protected Provider provider() { return AcmeProvider.create(); }
 *   @Override protected List<RecordedCase> cases() { return List.of(asked("GET https://api.acme.com/v1/things")…); }
 * }
 * }</pre>
 *
 * <p>Beside the cases themselves it makes thousands of hostile answers out of them, for a second or two. They are the same
 * in every run; the system property {@code fairlead.contract.seed} gives others, and a failure says which seed it was. It
 * needs {@code junit-jupiter} 6 among the dependencies, which the testkit does not bring.
 *
 * <p>The provider is judged alone and in calls through a {@link dev.fairlead.Fairlead} on virtual time. While secrets are
 * looked for in logs, what goes to {@code System.out} and {@code System.err} is read along.
 *
 * <p>A long file, so that the whole contract is read in one place.
 */
public abstract class ProviderContract {
    /** So much of a body is read at most, whatever a provider asks for. */
    static final int LONGEST_PEEK = 64 * 1024;

    private static final int JUDGEMENTS = 4_000;
    private static final int CALLS = 1_500;
    private static final int CALLS_OF_ONE_FAIRLEAD = 25;

    /** A throttle without a wait pauses for as long as this by policy, and times come in whole seconds. */
    private static final Duration LONGEST_PAUSE_OF_POLICY = Duration.ofSeconds(30);

    private static final Duration ROUNDING = Duration.ofSeconds(2);

    private static final String ID = "Id7x9Q03hostile";
    private static final int IDS = 50;

    /** Of the call's quotas the rules count two beside the credential's own. */
    private static final int MOST_QUOTAS = 2;

    private static final int MOST_NAMES = 200;

    /** For subclasses. */
    protected ProviderContract() {}

    /** The provider; asked for in each test. */
    protected abstract Provider provider();

    /** At least one answer for every shape that the vendor documents, with made-up values. */
    protected abstract List<RecordedCase> cases();

    /**
     * The documented ways to send a credential, each as {@code Name: value}, with {@code %s} where the secret stands, or
     * {@code %b} where it stands as a user name in Base64. Default: as a bearer token.
     */
    protected List<String> credentialForms() {
        return List.of("Authorization: Bearer %s");
    }

    /** A made-up secret in the vendor's format. */
    protected String secret() {
        return "canary0secretQ7x9Q03ofFairlead";
    }

    /** Whether successes of such requests are looked into, as they may be errors. Default: none is. */
    protected boolean looksIntoSuccess(String method, String path) {
        return false;
    }

    /** Each case gives what it says. */
    @TestFactory
    public final Stream<DynamicTest> recordedCases() {
        Provider provider = provider();
        return cases().stream()
                .map(each -> DynamicTest.dynamicTest(
                        each.toString(), () -> assertEquals(List.of(), each.differences(provider), each::toString)));
    }

    /** No head and no body makes it throw, ask for more than 64 KiB, or say what cannot be. */
    @Test
    public final void judgesWhateverComes() {
        Provider provider = provider();
        forHostileAnswers(JUDGEMENTS, hostile -> {
            int peek = provider.peekBytes(hostile.request(), hostile.answer());
            assertTrue(peek >= 0 && peek <= LONGEST_PEEK, () -> "peekBytes: " + peek);
            judge(provider, hostile);
        });
    }

    /** Nor does a body that was cut, wherever. */
    @Test
    public final void judgesABodyCutAnywhere() {
        Provider provider = provider();
        for (RecordedCase each : cases()) {
            byte[] body = each.body().getBytes(UTF_8);
            for (int length = 0; length < body.length; length++) {
                Hostile cut = new Hostile(each.request(), each.answer(), Arrays.copyOf(body, length), true);
                reported(cut, () -> judge(provider, cut));
            }
        }
    }

    /** Nor does a value of the wrong type, wherever it stands. */
    @Test
    public final void judgesWrongTypesAnywhere() {
        Provider provider = provider();
        for (RecordedCase each : cases()) {
            for (String position : JsonConfusion.positions(each.body())) {
                for (String value : JsonConfusion.WRONG) {
                    byte[] body =
                            JsonConfusion.replaced(each.body(), position, value).getBytes(UTF_8);
                    Hostile confused = new Hostile(each.request(), each.answer(), body, false);
                    reported(confused, () -> judge(provider, confused));
                }
            }
        }
    }

    private static void judge(Provider provider, Hostile hostile) {
        ErrorBody body = ErrorBody.of(hostile.body(), hostile.truncated());
        RateLimit limit = provider.rateLimit().parse(hostile.answer(), body);
        assertTrue(limit.resource().orElse("").length() <= 256, "a resource's name is bounded");
        Optional<ApiError> error = provider.errors().normalize(hostile.request(), hostile.answer(), body);
        error.ifPresent(found -> {
            assertTrue(!found.retryAfter().orElse(Duration.ZERO).isNegative(), "a wait is not negative");
            assertTrue(
                    found.advice() != RetryAdvice.SAME_REQUEST
                            || found.executed() == Executed.NO
                            || provider.isReplaySafe(hostile.request()),
                    "SAME_REQUEST for what may have been done and must not be done twice");
        });
        provider.requestId(hostile.answer());
    }

    /** No answer makes a call or a key wait longer than {@link Provider#maxPause()}, or than the policy pauses, or without end. */
    @Test
    public final void waitsNoLongerThanCanBeBelieved() {
        Duration most = provider().maxPause().compareTo(LONGEST_PAUSE_OF_POLICY) > 0
                ? provider().maxPause()
                : LONGEST_PAUSE_OF_POLICY;
        forHostileCalls((calls, hostile) -> {
            calls.call(hostile.request(), hostile.answer(), hostile.body());
            assertTrue(
                    calls.longestWait().compareTo(most.plus(ROUNDING)) <= 0,
                    () -> "waited " + calls.longestWait() + ", and " + most + " is the most to believe");
        });
    }

    /**
     * A request that may not be executed twice is repeated only if it certainly was not executed: which a 5xx that is no
     * throttle says only where a case of the same status does.
     */
    @Test
    public final void repeatsNothingThatMayHaveBeenDone() {
        Provider provider = provider();
        forHostileCalls((calls, hostile) -> {
            boolean mayBeRepeated = provider.isReplaySafe(hostile.request()) || provider.isGivenKey(hostile.request());
            CallReport report = calls.call(hostile.request(), hostile.answer(), hostile.body());
            assertTrue(
                    mayBeRepeated || report.attempts().size() < 2 || isSurelyUndone(provider, hostile, report),
                    () -> "repeated: " + report.explain());
        });
    }

    private boolean isSurelyUndone(Provider provider, Hostile hostile, CallReport report) {
        CallReport.Attempt first = report.attempts().get(0);
        int status = hostile.answer().status();
        boolean isRefusal =
                status < 500 || first.kind().filter(ErrorKind::isThrottle).isPresent();
        return first.executed() == Executed.NO
                && (isRefusal
                        || cases().stream()
                                .filter(each -> each.answer().status() == status)
                                .anyMatch(each -> provider.errors()
                                        .normalize(
                                                each.request(),
                                                each.answer(),
                                                ErrorBody.of(each.body().getBytes(UTF_8), false))
                                        .filter(error -> error.executed() == Executed.NO)
                                        .isPresent()));
    }

    /** A throttle pauses its key, for as long as was asked or by policy; one of no key of ours the call alone. */
    @Test
    public final void aThrottlePauses() {
        Provider provider = provider();
        for (RecordedCase each : cases()) {
            if (each.isThrottle()) {
                ErrorBody body = ErrorBody.of(each.body().getBytes(UTF_8), false);
                RateLimit limit = provider.rateLimit().parse(each.answer(), body);
                Optional<Duration> asked = provider.errors()
                        .normalize(each.request(), each.answer(), body)
                        .flatMap(ApiError::retryAfter);
                ContractCalls calls = new ContractCalls(provider, cases());
                calls.call(each.request(), each.answer(), each.body().getBytes(UTF_8));
                boolean ofNoKey = limit != RateLimit.NONE && limit.scope() == RateLimit.Scope.NONE;
                assertTrue(ofNoKey || calls.wasPaused(), () -> "no key was paused by " + each);
                assertTrue(
                        asked.orElse(Duration.ZERO).compareTo(provider.maxPause()) > 0
                                || calls.longestWait().compareTo(asked.orElse(Duration.ZERO)) >= 0,
                        () -> "waited no more than " + calls.longestWait() + " for " + each);
            }
        }
    }

    /** A 2xx is no error, whatever is in it, and is not read; where it may be one, only what says so is. */
    @Test
    public final void leavesSuccessesAlone() {
        Provider provider = provider();
        for (RecordedCase each : cases()) {
            ContractRequest request = each.request();
            boolean lookedInto = looksIntoSuccess(request.method(), request.path());
            for (int status : new int[] {200, 201, 202, 204, 206}) {
                ContractAnswer answer = each.answer().withStatus(status);
                assertTrue(
                        lookedInto || provider.peekBytes(request, answer) == 0,
                        () -> "the body of a success is read: " + request);
                for (String value : JsonConfusion.WRONG) {
                    String body = lookedInto ? "{\"data\":" + value + ",\"access_token\":\"x\"}" : value;
                    assertNoError(provider, request, ContractAnswer.of(status), body);
                }
                if (!lookedInto) {
                    assertNoError(provider, request, answer, each.body());
                }
            }
        }
    }

    private static void assertNoError(Provider provider, ContractRequest request, ContractAnswer answer, String body) {
        assertEquals(
                Optional.empty(),
                provider.errors().normalize(request, answer, ErrorBody.of(body.getBytes(UTF_8), false)),
                () -> request + " → " + answer + " " + body);
    }

    /** Quotas have few names, which hold no ids; nor does the name of an endpoint. */
    @Test
    public final void namesHoldNoIds() {
        Provider provider = provider();
        Set<String> quotas = new HashSet<>();
        for (RecordedCase each : cases()) {
            ContractRequest request = each.request();
            assertEquals(provider.quotas(request), provider.quotas(request), () -> "quotas of " + request);
            String[] segments = request.path().substring(1).split("/", -1);
            for (int i = 0; i < IDS * (segments.length + 1); i++) {
                String[] changed = Arrays.copyOf(segments, segments.length + 1);
                changed[segments.length] = "";
                changed[i / IDS] = i % 2 == 0 ? ID + i : secret();
                ContractRequest other = request.withPath("/" + String.join("/", changed));
                List<String> names = provider.quotas(other);
                assertTrue(names.size() <= MOST_QUOTAS, () -> "more than " + MOST_QUOTAS + " quotas: " + names);
                quotas.addAll(names);
                String endpoint = provider.endpoint(other);
                assertTrue(!isTelling(endpoint), () -> "the endpoint of " + other + " is " + endpoint);
            }
        }
        assertTrue(quotas.stream().noneMatch(this::isTelling), () -> "quotas named after ids: " + quotas);
        assertTrue(quotas.size() <= MOST_NAMES, () -> "more than " + MOST_NAMES + " quotas: " + quotas);
    }

    private boolean isTelling(String name) {
        return name.contains(ID) || name.contains(secret());
    }

    /** Two credentials are told apart, in every documented form, and none is seen where there is none. */
    @Test
    public final void findsTheCredential() {
        Provider provider = provider();
        for (RecordedCase each : cases()) {
            for (String form : credentialForms()) {
                String one = provider.credential(with(each.request(), form, secret()));
                String other = provider.credential(with(each.request(), form, secret() + "2"));
                assertTrue(
                        one != null && !one.equals(other),
                        () -> "not found: " + form + " of " + each.request() + "; see credentialForms()");
            }
        }
    }

    /** No secret gets into keys, reports, exceptions, events or logs, though all answers repeat it everywhere. */
    @Test
    public final void tellsNoSecret() {
        Provider provider = provider();
        ConsoleEcho console = ConsoleEcho.begin();
        ContractCalls calls = new ContractCalls(provider, cases());
        try {
            for (String form : credentialForms()) {
                for (RecordedCase each : cases()) {
                    ContractRequest request = with(each.request(), form, secret());
                    byte[] body = (JsonConfusion.positions(each.body()).isEmpty()
                                    ? each.body() + " " + secret()
                                    : JsonConfusion.withEcho(each.body(), secret()))
                            .getBytes(UTF_8);
                    calls.call(request, each.answer(), body);
                    calls.call(request.withPath(request.path() + "/" + secret()), echoing(each.answer()), body);
                }
            }
        } finally {
            console.end();
        }
        assertAll(Stream.concat(calls.told().stream(), Stream.of(console.text()))
                .map(told -> () -> assertTrue(!told.contains(secret()), () -> "it says: " + told)));
    }

    private ContractAnswer echoing(ContractAnswer answer) {
        ContractAnswer echoing = ContractAnswer.of(answer.status());
        for (HeaderLines.Line line : answer.headers().lines()) {
            echoing = echoing.with(line.name(), line.value() + " " + secret());
        }
        return echoing.with("X-Request-Id", secret())
                .with("Deprecation", "true")
                .with("Sunset", "Fri, 15 Jan 2027 08:00:40 GMT");
    }

    private static ContractRequest with(ContractRequest request, String form, String secret) {
        HeaderLines.Line line = HeaderLines.of(form).lines().get(0);
        String basic = Base64.getEncoder().encodeToString((secret + ":").getBytes(UTF_8));
        return request.with(line.name(), line.value().replace("%s", secret).replace("%b", basic));
    }

    /** A POST or PATCH without a key may be executed twice only where a case says so, and with one always. */
    @Test
    public final void repeatsNoPostByItself() {
        Provider provider = provider();
        for (RecordedCase each : cases()) {
            ContractRequest request = each.request();
            String key = provider.idempotencyHeader();
            boolean hasKey = key != null && request.header(key) != null;
            if (request.method().equals("POST") || request.method().equals("PATCH")) {
                assertEquals(
                        each.isReplaySafe() || hasKey, provider.isReplaySafe(request), () -> "replay-safe: " + each);
            }
            if (request.method().equals("POST") && !each.isReplaySafe() && !hasKey) {
                assertFalse(provider.isReplaySafe(request.withMethod("PATCH")), () -> "replay-safe as PATCH: " + each);
            }
            if (key != null) {
                assertTrue(provider.isReplaySafe(request.with(key, "order-17")), () -> "with a key: " + each);
            }
        }
    }

    @FunctionalInterface
    private interface HostileCall {
        void make(ContractCalls calls, Hostile hostile);
    }

    private void forHostileCalls(HostileCall check) {
        ContractCalls[] calls = new ContractCalls[1];
        int[] made = new int[1];
        forHostileAnswers(CALLS, hostile -> {
            if (made[0]++ % CALLS_OF_ONE_FAIRLEAD == 0) {
                calls[0] = new ContractCalls(provider(), cases());
            }
            check.make(calls[0], hostile);
        });
    }

    private void forHostileAnswers(int count, Consumer<Hostile> check) {
        long seed = Long.getLong("fairlead.contract.seed", 20_270_115L);
        HostileAnswers answers = new HostileAnswers(seed, cases());
        for (int i = 0; i < count; i++) {
            Hostile hostile = answers.next();
            String which = "-Dfairlead.contract.seed=" + seed + ", answer " + i;
            try {
                check.accept(hostile);
            } catch (RuntimeException | StackOverflowError | AssertionError failure) {
                throw new AssertionError(which + ": " + hostile + ": " + failure.getMessage(), failure);
            }
        }
    }

    private static void reported(Hostile hostile, Runnable check) {
        try {
            check.run();
        } catch (RuntimeException | StackOverflowError | AssertionError failure) {
            throw new AssertionError(hostile + ": " + failure.getMessage(), failure);
        }
    }
}
