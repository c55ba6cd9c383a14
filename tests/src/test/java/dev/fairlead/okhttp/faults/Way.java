package dev.fairlead.okhttp.faults;

import dev.fairlead.Fairlead;
import dev.fairlead.okhttp.ResilientOkHttp;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Response;

/** The ways to make a call. */
enum Way {
    WRAP_EXECUTE(ResilientOkHttp::wrap, false),
    WRAP_ENQUEUE(ResilientOkHttp::wrap, true),
    FACTORY_EXECUTE(ResilientOkHttp::callFactory, false),
    FACTORY_ENQUEUE(ResilientOkHttp::callFactory, true);

    private final BiFunction<OkHttpClient, Fairlead, Call.Factory> factory;
    private final boolean enqueues;

    Way(BiFunction<OkHttpClient, Fairlead, Call.Factory> factory, boolean enqueues) {
        this.factory = factory;
        this.enqueues = enqueues;
    }

    Call.Factory calls(OkHttpClient client, Fairlead rules) {
        return factory.apply(client, rules);
    }

    /** The call's answer; what breaks the contract of a callback is an assertion error. */
    Response answer(Call call) throws IOException {
        if (!enqueues) {
            return call.execute();
        }
        Answer answer = new Answer(call);
        call.enqueue(answer);
        try {
            // A bound for a broken build only.
            return answer.future.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new AssertionError(failed.getCause());
        } catch (InterruptedException | TimeoutException stuck) {
            throw new AssertionError("the call never ended", stuck);
        }
    }

    private static final class Answer implements Callback {
        final CompletableFuture<Response> future = new CompletableFuture<>();
        private final Call call;

        Answer(Call call) {
            this.call = call;
        }

        @Override
        public void onFailure(Call failed, IOException failure) {
            check(failed, future.completeExceptionally(failure));
        }

        @Override
        public void onResponse(Call answered, Response response) {
            check(answered, future.complete(response));
        }

        /** What this throws reaches the uncaught handler, which the matrix watches. */
        private void check(Call called, boolean first) {
            if (called != call || !first) {
                throw new AssertionError(first ? "called back with another call" : "called back twice");
            }
        }
    }
}
