package dev.fairlead.examples;

import dev.fairlead.Fairlead;
import dev.fairlead.github.GitHubProvider;
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

/** Wrap a client, make a call, and ask what became of it. */
public final class QuickStart {
    private QuickStart() {}

    /** Runs it against a stub. */
    public static void main(String[] args) throws IOException {
        run(System.out);
    }

    static void run(PrintStream out) throws IOException {
        try (StubProvider stub = StubProvider.start("api.github.com")) {
            stub.when("GET", "/repos/sea/lead")
                    .respond(
                            StubAnswer.json(502, "{\"message\":\"Server Error\"}"),
                            StubAnswer.json(404, "{\"message\":\"Not Found\"}"));
            call(stub.reroute(new OkHttpClient()), new ManualTicker().autoAdvance(), out);
        }
    }

    private static void call(OkHttpClient okHttpClient, ManualTicker ticker, PrintStream out) throws IOException {
        // README: begin
        Fairlead fairlead = Fairlead.builder()
                .provider(GitHubProvider.create(), policy -> policy.withDeadline(Duration.ofSeconds(20)))
                .ticker(ticker) // not in a service: here it makes the time virtual
                .build();
        OkHttpClient client = ResilientOkHttp.wrap(okHttpClient, fairlead);

        Request request = new Request.Builder()
                .url("https://api.github.com/repos/sea/lead")
                .build();
        try (Response response = client.newCall(request).execute()) {
            out.println(ResilientOkHttp.report(response).explain());
            ResilientOkHttp.error(response)
                    .ifPresent(
                            error -> out.println(error.kind() + ": " + error.message() + " (" + error.advice() + ")"));
        }
        // README: end
    }
}
