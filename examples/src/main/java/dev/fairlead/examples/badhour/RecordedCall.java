package dev.fairlead.examples.badhour;

import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.Fairlead;
import dev.fairlead.ResilienceException;
import dev.fairlead.github.GitHubProvider;
import dev.fairlead.okhttp.ResilientOkHttp;
import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.RecordedAnswer;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubProvider;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** One recorded answer, played to a fresh client. */
final class RecordedCall {
    /** Longer than any window of GitHub's, so that the wait an answer asks for is made. */
    private static final Duration DEADLINE = Duration.ofHours(2);

    /** Methods that may be sent twice (RFC 9110, section 9.2.2). */
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE");

    private final RecordedAnswer recorded;
    private final Timeline timeline;
    private final Expectations expectations;

    RecordedCall(RecordedAnswer recorded, Timeline timeline, Expectations expectations) {
        this.recorded = recorded;
        this.timeline = timeline;
        this.expectations = expectations;
    }

    void play() {
        ManualTicker ticker = ticker().autoAdvance();
        Logbook logbook = new Logbook(ticker::elapsed);
        Fairlead fairlead = Fairlead.builder()
                .provider(GitHubProvider.create(), policy -> policy.withDeadline(DEADLINE))
                .listener(logbook)
                .ticker(ticker)
                .build();
        try (StubProvider stub =
                StubProvider.builder().hosts("api.github.com").ticker(ticker).start()) {
            stub.when("*", "/.*").respond(recorded.answer(), StubAnswer.json(200, "{}"));
            OkHttpClient okHttpClient =
                    new OkHttpClient.Builder().eventListener(logbook.wire()).build();
            OkHttpClient client = ResilientOkHttp.wrap(stub.reroute(okHttpClient), fairlead);
            LoggedCall call = call(client, logbook);
            client.connectionPool().evictAll();
            timeline.call(call);
            check(call, stub.requestCount());
        }
    }

    private LoggedCall call(OkHttpClient client, Logbook logbook) {
        try (Response response = client.newCall(request()).execute()) {
            return logbook.end(response.code(), null);
        } catch (IOException failure) {
            return logbook.end(0, failure);
        }
    }

    private Request request() {
        boolean hasBody = Set.of("POST", "PUT", "PATCH").contains(recorded.method());
        return new Request.Builder()
                .url("https://api.github.com" + recorded.path())
                .header("Authorization", "Bearer recorded")
                .method(recorded.method(), hasBody ? RequestBody.create(new byte[0]) : null)
                .build();
    }

    private ManualTicker ticker() {
        Instant receivedAt = recorded.receivedAt();
        return receivedAt == null ? new ManualTicker() : new ManualTicker(0, receivedAt);
    }

    private void check(LoggedCall call, int requestsSeen) {
        ApiError judged = call.errors().isEmpty() ? null : call.errors().get(0);
        timeline.note("judged: " + describe(judged));
        expectations.expectQuietly(
                call.failure() == null || call.failure() instanceof ResilienceException,
                "no exception but those of the library's family: " + call.failure());
        expectations.expectQuietly(
                call.sent() == requestsSeen,
                "the report names every request: " + call.sent() + ", but " + requestsSeen + " were seen");
        checkEnd(call, judged);
        Annotation annotation = new Annotation(recorded.annotation());
        if (annotation.isComparable()) {
            expectations.expect(annotation.agreesWith(judged), "annotated: " + annotation);
        }
    }

    /** What the judgement means for the call. */
    private void checkEnd(LoggedCall call, @Nullable ApiError judged) {
        int attempts = call.report().attempts().size();
        if (judged == null) {
            expectations.expect(attempts == 1 && call.status() < 400, "a success is handed over after one attempt");
        } else if (!mayBeRepeated(judged)) {
            expectations.expect(
                    attempts == 1 && call.gotStatus(recorded.status()), "it was not repeated, and the caller got it");
        } else {
            Duration asked = judged.retryAfter().orElse(Duration.ZERO);
            expectations.expect(
                    attempts == 2 && call.gotStatus(200) && call.waited().compareTo(asked) >= 0,
                    "it was repeated" + (asked.isZero() ? "" : ", not earlier than after " + Words.length(asked)));
        }
    }

    private boolean mayBeRepeated(ApiError judged) {
        boolean idempotent = IDEMPOTENT.contains(recorded.method());
        return switch (judged.advice()) {
            case SAME_REQUEST -> true;
            case AFTER_WAIT -> idempotent || judged.executed() == Executed.NO;
            case ONLY_IF_IDEMPOTENT -> idempotent;
            case AFTER_CREDENTIAL_FIX, AFTER_CHANGE, NEVER -> false;
        };
    }

    private static String describe(@Nullable ApiError judged) {
        if (judged == null) {
            return "a success";
        }
        return judged.kind() + ", " + judged.advice()
                + judged.retryAfter()
                        .map(wait -> ", wait " + Words.length(wait))
                        .orElse("") + ", executed " + judged.executed();
    }
}
