package dev.fairlead;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntBiFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One third-party API: its hosts, how it counts, what its answers mean and what may be repeated.
 *
 * <p>Immutable and thread-safe, provided that the functions given to the builder are. Functions that throw are caught,
 * logged and treated as if they had said nothing.
 *
 * <p>A long file, as it lists all that can be told of an API.
 */
public final class Provider {
    /** Methods that RFC 9110 section 9.2.2 calls idempotent: executed twice they leave what once leaves. */
    private static final Set<String> IDEMPOTENT_METHODS = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

    private final String name;
    private final List<String> hosts;
    private final Function<RequestHead, List<String>> quotas;
    private final Function<RequestHead, @Nullable String> credential;
    private final RateLimitParser rateLimit;
    private final ErrorNormalizer errors;
    private final Predicate<RequestHead> replaySafe;
    private final @Nullable String idempotencyHeader;
    private final ToIntBiFunction<RequestHead, ResponseHead> peek;
    private final Duration maxPause;
    private final boolean probeWithAnyRequest;
    private final UnaryOperator<Policy> defaultPolicy;
    private final Predicate<RequestHead> givenKey;
    private final ApiVersions versions;
    private final @Nullable String pinnedVersion;
    private final Function<RequestHead, String> endpoint;
    private final Paging paging;
    private final List<String> requestIdHeaders;
    private final List<Pattern> credentialFormats;
    private final @Nullable HealthRequest healthRequest;
    private final @Nullable URI statusPage;

    private Provider(Builder builder) {
        name = builder.name;
        hosts = List.copyOf(builder.hosts);
        quotas = builder.quotas;
        credential = builder.credential;
        rateLimit = builder.rateLimit;
        errors = builder.errors;
        replaySafe = builder.replaySafe;
        idempotencyHeader = builder.idempotencyHeader;
        peek = builder.peek;
        maxPause = builder.maxPause;
        probeWithAnyRequest = builder.probeWithAnyRequest;
        defaultPolicy = builder.defaultPolicy;
        givenKey = builder.givenKey;
        versions = builder.versions;
        pinnedVersion = builder.pinnedVersion;
        endpoint = builder.endpoint;
        paging = builder.paging;
        requestIdHeaders = builder.requestIdHeaders;
        credentialFormats = builder.credentialFormats;
        healthRequest = builder.healthRequest;
        statusPage = builder.statusPage;
    }

    /**
     * Begins a provider.
     *
     * @param name a short name in lower case, such as {@code acme}; it appears in reports and metric labels
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /**
     * The provider for hosts nobody claims: {@code Retry-After} in all its forms, the IETF {@code RateLimit} fields in
     * their three generations, and errors by their status class.
     */
    public static Provider generic() {
        return GenericProvider.INSTANCE;
    }

    /** The name. */
    public String name() {
        return name;
    }

    /** The hosts; one that begins with {@code *.} stands for all its subdomains. */
    public List<String> hosts() {
        return hosts;
    }

    /** How long a wait asked for by the provider may be to be believed. Longer ones count as not said. */
    public Duration maxPause() {
        return maxPause;
    }

    /** The request header that carries the idempotency key, or null where the provider has none. */
    public @Nullable String idempotencyHeader() {
        return idempotencyHeader;
    }

    /** The same provider, found by one more host (a gateway, a stub). */
    public Provider host(String host) {
        Builder builder = toBuilder();
        builder.hosts(host);
        return builder.build();
    }

    /**
     * The same provider with one version of its API: sent with every request that asks for none, where a header asks for
     * it; where the path does, a request with another one is told of as {@link ApiNotice.Kind#VERSION_DIFFERS}.
     *
     * @throws IllegalArgumentException if it is empty or not visible ASCII, or the provider has no versions
     */
    public Provider apiVersion(String version) {
        if (versions == ApiVersions.NONE) {
            throw new IllegalArgumentException("provider " + name + " has no versions to choose from");
        }
        if (version.isEmpty() || !version.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException("provider " + name + ": an API version is visible ASCII characters, as"
                    + " it is sent in a header; not \"" + version + "\"");
        }
        Builder builder = toBuilder();
        builder.pinnedVersion = version;
        return builder.build();
    }

