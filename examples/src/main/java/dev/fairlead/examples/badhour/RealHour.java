package dev.fairlead.examples.badhour;

import dev.fairlead.Fairlead;
import dev.fairlead.Provider;
import dev.fairlead.Ticker;
import dev.fairlead.github.GitHubProvider;
import dev.fairlead.okhttp.ResilientOkHttp;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Some harmless calls to a real host: the wiring of a service. */
public final class RealHour {
    private static final List<String> PATHS = List.of("rate_limit", "meta", "zen");

    private RealHour() {}

    /** Makes the calls, up to the first that is not answered; true if each was. */
    public static boolean call(HttpUrl baseUrl, Ticker ticker, PrintStream out) {
        Timeline timeline = new Timeline(out);
        Expectations expectations = new Expectations(timeline);
        long startNanos = ticker.nanoTime();
        Logbook logbook = new Logbook(() -> Duration.ofNanos(ticker.nanoTime() - startNanos));

        Provider gitHub = GitHubProvider.create();
        Fairlead fairlead = Fairlead.builder()
                .provider(gitHub.hosts().contains(baseUrl.host()) ? gitHub : gitHub.host(baseUrl.host()))
                .listener(logbook)
                .ticker(ticker)
                .build();
        OkHttpClient okHttpClient =
                new OkHttpClient.Builder().eventListener(logbook.wire()).build();
        OkHttpClient client = ResilientOkHttp.wrap(okHttpClient, fairlead);

        timeline.heading(
                "Calls to " + baseUrl,
                "Real requests for " + String.join(", ", PATHS)
                        + ", which neither need a credential nor change anything.");
        for (String path : PATHS) {
            LoggedCall call = call(client, baseUrl, path, logbook);
            timeline.call(call);
            IOException failure = call.failure();
            expectations.expect(failure == null, path + " was answered");
            if (failure != null) {
                timeline.note(String.valueOf(failure.getMessage()));
                break;
            }
        }
        out.println();
        Summary.of(logbook).print(out);
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
        return Verdict.print(expectations, out);
    }

    private static LoggedCall call(OkHttpClient client, HttpUrl baseUrl, String path, Logbook logbook) {
        HttpUrl url = baseUrl.newBuilder().addPathSegment(path).build();
        try (Response response =
                client.newCall(new Request.Builder().url(url).build()).execute()) {
            return logbook.end(response.code(), null);
        } catch (IOException failure) {
            return logbook.end(0, failure);
        }
    }
}
