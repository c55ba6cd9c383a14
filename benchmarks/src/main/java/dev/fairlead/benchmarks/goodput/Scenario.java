package dev.fairlead.benchmarks.goodput;

import dev.fairlead.Provider;
import dev.fairlead.testkit.SimulatedQuota;
import java.time.Duration;
import java.time.Instant;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * An API with a quota, as its vendor documents it, and the one kind of request that is made to it. Immutable and
 * thread-safe.
 *
 * @param name for the command line and the table
 * @param quota begins the quota, full
 * @param cost permits that a request asks for
 * @param actualCost permits that it is charged
 * @param neighbourPerSecond permits a second that somebody else asks for while he is there; 0 for nobody
 * @param provider what our rules are given
 * @param told the quota in the words of a rate limiter, for the peer that is told
 * @param throttle how an answer is told that was refused
 * @param call the request
 */
record Scenario(
        String name,
        Quota quota,
        int cost,
        int actualCost,
        int neighbourPerSecond,
        Provider provider,
        Told told,
        Throttle throttle,
        RequestLine call) {
    private static final MediaType JSON = MediaType.get("application/json");

    /** Begins a quota at a time of this machine's clock that the server's clock calls so. */
    @FunctionalInterface
    interface Quota {
        SimulatedQuota start(long nowNanos, Instant serverClock);
    }

    /** So many calls in each period. */
    record Told(int calls, Duration period) {}

    /** Whether an answer says that the quota was used up. */
    @FunctionalInterface
    interface Throttle {
        boolean isIn(int status, String body);
    }

    /**
     * A request without its host.
     *
     * @param credential the name and the value of the header that carries it
     * @param body what is sent with POST, null for GET
     */
    record RequestLine(
            String path, Credential credential, @Nullable String body) {}

    /** A header with a made-up secret. */
    record Credential(String header, String value) {}

    /** The same API, whose quota somebody else uses too. */
    Scenario withNeighbour(String name, int permitsPerSecond) {
        return new Scenario(name, quota, cost, actualCost, permitsPerSecond, provider, told, throttle, call);
    }

    Request request(String base) {
        Request.Builder builder = new Request.Builder()
                .url(base + call.path())
                .header(call.credential().header(), call.credential().value());
        String body = call.body();
        return body == null
                ? builder.build()
                : builder.post(RequestBody.create(body, JSON)).build();
    }
}
