package dev.fairlead;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The rules for all providers of a process, with the state they share: breakers, buckets, pauses, budgets. Make one and
 * keep it as long as the process. Thread-safe.
 *
 * <pre>{@code
 * Fairlead fairlead = Fairlead.builder()
 *     .provider(GitHubProvider.create(), policy -> policy.withDeadline(Duration.ofSeconds(20)))
 *     .otherHosts(Policy.defaults())
 *     .build();
 * }</pre>
 *
 * <p>A long file, as it is the face for three kinds of people: who builds it, who runs it, and who writes a binding.
 */
public final class Fairlead {
    /** Hosts are few unless their names come from outside (webhooks); beyond this many they share one set of rules. */
    private static final int MOST_HOSTS = 10_000;

    /** For {@link #begin}: the HTTP client has no total time of its own for the call. */
    public static final long NO_CLIENT_TIMEOUT = Long.MAX_VALUE;

    private final ProviderTable providers;
    private final CallListener listener;
    private final Ticker ticker;
    private final CredentialHash credentialHash = CredentialHash.create();
    private final OnceLog onceLog = new OnceLog();
    private final RouteTable.KeyCount keyCount = new RouteTable.KeyCount(this::forgetIdleKeys, this::keysAreFull);
    private final ConcurrentHashMap<String, HostRules> rules = new ConcurrentHashMap<>();

    private Fairlead(Builder builder) {
        listener = builder.listener;
        ticker = builder.ticker;
        providers = new ProviderTable(builder.entries, builder.otherHosts);
    }

    /** Begins with no provider. */
    public static Builder builder() {
        return new Builder();
    }

    /** The keys in use, in no order. */
    public List<KeyInfo> keys() {
        List<KeyInfo> found = new ArrayList<>();
        for (HostRules host : rules.values()) {
            host.routes().keys().forEach(key -> found.add(key.info()));
        }
        return List.copyOf(found);
    }

    /** The state of a host's circuit breaker; empty where no call has been made yet, or the host has no rules. */
    public Optional<CircuitBreaker.State> breakerState(String host) {
        return Optional.ofNullable(rules.get(host)).map(found -> found.breaker().state());
    }

    /**
     * The provider whose rules hold for a host; {@link Provider#generic()} where none claims it.
     *
     * @param host without port, in any case
     */
    public Provider provider(String host) {
        return providers.of(host.toLowerCase(Locale.ROOT)).provider();
    }

    /** Every value of the policy that holds for a host, one a line. */
    public String describe(String host) {
        ProviderTable.Entry entry = providers.of(host.toLowerCase(Locale.ROOT));
        return entry.provider().name() + " at " + host + "\n" + entry.policy().describe();
    }

    /**
     * Pauses all callers of a key from now, as a throttle by the provider would; a longer pause stays.
     *
     * @throws IllegalArgumentException if there is no such key (any more), or the duration is negative
     */
    public void pause(KeyInfo key, Duration duration) {
        require(!duration.isNegative(), "a pause cannot be negative: " + duration);
        find(key).pause(Nanos.of(duration));
    }

    /**
     * Forgets what is known of a key and lets its callers go; closes the breaker of its provider and host.
     *
     * @throws IllegalArgumentException if there is no such key (any more)
     */
    public void reset(KeyInfo key) {
        QuotaKey found = find(key);
        found.reset();
        found.rules.breaker().reset();
        found.rules.budget().reset();
    }

    /**
     * The policies, each by its provider's name, and that for all other hosts by {@code "other hosts"}, which is no
     * provider's name.
     */
    public Map<String, Policy> policies() {
        return providers.policies();
    }

    /** The clock and timers. For bindings. */
    public Ticker ticker() {
        return ticker;
    }

    /**
     * Writes a warning to the log, once for each topic and of a bounded number of topics. For bindings.
     *
     * @param topic what it is about; a second message on it is not written
     * @param message made only if it is written
     */
    public void warnOnce(String topic, Supplier<String> message) {
        onceLog.warn(topic, message);
    }

    /**
     * Begins a call. For bindings.
     *
     * @param request the request's head
     * @param options what the call wants differently, {@link CallOptions#NONE} for nothing
     * @param queuedNanos how long the call has been standing in the HTTP client's own queue; its deadline covers that too
     * @param clientTimeoutNanos a total time that the HTTP client itself has for the call, or {@link #NO_CLIENT_TIMEOUT}
     * @param inherited the caller's deadline, or null; see {@link DeadlineContext#current()}
     * @param wakeHook makes the binding call {@link Execution#next()} while it waits
     * @return the call, or null where the host's policy is {@link Policy#PASS_THROUGH}
     */
    public @Nullable Execution begin(
            RequestHead request,
            CallOptions options,
            long queuedNanos,
            long clientTimeoutNanos,
            @Nullable DeadlineContext inherited,
            WakeHook wakeHook) {
        return begin(request, options, queuedNanos, clientTimeoutNanos, inherited, wakeHook, null);
    }

