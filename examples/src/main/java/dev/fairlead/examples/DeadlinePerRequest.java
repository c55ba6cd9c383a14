package dev.fairlead.examples;

import dev.fairlead.CallOptions;
import dev.fairlead.DeadlineContext;
import dev.fairlead.Fairlead;
import dev.fairlead.Policy;
import dev.fairlead.okhttp.ResilientOkHttp;
import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubProvider;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * A deadline of a request's own, and one that several requests share: what the first leaves of it is the second's. A wait
 * that cannot end in time is not begun.
 */
public final class DeadlinePerRequest {
    private DeadlinePerRequest() {}

    /** Runs it against a stub. */
    public static void main(String[] args) throws IOException {
        run(System.out);
    }

    @SuppressWarnings("try") // A scope is not used, only open.
    static void run(PrintStream out) throws IOException {
        ManualTicker ticker = new ManualTicker().autoAdvance();
        Fairlead fairlead =
                Fairlead.builder().otherHosts(Policy.defaults()).ticker(ticker).build();
        try (StubProvider stub = StubProvider.start("api.acme.example")) {
            OkHttpClient client = ResilientOkHttp.wrap(stub.reroute(new OkHttpClient()), fairlead);
            StubAnswer busy = StubAnswer.status(503).header("Retry-After", "1");
            StubAnswer fine = StubAnswer.json(200, "{}");
            stub.when("GET", "/reports").respond(busy);
            stub.when("GET", "/accounts").respond(busy, fine);

            out.println("500 ms for one request:");
            get(client, "reports", CallOptions.deadline(Duration.ofMillis(500)), out);

            out.println("2 s for two requests, of which 500 ms are kept to answer our own caller:");
            try (DeadlineContext.Scope scope =
                    DeadlineContext.open(Duration.ofSeconds(2), Duration.ofMillis(500), ticker)) {
                get(client, "accounts", CallOptions.NONE, out);
                get(client, "reports", CallOptions.NONE, out);
            }
        }
    }

    private static void get(OkHttpClient client, String path, CallOptions options, PrintStream out) throws IOException {
        Request request = new Request.Builder()
                .url("https://api.acme.example/" + path)
                .tag(CallOptions.class, options)
                .build();
        try (Response response = client.newCall(request).execute()) {
            out.println("  " + path + ": " + ResilientOkHttp.report(response).explain());
        }
    }
}
