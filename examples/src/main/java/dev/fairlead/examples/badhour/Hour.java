package dev.fairlead.examples.badhour;

import dev.fairlead.CallOptions;
import dev.fairlead.Fairlead;
import dev.fairlead.examples.badhour.IssueMirror.Answer;
import dev.fairlead.github.GitHubProvider;
import dev.fairlead.okhttp.ResilientOkHttp;
import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.StubProvider;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.Logger;
import okhttp3.Cache;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/**
 * What a chapter works with: the service in its moods, GitHub in its own, the clock, and the checks. Its constructor is all
 * the wiring there is. Not thread-safe.
 */
final class Hour implements AutoCloseable {
    static final String PROJECT = "sea/lead";

    /** OkHttp's: connections that the stub breaks are part of the play, and not for the log. Held, as loggers may be lost. */
    private static final Logger OKHTTP = Logger.getLogger("okhttp3.OkHttpClient");

    private static final HttpUrl GITHUB = HttpUrl.get("https://api.github.com/");

    private final ManualTicker ticker = new ManualTicker().autoAdvance();
    private final SimulatedGitHub github = new SimulatedGitHub(ticker);
    private final StubProvider stub =
            StubProvider.builder().hosts(GITHUB.host()).ticker(ticker).start();
    private final Logbook logbook = new Logbook(ticker::elapsed);
    private final Timeline timeline;
    private final Expectations expectations;
    private final Fairlead fairlead;
    private final OkHttpClient client;

    Hour(PrintStream out) {
        OKHTTP.setLevel(Level.WARNING);
        timeline = new Timeline(out);
        expectations = new Expectations(timeline);
        stub.when("*", "/.*").respond(github);

        // A service has these lines too, without ticker, stub and logbook.
        fairlead = Fairlead.builder()
                .provider(GitHubProvider.create(), policy -> policy.withDeadline(Duration.ofHours(2)))
                .listener(logbook)
                .ticker(ticker)
                .build();
        OkHttpClient okHttpClient =
                new OkHttpClient.Builder().eventListener(logbook.wire()).build();
        client = ResilientOkHttp.wrap(stub.reroute(okHttpClient), fairlead);
    }

    /** The service at night: it has all the time that the policy gives. */
    IssueMirror batch() {
        return service("batch-token", CallOptions.NONE);
    }

    /** The service while a person waits for it: with the same token, but not for longer than 5 seconds. */
    IssueMirror interactive() {
        return with(CallOptions.deadline(Duration.ofSeconds(5)));
    }

    IssueMirror with(CallOptions options) {
        return service("batch-token", options);
    }

    /** The service for another account, whose limits are its own. */
    IssueMirror otherAccount() {
        return service("another-token", CallOptions.NONE);
    }

    /** The service with a cache on its client. */
    IssueMirror cachedBy(Cache cache) {
        OkHttpClient caching = client.newBuilder().cache(cache).build();
        return new IssueMirror(caching, GITHUB, "batch-token", CallOptions.NONE);
    }

    private IssueMirror service(String token, CallOptions options) {
        return new IssueMirror(client, GITHUB, token, options);
    }

    SimulatedGitHub github() {
        return github;
    }

    /** A call of the service's. */
    @FunctionalInterface
    interface Task {
        Answer run() throws IOException;
    }

    /** Makes a call and puts it on the timeline. */
    LoggedCall call(Task task) {
        LoggedCall call;
        try {
            call = logbook.end(task.run().status(), null);
        } catch (IOException failure) {
            call = logbook.end(0, failure);
        }
        timeline.call(call);
        return call;
    }

    void expect(boolean held, String what) {
        expectations.expect(held, what);
    }

    void note(String text) {
        timeline.note(text);
    }

    /** The service does nothing until then. */
    void passTo(Duration time) {
        ticker.advanceTo(time);
    }

    Duration now() {
        return ticker.elapsed();
    }

    /** The wall clock at a time of this hour. */
    Instant wallClockAt(Duration time) {
        return Instant.ofEpochMilli(ticker.wallTimeMillis()).plus(time).minus(now());
    }

    /** A time of this hour. */
    static Duration at(int minute, int second) {
        return Duration.ofSeconds(60L * minute + second);
    }

    /** How many requests GitHub itself saw after one time and before another. */
    long sentBetween(Duration after, Duration before) {
        return stub.requests().stream()
                .filter(request ->
                        request.at().compareTo(after) > 0 && request.at().compareTo(before) < 0)
                .count();
    }

    int requestsSeenByGitHub() {
        return stub.requestCount();
    }

    Fairlead fairlead() {
        return fairlead;
    }

    Logbook logbook() {
        return logbook;
    }

    Timeline timeline() {
        return timeline;
    }

    Expectations expectations() {
        return expectations;
    }

    @Override
    public void close() {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
        stub.close();
    }
}
