package dev.fairlead.testkit;

import java.math.RoundingMode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntUnaryOperator;

/** The settings of a {@link SimulatedQuota} that is refilled all the time. Not thread-safe. */
public final class SimulatedBucket {
    private final BucketDialect dialect;
    private final int capacity;
    private final double perSecond;
    private IntUnaryOperator actualCost = IntUnaryOperator.identity();
    private Instant serverClock = ServerClock.DEFAULT_START;

    SimulatedBucket(BucketDialect dialect, int capacity, double perSecond) {
        this.dialect = dialect;
        this.capacity = SimulatedQuota.positive(capacity);
        if (!(perSecond > 0 && perSecond <= 1e9)) {
            throw new IllegalArgumentException("a rate above 0, at most 1e9, not " + perSecond);
        }
        this.perSecond = perSecond;
    }

    /** What a request is charged with, by what it asked for; from 0 to that. Default: that. */
    public SimulatedBucket actualCost(IntUnaryOperator ofRequested) {
        actualCost = Objects.requireNonNull(ofRequested);
        return this;
    }

    /** What the server takes for the time at the start. Default: 2026-01-01T00:00:00Z. */
    public SimulatedBucket serverClock(Instant atStart) {
        serverClock = Objects.requireNonNull(atStart);
        return this;
    }

    /** The quota, full at this time. */
    public SimulatedQuota startAt(long nowNanos) {
        ServerClock clock = new ServerClock(serverClock, RoundingMode.FLOOR, RoundingMode.FLOOR);
        BucketMeter bucket = new BucketMeter(capacity, perSecond);
        SimulatedQuota.Voice voice = (admitted, requested, actual, elapsedNanos) -> {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Date", clock.date(elapsedNanos));
            String body = dialect.say(headers, admitted, bucket, requested, actual);
            return new SimulatedQuota.Answer(admitted, admitted ? 200 : dialect.refusalStatus, headers, body);
        };
        return new SimulatedQuota(bucket, voice, actualCost, nowNanos);
    }
}
