package dev.fairlead.twilio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AskedHead;
import dev.fairlead.CallOptions;
import dev.fairlead.CallReport;
import dev.fairlead.Fairlead;
import dev.fairlead.Provider;
import dev.fairlead.StopReason;
import dev.fairlead.okhttp.ResilientOkHttp;
import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubProvider;
import java.io.IOException;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is often believed of Twilio, and is not so. On the wire: what counts is what the server saw. */
class TwilioMisconceptionsTest {
    private static final String MESSAGES = "/2010-04-01/Accounts/AC7/Messages.json";

    @AutoClose
    private final StubProvider stub = StubProvider.start("api.twilio.com");

    private final OkHttpClient client = ResilientOkHttp.wrap(
            stub.reroute(new OkHttpClient()),
            Fairlead.builder()
                    .provider(TwilioProvider.create())
                    .ticker(new ManualTicker().autoAdvance())
                    .build());

    @Test
    @DisplayName("wrong: a POST must not be repeated after a 429")
    void aThrottledPostIsUnsafe() throws IOException {
        stub.when("POST", ".*")
                .respond(
                        StubAnswer.json(429, "{\"code\":20429,\"message\":\"Too Many Requests\",\"more_info\":\"x\"}")
                                .header("Twilio-Concurrent-Requests", "61"),
                        StubAnswer.json(201, "{}"));
        try (Response response = send(CallOptions.NONE)) {
            assertThat(response.code()).isEqualTo(201);
        }
        assertThat(stub.requestCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504})
    @DisplayName("wrong: a POST may be repeated after a 5xx")
    void aFailedPostIsSafe(int status) throws IOException {
        stub.when("POST", ".*")
                .respond(StubAnswer.json(status, "{\"code\":20500,\"message\":\"Internal Server Error\"}"));
        try (Response response = send(CallOptions.NONE)) {
            assertThat(response.code()).isEqualTo(status);
            CallReport report = ResilientOkHttp.report(response);
            assertThat(report.stopReason()).isEqualTo(StopReason.NOT_REPLAY_SAFE);
        }
        assertThat(stub.requestCount()).as("one message at most").isEqualTo(1);
    }

    @Test
    void aFailedGetIsRepeated() throws IOException {
        stub.when("GET", ".*").respond(StubAnswer.json(500, "{\"code\":20500}"), StubAnswer.json(200, "{}"));
        Request request =
                new Request.Builder().url("https://api.twilio.com" + MESSAGES).build();
        try (Response response = client.newCall(request).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(stub.requestCount()).isEqualTo(2);
    }

    @Test
    @DisplayName("wrong: every 429 is gone after a while")
    void everyThrottleIsShort() throws IOException {
        stub.when("POST", ".*").respond(StubAnswer.json(429, "{\"code\":63038,\"message\":\"Daily limit\"}"));
        try (Response response = send(CallOptions.NONE)) {
            assertThat(response.code()).isEqualTo(429);
        }
        assertThat(stub.requestCount()).isEqualTo(1);
    }

    @Test
    @DisplayName("wrong: an Idempotency-Key makes a POST safe")
    void thereIsAnIdempotencyKey() throws IOException {
        Provider provider = TwilioProvider.create();
        AskedHead request = new AskedHead("POST", "api.twilio.com", MESSAGES);
        assertThat(provider.idempotencyHeader()).isNull();
        assertThat(provider.isGivenKey(request)).isFalse();
        assertThat(provider.isReplaySafe(request.with("Idempotency-Key", "m-7")))
                .isFalse();
        assertThat(provider.isReplaySafe(request.with("I-Twilio-Idempotency-Token", "m-7")))
                .isFalse();

        stub.when("POST", ".*").respond(StubAnswer.json(500, "{\"code\":20500}"));
        Request keyed = request().header("Idempotency-Key", "m-7").build();
        try (Response response = client.newCall(keyed).execute()) {
            assertThat(response.code()).isEqualTo(500);
        }
        assertThat(stub.requestCount()).isEqualTo(1);
    }

    private Response send(CallOptions options) throws IOException {
        return client.newCall(request().tag(CallOptions.class, options).build()).execute();
    }

    private static Request.Builder request() {
        return new Request.Builder()
                .url("https://api.twilio.com" + MESSAGES)
                .header("Authorization", "Basic QUM3OnNlY3JldA==")
                .post(new FormBody.Builder().add("Body", "Ahoy").build());
    }
}
