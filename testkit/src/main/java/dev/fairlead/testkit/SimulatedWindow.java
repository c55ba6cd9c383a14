package dev.fairlead.testkit;

import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** The settings of a {@link SimulatedQuota} that counts in windows. Not thread-safe. */
public final class SimulatedWindow {
    private final WindowDialect dialect;
    private final int limit;
    private final long lengthNanos;
    /** Null where the server's clock decides. */
    private @Nullable Duration phase;

    private boolean onDemand;
    private int refusalStatus;
    private Instant serverClock = ServerClock.DEFAULT_START;
    private RoundingMode dateRounding = RoundingMode.FLOOR;
    private RoundingMode resetRounding = RoundingMode.FLOOR;

    SimulatedWindow(WindowDialect dialect, int limit, Duration window) {
        this.dialect = dialect;
        this.limit = SimulatedQuota.positive(limit);
        if (window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException("a window takes time, not " + window);
        }
        lengthNanos = window.toNanos();
        phase = dialect == WindowDialect.SENDGRID ? null : Duration.ZERO;
        refusalStatus = dialect.refusalStatus;
    }

    /**
     * How much of the first window is over at the start; the others follow it back to back. Default: nothing, and for
     * SendGrid what the server's clock says. Without meaning {@linkplain #onDemand() on demand}.
     */
    public SimulatedWindow phase(Duration over) {
        phase = over;
        return this;
    }

    /** Each window is begun by the first request after the end of the one before. Default: back to back. */
    public SimulatedWindow onDemand() {
        onDemand = true;
        return this;
    }

    /** The status beyond the limit. Default: 403 for GitHub, which documents 429 as well, and 429 for the others. */
    public SimulatedWindow refusalStatus(int status) {
        refusalStatus = status;
        return this;
    }

    /** What the server takes for the time at the start. Default: 2026-01-01T00:00:00Z. */
    public SimulatedWindow serverClock(Instant atStart) {
        serverClock = Objects.requireNonNull(atStart);
        return this;
    }

    /** How {@code Date} is made a whole second: {@code FLOOR}, which is the default, {@code CEILING} or {@code HALF_UP}. */
    public SimulatedWindow dateRounding(RoundingMode mode) {
        dateRounding = mode;
        return this;
    }

    /** How the reset is made a whole second. Default: {@code FLOOR}, for IETF {@code CEILING}. */
    public SimulatedWindow resetRounding(RoundingMode mode) {
        resetRounding = mode;
        return this;
    }

    /** The quota, beginning at this time. */
    public SimulatedQuota startAt(long nowNanos) {
        ServerClock clock = new ServerClock(serverClock, dateRounding, resetRounding);
        long phaseNanos = phase == null ? clock.epochNanos(0) : phase.toNanos();
        WindowMeter window = onDemand
                ? WindowMeter.onDemand(limit, lengthNanos)
                : WindowMeter.aligned(limit, lengthNanos, phaseNanos);
        int status = refusalStatus;
        SimulatedQuota.Voice voice = (admitted, requested, actual, elapsedNanos) -> {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Date", clock.date(elapsedNanos));
            dialect.say(headers, window, clock, elapsedNanos);
            return new SimulatedQuota.Answer(
                    admitted, admitted ? 200 : status, headers, admitted ? "{}" : dialect.refusal());
        };
        return new SimulatedQuota(window, voice, IntUnaryOperator.identity(), nowNanos);
    }
}
