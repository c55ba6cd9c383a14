package dev.fairlead;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all calls to one provider and host may spend on retries together, so that an outage costs a bounded number of
 * extra requests. Thread-safe.
 */
final class RetryBudget {
    private final int capacity;
    private final int refund;
    private final AtomicInteger tokens;

    RetryBudget(int capacity, int refund) {
        this.capacity = capacity;
        this.refund = refund;
        tokens = new AtomicInteger(capacity);
    }

    /** Takes the price of one retry, or nothing where there is not enough. */
    boolean tryTake(int cost) {
        int available = tokens.get();
        while (available >= cost) {
            int seen = tokens.compareAndExchange(available, available - cost);
            if (seen == available) {
                return true;
            }
            available = seen;
        }
        return false;
    }

    /** Returns the price of a retry that was not sent. */
    void giveBack(int cost) {
        add(cost);
    }

    /** A success pays a little back. A full budget, the usual case, is only read. */
    void success() {
        if (tokens.get() < capacity) {
            add(refund);
        }
    }

    int available() {
        return tokens.get();
    }

    void reset() {
        tokens.set(capacity);
    }

    private void add(int amount) {
        int available = tokens.get();
        while (available < capacity) {
            int seen = tokens.compareAndExchange(available, Math.min(capacity, available + amount));
            if (seen == available) {
                return;
            }
            available = seen;
        }
    }
}
