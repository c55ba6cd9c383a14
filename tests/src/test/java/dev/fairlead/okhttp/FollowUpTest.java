package dev.fairlead.okhttp;

import static dev.fairlead.okhttp.Fixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.CallFailedException;
import dev.fairlead.CallReport;
import dev.fairlead.CallReport.FollowUp;
import dev.fairlead.testkit.StubAnswer;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever goes onto the wire besides an attempt's own request is listed, with its cause. */
class FollowUpTest {
    @AutoClose
    private final Fixture fixture = new Fixture();

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aRedirectAndAnAuthenticationAreListed(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/old").respond(StubAnswer.status(308).header("Location", "/new"));
        fixture.stub.when("GET", "/new").respond(StubAnswer.status(401), StubAnswer.json(200, "{}"));
        OkHttpClient base = new OkHttpClient.Builder()
                .authenticator((route, answer) -> answer.request()
                        .newBuilder()
                        .header("Authorization", "Bearer new")
                        .build())
                .build();
        try (Response response = style.answer(style.call(fixture.client(base, policy -> policy), get("/old")))) {
            CallReport report = ResilientOkHttp.report(response);
            assertThat(report.followUps()).containsExactly(new FollowUp(1, 308), new FollowUp(1, 401));
            assertThat(report.followUps())
                    .extracting(FollowUp::kind)
                    .containsExactly(FollowUp.Kind.REDIRECT, FollowUp.Kind.AUTHENTICATION);
            assertThat(report.wireRequests()).isEqualTo(3).isEqualTo(fixture.stub.requestCount());
            assertThat(report.unansweredRequests()).isZero();
            assertThat(report.attempts()).hasSize(1);
            assertThat(report.explain()).contains("3 on the wire (REDIRECT after 308, AUTHENTICATION after 401)");
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aRedirectBelongsToItsAttempt(CallStyle style) throws IOException {
        fixture.ticker.autoAdvance();
        fixture.stub.when("GET", "/old").respond(StubAnswer.status(302).header("Location", "/new"));
        fixture.stub.when("GET", "/new").respond(StubAnswer.status(503), StubAnswer.json(200, "{}"));
        try (Response response = style.answer(style.call(fixture.client(), get("/old")))) {
            CallReport report = ResilientOkHttp.report(response);
            assertThat(report.followUps()).containsExactly(new FollowUp(1, 302), new FollowUp(2, 302));
            assertThat(report.wireRequests()).isEqualTo(4).isEqualTo(fixture.stub.requestCount());
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aRepetitionBeneathTheRulesIsListedToo(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.status(503), StubAnswer.json(200, "{}"));
        OkHttpClient base = new OkHttpClient.Builder()
                .addInterceptor(chain -> {
                    chain.proceed(chain.request()).close();
                    return chain.proceed(chain.request());
                })
                .build();
        try (Response response = style.answer(style.call(fixture.client(base, policy -> policy), get("/things")))) {
            CallReport report = ResilientOkHttp.report(response);
            assertThat(report.followUps()).containsExactly(new FollowUp(1, 503));
            assertThat(report.followUps().get(0).kind()).isEqualTo(FollowUp.Kind.REPETITION);
            assertThat(report.wireRequests()).isEqualTo(2).isEqualTo(fixture.stub.requestCount());
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void requestsThatGotNoAnswerAreCountedApart(CallStyle style) {
        fixture.ticker.autoAdvance();
        fixture.stub.when("GET", "/old").respond(StubAnswer.status(302).header("Location", "/new"));
        fixture.stub.when("GET", "/new").respond(StubAnswer.disconnectBeforeAnswer());
        CallFailedException failed = catchThrowableOfType(
                CallFailedException.class, () -> style.answer(style.call(fixture.client(), get("/old"))));
        assertThat(failed.report().attempts()).hasSize(3);
        assertThat(failed.report().wireRequests()).isEqualTo(6).isEqualTo(fixture.stub.requestCount());
        assertThat(failed.report().unansweredRequests()).isEqualTo(3);
    }
}
