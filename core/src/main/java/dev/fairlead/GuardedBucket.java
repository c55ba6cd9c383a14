package dev.fairlead;

/**
 * A bucket of the user's own. Where it throws it is logged once and taken as full: a broken part must not stop calls that
 * would have gone without it. Thread-safe if the bucket is.
 */
final class GuardedBucket implements TokenBucket {
    private final HostRules rules;
    private final TokenBucket own;

    GuardedBucket(HostRules rules, TokenBucket own) {
        this.rules = rules;
        this.own = own;
    }

    @Override
    public long reserve(int permits) {
        try {
            return own.reserve(permits);
        } catch (RuntimeException thrown) {
            rules.plugInThrew("token bucket", thrown);
            return 0;
        }
    }

    @Override
    public void giveBack(int permits) {
        rules.guarded("token bucket", () -> own.giveBack(permits));
    }

    /**
     * The same where it is known how long until the permits might have been used, negative for so long ago: of our own
     * bucket more can come back then.
     */
    void giveBack(int permits, long untilDueNanos) {
        if (own instanceof SmoothBucket smooth) {
            smooth.giveBack(permits, untilDueNanos);
        } else {
            giveBack(permits);
        }
    }

    @Override
    public void observe(RateLimit state) {
        rules.guarded("token bucket", () -> own.observe(state));
    }

    @Override
    public void reset() {
        rules.guarded("token bucket", own::reset);
    }
}
