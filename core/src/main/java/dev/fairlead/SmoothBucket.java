package dev.fairlead;

/** A bucket with a rate of its own, which no answer changes. Thread-safe. */
final class SmoothBucket implements TokenBucket {
    private final Ticker ticker;
    private final Pace pace;

    SmoothBucket(Ticker ticker, Policy.Rate rate) {
        this.ticker = ticker;
        pace = Pace.of(rate, ticker.nanoTime());
    }

    @Override
    public long reserve(int permits) {
        return pace.reserve(permits, ticker.nanoTime());
    }

    @Override
    public void giveBack(int permits) {
        long now = ticker.nanoTime();
        pace.giveBack(permits, now, now);
    }

    /** What was reserved last comes back also before it is due, or callers that cannot wait would push back the others. */
    void giveBack(int permits, long untilDueNanos) {
        long now = ticker.nanoTime();
        pace.giveBack(permits, now + untilDueNanos, now);
    }

    @Override
    public void observe(RateLimit state) {}

    @Override
    public void reset() {
        pace.reset(ticker.nanoTime());
    }
}
