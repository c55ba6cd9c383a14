package dev.fairlead;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The routes and keys of one provider and host. A hash table of our own, since looking up a 128-bit hash in the JDK's
 * would make an object for every call. Reads take no lock. Thread-safe.
 */
final class RouteTable {
    /** Names a key in this table. */
    private record Identity(long high, long low, String quota) {}

    private static final int QUOTAS_PER_CALL = 2;

    private final HostRules rules;
    private final KeyCount count;
    private final ReentrantLock lock = new ReentrantLock();

    /** Replaced under {@code lock} when it grows; a reader of the old one at worst misses and asks under the lock. */
    private volatile AtomicReferenceArray<@Nullable Route> slots = new AtomicReferenceArray<>(16);
    /** Guarded by {@code lock}. */
    private final Map<Identity, QuotaKey> keys = new HashMap<>();
    /** Guarded by {@code lock}. */
    private int size;

    RouteTable(HostRules rules, KeyCount count) {
        this.rules = rules;
        this.count = count;
    }

    Route route(long high, long low, List<String> quotas) {
        Route found = find(slots, high, low, quotas);
        return found != null ? found : create(high, low, quotas);
    }

    /** The key of the same credential for another quota, if any call has drawn on it. */
    @Nullable QuotaKey existingKey(Route of, String quota) {
        lock.lock();
        try {
            return keys.get(new Identity(of.credentialHigh, of.credentialLow, quota));
        } finally {
            lock.unlock();
        }
    }

    Collection<QuotaKey> keys() {
        lock.lock();
        try {
            return List.copyOf(keys.values());
        } finally {
            lock.unlock();
        }
    }

    /** Forgets the keys whose loss nobody could notice. */
    void forgetIdle(long nowNanos) {
        lock.lock();
        try {
            List<Route> kept = new ArrayList<>();
            AtomicReferenceArray<@Nullable Route> old = slots;
            for (int slot = 0; slot < old.length(); slot++) {
                for (Route route = old.get(slot); route != null; route = route.next) {
                    boolean forgettable = true;
                    for (QuotaKey key : route.keys) {
                        forgettable &= key.isForgettable(nowNanos);
                    }
                    if (!forgettable) {
                        kept.add(route);
                    }
                }
            }
            if (kept.size() == size) {
                return;
            }
            int before = keys.size();
            Map<Identity, QuotaKey> keptKeys = new HashMap<>();
            AtomicReferenceArray<@Nullable Route> replaced = new AtomicReferenceArray<>(slotsFor(kept.size()));
            for (Route route : kept) {
                for (QuotaKey key : route.keys) {
                    keptKeys.put(new Identity(route.credentialHigh, route.credentialLow, key.quota), key);
                }
                insert(replaced, new Route(rules, route.credentialHigh, route.credentialLow, route.quotas, route.keys));
            }
            keys.clear();
            keys.putAll(keptKeys);
            size = kept.size();
            slots = replaced;
            count.add(keys.size() - before);
        } finally {
            lock.unlock();
        }
    }

    private Route create(long high, long low, List<String> quotas) {
        if (count.isFull(rules.ticker().nanoTime()) && (high != 0 || low != 0 || !quotas.isEmpty())) {
            // Beyond the hard cap all credentials and quotas share one key of the host: better than no bound at all.
            return route(0, 0, List.of());
        }
        Route created;
        lock.lock();
        try {
            Route found = find(slots, high, low, quotas);
            if (found != null) {
                return found;
            }
            Set<QuotaKey> keysOfRoute = new LinkedHashSet<>();
            keysOfRoute.add(key(high, low, ""));
            // Each key once, however often it is named: a call takes one token of it and one place in its line.
            for (int index = 0; index < Math.min(quotas.size(), QUOTAS_PER_CALL); index++) {
                keysOfRoute.add(key(high, low, quotas.get(index)));
            }
            // A copy, in case the list is one that the provider changes; of a constant list that is the list itself.
            created = new Route(rules, high, low, List.copyOf(quotas), keysOfRoute.toArray(QuotaKey[]::new));
            size++;
            if (size > slots.length() * 3 / 4) {
                slots = grown(slots);
            }
            insert(slots, created);
        } finally {
            lock.unlock();
        }
        count.sweepIfMany();
        return created;
    }

