package dev.fairlead.okhttp;

import static dev.fairlead.okhttp.Fixture.get;
import static dev.fairlead.okhttp.Fixture.post;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.ApiError.Executed;
import dev.fairlead.CallOptions;
import dev.fairlead.CallReport;
import dev.fairlead.DeadlineContext;
import dev.fairlead.DeadlineExceededException;
import dev.fairlead.Fairlead;
import dev.fairlead.OutcomeUnknownException;
import dev.fairlead.Provider;
import dev.fairlead.ResilienceException;
import dev.fairlead.StopReason;
import dev.fairlead.testkit.StubAnswer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The deadline, where it cuts real reads of real sockets. These bound real time by tenths of a second, and what they
 * bound would go on for minutes.
 */
class DeadlineTest {
    private static final Duration TIGHT = ofMillis(300);

    @AutoClose
    private final Fixture fixture = new Fixture();

    /** On the machine's clock, as sockets are. */
    private OkHttpClient client() {
        Fairlead rules = Fairlead.builder()
                .provider(Provider.builder("acme").hosts(Fixture.HOST).build())
                .build();
        return ResilientOkHttp.wrap(fixture.stub.reroute(new OkHttpClient()), rules);
    }

    private static Request tight(Request request) {
        return request.newBuilder()
                .tag(CallOptions.class, CallOptions.deadline(TIGHT))
                .build();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aBodyThatDripsIsCutAndTheReportSaysSo(CallStyle style) throws IOException {
        fixture.stub
                .when("GET", "/things")
                .respond(StubAnswer.text(200, "x".repeat(1_000)).drip(1, ofMillis(50)));

        try (Response response = style.answer(style.call(client(), tight(get("/things"))))) {
            // A SocketTimeoutException where a read was waiting; its parent where the deadline passed between two
            // reads.
            assertThatThrownBy(() -> response.body().string()).isInstanceOf(InterruptedIOException.class);
            assertThat(ResilientOkHttp.report(response).stopReason()).isEqualTo(StopReason.DEADLINE_IN_BODY);
            assertThat(ResilientOkHttp.report(response).wireRequests()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aStreamIsBoundToItsHeadOnly(CallStyle style) throws IOException {
        fixture.stub
                .when("GET", "/things")
                .respond(StubAnswer.bytes(
                                200,
                                "text/event-stream",
                                "data: 1\n\n".repeat(2).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .drip(6, ofMillis(200)));

        try (Response response = style.answer(style.call(client(), tight(get("/things"))))) {
            assertThat(response.body().string()).hasSize(18);
            assertThat(ResilientOkHttp.report(response).stopReason()).isEqualTo(StopReason.SUCCESS);
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void anAnswerThatDoesNotComeEndsInOurException(CallStyle style) {
        fixture.stub.when("POST", "/charges").respond(StubAnswer.stall());

        OutcomeUnknownException unknown = catchThrowableOfType(
                OutcomeUnknownException.class, () -> style.answer(style.call(client(), tight(post("/charges")))));

        assertThat(unknown)
                .hasMessageContaining("a POST was cut by the deadline")
                .hasMessageContaining("nobody knows whether it was executed")
                .hasCauseInstanceOf(SocketTimeoutException.class);
        assertThat(unknown.report().stopReason()).isEqualTo(StopReason.DEADLINE);
        assertThat(unknown.report().executed()).isEqualTo(Executed.UNKNOWN);
        assertThat(unknown.lastAnswer()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void whatMayBeMadeAgainEndsInADeadlineExceeded(CallStyle style) {
        fixture.stub.when("GET", "/things").respond(StubAnswer.stall());

        DeadlineExceededException exceeded = catchThrowableOfType(
                DeadlineExceededException.class, () -> style.answer(style.call(client(), tight(get("/things")))));

        assertThat(exceeded)
                .hasMessageContaining("was sent, and whether it was executed is unknown")
                .hasCauseInstanceOf(SocketTimeoutException.class);
        assertThat(exceeded.report().stopReason()).isEqualTo(StopReason.DEADLINE);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aDeadlineThatCutsALaterAttemptCarriesTheEarlierAnswer(CallStyle style) {
        fixture.stub.when("GET", "/things").respond(StubAnswer.text(503, "first"), StubAnswer.stall());

        DeadlineExceededException exceeded = catchThrowableOfType(
                DeadlineExceededException.class,
                () -> style.answer(style.call(
                        client(),
                        get("/things")
                                .newBuilder()
                                .tag(CallOptions.class, CallOptions.deadline(ofMillis(800)))
                                .build())));

        assertThat(exceeded.lastAnswer().orElseThrow().status()).isEqualTo(503);
        assertThat(exceeded.lastAnswer().orElseThrow().bodyText()).isEqualTo("first");
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void theCallersDeadlineIsInheritedAlsoByAnotherThread(CallStyle style) {
        fixture.stub.when("GET", "/things").respond(StubAnswer.stall());
        OkHttpClient client = client();
        try (DeadlineContext.Scope scope = DeadlineContext.open(TIGHT)) {
            assertThat(scope).isNotNull();
            assertThatThrownBy(() -> style.answer(style.call(client, get("/things"))))
                    .isInstanceOf(DeadlineExceededException.class);
        }
        assertThat(DeadlineContext.current()).isNull();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void theClientsOwnCallTimeoutIsADeadlineLikeAnyOther(CallStyle style) {
        fixture.stub.when("GET", "/things").respond(StubAnswer.stall());
        OkHttpClient client = client().newBuilder().callTimeout(TIGHT).build();
        assertThatThrownBy(() -> style.answer(style.call(client, get("/things"))))
                .satisfies(thrown -> assertThat(
                                ResilienceException.findIn(thrown).orElseThrow().report())
                        .returns(StopReason.DEADLINE, CallReport::stopReason)
                        .satisfies(report -> assertThat(report.elapsed()).isLessThan(ofSeconds(5))));
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aReadTimeoutOfTheUsersOwnIsKeptForTheBody(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.text(200, "ab").drip(1, ofMillis(400)));
        Fairlead rules = Fairlead.builder()
                .provider(
                        Provider.builder("acme").hosts(Fixture.HOST).build(),
                        policy -> policy.withAttemptTimeout(ofMillis(200)).withBreakerThreshold(50, 20, ofSeconds(30)))
                .build();
        OkHttpClient client = ResilientOkHttp.wrap(
                fixture.stub.reroute(new OkHttpClient.Builder()
                        .readTimeout(60, TimeUnit.SECONDS)
                        .build()),
                rules);
        try (Response response = style.answer(style.call(client, get("/things")))) {
            assertThat(response.body().string()).isEqualTo("ab");
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aReadTimeoutOfTheUsersOwnIsNotTheDeadline(CallStyle style) {
        fixture.stub.when("POST", "/charges").respond(StubAnswer.stall());
        OkHttpClient client = client().newBuilder().readTimeout(ofMillis(200)).build();
        Request request = post("/charges")
                .newBuilder()
                .tag(CallOptions.class, CallOptions.deadline(ofSeconds(5)))
                .build();
        assertThatThrownBy(() -> style.answer(style.call(client, request))).isInstanceOf(OutcomeUnknownException.class);
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void noHopOfARedirectBeginsAfterTheDeadline(CallStyle style) {
        fixture.stub
                .when("GET", "/things")
                .respond(StubAnswer.status(302).header("Location", "/things").headersDelay(ofMillis(200)));
        assertThatThrownBy(() -> style.answer(style.call(client(), tight(get("/things")))))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(fixture.stub.requestCount()).isLessThan(4);
    }
}
