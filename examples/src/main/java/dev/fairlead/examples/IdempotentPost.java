package dev.fairlead.examples;

import dev.fairlead.CallOptions;
import dev.fairlead.Fairlead;
import dev.fairlead.Provider;
import dev.fairlead.okhttp.ResilientOkHttp;
import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubProvider;
import java.io.IOException;
import java.io.PrintStream;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * A POST is repeated only if the provider can tell a repetition from a second order. The key is of the business operation,
 * so that it is the same for all attempts, and after a restart.
 */
public final class IdempotentPost {
    private IdempotentPost() {}

    /** Runs it against a stub. */
    public static void main(String[] args) throws IOException {
        run(System.out);
    }

    static void run(PrintStream out) throws IOException {
        Fairlead fairlead = Fairlead.builder()
                .provider(Provider.builder("acme")
                        .hosts("api.acme.example")
                        .idempotencyHeader("Idempotency-Key")
                        .build())
                .ticker(new ManualTicker().autoAdvance())
                .build();
        try (StubProvider stub = StubProvider.start("api.acme.example")) {
            OkHttpClient client = ResilientOkHttp.wrap(stub.reroute(new OkHttpClient()), fairlead);

            stub.when("POST", "/orders").respond(StubAnswer.status(502), StubAnswer.json(201, "{}"));
            out.println("With a key:");
            post(client, CallOptions.NONE.withIdempotencyKey("order-17"), out);
            stub.requests()
                    .forEach(request ->
                            out.println("  the server saw Idempotency-Key: " + request.header("Idempotency-Key")));

            stub.when("POST", "/orders").respond(StubAnswer.status(502), StubAnswer.json(201, "{}"));
            out.println("Without:");
            post(client, CallOptions.NONE, out);
        }
    }

    private static void post(OkHttpClient client, CallOptions options, PrintStream out) throws IOException {
        Request request = new Request.Builder()
                .url("https://api.acme.example/orders")
                .post(RequestBody.create("{\"item\":\"anchor\"}", MediaType.get("application/json")))
                .tag(CallOptions.class, options)
                .build();
        try (Response response = client.newCall(request).execute()) {
            out.println("  " + ResilientOkHttp.report(response).explain());
        }
    }
}
