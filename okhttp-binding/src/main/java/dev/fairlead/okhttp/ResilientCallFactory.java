package dev.fairlead.okhttp;

import dev.fairlead.Fairlead;
import okhttp3.Call;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/** Makes calls whose waits hold neither a thread nor a place in the dispatcher. Thread-safe. */
final class ResilientCallFactory implements Call.Factory {
    /** Makes the attempts; its interceptors are those of a wrapped client. */
    final OkHttpClient client;

    final Fairlead fairlead;
    /** The one of the wrapped client. */
    final RunningAudit audit;
    /** Where calls that were waiting go on: in steps so short that one thread will do. */
    final BoundedExecutor wakes;
    /** Where callbacks run that no attempt brings with it: as in OkHttp, and no more at once than there. */
    final BoundedExecutor callbacks;

    ResilientCallFactory(OkHttpClient client, RunningAudit audit) {
        this.client = client;
        this.audit = audit;
        fairlead = audit.fairlead;
        Dispatcher dispatcher = client.dispatcher();
        wakes = new BoundedExecutor(dispatcher.executorService(), () -> 1);
        callbacks = new BoundedExecutor(dispatcher.executorService(), dispatcher::getMaxRequests);
    }

    @Override
    public Call newCall(Request request) {
        return new ResilientCall(this, request);
    }
}
