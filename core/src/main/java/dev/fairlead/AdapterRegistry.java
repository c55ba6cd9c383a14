package dev.fairlead;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The adapters of a service, found by provider and types. Immutable and thread-safe, provided that the adapters are.
 */
public final class AdapterRegistry {
    private final Map<Key, Adapter<?, ?>> adapters;

    private AdapterRegistry(Map<Key, Adapter<?, ?>> adapters) {
        this.adapters = Map.copyOf(adapters);
    }

    /** Begins a registry. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The adapter between a provider's type and one of ours.
     *
     * @param provider the provider's name, as in {@link Provider#name()} and {@link ApiError#provider()}
     * @throws NoSuchElementException if there is none; it says which there are
     */
    @SuppressWarnings("unchecked") // register lets in nothing else under this key
    public <E, I> Adapter<E, I> adapter(String provider, Class<E> external, Class<I> internal) {
        Key key = new Key(provider, external, internal);
        Adapter<?, ?> adapter = adapters.get(key);
        if (adapter == null) {
            throw new NoSuchElementException("No adapter for " + key + ". Registered: "
                    + (adapters.isEmpty() ? "none" : names()) + ". Add it by AdapterRegistry.builder().register(…)");
        }
        return (Adapter<E, I>) adapter;
    }

    private String names() {
        return adapters.keySet().stream().map(Key::toString).sorted().collect(Collectors.joining(", "));
    }

    private record Key(String provider, Class<?> external, Class<?> internal) {
        @Override
        public String toString() {
            return provider + " (" + external.getSimpleName() + " to " + internal.getSimpleName() + ")";
        }
    }

    /** Collects adapters. Not thread-safe. */
    public static final class Builder {
        private final Map<Key, Adapter<?, ?>> adapters = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Adds one.
         *
         * @param provider the provider's name, as in {@link Provider#name()}
         * @throws IllegalArgumentException if there is one for this provider and these types already
         */
        public <E, I> Builder register(String provider, Class<E> external, Class<I> internal, Adapter<E, I> adapter) {
            Key key = new Key(provider, external, internal);
            Adapter<?, ?> other = adapters.putIfAbsent(key, Objects.requireNonNull(adapter, "adapter"));
            if (other != null) {
                throw new IllegalArgumentException("There is an adapter for " + key + " already: "
                        + other.getClass().getName());
            }
            return this;
        }

        /** The registry. */
        public AdapterRegistry build() {
            return new AdapterRegistry(adapters);
        }
    }
}
