package dev.fairlead.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.CallOptions;
import dev.fairlead.CallReport;
import dev.fairlead.ErrorKind;
import dev.fairlead.Fairlead;
import dev.fairlead.StopReason;
import dev.fairlead.okhttp.ResilientOkHttp;
import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubProvider;
import dev.fairlead.testkit.StubRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Idempotency keys on the wire, as the server saw them. */
class StripeKeysTest {
    private static final String KEY = "Idempotency-Key";

    private final ManualTicker ticker = new ManualTicker().autoAdvance();

    @AutoClose
    private final StubProvider stub = StubProvider.builder()
            .hosts("api.stripe.com", "connect.stripe.com")
            .http1() // On HTTP/2 MockWebServer logs its own faults.
            .ticker(ticker)
            .start();

    private final OkHttpClient client = ResilientOkHttp.wrap(
            stub.reroute(new OkHttpClient()),
            Fairlead.builder()
                    .ticker(ticker)
                    .provider(StripeProvider.create().apiVersion("2026-07-29.dahlia"))
                    .build());

    private static Request.Builder to(String url) {
        return new Request.Builder().url(url).header("Authorization", "Bearer sk_test_madeUpForThisTest");
    }

    private static Request.Builder charge() {
        return to("https://api.stripe.com/v1/charges")
                .post(new FormBody.Builder().add("amount", "700").build());
    }

    private static StubAnswer error(int status, String members) {
        return StubAnswer.json(status, "{\"error\":{\"message\":\"No.\"," + members + "}}");
    }

    private static StubAnswer ok() {
        return StubAnswer.json(200, "{\"id\":\"ch_7\"}").header("Stripe-Should-Retry", "false");
    }

    private CallReport send(Request request) throws IOException {
        try (Response response = client.newCall(request).execute()) {
            return ResilientOkHttp.report(response);
        }
    }

    private List<String> sent(String header) {
        return stub.requests().stream()
                .map((StubRequest request) -> String.valueOf(request.header(header)))
                .toList();
    }

    private static List<String> outcomes(CallReport report) {
        return report.attempts().stream().map(CallReport.Attempt::outcome).toList();
    }

    @Test
    void aKeyInUseIsWaitedForAndRepeatedUnderTheSameKey() throws IOException {
        stub.when("POST", "/v1/charges")
                .respond(
                        StubAnswer.disconnectBeforeAnswer(),
                        error(409, "\"type\":\"idempotency_error\",\"code\":\"idempotency_key_in_use\""),
                        ok().header("Idempotent-Replayed", "true"));
        CallReport report = send(charge().build());
        assertThat(report.stopReason()).isEqualTo(StopReason.SUCCESS);
        assertThat(report.attempts()).hasSize(3);
        assertThat(report.attempts().get(1).kind()).contains(ErrorKind.IDEMPOTENCY_IN_USE);
        assertThat(report.attempts().get(1).executed()).isEqualTo(Executed.NO);
        assertThat(report.attempts().get(2).replayed()).isTrue();
        assertThat(report.waits()).hasSize(2).allMatch(wait -> wait.took().compareTo(Duration.ofMillis(200)) >= 0);
        assertThat(sent(KEY))
                .hasSize(3)
                .doesNotContain("null")
                .containsOnly(sent(KEY).get(0));
    }

    @Test
    void allAttemptsOfACallHaveOneKeyAndTwoCallsHaveTwo() throws IOException {
        stub.when("POST", "/v1/charges")
                .respond(
                        error(429, "\"code\":\"lock_timeout\"").header("Stripe-Should-Retry", "true"),
                        error(503, "\"type\":\"api_error\""),
                        ok());
        send(charge().build());
        send(charge().build());
        List<String> keys = sent(KEY);
        assertThat(keys).hasSize(4).doesNotContain("null");
        assertThat(keys.subList(0, 3)).containsOnly(keys.get(0));
        assertThat(keys.get(3)).isNotEqualTo(keys.get(0));
        assertThat(sent("Stripe-Version")).containsOnly("2026-07-29.dahlia");
    }

    @Test
    void theCallersKeyWins() throws IOException {
        stub.when("POST", "/v1/charges").respond(error(500, "\"type\":\"api_error\""), ok());
        send(charge().tag(CallOptions.class, CallOptions.NONE.withIdempotencyKey("charge-of-order-7"))
                .build());
        send(charge().header(KEY, "mine")
                .tag(CallOptions.class, CallOptions.NONE.withIdempotencyKey("charge-of-order-8"))
                .build());
        assertThat(sent(KEY)).containsExactly("charge-of-order-7", "charge-of-order-7", "mine");
    }