    /** A builder that begins with this provider's parts. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** The names of the quotas that a request draws on beside the credential's own; at most two count. */
    public List<String> quotas(RequestHead request) {
        return quotas.apply(request);
    }

    /** The credential of a request as it was sent, or null where it has none. Only its hash is kept. */
    public @Nullable String credential(RequestHead request) {
        return credential.apply(request);
    }

    /** Reads an answer's rate limit. */
    public RateLimitParser rateLimit() {
        return rateLimit;
    }

    /** Judges an answer. */
    public ErrorNormalizer errors() {
        return errors;
    }

    /** Whether a request may be executed twice without harm: by its method, by a key, or by the provider's rules. */
    public boolean isReplaySafe(RequestHead request) {
        return isReplaySafeWithoutKey(request)
                || (idempotencyHeader != null && isKey(request.header(idempotencyHeader)));
    }

    boolean isReplaySafeWithoutKey(RequestHead request) {
        return replaySafe.test(request);
    }

    /** Whether a header's value is a key: by an empty one nobody recognises a repetition. */
    static boolean isKey(@Nullable String value) {
        return value != null && !value.isBlank();
    }

    /** How many bytes of an answer's body the judgement needs; 0 for none. */
    public int peekBytes(RequestHead request, ResponseHead response) {
        return peek.applyAsInt(request, response);
    }

    /** Whether any request may probe whether the provider is back; by default only one that may be repeated. */
    public boolean probesWithAnyRequest() {
        return probeWithAnyRequest;
    }

    /** The library's defaults with what this provider needs instead. */
    public Policy defaultPolicy() {
        return defaultPolicy.apply(Policy.defaults()).asDefaults();
    }

    /** Whether a request that has no idempotency key is given one, the same for all its attempts. */
    public boolean isGivenKey(RequestHead request) {
        return idempotencyHeader != null && givenKey.test(request);
    }

    /** How the API is versioned. */
    public ApiVersions versions() {
        return versions;
    }

    /** The version that {@link #apiVersion} set, or null. */
    public @Nullable String pinnedVersion() {
        return pinnedVersion;
    }

    /** A request's path without what differs from call to call, for events; it holds neither names nor ids. */
    public String endpoint(RequestHead request) {
        return endpoint.apply(request);
    }

    /** How its lists go on. */
    public Paging paging() {
        return paging;
    }

    /** The id under which the provider's support finds a request, where an answer says one. */
    public Optional<String> requestId(ResponseHead response) {
        for (String header : requestIdHeaders) {
            String id = response.header(header);
            if (id != null && !id.isEmpty()) {
                return Optional.of(id);
            }
        }
        return Optional.empty();
    }

    /** What the provider's secrets look like. They are taken out of all that is told of an answer. */
    public List<Pattern> credentialFormats() {
        return credentialFormats;
    }

    /** A cheap request that tells whether it can be reached. */
    public Optional<HealthRequest> healthRequest() {
        return Optional.ofNullable(healthRequest);
    }

    /** Where the provider says how it is. */
    public Optional<URI> statusPage() {
        return Optional.ofNullable(statusPage);
    }

    @Override
    public String toString() {
        return "Provider{" + name + " " + hosts + "}";
    }

    /** Builds a {@link Provider}. Not thread-safe. */
    public static final class Builder {
        /** Errors are read this far, as the caller may want to read them too: RFC 9110 sets no bound on them. */
        private static final int ERROR_PEEK_BYTES = 64 * 1024;

