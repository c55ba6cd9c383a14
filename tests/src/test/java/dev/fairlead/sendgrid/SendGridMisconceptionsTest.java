package dev.fairlead.sendgrid;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.ApiError;
import dev.fairlead.AskedHead;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.Fairlead;
import dev.fairlead.Provider;
import dev.fairlead.RateLimit;
import dev.fairlead.RetryAdvice;
import dev.fairlead.StopReason;
import dev.fairlead.okhttp.ResilientOkHttp;
import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubProvider;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is often believed of SendGrid, and is not so. */
class SendGridMisconceptionsTest {
    private static final AskedHead SEND = new AskedHead("POST", "api.sendgrid.com", "/v3/mail/send");

    @AutoClose
    private final StubProvider stub = StubProvider.start("api.sendgrid.com");

    private final Provider provider = SendGridProvider.create();
    private final OkHttpClient client = ResilientOkHttp.wrap(
            stub.reroute(new OkHttpClient()),
            Fairlead.builder()
                    .provider(provider)
                    .ticker(new ManualTicker().autoAdvance())
                    .build());

    @Test
    @DisplayName("wrong: a 401 means a wrong key")
    void unauthorizedMeansAWrongKey() {
        ApiError error = error(401, "Maximum credits exceeded");
        assertThat(error.kind()).isEqualTo(ErrorKind.QUOTA_EXHAUSTED);
        assertThat(error.advice()).as("another key would not help").isEqualTo(RetryAdvice.NEVER);
        assertThat(error(401, "The provided authorization grant is invalid, expired, or revoked")
                        .kind())
                .isEqualTo(ErrorKind.AUTHENTICATION);
    }

    @Test
    @DisplayName("wrong: every answer has rate limit headers, that of mail/send too")
    void everyAnswerHasRateLimitHeaders() throws IOException {
        assertThat(provider.rateLimit().parse(AnswerHead.of(202).with("X-Message-Id", "m-7"), ErrorBody.NONE))
                .isSameAs(RateLimit.NONE);
        stub.when("POST", "/v3/mail/send")
                .respond(
                        StubAnswer.json(429, "{\"errors\":[{\"field\":null,\"message\":\"too many requests\"},]}"),
                        StubAnswer.status(202).header("X-Message-Id", "m-7"));
        try (Response response = send()) {
            assertThat(response.code()).isEqualTo(202);
        }
        assertThat(stub.requestCount()).as("its throttle counts all the same").isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "Twilio-Request-Id, RQ7",
        "X-Message-Id, m-7",
    })
    @DisplayName("wrong: answers have no request id")
    void answersHaveNoRequestId(String header, String id) {
        AnswerHead head = AnswerHead.of(400).with(header, id);
        assertThat(provider.requestId(head)).contains(id);
        assertThat(provider.errors()
                        .normalize(SEND, head, ErrorBody.NONE)
                        .orElseThrow()
                        .requestId())
                .contains(id);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503})
    @DisplayName("wrong: a mail may be sent again after a 5xx")
    void aMailMayBeSentAgain(int status) throws IOException {
        stub.when("POST", ".*").respond(StubAnswer.bytes(status, "text/html", "<h1>No</h1>".getBytes(UTF_8)));
        try (Response response = send()) {
            assertThat(response.code()).isEqualTo(status);
            assertThat(ResilientOkHttp.report(response).stopReason()).isEqualTo(StopReason.NOT_REPLAY_SAFE);
        }
        assertThat(stub.requestCount()).isEqualTo(1);
    }

    private Response send() throws IOException {
        return client.newCall(new Request.Builder()
                        .url("https://api.sendgrid.com/v3/mail/send")
                        .header("Authorization", "Bearer SG.x.y")
                        .post(RequestBody.create("{}", MediaType.get("application/json")))
                        .build())
                .execute();
    }

    private ApiError error(int status, String message) {
        String body = "{\"errors\":[{\"message\":\"" + message + "\",\"field\":null,\"help\":null}]}";
        return provider.errors()
                .normalize(SEND, AnswerHead.of(status), ErrorBody.of(body.getBytes(UTF_8), false))
                .orElseThrow();
    }
}
