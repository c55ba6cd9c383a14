package dev.fairlead.benchmarks.goodput;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** What all peers begin with: the same client, the same request, the same judgement of an answer. Thread-safe. */
final class Endpoint {
    final Scenario scenario;
    final OkHttpClient client;
    final Request request;

    Endpoint(Scenario scenario, int port, int threads) {
        this.scenario = scenario;
        Dispatcher dispatcher = new Dispatcher();
        // OkHttp lets 5 requests of a host go at once by default, which would be a limit of its own.
        dispatcher.setMaxRequests(threads);
        dispatcher.setMaxRequestsPerHost(threads);
        client = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectionPool(new ConnectionPool(threads, 5, TimeUnit.MINUTES))
                .build();
        request = scenario.request("http://127.0.0.1:" + port);
    }

    /** One request by these calls, read to its end. */
    boolean isSuccess(Call.Factory calls) throws IOException {
        return isSuccess(calls.newCall(request).execute());
    }

    /** Reads an answer to its end. */
    boolean isSuccess(Response response) throws IOException {
        try (response) {
            String body = response.body().string();
            return response.isSuccessful() && !scenario.throttle().isIn(response.code(), body);
        }
    }

    /** Ends the client. */
    void close() {
        client.dispatcher().cancelAll();
        client.dispatcher().executorService().shutdownNow();
        client.connectionPool().evictAll();
    }
}
