package dev.fairlead;

import java.time.Duration;
import java.util.Optional;

/** One quota of one credential at one host: its bucket and its gate. Thread-safe. */
final class QuotaKey {
    final HostRules rules;
    final String quota;
    final String id;
    final TokenBucket bucket;
    final PauseGate gate;

    /** When a call last used it; a lost write among threads does no harm. */
    private volatile long lastUsedNanos;

    QuotaKey(HostRules rules, String quota, String id) {
        this.rules = rules;
        this.quota = quota;
        this.id = id;
        gate = new PauseGate(rules.ticker());
        lastUsedNanos = rules.ticker().nanoTime();
        bucket = rules.newBucket(info());
    }

    KeyInfo info() {
        long paused = gate.pausedForNanos();
        return new KeyInfo(
                id,
                rules.provider().name(),
                rules.host(),
                quota,
                paused > 0 ? Optional.of(Duration.ofNanos(paused)) : Optional.empty());
    }

    /** Pauses all callers of the key and tells the listener. */
    void pause(long nanos) {
        gate.pause(nanos);
        rules.notify(listener -> listener.keyPaused(info(), Duration.ofNanos(nanos)));
    }

    void reset() {
        bucket.reset();
        gate.reset();
    }

    void used(long nowNanos) {
        // A write for every call would make the line of this field travel between cores: a second is fine enough.
        if (nowNanos - lastUsedNanos > 1_000_000_000L) {
            lastUsedNanos = nowNanos;
        }
    }

    /** Whether forgetting the key would lose nothing that anybody could notice. */
    boolean isForgettable(long nowNanos) {
        // The locks of bucket and gate last: a sweep asks every key, and most are in use.
        return nowNanos - lastUsedNanos > IDLE_NANOS
                && gate.isIdle()
                && (!(bucket instanceof ServerBucket server) || server.isFull());
    }

    /** Longer than any call's deadline by default, so that no call is under way with the key. */
    private static final long IDLE_NANOS = Duration.ofMinutes(2).toNanos();
}