        private String name;
        private final List<String> hosts = new ArrayList<>();
        private Function<RequestHead, List<String>> quotas = request -> List.of();
        private Function<RequestHead, @Nullable String> credential = request -> request.header("Authorization");
        private RateLimitParser rateLimit = RateLimits.ietf();
        private ErrorNormalizer errors;
        private Predicate<RequestHead> replaySafe = request -> IDEMPOTENT_METHODS.contains(request.method());
        private @Nullable String idempotencyHeader = "Idempotency-Key";
        private ToIntBiFunction<RequestHead, ResponseHead> peek =
                (request, response) -> response.status() >= 400 ? ERROR_PEEK_BYTES : 0;
        private Duration maxPause = Duration.ofHours(1);
        private boolean probeWithAnyRequest;
        private UnaryOperator<Policy> defaultPolicy = UnaryOperator.identity();
        private Predicate<RequestHead> givenKey = request -> false;
        private ApiVersions versions = ApiVersions.NONE;
        private @Nullable String pinnedVersion;
        private Function<RequestHead, String> endpoint = EndpointName::of;
        private Paging paging = Paging.NONE;
        private List<String> requestIdHeaders = List.of("X-Request-Id", "Request-Id");
        private List<Pattern> credentialFormats = List.of();
        private @Nullable HealthRequest healthRequest;
        private @Nullable URI statusPage;

        private Builder(String name) {
            this.name = requireName(name);
            this.errors = ErrorNormalizer.byStatus(this.name);
        }

        private Builder(Provider provider) {
            name = provider.name;
            hosts.addAll(provider.hosts);
            quotas = provider.quotas;
            credential = provider.credential;
            rateLimit = provider.rateLimit;
            errors = provider.errors;
            replaySafe = provider.replaySafe;
            idempotencyHeader = provider.idempotencyHeader;
            peek = provider.peek;
            maxPause = provider.maxPause;
            probeWithAnyRequest = provider.probeWithAnyRequest;
            defaultPolicy = provider.defaultPolicy;
            givenKey = provider.givenKey;
            versions = provider.versions;
            pinnedVersion = provider.pinnedVersion;
            endpoint = provider.endpoint;
            paging = provider.paging;
            requestIdHeaders = provider.requestIdHeaders;
            credentialFormats = provider.credentialFormats;
            healthRequest = provider.healthRequest;
            statusPage = provider.statusPage;
        }

        /**
         * Hosts, without port, in any case; {@code *.acme.com} stands for all subdomains of {@code acme.com}.
         *
         * @throws IllegalArgumentException if one is empty or has a scheme, a port or a path
         */
        public Builder hosts(String... names) {
            for (String host : names) {
                String lower = host.toLowerCase(Locale.ROOT);
                String bare = lower.startsWith("*.") ? lower.substring(2) : lower;
                if (bare.isEmpty() || !bare.matches("[a-z0-9._-]+|[0-9a-f:]+")) {
                    throw new IllegalArgumentException("provider " + name + ": \"" + host
                            + "\" is not a host name; write it without scheme, port and path, such as api.acme.com or"
                            + " *.acme.com");
                }
                if (!hosts.contains(lower)) {
                    hosts.add(lower);
                }
            }
            return this;
        }

        /**
         * The quotas that a request draws on beside the credential's own. Default: none. Return constant lists: the
         * function runs once for every call.
         */
        public Builder quotas(Function<RequestHead, List<String>> function) {
            quotas = Objects.requireNonNull(function, "quotas");
            return this;
        }

        /** Where the credential stands, if not in {@code Authorization}. Only a keyed hash of it is kept. */
        public Builder credential(Function<RequestHead, @Nullable String> function) {
            credential = Objects.requireNonNull(function, "credential");
            return this;
        }

        /** What an answer says about the rate limit. Default: {@link RateLimits#ietf()}. */
        public Builder rateLimit(RateLimitParser parser) {
            rateLimit = Objects.requireNonNull(parser, "rateLimit");
            return this;
        }

        /** What an answer means. Default: by its status class. */
        public Builder errors(ErrorNormalizer normalizer) {
            errors = Objects.requireNonNull(normalizer, "errors");
            return this;
        }

        /** Which requests may be executed twice without a key. Default: the idempotent methods of RFC 9110. */
        public Builder replaySafe(Predicate<RequestHead> predicate) {
            replaySafe = Objects.requireNonNull(predicate, "replaySafe");
            return this;
        }

        /**
         * Which requests may be executed twice besides those that {@link #replaySafe} names: a rule that adds to the one
         * before. It runs for every call that the others do not allow.
         */
        public Builder alsoReplaySafe(Predicate<RequestHead> predicate) {
            replaySafe = replaySafe.or(Objects.requireNonNull(predicate, "alsoReplaySafe"));
            return this;
        }

