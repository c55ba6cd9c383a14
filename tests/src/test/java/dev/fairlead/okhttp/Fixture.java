package dev.fairlead.okhttp;

import dev.fairlead.CallListener;
import dev.fairlead.Fairlead;
import dev.fairlead.Policy;
import dev.fairlead.Provider;
import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.StubProvider;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;

/** A stub of api.acme.com, a clock that moves when told, and what reached a thread's uncaught handler. */
final class Fixture implements AutoCloseable {
    static final String HOST = "api.acme.com";
    private static final MediaType JSON = MediaType.get("application/json");

    final ManualTicker ticker = new ManualTicker();
    final StubProvider stub;
    final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
    private final Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();

    Fixture() {
        this(StubProvider.builder()
                .hosts(HOST, "other.acme.com", "bare.acme.com")
                .http1());
    }

    Fixture(StubProvider.Builder builder) {
        stub = builder.ticker(ticker).start();
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));
    }

    Fairlead.Builder rules(UnaryOperator<Policy> change) {
        return Fairlead.builder()
                .ticker(ticker)
                .provider(Provider.builder("acme").hosts(HOST, "other.acme.com").build(), change);
    }

    OkHttpClient client() {
        return client(policy -> policy);
    }

    OkHttpClient client(UnaryOperator<Policy> change) {
        return client(new OkHttpClient(), change);
    }

    OkHttpClient client(OkHttpClient base, UnaryOperator<Policy> change) {
        return ResilientOkHttp.wrap(
                stub.reroute(base),
                rules(change).listener(new CallListener() {}).build());
    }

    static Request get(String path) {
        return new Request.Builder().url("https://" + HOST + path).build();
    }

    static Request post(String path) {
        return new Request.Builder()
                .url("https://" + HOST + path)
                .post(RequestBody.create("{\"amount\":1}", JSON))
                .build();
    }

    @Override
    public void close() {
        stub.close();
        Thread.setDefaultUncaughtExceptionHandler(before);
        if (!uncaught.isEmpty()) {
            throw new AssertionError("a thread's uncaught handler was called", uncaught.get(0));
        }
    }
}
