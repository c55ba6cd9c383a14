package dev.fairlead.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.Provider;
import dev.fairlead.RateLimit;
import dev.fairlead.RetryAdvice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One answer of an API and what a provider is to make of it, for {@link ProviderContract}. Every method but {@link #asked}
 * gives a changed copy, so that a case is one line:
 *
 * <pre>{@code
 * asked("POST https://api.acme.com/v1/things").answered(429, "Retry-After: 7").body("{\"code\":\"busy\"}")
 *     .isError(ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT, Executed.NO).waits(Duration.ofSeconds(7)).code("busy")
 * }</pre>
 *
 * <p>What is not said is not checked, but for two things: whether it is an error at all, and how long a throttle asks to
 * wait, must be said. The answer is received at {@value #RECEIVED_AT_SECOND} seconds since the epoch. Immutable and
 * thread-safe.
 */
public final class RecordedCase {
    /** When the answer is received: 2027-01-15T08:00:00Z. */
    public static final long RECEIVED_AT_SECOND = 1_800_000_000L;

    private static final String ERROR = "error";
    private static final String WAIT = "wait";
    private static final String NONE = "none";

    private final ContractRequest request;
    private final ContractAnswer answer;
    private final String body;
    private final boolean replaySafe;
    /** What is expected, as text, by the names of {@link #actual}. */
    private final Map<String, String> expected;

    private RecordedCase(
            ContractRequest request,
            ContractAnswer answer,
            String body,
            boolean replaySafe,
            Map<String, String> expected) {
        this.request = request;
        this.answer = answer;
        this.body = body;
        this.replaySafe = replaySafe;
        this.expected = expected;
    }

    /**
     * Begins a case.
     *
     * @param methodAndUrl such as {@code POST https://api.acme.com/v1/things?page=2}
     * @param headers the request's, each as {@code Name: value}
     * @throws IllegalArgumentException if one of them is not of that form
     */
    public static RecordedCase asked(String methodAndUrl, String... headers) {
        return new RecordedCase(ContractRequest.of(methodAndUrl, headers), ContractAnswer.of(200), "", false, Map.of());
    }

    /** The request's body, where the provider looks into it, as for GraphQL. */
    public RecordedCase sending(String requestBody) {
        return new RecordedCase(request.withBody(requestBody), answer, body, replaySafe, expected);
    }

    /**
     * The answer.
     *
     * @param headers each as {@code Name: value}
     * @throws IllegalArgumentException if one of them is not of that form
     */
    public RecordedCase answered(int status, String... headers) {
        return new RecordedCase(request, ContractAnswer.of(status, headers), body, replaySafe, expected);
    }

    /** The answer's body. */
    public RecordedCase body(String text) {
        return new RecordedCase(request, answer, text, replaySafe, expected);
    }

    /** The request may be executed twice, though its method does not say so and it has no key. */
    public RecordedCase replaySafe() {
        return new RecordedCase(request, answer, body, true, expected);
    }

    /** The answer is no error. */
    public RecordedCase isSuccess() {
        return expect(ERROR, NONE);
    }

    /** The answer is an error; whether a throttle as well, {@link ErrorKind#isThrottle()} says. */
    public RecordedCase isError(ErrorKind kind, RetryAdvice advice, Executed executed) {
        return expect(ERROR, kind).expect("advice", advice).expect("executed", executed);
    }

    /** The provider asks for that wait. */
    public RecordedCase waits(Duration wait) {
        return expect(WAIT, wait);
    }

    /** No wait is asked for, neither by the error nor by the limit: it is up to the policy. */
    public RecordedCase saysNoWait() {
        return expect(WAIT, NONE).expect("limit's wait", NONE);
    }

    /** The provider's own code. */
    public RecordedCase code(String code) {
        return expect("code", code);
    }

    /** The provider's own words, whole. */
    public RecordedCase message(String message) {
        return expect("message", message);
    }

    /** The id under which the provider's support finds the request; also of a success. */
    public RecordedCase requestId(String id) {
        return expect("request id", id);
    }

    /** One of {@link ApiError#details()}, such as {@code field}. */
    public RecordedCase detail(String name, String value) {
        return expect("detail " + name, value);
    }

    /** What is said of the limit; negative for not said. */
    public RecordedCase limit(long limit, long remaining) {
        return expect("limit", limit).expect("remaining", remaining);
    }

    /** Time until the window or the bucket is full again. */
    public RecordedCase reset(Duration reset) {
        return expect("reset", reset);
    }

    /** How many come back in a second, where the bucket is refilled all the time. */
    public RecordedCase perSecond(double rate) {
        return expect("per second", (float) rate);
    }

    /** Which bucket is meant. */
    public RecordedCase scope(RateLimit.Scope scope) {
        return expect("scope", scope);
    }

    private RecordedCase expect(String what, Object value) {
        Map<String, String> more = new LinkedHashMap<>(expected);
        more.put(what, value.toString());
        return new RecordedCase(request, answer, body, replaySafe, Collections.unmodifiableMap(more));
    }

    ContractRequest request() {
        return request;
    }

    ContractAnswer answer() {
        return answer;
    }

    String body() {
        return body;
    }

    boolean isReplaySafe() {
        return replaySafe;
    }

    boolean isThrottle() {
        return expected.getOrDefault(ERROR, NONE).endsWith("_LIMITED");
    }

    boolean isExpectedSuccess() {
        return NONE.equals(expected.get(ERROR));
    }

    /** One line for each difference between what is expected and what a provider makes of it; none if there is none. */
    List<String> differences(Provider provider) {
        List<String> differences = new ArrayList<>();
        if (!expected.containsKey(ERROR)) {
            differences.add("the case says neither isSuccess() nor isError(…)");
        }
        if (isThrottle() && !expected.containsKey(WAIT)) {
            differences.add("the case is a throttle and says neither waits(…) nor saysNoWait()");
        }
        ErrorBody peeked = ErrorBody.of(body.getBytes(UTF_8), false);
        Map<String, String> actual = actual(
                provider.errors().normalize(request, answer, peeked).orElse(null),
                provider.rateLimit().parse(answer, peeked),
                provider.requestId(answer).orElse(null));
        expected.forEach((what, value) -> {
            String found = actual.getOrDefault(what, NONE);
            if (!found.equals(value)) {
                differences.add(what + ": expected " + value + ", but was " + found);
            }
        });
        return differences;
    }

    private static Map<String, String> actual(
            @Nullable ApiError error, RateLimit limit, @Nullable String requestIdOfHeaders) {
        Map<String, String> actual = new LinkedHashMap<>();
        actual.put("limit", Long.toString(limit.limitOrNegative()));
        actual.put("remaining", Long.toString(limit.remainingOrNegative()));
        actual.put("scope", limit.scope().toString());
        put(actual, "reset", limit.reset());
        put(actual, "limit's wait", limit.retryAfter());
        limit.perSecond().ifPresent(rate -> actual.put("per second", Float.toString((float) rate)));
        put(actual, "request id", Optional.ofNullable(requestIdOfHeaders));
        if (error != null) {
            actual.put(ERROR, error.kind().toString());
            actual.put("advice", error.advice().toString());
            actual.put("executed", error.executed().toString());
            actual.put("message", error.message());
            put(actual, WAIT, error.retryAfter());
            put(actual, "code", error.code());
            put(actual, "request id", error.requestId());
            error.details().forEach((name, value) -> actual.put("detail " + name, value));
        }
        return actual;
    }

    private static void put(Map<String, String> actual, String what, Optional<?> value) {
        value.ifPresent(found -> actual.put(what, found.toString()));
    }

    @Override
    public String toString() {
        String start = body.length() <= 60 ? body : body.substring(0, 60) + "…";
        return request + " → " + answer + (body.isEmpty() ? "" : " " + start);
    }
}