    /** Holds {@code lock}. */
    private QuotaKey key(long high, long low, String quota) {
        Identity identity = new Identity(high, low, quota);
        QuotaKey key = keys.get(identity);
        if (key == null) {
            key = new QuotaKey(rules, quota, count.nextId());
            keys.put(identity, key);
            count.add(1);
        }
        return key;
    }

    private static @Nullable Route find(
            AtomicReferenceArray<@Nullable Route> in, long high, long low, List<String> quotas) {
        for (Route route = in.get(slot(in, high, low, quotas)); route != null; route = route.next) {
            if (route.matches(high, low, quotas)) {
                return route;
            }
        }
        return null;
    }

    /** Keeps every route: their links change, so a reader of the old table may miss, and then asks under the lock. */
    private AtomicReferenceArray<@Nullable Route> grown(AtomicReferenceArray<@Nullable Route> old) {
        AtomicReferenceArray<@Nullable Route> larger = new AtomicReferenceArray<>(old.length() * 2);
        for (int slot = 0; slot < old.length(); slot++) {
            for (Route route = old.get(slot); route != null; route = route.next) {
                insert(larger, new Route(rules, route.credentialHigh, route.credentialLow, route.quotas, route.keys));
            }
        }
        return larger;
    }

    private static void insert(AtomicReferenceArray<@Nullable Route> into, Route route) {
        int slot = slot(into, route.credentialHigh, route.credentialLow, route.quotas);
        route.next = into.get(slot);
        into.set(slot, route);
    }

    private static int slot(AtomicReferenceArray<?> of, long high, long low, List<String> quotas) {
        return (Long.hashCode(high ^ low) * 31 + quotas.hashCode()) & (of.length() - 1);
    }

    private static int slotsFor(int routes) {
        return Math.max(16, Integer.highestOneBit(Math.max(1, routes)) * 4);
    }

    /** How many keys there are in one {@link Fairlead}, over all tables. Thread-safe. */
    static final class KeyCount {
        static final int SOFT_CAP = 10_000;
        static final int HARD_CAP = 100_000;
        private static final long SWEEP_EVERY_NANOS = 60_000_000_000L;

        private final AtomicInteger keys = new AtomicInteger();
        private final AtomicInteger ids = new AtomicInteger();
        private final AtomicInteger nextSweepAt = new AtomicInteger(SOFT_CAP);
        /** When a full table may be swept again; a minute, as it takes two until a key counts as idle. */
        private final AtomicLong sweepWhenFullNanos = new AtomicLong();

        private final Runnable sweep;
        private final Runnable full;

        KeyCount(Runnable sweep, Runnable full) {
            this.sweep = sweep;
            this.full = full;
        }

        String nextId() {
            return "k" + Integer.toString(ids.incrementAndGet(), 36);
        }

        void add(int number) {
            keys.addAndGet(number);
        }

        int keys() {
            return keys.get();
        }

        /** Whether there is no room, also after those that are idle by now were forgotten. */
        boolean isFull(long nowNanos) {
            if (keys.get() < HARD_CAP) {
                return false;
            }
            long next = sweepWhenFullNanos.get();
            if ((next == 0 || nowNanos - next >= 0)
                    && sweepWhenFullNanos.compareAndSet(next, nowNanos + SWEEP_EVERY_NANOS)) {
                sweep.run();
            }
            if (keys.get() < HARD_CAP) {
                return false;
            }
            full.run();
            return true;
        }

        /** A sweep reads every key, so the next one comes only after a thousand new ones, and a quarter more. */
        void sweepIfMany() {
            int threshold = nextSweepAt.get();
            int now = keys.get();
            if (now > threshold && nextSweepAt.compareAndSet(threshold, Integer.MAX_VALUE)) {
                sweep.run();
                nextSweepAt.set(Math.max(SOFT_CAP, keys.get()) + Math.max(1_000, keys.get() / 4));
            }
        }
    }
}
