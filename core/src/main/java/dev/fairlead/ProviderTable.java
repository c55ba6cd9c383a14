package dev.fairlead;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which provider and which policy hold for a host. Immutable and thread-safe. */
final class ProviderTable {
    /** A provider with the policy that holds for it. */
    record Entry(Provider provider, Policy policy) {}

    /** No provider's name has a space. */
    private static final String OTHER_HOSTS = "other hosts";

    private final Map<String, Entry> byHost = new HashMap<>();
    /** The longest suffix first, as it is the most exact. */
    private final List<Map.Entry<String, Entry>> bySuffix = new ArrayList<>();

    private final Entry others;
    private final Map<String, Policy> policies;

    /**
     * Checks everything against everything.
     *
     * @throws IllegalArgumentException if something cannot work, with the reason and the setting to change
     */
    ProviderTable(List<Entry> entries, Policy otherHosts) {
        otherHosts.check(OTHER_HOSTS);
        others = new Entry(Provider.generic(), otherHosts);
        Map<String, Policy> named = new LinkedHashMap<>();
        for (Entry entry : entries) {
            Provider provider = entry.provider();
            entry.policy().check(provider.name());
            require(
                    named.put(provider.name(), entry.policy()) == null,
                    "two providers are called \"" + provider.name()
                            + "\"; reports and metrics could not tell them apart");
            require(
                    !provider.hosts().isEmpty(),
                    "provider " + provider.name() + " has no host, so no call would ever be its; see Provider.host");
            for (String host : provider.hosts()) {
                Entry before = byHost.put(host, entry);
                require(
                        before == null,
                        "the host " + host + " is claimed by " + provider.name() + " and by "
                                + (before == null ? "" : before.provider().name()));
                if (host.startsWith("*.")) {
                    bySuffix.add(Map.entry(host.substring(1), entry));
                }
            }
        }
        bySuffix.sort((one, other) ->
                Integer.compare(other.getKey().length(), one.getKey().length()));
        named.put(OTHER_HOSTS, otherHosts);
        policies = Collections.unmodifiableMap(named);
    }

    /** What holds for a host in lower case. */
    Entry of(String host) {
        Entry exact = byHost.get(host);
        if (exact != null) {
            return exact;
        }
        for (Map.Entry<String, Entry> suffix : bySuffix) {
            if (host.endsWith(suffix.getKey())) {
                return suffix.getValue();
            }
        }
        return others;
    }

    /** In the order of the builder, that for other hosts last. */
    Map<String, Policy> policies() {
        return policies;
    }

    /** The hosts that are claimed. */
    Set<String> hosts() {
        return byHost.keySet();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
