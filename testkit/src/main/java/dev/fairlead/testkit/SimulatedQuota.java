package dev.fairlead.testkit;

import java.math.RoundingMode;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntUnaryOperator;

/**
 * The rate limit of an API, played by the algorithm that its vendor documents: lets requests in or refuses them, answers
 * as the API does, and counts what was to be had. For stubs, simulations and benchmarks.
 *
 * <pre>{@code
 * SimulatedQuota quota = SimulatedQuota.gitHub(5_000, Duration.ofHours(1)).startAt(ticker.nanoTime());
 * stub.when("GET", "/.*").respond(request -> quota.request(ticker.nanoTime(), 1).toStubAnswer());
 * }</pre>
 *
 * <p>It has no clock: each request brings the time of its arrival, on one monotonic clock in nanoseconds. One that brings
 * an earlier time than the one before has arrived together with that.
 *
 * <p>Thread-safe.
 */
public final class SimulatedQuota {
    /**
     * What a request is answered with.
     *
     * @param admitted whether it was let in
     * @param status the status
     * @param headers the header fields that tell of the limit, and {@code Date}
     * @param body a body in JSON
     */
    public record Answer(boolean admitted, int status, Map<String, String> headers, String body) {
        /** A copy of the headers, in their order. */
        public Answer {
            headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        }

        /** The same for a stub. */
        public StubAnswer toStubAnswer() {
            StubAnswer answer = StubAnswer.json(status, body);
            for (Map.Entry<String, String> header : headers.entrySet()) {
                answer = answer.header(header.getKey(), header.getValue());
            }
            return answer;
        }
    }

    /** Says the state of the meter to the request that has just arrived. Called under {@code lock}. */
    interface Voice {
        Answer answer(boolean admitted, int requested, int actual, long elapsedNanos);
    }

    private final QuotaMeter meter;
    private final Voice voice;
    private final IntUnaryOperator actualCost;
    private final long startNanos;

    private final ReentrantLock lock = new ReentrantLock();
    /** When the last request arrived, since the start. Guarded by {@code lock}. */
    private long elapsedNanos;
    /** Permits. Guarded by {@code lock}. */
    private long admitted;
    /** Requests. Guarded by {@code lock}. */
    private long throttled;
    /** Permits. Guarded by {@code lock}. */
    private long neighbours;

    SimulatedQuota(QuotaMeter meter, Voice voice, IntUnaryOperator actualCost, long startNanos) {
        this.meter = meter;
        this.voice = voice;
        this.actualCost = actualCost;
        this.startNanos = startNanos;
    }

    /**
     * GitHub's primary limit: a window, told in {@code x-ratelimit-} headers with the epoch second of its end. Beyond the
     * limit 403, nothing remaining, and no {@code Retry-After}. What is refused does not count.
     */
    public static SimulatedWindow gitHub(int limit, Duration window) {
        return new SimulatedWindow(WindowDialect.GITHUB, limit, window);
    }

    /**
     * SendGrid's limit of one endpoint: a window that begins with each full minute, or other length, of the server's
     * clock, told in {@code X-RateLimit-} headers. Beyond the limit 429.
     */
    public static SimulatedWindow sendGrid(int limit, Duration window) {
        return new SimulatedWindow(WindowDialect.SENDGRID, limit, window);
    }

    /**
     * A window told as in draft 10 of the IETF's {@code RateLimit} fields, with the seconds to go, rounded up. Beyond the
     * limit 429.
     */
    public static SimulatedWindow ietf(int limit, Duration window) {
        return new SimulatedWindow(WindowDialect.IETF, limit, window).resetRounding(RoundingMode.CEILING);
    }

    /** Stripe's token bucket, of which no answer says anything. Beyond the limit 429. */
    public static SimulatedBucket stripe(double perSecond, int burst) {
        return new SimulatedBucket(BucketDialect.STRIPE, burst, perSecond);
    }

    /**
     * Shopify's leaky bucket of REST calls, told in {@code X-Shopify-Shop-Api-Call-Limit}. Beyond the limit 429 with
     * {@code Retry-After: 2.0}.
     */
    public static SimulatedBucket shopifyRest(int capacity, double perSecond) {
        return new SimulatedBucket(BucketDialect.SHOPIFY_REST, capacity, perSecond);
    }

    /**
     * Shopify's bucket of GraphQL points, told in the body. A query must find its whole requested cost and is charged with
     * its actual one: the rest is given back at once, as if the query took no time. Beyond the limit 200 with the error
     * {@code THROTTLED}.
     */
    public static SimulatedBucket shopifyGraphQl(int capacity, double perSecond) {
        return new SimulatedBucket(BucketDialect.SHOPIFY_GRAPHQL, capacity, perSecond);
    }

    /**
     * A request arrives.
     *
     * @param nowNanos when
     * @param cost permits that it asks for, at least 1
     */
    public Answer request(long nowNanos, int cost) {
        lock.lock();
        try {
            boolean letIn = take(nowNanos, cost);
            int actual = actualCost.applyAsInt(cost);
            if (letIn) {
                admitted += actual;
            } else {
                throttled++;
            }
            return voice.answer(letIn, cost, actual, elapsedNanos);
        } finally {
            lock.unlock();
        }
    }

    /**
     * A request of somebody else arrives, who draws on the same quota and of whose answers nobody here knows.
     *
     * @param nowNanos when
     * @param cost permits that it asks for, at least 1
     * @return whether it was let in
     */
    public boolean neighbour(long nowNanos, int cost) {
        lock.lock();
        try {
            boolean letIn = take(nowNanos, cost);
            if (letIn) {
                neighbours += actualCost.applyAsInt(cost);
            }
            return letIn;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The permits that were to be had from the start to a time, that is, all that somebody would have got who asked at every
     * moment, less what the neighbour got so far.
     *
     * <p>Of windows back to back the whole limit of each that began before that time, the one under way at the start
     * included, however little of it was left. Of windows that begin on demand as many as could have followed each other
     * without a gap since the first request. Of a bucket what was in it at the start and all that came back.
     */
    public long available(long untilNanos) {
        lock.lock();
        try {
            return meter.offered(untilNanos - startNanos) - neighbours;
        } finally {
            lock.unlock();
        }
    }

    /** The permits that requests took so far; where the actual cost is another than the requested, by the actual. */
    public long admitted() {
        lock.lock();
        try {
            return admitted;
        } finally {
            lock.unlock();
        }
    }

    /** The number of requests that were refused so far; not those of the neighbour. */
    public long throttled() {
        lock.lock();
        try {
            return throttled;
        } finally {
            lock.unlock();
        }
    }

    /** Holds {@code lock}. */
    private boolean take(long nowNanos, int cost) {
        if (cost < 1) {
            throw new IllegalArgumentException("a request costs at least 1, not " + cost);
        }
        elapsedNanos = Math.max(elapsedNanos, nowNanos - startNanos);
        return meter.take(elapsedNanos, cost, actualCost.applyAsInt(cost));
    }

    static int positive(int permits) {
        if (permits < 1) {
            throw new IllegalArgumentException("at least 1, not " + permits);
        }
        return permits;
    }
}