    /**
     * Begins a call, perhaps one that was made before: by an interceptor outside the rules, for example. For bindings.
     *
     * @param before the call that this one repeats, whose key it keeps if one was made for that; null if it repeats none
     * @return the call, or null where the host's policy is {@link Policy#PASS_THROUGH}
     */
    public @Nullable Execution begin(
            RequestHead request,
            CallOptions options,
            long queuedNanos,
            long clientTimeoutNanos,
            @Nullable DeadlineContext inherited,
            WakeHook wakeHook,
            @Nullable Execution before) {
        HostRules host = rules(request.host());
        if (host.policy() == Policy.PASS_THROUGH) {
            return null;
        }
        long start = ticker.nanoTime() - queuedNanos;
        long totalNanos = Math.min(host.deadlineNanos, clientTimeoutNanos);
        Duration own = options.deadlineOrNull();
        if (own != null) {
            totalNanos = Math.min(totalNanos, Nanos.of(own));
        }
        if (inherited != null) {
            totalNanos = Math.min(totalNanos, inherited.remainingNanos() + queuedNanos);
        }
        String key = keyToSend(host, request, options, before);
        boolean replaySafe = key != null || options.isReplaySafe();
        return new Execution(
                route(host, request, options), request, wakeHook, options, replaySafe, key, start, start + totalNanos);
    }

    /** The idempotency key that a request lacks: the call's, or a new one where the provider gives it one. */
    private @Nullable String keyToSend(
            HostRules host, RequestHead request, CallOptions options, @Nullable Execution before) {
        String header = host.provider().idempotencyHeader();
        if (header == null) {
            return null;
        }
        String own = options.idempotencyKeyOrNull();
        if (own == null && !isGivenKey(host, request)) {
            return null;
        }
        // A header of the caller's own wins.
        if (Provider.isKey(request.header(header))) {
            return null;
        }
        if (own != null) {
            return own;
        }
        String made = before != null && before.isKeyMade() ? before.idempotencyKey() : null;
        return made != null ? made : ticker.uuid().toString();
    }

    private static boolean isGivenKey(HostRules host, RequestHead request) {
        try {
            return host.provider().isGivenKey(request);
        } catch (RuntimeException thrown) {
            host.plugInThrew("rule of idempotency keys", thrown);
            return false;
        }
    }

    private Route route(HostRules host, RequestHead request, CallOptions options) {
        String credential = AnswerReader.credential(host, request);
        if (credential == null) {
            credential = options.tenantOrNull();
        }
        List<String> quotas = AnswerReader.quotas(host, request);
        return credential == null
                ? host.routes().route(0, 0, quotas)
                : credentialHash.route(host.routes(), credential, quotas);
    }

    private HostRules rules(String host) {
        HostRules known = rules.get(host);
        if (known != null) {
            return known;
        }
        ProviderTable.Entry entry = providers.of(host);
        String name = host;
        if (rules.size() >= MOST_HOSTS) {
            onceLog.warn(
                    "hosts", () -> "more than " + MOST_HOSTS + " hosts: new ones share one set of rules per provider");
            name = "*";
            HostRules shared = rules.get(entry.provider().name() + "/*");
            if (shared != null) {
                return shared;
            }
            return rules.computeIfAbsent(entry.provider().name() + "/*", key -> newRules(entry, "*"));
        }
        return rules.computeIfAbsent(name, key -> newRules(entry, host));
    }

    private HostRules newRules(ProviderTable.Entry entry, String host) {
        return new HostRules(entry.provider(), host, entry.policy(), ticker, listener, keyCount, onceLog);
    }

    private QuotaKey find(KeyInfo key) {
        for (HostRules host : rules.values()) {
            for (QuotaKey candidate : host.routes().keys()) {
                if (candidate.id.equals(key.id())) {
                    return candidate;
                }
            }
        }
        throw new IllegalArgumentException("there is no key " + key.id() + " (any more); see Fairlead.keys()");
    }

    private void forgetIdleKeys() {
        long now = ticker.nanoTime();
        rules.values().forEach(host -> host.routes().forgetIdle(now));
    }

    private void keysAreFull() {
        onceLog.warn(
                "keys",
                () -> "more than " + RouteTable.KeyCount.HARD_CAP
                        + " keys in use: new credentials share one key per provider and host");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    @Override
    public String toString() {
        return "Fairlead{providers=" + providers.hosts() + ", keys=" + keyCount.keys() + "}";
    }

    /** Builds a {@link Fairlead}. Not thread-safe. */
    public static final class Builder {
        private final List<ProviderTable.Entry> entries = new ArrayList<>();
        private Policy otherHosts = Policy.defaults();
        private CallListener listener = CallListener.NONE;
        private Ticker ticker = Ticker.system();

        private Builder() {}

        /** Calls to the provider's hosts are made by its own default policy. */
        public Builder provider(Provider provider) {
            return provider(provider, UnaryOperator.identity());
        }

        /** Calls to the provider's hosts are made by its own default policy with some values changed. */
        public Builder provider(Provider provider, UnaryOperator<Policy> change) {
            entries.add(new ProviderTable.Entry(provider, change.apply(provider.defaultPolicy())));
            return this;
        }

        /** How calls to hosts that no provider claims are made. Default: {@link Policy#defaults()}. */
        public Builder otherHosts(Policy policy) {
            otherHosts = Objects.requireNonNull(policy, "otherHosts");
            return this;
        }

        /** Observes all calls. Default: nobody does. */
        public Builder listener(CallListener observer) {
            listener = Objects.requireNonNull(observer, "listener");
            return this;
        }

        /** Where time and chance come from. Default: the machine; tests bring their own. */
        public Builder ticker(Ticker source) {
            ticker = Objects.requireNonNull(source, "ticker");
            return this;
        }

        /**
         * Checks everything against everything.
         *
         * @throws IllegalArgumentException if something cannot work, with the reason and the setting to change
         */
        public Fairlead build() {
            return new Fairlead(this);
        }
    }
}
