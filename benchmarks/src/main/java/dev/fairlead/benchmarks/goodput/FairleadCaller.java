package dev.fairlead.benchmarks.goodput;

import dev.fairlead.Fairlead;
import dev.fairlead.okhttp.ResilientOkHttp;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;

/** Calls by our rules, with the provider's default policy. Thread-safe. */
final class FairleadCaller {
    private FairleadCaller() {}

    static Caller wrapped(Endpoint endpoint) {
        Call.Factory client = ResilientOkHttp.wrap(endpoint.client, rules(endpoint));
        return () -> endpoint.isSuccess(client);
    }

    static Caller enqueued(Endpoint endpoint) {
        Call.Factory factory = ResilientOkHttp.callFactory(endpoint.client, rules(endpoint));
        return () -> {
            Answer answer = new Answer(endpoint);
            Call call = factory.newCall(endpoint.request);
            call.enqueue(answer);
            try {
                return answer.success.get();
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof IOException failure ? failure : failed;
            } catch (InterruptedException over) {
                call.cancel();
                throw over;
            }
        };
    }

    private static Fairlead rules(Endpoint endpoint) {
        return Fairlead.builder().provider(endpoint.scenario.provider()).build();
    }

    /** Hands a callback's result to the thread that waits for it. */
    private static final class Answer implements Callback {
        private final Endpoint endpoint;
        private final CompletableFuture<Boolean> success = new CompletableFuture<>();

        Answer(Endpoint endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public void onResponse(Call call, Response response) {
            try {
                success.complete(endpoint.isSuccess(response));
            } catch (IOException broken) {
                success.completeExceptionally(broken);
            }
        }

        @Override
        public void onFailure(Call call, IOException failure) {
            success.completeExceptionally(failure);
        }
    }
}
