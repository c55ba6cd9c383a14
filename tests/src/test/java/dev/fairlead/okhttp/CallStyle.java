package dev.fairlead.okhttp;

import dev.fairlead.Fairlead;
import dev.fairlead.testkit.ManualTicker;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** The four ways to make a call; every case runs through all. */
enum CallStyle {
    EXECUTE(false, false),
    ENQUEUE(false, true),
    FACTORY_EXECUTE(true, false),
    FACTORY_ENQUEUE(true, true);

    private final boolean byFactory;
    private final boolean enqueued;

    CallStyle(boolean byFactory, boolean enqueued) {
        this.byFactory = byFactory;
        this.enqueued = enqueued;
    }

    /** A call by a wrapped client, or by a factory with the rules of that client. */
    Call call(OkHttpClient wrapped, Request request) {
        return calls(wrapped).newCall(request);
    }

    Call.Factory calls(OkHttpClient wrapped) {
        if (!byFactory) {
            return wrapped;
        }
        Fairlead rules = wrapped.interceptors().stream()
                .filter(ResilienceInterceptor.class::isInstance)
                .map(interceptor -> ((ResilienceInterceptor) interceptor).fairlead())
                .findFirst()
                .orElseThrow();
        return ResilientOkHttp.callFactory(wrapped, rules);
    }

    /** Blocks until so many calls wait: threads of the ticker's, or tasks where a wait holds none. */
    void awaitWaiting(ManualTicker ticker, int calls) {
        if (byFactory && enqueued) {
            ticker.awaitScheduled(calls);
        } else {
            ticker.awaitParked(calls);
        }
    }

    /** How many calls wait now. */
    int waiting(ManualTicker ticker) {
        return byFactory && enqueued
                ? ticker.scheduledTasks()
                : ticker.parkedThreads().size();
    }

    Response answer(Call call) throws IOException {
        if (!enqueued) {
            return call.execute();
        } else {
            CompletableFuture<Response> answer = new CompletableFuture<>();
            call.enqueue(new Callback() {
                @Override
                public void onFailure(Call failed, IOException failure) {
                    answer.completeExceptionally(failure);
                }

                @Override
                public void onResponse(Call answered, Response response) {
                    answer.complete(response);
                }
            });
            try {
                // A bound for a broken build only; no test waits for it.
                return answer.get(60, TimeUnit.SECONDS);
            } catch (ExecutionException failed) {
                throw (IOException) failed.getCause();
            } catch (InterruptedException | TimeoutException stuck) {
                throw new AssertionError("the call never ended", stuck);
            }
        }
    }
}
