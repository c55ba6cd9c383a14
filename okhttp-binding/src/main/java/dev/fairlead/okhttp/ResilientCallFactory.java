package dev.fairlead.okhttp;

import dev.fairlead.Fairlead;
import java.util.concurrent.ExecutorService;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/** Makes calls whose waits hold neither a thread nor a place in the dispatcher. Thread-safe. */
final class ResilientCallFactory implements Call.Factory {
    /** Makes the attempts; its interceptors are those of a wrapped client. */
    final OkHttpClient client;

    final Fairlead fairlead;
    /** Where callbacks run, as they do in OkHttp. */
    final ExecutorService executor;
    /** Where calls that were waiting go on. */
    final SerialExecutor serial;

    ResilientCallFactory(OkHttpClient client, Fairlead fairlead) {
        this.client = client;
        this.fairlead = fairlead;
        executor = client.dispatcher().executorService();
        serial = new SerialExecutor(executor);
    }

    @Override
    public Call newCall(Request request) {
        return new ResilientCall(this, request);
    }
}
