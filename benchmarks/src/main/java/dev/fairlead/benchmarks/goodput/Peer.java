package dev.fairlead.benchmarks.goodput;

import java.util.List;

/**
 * Who makes the calls. All have the same client and know a throttled answer when they see one; what they are told beyond
 * that is said here.
 */
enum Peer {
    /** Our rules around the client, with the provider's default policy. Told nothing about the quota. */
    FAIRLEAD("fairlead", "#0b6e4f") {
        @Override
        Caller connect(Endpoint endpoint) {
            return FairleadCaller.wrapped(endpoint);
        }
    },
    /** The same by our call factory and {@code enqueue}. */
    FAIRLEAD_ENQUEUE("fairlead-enqueue", "#6fb98f") {
        @Override
        Caller connect(Endpoint endpoint) {
            return FairleadCaller.enqueued(endpoint);
        }
    },
    /** The client alone: whatever it is answered is the caller's. */
    OKHTTP("okhttp", "#8d99ae") {
        @Override
        Caller connect(Endpoint endpoint) {
            return HandWiredCaller.bare(endpoint);
        }
    },
    /** resilience4j's Retry as its guide has it, fixed wait of 500 ms, 10 attempts. */
    RESILIENCE4J_RETRY("resilience4j-retry", "#d1495b") {
        @Override
        Caller connect(Endpoint endpoint) {
            return HandWiredCaller.resilience4jRetry(endpoint);
        }
    },
    /** The same with resilience4j's RateLimiter inside, which is told the quota. */
    RESILIENCE4J_LIMITER("resilience4j-limiter", "#edae49") {
        @Override
        Caller connect(Endpoint endpoint) {
            return HandWiredCaller.resilience4jLimiter(endpoint);
        }
    },
    /** Failsafe's RetryPolicy, 10 attempts, waits growing from 500 ms to 5 s, with jitter. */
    FAILSAFE("failsafe", "#7b5ea7") {
        @Override
        Caller connect(Endpoint endpoint) {
            return HandWiredCaller.failsafe(endpoint);
        }
    };

    final String label;
    /** In the chart. */
    final String color;

    Peer(String label, String color) {
        this.label = label;
        this.color = color;
    }

    abstract Caller connect(Endpoint endpoint);

    static Peer named(String label) {
        for (Peer peer : values()) {
            if (peer.label.equals(label)) {
                return peer;
            }
        }
        throw new IllegalArgumentException("no peer is called " + label + "; there are "
                + List.of(values()).stream().map(peer -> peer.label).toList());
    }
}
