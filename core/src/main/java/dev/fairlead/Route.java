package dev.fairlead;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All keys that one kind of request draws on: the credential's own first, then its quotas. Found again for each call of
 * that kind without making an object. Immutable but for its place in the table; thread-safe.
 */
final class Route {
    final HostRules rules;
    final long credentialHigh;
    final long credentialLow;
    final List<String> quotas;
    final QuotaKey[] keys;

    /** The next in the same slot of the table. Written under the table's lock. */
    volatile @Nullable Route next;

    Route(HostRules rules, long credentialHigh, long credentialLow, List<String> quotas, QuotaKey[] keys) {
        this.rules = rules;
        this.credentialHigh = credentialHigh;
        this.credentialLow = credentialLow;
        this.quotas = quotas;
        this.keys = keys;
    }

    boolean matches(long high, long low, List<String> otherQuotas) {
        // Providers return constant lists, whose equals looks at identity first.
        return credentialHigh == high && credentialLow == low && quotas.equals(otherQuotas);
    }
}
