package dev.fairlead.okhttp;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;

/** Both ways to make a call; every case runs through both. */
enum CallStyle {
    EXECUTE {
        @Override
        Response answer(Call call) throws IOException {
            return call.execute();
        }
    },
    ENQUEUE {
        @Override
        Response answer(Call call) throws IOException {
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
    };

    abstract Response answer(Call call) throws IOException;
}
