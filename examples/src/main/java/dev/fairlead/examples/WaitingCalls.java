package dev.fairlead.examples;

import dev.fairlead.Fairlead;
import dev.fairlead.KeyInfo;
import dev.fairlead.Policy;
import dev.fairlead.okhttp.ResilientOkHttp;
import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubProvider;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * A thousand calls wait for one credential's pause to end, and hold neither a thread nor one of the dispatcher's five
 * places of the host: another credential's call goes right past them.
 */
public final class WaitingCalls {
    private static final int CALLS = 1_000;

    private WaitingCalls() {}

    /** Runs it against a stub. */
    public static void main(String[] args) throws Exception {
        run(System.out);
    }

    static void run(PrintStream out) throws Exception {
        ManualTicker ticker = new ManualTicker();
        Fairlead fairlead = Fairlead.builder()
                .otherHosts(Policy.defaults().withDeadline(Duration.ofMinutes(2)))
                .ticker(ticker)
                .build();
        try (StubProvider stub = StubProvider.start("api.acme.example")) {
            stub.when("GET", "/orders").respond(StubAnswer.json(200, "{}"));
            Call.Factory calls = ResilientOkHttp.callFactory(stub.reroute(new OkHttpClient()), fairlead);

            calls.newCall(request("busy")).execute().close();
            KeyInfo busy = fairlead.keys().get(0);
            fairlead.pause(busy, Duration.ofMinutes(1));

            int threadsBefore = Thread.activeCount();
            CountDownLatch left = new CountDownLatch(CALLS);
            AtomicInteger answered = new AtomicInteger();
            for (int call = 0; call < CALLS; call++) {
                calls.newCall(request("busy")).enqueue(new Callback() {
                    @Override
                    public void onResponse(Call answeredCall, Response response) {
                        response.close();
                        answered.incrementAndGet();
                        left.countDown();
                    }

                    @Override
                    public void onFailure(Call failedCall, IOException failure) {
                        left.countDown();
                    }
                });
            }
            int more = Thread.activeCount() - threadsBefore;
            out.println(ticker.scheduledTasks() + " calls wait; fewer than 5 threads more than before: " + (more < 5));
            try (Response response = calls.newCall(request("idle")).execute()) {
                out.println("another credential: " + response.code() + ", after "
                        + ticker.elapsed().toMillis() + " ms");
            }
            ticker.advance(Duration.ofMinutes(1));
            left.await();
            out.println("when the minute was over: " + answered + " answered");
        }
    }

    private static Request request(String credential) {
        return new Request.Builder()
                .url("https://api.acme.example/orders")
                .header("Authorization", "Bearer " + credential)
                .build();
    }
}
