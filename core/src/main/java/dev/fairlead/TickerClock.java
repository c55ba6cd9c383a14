package dev.fairlead;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The ticker's monotonic time as the engine wants it. Whole seconds, as its window is made of them, and one object for
 * each, as it asks for every call. Thread-safe.
 */
final class TickerClock extends Clock {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Ticker ticker;
    private final long originNanos;
    private volatile Instant last = Instant.EPOCH;

    TickerClock(Ticker ticker) {
        this.ticker = ticker;
        originNanos = ticker.nanoTime();
    }

    @Override
    public Instant instant() {
        long second = (ticker.nanoTime() - originNanos) / NANOS_PER_SECOND;
        Instant known = last;
        if (known.getEpochSecond() != second) {
            known = Instant.ofEpochSecond(second);
            last = known;
        }
        return known;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
