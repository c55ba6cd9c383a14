package dev.fairlead.okhttp;

import static dev.fairlead.okhttp.Fixture.get;
import static dev.fairlead.okhttp.Fixture.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.ApiError.Executed;
import dev.fairlead.CallFailedException;
import dev.fairlead.CallOptions;
import dev.fairlead.CallReport;
import dev.fairlead.ErrorKind;
import dev.fairlead.OutcomeUnknownException;
import dev.fairlead.Reach;
import dev.fairlead.StopReason;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubProvider;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every request on the wire is one of ours, and the server's own record says the same as the report. */
class ReplayTest {
    @AutoClose
    private final Fixture fixture = new Fixture();

    @BeforeEach
    void waitsCostNothing() {
        fixture.ticker.autoAdvance();
    }

    @ParameterizedTest
    @CsvSource({
        "EXECUTE, 503, 0",
        "ENQUEUE, 503, 0",
        "EXECUTE, 503, 000",
        "EXECUTE, 503, 99999999999",
        "ENQUEUE, 503, 99999999999",
        "EXECUTE, 503, 99999999999999999999999999",
        "EXECUTE, 503, '0,120'",
        "EXECUTE, 503, -1",
        "ENQUEUE, 503, '\u0660'",
        "EXECUTE, 408, 0",
        "ENQUEUE, 408, 0"
    })
    void aPostIsSentOnceWhateverTheAnswerProvokes(CallStyle style, int status, String retryAfter) throws IOException {
        fixture.stub.when("POST", "/charges").respond(StubAnswer.status(status).header("Retry-After", retryAfter));

        try (Response response = style.answer(style.call(fixture.client(), post("/charges")))) {
            assertThat(response.code()).isEqualTo(status);
            assertThat(response.header("Retry-After"))
                    .as("as the server sent it")
                    .isEqualTo(retryAfter);
            assertThat(fixture.stub.requestCount()).isEqualTo(1);
            CallReport report = ResilientOkHttp.report(response);
            assertThat(report.wireRequests()).isEqualTo(1);
            assertThat(report.stopReason()).isEqualTo(StopReason.NOT_REPLAY_SAFE);
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aGetIsRepeatedByTheRulesAndCountedTruly(CallStyle style) throws IOException {
        fixture.stub
                .when("GET", "/things")
                .respond(
                        StubAnswer.status(503).header("Retry-After", "0"),
                        StubAnswer.status(408),
                        StubAnswer.json(200, "{}"));

        try (Response response = style.answer(style.call(fixture.client(), get("/things")))) {
            assertThat(response.code()).isEqualTo(200);
            CallReport report = ResilientOkHttp.report(response);
            assertThat(report.attempts())
                    .extracting(CallReport.Attempt::outcome)
                    .containsExactly("503", "408", "200");
            assertThat(report.wireRequests()).isEqualTo(3).isEqualTo(fixture.stub.requestCount());
            assertThat(ResilientOkHttp.error(response)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aPostOnAPooledConnectionThatDiesIsNotSentAgain(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/warm").respond(StubAnswer.json(200, "{}"));
        fixture.stub.when("POST", "/charges").respond(StubAnswer.disconnectBeforeAnswer(), StubAnswer.json(201, "{}"));
        OkHttpClient client = fixture.client();
        style.answer(style.call(client, get("/warm"))).close();

        OutcomeUnknownException unknown = catchThrowableOfType(
                OutcomeUnknownException.class, () -> style.answer(style.call(client, post("/charges"))));

        assertThat(fixture.stub.requests("POST", "/charges")).hasSize(1);
        assertThat(unknown.report().wireRequests()).isEqualTo(1);
        assertThat(unknown.report().attempts().get(0).reach()).isEqualTo(Reach.SENT);
        assertThat(unknown).hasMessageContaining("acme at api.acme.com").hasMessageContaining("idempotency key");
        assertThat(unknown.getCause()).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aPostWithAKeyIsRepeatedUnderTheSameKey(CallStyle style) throws IOException {
        fixture.stub.when("POST", "/charges").respond(StubAnswer.disconnectBeforeAnswer(), StubAnswer.json(201, "{}"));
        Request request = post("/charges")
                .newBuilder()
                .tag(CallOptions.class, CallOptions.NONE.withIdempotencyKey("order-17"))
                .build();

        try (Response response = style.answer(style.call(fixture.client(), request))) {
            assertThat(response.code()).isEqualTo(201);
            assertThat(fixture.stub.requests("POST", "/charges")).hasSize(2).allSatisfy(sent -> {
                assertThat(sent.headers().get("Idempotency-Key")).isEqualTo("order-17");
                assertThat(sent.bytes().utf8()).isEqualTo("{\"amount\":1}");
            });
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aGetOnAPooledConnectionThatDiesIsRepeatedAndSeen(CallStyle style) throws IOException {
        fixture.stub
                .when("GET", "/things")
                .respond(StubAnswer.json(200, "1"), StubAnswer.disconnectBeforeAnswer(), StubAnswer.json(200, "2"));
        OkHttpClient client = fixture.client();
        style.answer(style.call(client, get("/things"))).body().string();

        try (Response response = style.answer(style.call(client, get("/things")))) {
            assertThat(response.body().string()).isEqualTo("2");
            CallReport report = ResilientOkHttp.report(response);
            assertThat(report.attempts()).hasSize(2);
            assertThat(report.wireRequests()).isEqualTo(2);
        }
        assertThat(fixture.stub.requestCount()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aRefusedConnectionIsTriedAgainForAnyMethod(CallStyle style) throws IOException {
        // The first connection ends in the TLS handshake: nothing of the request can have left.
        fixture.stub.when("POST", "/charges").respond(StubAnswer.json(201, "{}"));
        fixture.stub.dropConnections(1);

        try (Response response = style.answer(style.call(fixture.client(), post("/charges")))) {
            assertThat(response.code()).isEqualTo(201);
            CallReport report = ResilientOkHttp.report(response);
            assertThat(report.attempts())
                    .extracting(CallReport.Attempt::reach)
                    .containsExactly(Reach.NOT_SENT, Reach.ANSWERED);
            assertThat(report.wireRequests()).isEqualTo(1).isEqualTo(fixture.stub.requestCount());
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void allAttemptsFailingEndsInOneExceptionWithOkHttpsOwnInside(CallStyle style) {
        fixture.stub.when("GET", "/things").respond(StubAnswer.disconnectBeforeAnswer());

        CallFailedException failed = catchThrowableOfType(
                CallFailedException.class, () -> style.answer(style.call(fixture.client(), get("/things"))));

        assertThat(failed.report().stopReason()).isEqualTo(StopReason.ATTEMPTS_EXHAUSTED);
        assertThat(failed.report().attempts()).hasSize(3);
        assertThat(failed.report().wireRequests()).isEqualTo(3).isEqualTo(fixture.stub.requestCount());
        assertThat(failed.getCause()).isInstanceOf(IOException.class).hasMessageContaining("unexpected end of stream");
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aRefusedHttp2StreamIsTriedAgainForAnyMethod(CallStyle style) throws IOException {
        try (Fixture http2 = new Fixture(StubProvider.builder().hosts(Fixture.HOST))) {
            http2.ticker.autoAdvance();
            int refusedStream = 7;
            http2.stub
                    .when("POST", "/charges")
                    .respond(StubAnswer.resetStream(refusedStream), StubAnswer.json(201, "{}"));

            try (Response response = style.answer(style.call(http2.client(), post("/charges")))) {
                assertThat(response.code()).isEqualTo(201);
                assertThat(ResilientOkHttp.report(response).wireRequests())
                        .isEqualTo(2)
                        .isEqualTo(http2.stub.requestCount());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aPostAnswered502IsReturnedAsItIs(CallStyle style) throws IOException {
        fixture.stub.when("POST", "/charges").respond(StubAnswer.text(502, "bad gateway"));

        try (Response response = style.answer(style.call(fixture.client(), post("/charges")))) {
            assertThat(response.code()).isEqualTo(502);
            assertThat(response.body().string()).isEqualTo("bad gateway");
            assertThat(ResilientOkHttp.error(response).orElseThrow().kind()).isEqualTo(ErrorKind.TRANSIENT);
            assertThat(ResilientOkHttp.report(response).explain()).contains("NOT_REPLAY_SAFE");
        }
        assertThat(fixture.stub.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aThrottleOfARedirectsTargetDoesNotRepeatThePostBeforeIt(CallStyle style) throws IOException {
        fixture.stub.when("POST", "/charges").respond(StubAnswer.status(303).header("Location", "/receipts/1"));
        fixture.stub.when("GET", "/receipts/1").respond(StubAnswer.status(429).header("Retry-After", "1"));

        try (Response response = style.answer(style.call(fixture.client(), post("/charges")))) {
            assertThat(response.code()).isEqualTo(429);
            assertThat(ResilientOkHttp.report(response).stopReason()).isEqualTo(StopReason.NOT_REPLAY_SAFE);
        }
        assertThat(fixture.stub.requests("POST", "/charges")).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aBodyThatCanBeSentOnceIsNotSentEmptyAfterARefusedStream(CallStyle style) {
        try (Fixture http2 = new Fixture(StubProvider.builder().hosts(Fixture.HOST))) {
            http2.ticker.autoAdvance();
            http2.stub.when("POST", "/charges").respond(StubAnswer.resetStream(7), StubAnswer.json(201, "{}"));
            okio.Buffer once = new okio.Buffer().writeUtf8("amount=100");
            Request request = post("/charges")
                    .newBuilder()
                    .post(new RequestBody() {
                        @Override
                        public MediaType contentType() {
                            return MediaType.get("text/plain");
                        }

                        @Override
                        public boolean isOneShot() {
                            return true;
                        }

                        @Override
                        public void writeTo(BufferedSink sink) throws IOException {
                            sink.writeAll(once);
                        }
                    })
                    .build();
            CallFailedException failed = catchThrowableOfType(
                    CallFailedException.class, () -> style.answer(style.call(http2.client(), request)));
            assertThat(failed.report().stopReason()).isEqualTo(StopReason.BODY_NOT_REPLAYABLE);
            assertThat(failed.report().executed()).as("the server said so").isEqualTo(Executed.NO);
            assertThat(http2.stub.requestCount()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void okHttpsOwnRepetitionsStayOffOnAClientMadeFromOurs(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/warm").respond(StubAnswer.json(200, "{}"));
        fixture.stub.when("POST", "/charges").respond(StubAnswer.disconnectBeforeAnswer());
        OkHttpClient client =
                fixture.client().newBuilder().retryOnConnectionFailure(true).build();
        style.answer(style.call(client, get("/warm"))).body().string();

        assertThatThrownBy(() -> style.answer(style.call(client, post("/charges"))))
                .isInstanceOf(OutcomeUnknownException.class);
        assertThat(fixture.stub.requests("POST", "/charges")).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void connectionsThatAHealthyServerClosedWhileIdleDoNotOpenTheBreaker(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        OkHttpClient client = fixture.client();
        for (int call = 0; call < 30; call++) {
            try (Response response = style.answer(style.call(client, get("/things")))) {
                assertThat(response.code()).isEqualTo(200);
                assertThat(response.body().string()).isEqualTo("{}");
                assertThat(ResilientOkHttp.report(response).waits()).isEmpty();
            }
            fixture.stub.closeConnections();
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aRedirectLoopIsFollowedOnceNotThreeTimes(CallStyle style) {
        fixture.stub.when("GET", "/loop").respond(StubAnswer.status(302).header("Location", "/loop"));
        CallFailedException failed = catchThrowableOfType(
                CallFailedException.class, () -> style.answer(style.call(fixture.client(), get("/loop"))));
        assertThat(failed.report().stopReason()).isEqualTo(StopReason.NOT_RETRYABLE);
        assertThat(failed.report().wireRequests()).isEqualTo(21).isEqualTo(fixture.stub.requestCount());
    }
}