        /**
         * The header that carries an idempotency key; a request that has it may be repeated. Default: {@code
         * Idempotency-Key}; null where the provider ignores keys.
         */
        public Builder idempotencyHeader(@Nullable String header) {
            idempotencyHeader = header;
            return this;
        }

        /**
         * Which requests are given an idempotency key if they have none. Default: none. Say it only of requests for which
         * the provider promises to do it once: they are repeated from then on.
         */
        public Builder giveKeyTo(Predicate<RequestHead> predicate) {
            givenKey = Objects.requireNonNull(predicate, "giveKeyTo");
            return this;
        }

        /** How the API is versioned. Default: not, as far as can be told. */
        public Builder versions(ApiVersions value) {
            versions = Objects.requireNonNull(value, "versions");
            return this;
        }

        /**
         * The path of a request without what differs from call to call. Default: words and versions stay, what else it is
         * made of becomes {@code {}}. It goes to logs and listeners.
         */
        public Builder endpoint(Function<RequestHead, String> function) {
            endpoint = Objects.requireNonNull(function, "endpoint");
            return this;
        }

        /**
         * The words of the paths that may be told, instead of all that look like words: for an API whose paths hold names
         * that people chose, or whose words are capitalized. {@code Calls.json} is told if {@code Calls} is among them;
         * versions stay, and anything else becomes {@code {}}.
         */
        public Builder endpointWords(Set<String> words) {
            Set<String> known = Set.copyOf(words);
            return endpoint(request -> EndpointName.of(request, known));
        }

        /** How lists go on, such as {@link Paging#linkHeader()}. Default: {@link Paging#NONE}. */
        public Builder paging(Paging value) {
            paging = Objects.requireNonNull(value, "paging");
            return this;
        }

        /** The headers that may hold an answer's request id, the best first. Default: X-Request-Id, Request-Id. */
        public Builder requestIdHeaders(String... names) {
            requestIdHeaders = List.of(names);
            return this;
        }

        /**
         * What the provider's secrets look like, such as {@code sk_live_…}. Default: nothing is known; the credential of a
         * request itself is always taken out. The patterns run over texts from outside: bound their repetitions, and make
         * them possessive.
         */
        public Builder credentialFormats(String... patterns) {
            List<Pattern> compiled = new ArrayList<>();
            for (String pattern : patterns) {
                compiled.add(Pattern.compile(pattern));
            }
            credentialFormats = List.copyOf(compiled);
            return this;
        }

        /** A cheap request that tells whether the provider can be reached. Default: none is known. */
        public Builder healthRequest(HealthRequest value) {
            healthRequest = Objects.requireNonNull(value, "healthRequest");
            return this;
        }

        /** Where the provider says how it is. Default: not known. */
        public Builder statusPage(String address) {
            statusPage = URI.create(address);
            return this;
        }

        /** How many bytes of a body the judgement needs. Default: 64 KiB from status 400 on, else none. */
        public Builder peek(ToIntBiFunction<RequestHead, ResponseHead> function) {
            peek = Objects.requireNonNull(function, "peek");
            return this;
        }

        /** How long a wait may be to be believed. Default: one hour. */
        public Builder maxPause(Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException("provider " + name + ": maxPause must be positive, but is " + value);
            }
            maxPause = value;
            return this;
        }

        /** Lets any request probe an open breaker at once, not only one that may be repeated. Default: off. */
        public Builder probeWithAnyRequest(boolean value) {
            probeWithAnyRequest = value;
            return this;
        }

        /** What this provider needs other than the library's defaults. */
        public Builder defaultPolicy(UnaryOperator<Policy> change) {
            defaultPolicy = Objects.requireNonNull(change, "defaultPolicy");
            return this;
        }

        /** The provider. */
        public Provider build() {
            return new Provider(this);
        }

        private static String requireName(String name) {
            if (!name.matches("[a-z][a-z0-9_-]{0,31}")) {
                throw new IllegalArgumentException("a provider's name is 1 to 32 of a-z, 0-9, '-' and '_', beginning"
                        + " with a letter, as it becomes a metric label; not \"" + name + "\"");
            }
            return name;
        }
    }
}
