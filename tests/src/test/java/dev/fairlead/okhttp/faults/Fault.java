package dev.fairlead.okhttp.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/** One thing that goes wrong, under the name it has in the table. Not thread-safe until all is set. */
final class Fault {
    /** What a client may need to be set up for a fault. */
    record Scene(ScriptedServer server, Path directory) {}

    /** For faults that do not test timeouts: far more than a loaded machine takes for anything. */
    private static final Duration PLENTY = Duration.ofSeconds(20);

    private final String name;
    private final Supplier<ScriptedServer> server;
    private boolean warmUp;
    private boolean tls;
    private boolean slow;
    private Duration attemptTimeout = PLENTY;
    private Duration deadline = PLENTY;
    private Duration gap = Duration.ZERO;
    private List<String> retryAfter = List.of();
    private BiConsumer<OkHttpClient.Builder, Scene> client = (builder, scene) -> {};
    private Consumer<Request.Builder> request = builder -> {};

    Fault(String name, Supplier<ScriptedServer> server) {
        this.name = Objects.requireNonNull(name, "name");
        this.server = server;
    }

    /** A first call is answered before the one that counts. */
    Fault afterWarmUp() {
        warmUp = true;
        return this;
    }

    /** Waits for its own reasons, rather than to be worked on. */
    Fault slow() {
        slow = true;
        return this;
    }

    Fault overTls() {
        tls = true;
        return this;
    }

    Fault attemptTimeout(Duration value) {
        attemptTimeout = value;
        return this;
    }

    Fault deadline(Duration value) {
        deadline = value;
        return this;
    }

    /** The provider asks for so much time between its answer and the next request. */
    Fault gap(Duration value) {
        gap = value;
        return this;
    }

    /** What an answer other than 200 must have for {@code Retry-After} when it comes to the caller. */
    Fault retryAfter(List<String> values) {
        retryAfter = values;
        return this;
    }

    Fault client(BiConsumer<OkHttpClient.Builder, Scene> change) {
        client = change;
        return this;
    }

    Fault request(Consumer<Request.Builder> change) {
        request = change;
        return this;
    }

    String name() {
        return name;
    }

    ScriptedServer newServer() {
        return server.get();
    }

    boolean hasWarmUp() {
        return warmUp;
    }

    String scheme() {
        return tls ? "https" : "http";
    }

    Duration attemptTimeout() {
        return attemptTimeout.compareTo(deadline) < 0 ? attemptTimeout : deadline;
    }

    Duration deadline() {
        return deadline;
    }

    Duration gap() {
        return gap;
    }

    List<String> retryAfter() {
        return retryAfter;
    }

    void setUp(OkHttpClient.Builder builder, Scene scene) {
        client.accept(builder, scene);
    }

    void setUp(Request.Builder builder) {
        request.accept(builder);
    }

    /** Whether runs of this fault mostly wait. */
    boolean isSlow() {
        return slow || !gap.isZero() || isTimed();
    }

    /** Whether a timeout ends runs of this fault, so that nothing else in them may take as long. */
    boolean isTimed() {
        return !attemptTimeout.equals(PLENTY) || !deadline.equals(PLENTY);
    }

    @Override
    public String toString() {
        return name;
    }
}
