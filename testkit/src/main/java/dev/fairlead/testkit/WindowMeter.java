package dev.fairlead.testkit;

/** So many permits from the beginning of a window to its end. Not thread-safe. */
final class WindowMeter implements QuotaMeter {
    private static final long NEVER = Long.MIN_VALUE;

    final int limit;
    final long lengthNanos;

    private final boolean onDemand;
    private long beganNanos;
    private int used;
    /** When the first window begins of those that could follow each other without a gap; {@code NEVER} while unknown. */
    private long firstBeganNanos;

    private WindowMeter(int limit, long lengthNanos, long beganNanos, boolean onDemand) {
        this.limit = limit;
        this.lengthNanos = lengthNanos;
        this.beganNanos = beganNanos;
        this.firstBeganNanos = beganNanos;
        this.onDemand = onDemand;
    }

    /**
     * Windows back to back.
     *
     * @param phaseNanos how much of the first one is over at the beginning
     */
    static WindowMeter aligned(int limit, long lengthNanos, long phaseNanos) {
        return new WindowMeter(limit, lengthNanos, -Math.floorMod(phaseNanos, lengthNanos), false);
    }

    /** Each window is begun by the first request after the end of the one before. */
    static WindowMeter onDemand(int limit, long lengthNanos) {
        return new WindowMeter(limit, lengthNanos, NEVER, true);
    }

    @Override
    public boolean take(long elapsedNanos, int required, int charged) {
        if (beganNanos == NEVER) {
            beganNanos = elapsedNanos;
            firstBeganNanos = elapsedNanos;
        } else if (elapsedNanos - beganNanos >= lengthNanos) {
            beganNanos = onDemand ? elapsedNanos : elapsedNanos - Math.floorMod(elapsedNanos - beganNanos, lengthNanos);
            used = 0;
        }
        if (required > remaining()) {
            return false;
        }
        used += charged;
        return true;
    }

    /** What is left of the window in which the last request arrived. */
    int remaining() {
        return limit - used;
    }

    /** When that window ends. */
    long endNanos() {
        return beganNanos + lengthNanos;
    }

    @Override
    public long offered(long untilNanos) {
        if (firstBeganNanos == NEVER || untilNanos <= firstBeganNanos) {
            return 0;
        }
        return limit * ((untilNanos - firstBeganNanos - 1) / lengthNanos + 1);
    }
}