    /** In v1 the first 500 is stored, and all that a repetition can find out is that. */
    @Test
    void aReplayed500IsNotRetried() throws IOException {
        StubAnswer failed = error(500, "\"type\":\"api_error\"").header("Original-Request", "req_6");
        stub.when("POST", "/v1/charges").respond(failed, failed.header("Idempotent-Replayed", "true"), ok());
        CallReport report = send(charge().build());
        assertThat(outcomes(report)).containsExactly("500", "500");
        assertThat(report.attempts()).extracting(CallReport.Attempt::replayed).containsExactly(false, true);
        assertThat(report.stopReason()).isEqualTo(StopReason.NOT_RETRYABLE);
        assertThat(report.error().orElseThrow().executed()).isEqualTo(Executed.UNKNOWN);
        assertThat(report.error().orElseThrow().details()).containsEntry("original-request", "req_6");
        assertThat(sent(KEY)).hasSize(2).containsOnly(sent(KEY).get(0));
    }

    /** In v2 what failed is executed again under its key, and not replayed. */
    @Test
    void aFailureOfV2IsRetriedUnderItsKey() throws IOException {
        stub.when("DELETE", "/v2/core/event_destinations/ed_7")
                .respond(error(500, "\"code\":\"internal\""), error(502, "\"code\":\"internal\""), ok());
        Request request = to("https://api.stripe.com/v2/core/event_destinations/ed_7")
                .delete()
                .build();
        assertThat(outcomes(send(request))).containsExactly("500", "502", "200");
        assertThat(sent(KEY))
                .hasSize(3)
                .doesNotContain("null")
                .containsOnly(sent(KEY).get(0));
    }

    @Test
    void v1IgnoresKeysOfADeleteWhichIsSafeAnyway() throws IOException {
        stub.when("DELETE", "/v1/customers/cus_7").respond(error(500, "\"type\":\"api_error\""), ok());
        Request request =
                to("https://api.stripe.com/v1/customers/cus_7").delete().build();
        assertThat(outcomes(send(request))).containsExactly("500", "200");
        assertThat(sent(KEY)).containsOnly("null");
    }

    /** An authorization code is good for one exchange, and Connect knows no keys. */
    @Test
    void connectsOAuthGetsNoneAndIsNotRepeated() throws IOException {
        stub.when("POST", "/oauth/token").respond(StubAnswer.text(502, "<html>"), ok());
        CallReport report = send(to("https://connect.stripe.com/oauth/token")
                .post(new FormBody.Builder().add("code", "ac_7").build())
                .build());
        assertThat(outcomes(report)).containsExactly("502");
        assertThat(report.stopReason()).isEqualTo(StopReason.NOT_REPLAY_SAFE);
        assertThat(sent(KEY)).containsExactly("null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "402 \"code\":\"card_declined\",\"decline_code\":\"try_again_later\",\"advice_code\":\"try_again_later\"",
                "400 \"type\":\"idempotency_error\"",
                "400 \"code\":\"parameter_missing\"",
                "401 \"code\":\"api_key_expired\"",
                "403 \"code\":\"account_invalid\"",
                "404 \"code\":\"resource_missing\"",
                "409 \"code\":\"resource_already_exists\"",
            })
    void whatWouldBeTheSameAgainIsAskedOnce(String answer) throws IOException {
        stub.when("POST", "/v1/charges")
                .respond(error(Integer.parseInt(answer.substring(0, 3)), answer.substring(4)), ok());
        CallReport report = send(charge().build());
        assertThat(report.attempts()).hasSize(1);
        assertThat(report.stopReason()).isEqualTo(StopReason.NOT_RETRYABLE);
        assertThat(stub.requestCount()).isEqualTo(1);
    }

    /** Nobody is to read a key in a report, not even that of somebody else. */
    @Test
    void secretsInAMessageAreTakenOut() throws IOException {
        stub.when("POST", "/v1/charges")
                .respond(
                        StubAnswer.json(
                                401,
                                "{\"error\":{\"message\":\"Expired: sk_test_madeUpForThisTest, not rk_live_7aBc****d, whsec_7aB\"}}"));
        try (Response response = client.newCall(charge().build()).execute()) {
            ApiError error = ResilientOkHttp.error(response).orElseThrow();
            assertThat(error.message()).isEqualTo("Expired: [credential], not [credential], [credential]");
        }
    }
}
