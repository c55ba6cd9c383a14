package dev.fairlead;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All the numbers by which calls to one provider are made. Immutable and thread-safe; each {@code with…} gives a copy.
 *
 * <p>Layers, each over the one before: {@link #defaults()}, the provider's own, the function given to
 * {@link Fairlead.Builder#provider(Provider, java.util.function.UnaryOperator)}, and {@link CallOptions} for one call.
 * {@link #describe()} prints every value; {@code docs/policy.md} has the same table with the reasons. The defaults
 * belong to this version of the library and are never changed silently.
 *
 * <p>A long file, as each of its many values has its meaning, its unit, its default and its bounds.
 */
public final class Policy {
    /** No rules at all: calls go through untouched. */
    public static final Policy PASS_THROUGH = new Policy(new Values());

    private static final Policy DEFAULTS = new Policy(new Values());

    private final Values values;

    private Policy(Values values) {
        this.values = values;
    }

    /** The defaults of this version. */
    public static Policy defaults() {
        return DEFAULTS;
    }

    /** Total time of a call: queue, waits, attempts and reading the body. Default: 30 s. */
    public Policy withDeadline(Duration value) {
        return with(copy -> copy.deadline = positive("deadline", value));
    }

    /**
     * Time of one attempt until the answer's head is there. Default: 10 s, or the deadline where that is shorter. It
     * tightens OkHttp's connect, read and write timeouts and never lengthens them.
     */
    public Policy withAttemptTimeout(Duration value) {
        return with(copy -> {
            copy.attemptTimeout = positive("attemptTimeout", value);
            copy.attemptTimeoutChosen = true;
        });
    }

    /** Attempts of a call, the first included. Default: 3; 1 means no retries. */
    public Policy withMaxAttempts(int value) {
        return with(copy -> copy.maxAttempts = atLeast("maxAttempts", value, 1));
    }

    /** The pause before the second attempt, how it grows, and where it stops. Default: 200 ms × 2 up to 10 s. */
    public Policy withBackoff(Duration first, double multiplier, Duration longest) {
        if (!(multiplier >= 1 && multiplier <= 100)) {
            throw new IllegalArgumentException("backoff multiplier must be between 1 and 100, but is " + multiplier);
        }
        return with(copy -> {
            copy.firstBackoff = positive("first backoff", first);
            copy.backoffMultiplier = multiplier;
            copy.longestBackoff = positive("longest backoff", longest);
        });
    }

    /** How much chance may add to a backoff, as a share of it; it never shortens a wait. Default: 0.5. */
    public Policy withJitter(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("jitter must be between 0 and 1, but is " + share);
        }
        return with(copy -> copy.jitter = share);
    }

    /**
     * The longest single wait a call accepts; a longer one ends the call at once with the answer it has, while the key
     * stays paused. Default: none, the deadline bounds every wait.
     */
    public Policy withLongestWait(Duration value) {
        return with(copy -> copy.longestWait = positive("longestWait", value));
    }

    /** How long a key pauses when the provider throttles without saying for how long. Default: 1 s. */
    public Policy withUnspecifiedThrottlePause(Duration value) {
        return with(copy -> copy.throttlePause = positive("unspecifiedThrottlePause", value));
    }

    /** When the breaker opens: share of failed calls in a window with at least so many. Default: 50 %, 20, 30 s. */
    public Policy withBreakerThreshold(int failurePercent, int minimumCalls, Duration window) {
        if (failurePercent < 1 || failurePercent > 100) {
            throw new IllegalArgumentException(
                    "breaker failure share must be 1 to 100 percent, but is " + failurePercent);
        }
        return with(copy -> {
            copy.breakerFailurePercent = failurePercent;
            copy.breakerMinimumCalls = atLeast("breaker minimum calls", minimumCalls, 1);
            copy.breakerWindow = wholeSeconds("breaker window", window);
        });
    }

    /** How long the breaker stays open, doubling each time it opens again up to the longest. Default: 10 s, 60 s. */
    public Policy withBreakerOpen(Duration first, Duration longest) {
        return with(copy -> {
            copy.breakerOpen = positive("breaker open time", first);
            copy.breakerLongestOpen = positive("breaker longest open time", longest);
        });
    }

    /** From when an answer's head counts as slow, and what share of slow calls opens. Default: 10 s, 100 %. */
    public Policy withBreakerSlowCalls(Duration slow, int percent) {
        if (percent < 1 || percent > 100) {
            throw new IllegalArgumentException("breaker slow-call share must be 1 to 100 percent, but is " + percent);
        }
        return with(copy -> {
            copy.breakerSlowCall = positive("breaker slow call", slow);
            copy.breakerSlowPercent = percent;
        });
    }

    /** Another breaker than the library's own, made once for every provider and host. */
    public Policy withBreaker(Function<KeyInfo, CircuitBreaker> factory) {
        return with(copy -> copy.breaker = Objects.requireNonNull(factory, "breaker"));
    }

    /** Another bucket than the library's own, made once for every key. */
    public Policy withTokenBucket(Function<KeyInfo, TokenBucket> factory) {
        return with(copy -> copy.bucket = Objects.requireNonNull(factory, "tokenBucket"));
    }

    /** Other retry rules than the library's own. */
    public Policy withRetry(RetryPolicy policy) {
        return with(copy -> copy.retry = Objects.requireNonNull(policy, "retry"));
    }

    /**
     * The retry budget of a provider and host: what it holds, what a retry takes after a transient failure and after
     * a throttle, and what a success gives back. Default: 500, 14, 5, 1 (AWS SDK standard retry mode of 2026).
     */
    public Policy withRetryBudget(int tokens, int transientCost, int throttleCost, int successRefund) {
        return with(copy -> {
            copy.budgetTokens = atLeast("retry budget", tokens, 0);
            copy.budgetTransientCost = atLeast("retry budget transient cost", transientCost, 0);
            copy.budgetThrottleCost = atLeast("retry budget throttle cost", throttleCost, 0);
            copy.budgetRefund = atLeast("retry budget refund", successRefund, 0);
        });
    }

    /**
     * Requests of one credential, at one provider and host, under way at the same time, until the end of their answers'
     * bodies. Default: no bound; some providers bring their own.
     */
    public Policy withMaxConcurrency(int value) {
        return with(copy -> {
            copy.maxConcurrency = atLeast("maxConcurrency", value, 1);
            copy.maxConcurrencyChosen = true;
        });
    }

    /** No bound to the requests under way, also where the provider brings one. */
    public Policy withoutMaxConcurrency() {
        return with(copy -> copy.maxConcurrency = 0);
    }

    /**
     * A rate of our own for all that a credential does, beside what the provider says. Default: none.
     *
     * @param permits how many requests
     * @param period in which time
     * @param burst how many of them may go at once
     */
    public Policy withRateLimit(int permits, Duration period, int burst) {
        return with(copy -> copy.rates.put("", new Rate(permits, period, burst)));
    }

    /**
     * A rate of our own for one quota, by the name that {@link Provider#quotas} gives it, such as GitHub's {@code write}.
     * Providers bring some: what their documentation asks for, so that users need not read it.
     *
     * @param quota the quota's name
     * @param permits how many requests
     * @param period in which time
     * @param burst how many of them may go at once
     */
    public Policy withQuotaRate(String quota, int permits, Duration period, int burst) {
        return with(copy -> copy.rates.put(Objects.requireNonNull(quota, "quota"), new Rate(permits, period, burst)));
    }

    /** No rate of our own for a quota, also where the provider brings one. */
    public Policy withoutQuotaRate(String quota) {
        return with(copy -> copy.rates.remove(quota));
    }

    /**
     * Finds the rate of a key where the provider does not say its state: begins with few requests at once, and after a
     * throttle keeps to the rate that was seen to go through and looks for more of it. Default: on. Off, such a key is
     * held back by pauses alone.
     */
    public Policy withRateLearning(boolean value) {
        return with(copy -> copy.rateLearning = value);
    }

    /**
     * Spreads what is left of a window over the time until its reset, instead of letting it go as fast as it is asked for.
     * Default: off, so that nobody waits before nothing is left.
     */
    public Policy withPacedSpending(boolean value) {
        return with(copy -> copy.pacedSpending = value);
    }

    /**
     * The share of every window or refilled bucket that is kept for calls of {@link CallOptions.Priority#INTERACTIVE}.
     * Default: none.
     *
     * @param percent from 0 to 90
     */
    public Policy withReservedShare(int percent) {
        if (percent < 0 || percent > 90) {
            throw new IllegalArgumentException("the reserved share must be 0 to 90 percent, but is " + percent);
        }
        return with(copy -> copy.reservedPercent = percent);
    }

    /** Every value, in the order and with the names of {@code docs/policy.md}. */
    public String describe() {
        if (this == PASS_THROUGH) {
            return "pass-through: no rules";
        }
        return table().entrySet().stream()
                .map(entry -> entry.getKey() + " = " + entry.getValue())
                .collect(Collectors.joining("\n"));
    }

    /** Every value by its name, as text. */
    Map<String, String> table() {
        Map<String, String> table = new LinkedHashMap<>();
        table.put("deadline", text(values.deadline));
        table.put("attempt timeout", text(attemptTimeout()));
        table.put("max attempts", Integer.toString(values.maxAttempts));
        table.put(
                "backoff",
                text(values.firstBackoff) + " × " + number(values.backoffMultiplier) + " up to "
                        + text(values.longestBackoff));
        table.put("jitter", "+0 to " + number(values.jitter * 100) + " %");
        table.put("longest wait", values.longestWait == null ? "the deadline" : text(values.longestWait));
        table.put("pause when throttled without a time", text(values.throttlePause));
        table.put("retry rules", values.retry == null ? "safe repetitions only" : "custom");
        table.put(
                "retry budget",
                values.budgetTokens + " tokens, transient " + values.budgetTransientCost + ", throttle "
                        + values.budgetThrottleCost + ", success +" + values.budgetRefund);
        table.put(
                "breaker opens at",
                values.breakerFailurePercent + " % of >= " + values.breakerMinimumCalls + " calls in "
                        + text(values.breakerWindow));
        table.put("breaker slow call", text(values.breakerSlowCall) + ", opens at " + values.breakerSlowPercent + " %");
        table.put("breaker open for", text(values.breakerOpen) + " growing to " + text(values.breakerLongestOpen));
        table.put("breaker", values.breaker == null ? "resilience4j engine, own clock" : "custom");
        table.put("max concurrency", values.maxConcurrency == 0 ? "none" : Integer.toString(values.maxConcurrency));
        Rate general = values.rates.get("");
        table.put("rate limit", general == null ? "what the provider says" : general.text());
        String quotaRates = values.rates.entrySet().stream()
                .filter(entry -> !entry.getKey().isEmpty())
                .map(entry -> entry.getKey() + " " + entry.getValue().text())
                .collect(Collectors.joining("; "));
        table.put("quota rates", quotaRates.isEmpty() ? "none" : quotaRates);
        table.put("rate learning", values.rateLearning ? "where the provider is silent" : "off");
        table.put("spending", values.pacedSpending ? "spread until the reset" : "as asked for");
        table.put(
                "reserved for interactive calls",
                values.reservedPercent == 0 ? "nothing" : values.reservedPercent + " %");
        table.put("token bucket", values.bucket == null ? "follows the provider" : "custom");
        return table;
    }

    /**
     * Finds what cannot work together.
     *
     * @throws IllegalArgumentException with the reason and the setting to change
     */
    void check(String provider) {
        if (this == PASS_THROUGH) {
            return;
        }
        require(
                attemptTimeout().compareTo(values.deadline) <= 0,
                provider,
                "the attempt timeout (" + text(values.attemptTimeout) + ") is longer than the deadline ("
                        + text(values.deadline) + "), so it could never act; shorten it with withAttemptTimeout or"
                        + " lengthen the deadline with withDeadline");
        require(
                values.firstBackoff.compareTo(values.longestBackoff) <= 0,
                provider,
                "the first backoff (" + text(values.firstBackoff) + ") is longer than the longest ("
                        + text(values.longestBackoff) + "); see withBackoff");
        require(
                values.maxAttempts == 1 || values.firstBackoff.compareTo(values.deadline) < 0,
                provider,
                "the first backoff (" + text(values.firstBackoff) + ") does not fit into the deadline ("
                        + text(values.deadline) + "), so no retry could ever be made; see withBackoff or"
                        + " withMaxAttempts(1)");
        require(
                values.longestWait == null || values.longestWait.compareTo(values.deadline) <= 0,
                provider,
                "the longest wait (" + text(values.longestWait) + ") is longer than the deadline ("
                        + text(values.deadline) + ") and could never be waited; see withLongestWait");
        require(
                values.breakerOpen.compareTo(values.breakerLongestOpen) <= 0,
                provider,
                "the breaker's first open time (" + text(values.breakerOpen) + ") is longer than its longest ("
                        + text(values.breakerLongestOpen) + "); see withBreakerOpen");
        require(
                values.breakerWindow.compareTo(attemptTimeout()) >= 0,
                provider,
                "the breaker's window (" + text(values.breakerWindow) + ") is shorter than one attempt ("
                        + text(values.attemptTimeout) + "), so timeouts would fall out of it; see"
                        + " withBreakerThreshold");
        int dearest = Math.max(values.budgetTransientCost, values.budgetThrottleCost);
        require(
                values.budgetTokens == 0 || dearest <= values.budgetTokens,
                provider,
                "one retry (" + dearest + " tokens) costs more than the whole retry budget (" + values.budgetTokens
                        + "); see withRetryBudget");
    }

    private static void require(boolean holds, String provider, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException("policy of " + provider + ": " + otherwise);
        }
    }

    /** See {@link #withDeadline}. Without meaning for {@link #PASS_THROUGH}. */
    public Duration deadline() {
        return values.deadline;
    }

    Duration attemptTimeout() {
        boolean tooLong = values.attemptTimeout.compareTo(values.deadline) > 0;
        return tooLong && !values.attemptTimeoutChosen ? values.deadline : values.attemptTimeout;
    }

    /** The same values as a provider's defaults, which its users have not chosen. */
    Policy asDefaults() {
        if (this == PASS_THROUGH) {
            return this;
        }
        return with(copy -> {
            copy.attemptTimeoutChosen = false;
            copy.maxConcurrencyChosen = false;
        });
    }

    int maxAttempts() {
        return values.maxAttempts;
    }

    double jitter() {
        return values.jitter;
    }

    @Nullable Duration longestWait() {
        return values.longestWait;
    }

    Duration throttlePause() {
        return values.throttlePause;
    }

    RetryPolicy retry() {
        return values.retry != null
                ? values.retry
                : RetryPolicy.exponential(values.firstBackoff, values.backoffMultiplier, values.longestBackoff);
    }

    int breakerFailurePercent() {
        return values.breakerFailurePercent;
    }

    int breakerMinimumCalls() {
        return values.breakerMinimumCalls;
    }

    Duration breakerWindow() {
        return values.breakerWindow;
    }

    Duration breakerOpen() {
        return values.breakerOpen;
    }

    Duration breakerLongestOpen() {
        return values.breakerLongestOpen;
    }

    Duration breakerSlowCall() {
        return values.breakerSlowCall;
    }

    int breakerSlowPercent() {
        return values.breakerSlowPercent;
    }

    @Nullable Function<KeyInfo, CircuitBreaker> breaker() {
        return values.breaker;
    }

    @Nullable Function<KeyInfo, TokenBucket> tokenBucket() {
        return values.bucket;
    }

    int budgetTokens() {
        return values.budgetTokens;
    }

    int budgetTransientCost() {
        return values.budgetTransientCost;
    }

    int budgetThrottleCost() {
        return values.budgetThrottleCost;
    }

    int budgetRefund() {
        return values.budgetRefund;
    }

    /** See {@link #withMaxConcurrency}; 0 where there is no bound. */
    public int maxConcurrency() {
        return values.maxConcurrency;
    }

    /**
     * The same where it was chosen, and 0 where it is what the provider brings: of that nobody need be told that the HTTP
     * client lets fewer through.
     */
    public int chosenMaxConcurrency() {
        return values.maxConcurrencyChosen ? values.maxConcurrency : 0;
    }

    /** The rate of our own for a quota, empty for the credential; null where there is none. */
    @Nullable Rate rate(String quota) {
        return values.rates.get(quota);
    }

    boolean rateLearning() {
        return values.rateLearning;
    }

    boolean pacedSpending() {
        return values.pacedSpending;
    }

    int reservedPercent() {
        return values.reservedPercent;
    }

    /** A rate of our own. */
    record Rate(int permits, Duration period, int burst) {
        Rate {
            atLeast("rate limit permits", permits, 1);
            positive("rate limit period", period);
            atLeast("rate limit burst", burst, 1);
        }

        private String text() {
            return permits + " per " + Policy.text(period) + ", burst " + burst;
        }
    }

    @Override
    public String toString() {
        return "Policy{" + describe().replace("\n", "; ") + "}";
    }

    private Policy with(java.util.function.Consumer<Values> change) {
        if (this == PASS_THROUGH) {
            throw new IllegalStateException(
                    "Policy.PASS_THROUGH has no values to change; begin with Policy.defaults()");
        }
        Values copy = new Values(values);
        change.accept(copy);
        return new Policy(copy);
    }

    private static Duration positive(String name, @Nullable Duration value) {
        if (value == null || value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    name + " must be more than zero and at most " + LONGEST.toDays() + " days, but is " + value);
        }
        return value;
    }

    /** The engine's window is made of whole seconds. */
    private static Duration wholeSeconds(String name, Duration value) {
        if (positive(name, value).toNanosPart() != 0 || value.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(name + " must be whole seconds, at most an hour, but is " + value);
        }
        return value;
    }

    private static int atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", but is " + value);
        }
        return value;
    }

    private static String text(@Nullable Duration value) {
        if (value == null) {
            return "none";
        }
        return value.toMillis() % 1000 == 0 ? value.toSeconds() + " s" : value.toMillis() + " ms";
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    /** Beyond this, nanoseconds would come near the end of a long. */
    private static final Duration LONGEST = Duration.ofDays(365);

    /** The values; mutable only while a copy is made. */
    private static final class Values {
        Duration deadline = Duration.ofSeconds(30);
        Duration attemptTimeout = Duration.ofSeconds(10);
        boolean attemptTimeoutChosen;
        int maxAttempts = 3;
        Duration firstBackoff = Duration.ofMillis(200);
        double backoffMultiplier = 2;
        Duration longestBackoff = Duration.ofSeconds(10);
        double jitter = 0.5;

        @Nullable Duration longestWait;

        Duration throttlePause = Duration.ofSeconds(1);

        @Nullable RetryPolicy retry;

        int breakerFailurePercent = 50;
        int breakerMinimumCalls = 20;
        Duration breakerWindow = Duration.ofSeconds(30);
        Duration breakerOpen = Duration.ofSeconds(10);
        Duration breakerLongestOpen = Duration.ofSeconds(60);
        Duration breakerSlowCall = Duration.ofSeconds(10);
        int breakerSlowPercent = 100;

        @Nullable Function<KeyInfo, CircuitBreaker> breaker;

        @Nullable Function<KeyInfo, TokenBucket> bucket;

        int budgetTokens = 500;
        int budgetTransientCost = 14;
        int budgetThrottleCost = 5;
        int budgetRefund = 1;
        int maxConcurrency;
        boolean maxConcurrencyChosen;
        /** By the quota's name; empty for the credential's own. */
        final Map<String, Rate> rates = new TreeMap<>();

        boolean rateLearning = true;
        boolean pacedSpending;
        int reservedPercent;

        Values() {}

        Values(Values other) {
            deadline = other.deadline;
            attemptTimeout = other.attemptTimeout;
            attemptTimeoutChosen = other.attemptTimeoutChosen;
            maxAttempts = other.maxAttempts;
            firstBackoff = other.firstBackoff;
            backoffMultiplier = other.backoffMultiplier;
            longestBackoff = other.longestBackoff;
            jitter = other.jitter;
            longestWait = other.longestWait;
            throttlePause = other.throttlePause;
            retry = other.retry;
            breakerFailurePercent = other.breakerFailurePercent;
            breakerMinimumCalls = other.breakerMinimumCalls;
            breakerWindow = other.breakerWindow;
            breakerOpen = other.breakerOpen;
            breakerLongestOpen = other.breakerLongestOpen;
            breakerSlowCall = other.breakerSlowCall;
            breakerSlowPercent = other.breakerSlowPercent;
            breaker = other.breaker;
            bucket = other.bucket;
            budgetTokens = other.budgetTokens;
            budgetTransientCost = other.budgetTransientCost;
            budgetThrottleCost = other.budgetThrottleCost;
            budgetRefund = other.budgetRefund;
            maxConcurrency = other.maxConcurrency;
            maxConcurrencyChosen = other.maxConcurrencyChosen;
            rates.putAll(other.rates);
            rateLearning = other.rateLearning;
            pacedSpending = other.pacedSpending;
            reservedPercent = other.reservedPercent;
        }
    }
}
