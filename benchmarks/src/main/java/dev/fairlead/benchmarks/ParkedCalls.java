package dev.fairlead.benchmarks;

import dev.fairlead.CallInfo;
import dev.fairlead.CallListener;
import dev.fairlead.Fairlead;
import dev.fairlead.WaitReason;
import dev.fairlead.github.GitHubProvider;
import dev.fairlead.okhttp.ResilientOkHttp;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;

/**
 * What a call costs that waits before its first attempt: heap and threads for ten thousand of a factory's calls to a key
 * that is paused, each with a request of its own, on the machine's clock.
 */
public final class ParkedCalls {
    private static final int CALLS = 10_000;

    private ParkedCalls() {}

    /** Measures. */
    public static void main(String[] args) throws InterruptedException, IOException {
        int threadsBefore = threads();
        // Once for the classes that the first calls load.
        measure(threadsBefore);
        System.out.println(measure(threadsBefore));
    }

    private static String measure(int threadsBefore) throws InterruptedException, IOException {
        CountDownLatch parked = new CountDownLatch(CALLS);
        CountDownLatch over = new CountDownLatch(CALLS);
        Fairlead rules = Fairlead.builder()
                .provider(
                        GitHubProvider.create(),
                        policy -> policy.withDeadline(Duration.ofHours(2)).withLongestWait(Duration.ofHours(2)))
                .listener(new CallListener() {
                    @Override
                    public void waitStarted(CallInfo call, WaitReason reason, Duration atMost) {
                        parked.countDown();
                    }
                })
                .build();
        OkHttpClient client =
                new OkHttpClient.Builder().addInterceptor(new CannedAnswer()).build();
        Call.Factory factory = ResilientOkHttp.callFactory(client, rules);
        factory.newCall(request(-1)).execute().close();
        rules.pause(rules.keys().get(0), Duration.ofHours(1));
        Callback callback = new Callback() {
            @Override
            public void onFailure(Call call, IOException failure) {
                over.countDown();
            }

            @Override
            public void onResponse(Call call, Response response) {
                response.close();
                over.countDown();
            }
        };

        List<Request> requests = new ArrayList<>(CALLS);
        List<Call> calls = new ArrayList<>(CALLS);
        long before = usedHeap();
        for (int number = 0; number < CALLS; number++) {
            requests.add(request(number));
        }
        long withRequests = usedHeap();
        for (Request request : requests) {
            Call call = factory.newCall(request);
            calls.add(call);
            call.enqueue(callback);
        }
        parked.await();
        long withCalls = usedHeap();
        int threadsAfter = threads();

        long began = System.nanoTime();
        calls.forEach(Call::cancel);
        over.await();
        long canceledMillis = (System.nanoTime() - began) / 1_000_000;
        client.dispatcher().executorService().shutdown();
        return String.format(
                "parked calls %d, heap per call %d B (%d B of it the request), threads %+d; all cancelled in %d ms",
                CALLS,
                (withCalls - before) / CALLS,
                (withRequests - before) / CALLS,
                threadsAfter - threadsBefore,
                canceledMillis);
    }

    private static Request request(int number) {
        return new Request.Builder()
                .url("https://api.github.com/repos/acme/rocket/issues/" + number)
                .header("Authorization", "Bearer ghp_000000000000000000000000000000000000")
                .header("Accept", "application/vnd.github+json")
                .build();
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    private static long usedHeap() {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    /** Answers without a network. */
    private static final class CannedAnswer implements Interceptor {
        @Override
        public Response intercept(Chain chain) {
            return new Response.Builder()
                    .request(chain.request())
                    .protocol(Protocol.HTTP_2)
                    .code(200)
                    .message("")
                    .body(ResponseBody.create("{}", MediaType.get("application/json")))
                    .build();
        }
    }
}
