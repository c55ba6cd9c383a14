package dev.fairlead.stripe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.AskedHead;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.RetryAdvice;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All that is no throttle; those are in {@link StripeThrottleTest}. */
class StripeErrorsTest {
    private static final AskedHead POST = new AskedHead("POST", "api.stripe.com", "/v1/charges");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // status | type | code | kind | advice | executed
                "400 | invalid_request_error | parameter_missing | VALIDATION | NEVER | NO",
                "400 | invalid_request_error | - | VALIDATION | NEVER | NO",
                "400 | - | - | VALIDATION | NEVER | NO",
                "404 | invalid_request_error | resource_missing | NOT_FOUND | NEVER | NO",
                "404 | invalid_request_error | - | NOT_FOUND | NEVER | NO",
                "405 | invalid_request_error | - | UNKNOWN | NEVER | UNKNOWN",
                // a reference in the parameters that leads nowhere
                "400 | invalid_request_error | resource_missing | NOT_FOUND | NEVER | NO",
                // the credential, whatever its type and status are
                "401 | invalid_request_error | - | AUTHENTICATION | AFTER_CREDENTIAL_FIX | NO",
                "401 | invalid_request_error | api_key_expired | AUTHENTICATION | AFTER_CREDENTIAL_FIX | NO",
                "400 | invalid_request_error | platform_api_key_expired | AUTHENTICATION | AFTER_CREDENTIAL_FIX | NO",
                "403 | invalid_request_error | secret_key_required | AUTHENTICATION | AFTER_CREDENTIAL_FIX | NO",
                "403 | invalid_request_error | account_invalid | PERMISSION | AFTER_CREDENTIAL_FIX | NO",
                "403 | invalid_request_error | - | PERMISSION | AFTER_CREDENTIAL_FIX | NO",
                "403 | - | - | PERMISSION | AFTER_CREDENTIAL_FIX | NO",
                "400 | invalid_request_error | platform_account_required | PERMISSION | AFTER_CREDENTIAL_FIX | NO",
                "400 | invalid_request_error | testmode_charges_only | ACCOUNT_BLOCKED | NEVER | NO",
                "403 | invalid_request_error | payouts_not_allowed | ACCOUNT_BLOCKED | NEVER | NO",
                // payments
                "402 | card_error | card_declined | PAYMENT_DECLINED | NEVER | NO",
                "402 | card_error | authentication_required | PAYMENT_DECLINED | NEVER | NO",
                "402 | api_error | processing_error | PAYMENT_DECLINED | NEVER | NO",
                "402 | - | - | PAYMENT_DECLINED | NEVER | NO",
                "400 | invalid_request_error | payment_intent_authentication_failure | PAYMENT_DECLINED | NEVER | NO",
                "400 | invalid_request_error | payouts_limit_exceeded | QUOTA_EXHAUSTED | NEVER | NO",
                // states
                "400 | invalid_request_error | resource_already_exists | DUPLICATE | NEVER | NO",
                "400 | invalid_request_error | bank_account_exists | DUPLICATE | NEVER | NO",
                "400 | invalid_request_error | charge_already_refunded | CONFLICT | NEVER | NO",
                "400 | invalid_request_error | payment_intent_unexpected_state | CONFLICT | NEVER | NO",
                "400 | invalid_request_error | token_in_use | CONFLICT | NEVER | NO",
                // keys: this is the one type that counts, as there may be no code
                "409 | idempotency_error | idempotency_key_in_use | IDEMPOTENCY_IN_USE | SAME_REQUEST | NO",
                "409 | invalid_request_error | idempotency_key_in_use | IDEMPOTENCY_IN_USE | SAME_REQUEST | NO",
                "409 | idempotency_error | - | IDEMPOTENCY_IN_USE | SAME_REQUEST | NO",
                "400 | idempotency_error | - | IDEMPOTENCY_MISMATCH | NEVER | NO",
                "400 | idempotency_error | something_new | IDEMPOTENCY_MISMATCH | NEVER | NO",
                "409 | invalid_request_error | - | CONFLICT | SAME_REQUEST | NO",
                "409 | - | - | CONFLICT | SAME_REQUEST | NO",
                "409 | invalid_request_error | lock_timeout | LOCK_CONTENTION | SAME_REQUEST | NO",
                "409 | invalid_request_error | something_new | CONFLICT | NEVER | NO",
                "409 | invalid_request_error | resource_already_exists | DUPLICATE | NEVER | NO",
                // nobody knows
                "424 | api_error | - | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "500 | api_error | - | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "500 | idempotency_error | - | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "502 | - | - | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "503 | invalid_request_error | resource_missing | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "504 | card_error | card_declined | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                // v2
                "400 | - | invalid_fields | VALIDATION | NEVER | NO",
                "404 | - | not_found | NOT_FOUND | NEVER | NO",
                "400 | temporary_session_expired | session_is_over | AUTHENTICATION | AFTER_CREDENTIAL_FIX | NO",
                "401 | - | billing_meter_event_session_expired | AUTHENTICATION | AFTER_CREDENTIAL_FIX | NO",
                "400 | blocked_by_stripe | transfer_stopped | ACCOUNT_BLOCKED | NEVER | NO",
                "409 | already_exists | account_is_there | DUPLICATE | NEVER | NO",
                "400 | quota_exceeded | too_many_accounts | QUOTA_EXHAUSTED | NEVER | NO",
                "400 | already_canceled | payment_is_over | CONFLICT | NEVER | NO",
                "400 | idempotency_error | key_of_another_call | IDEMPOTENCY_MISMATCH | NEVER | NO",
            })
    void kinds(int status, String type, String code, ErrorKind kind, RetryAdvice advice, Executed executed) {
        String members = (type == null ? "" : "\"type\":\"" + type + "\",")
                + (code == null ? "" : "\"code\":\"" + code + "\",")
                + "\"message\":\"So it is\"";
        ApiError error = error(AnswerHead.of(status), "{\"error\":{" + members + "}}");
        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error.advice()).isEqualTo(advice);
        assertThat(error.executed()).isEqualTo(executed);
        assertThat(error.status()).isEqualTo(status);
        assertThat(error.message()).isEqualTo("So it is");
        assertThat(error.retryAfter()).isEmpty();
        if (code != null) {
            assertThat(error.code()).contains(code);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // status | error | kind | advice | executed
                "400 | invalid_grant | AUTHENTICATION | AFTER_CREDENTIAL_FIX | NO",
                "400 | invalid_client | AUTHENTICATION | AFTER_CREDENTIAL_FIX | NO",
                "401 | invalid_client | AUTHENTICATION | AFTER_CREDENTIAL_FIX | NO",
                "403 | access_denied | PERMISSION | NEVER | NO",
                "400 | invalid_request | VALIDATION | NEVER | NO",
                "400 | invalid_scope | VALIDATION | NEVER | NO",
                "400 | unsupported_grant_type | VALIDATION | NEVER | NO",
                "502 | invalid_grant | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "500 | server_error | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "429 | slow_down | RATE_LIMITED | AFTER_WAIT | NO",
            })
    void oauth(int status, String code, ErrorKind kind, RetryAdvice advice, Executed executed) {
        ApiError error = error(
                AnswerHead.of(status), "{\"error\":\"" + code + "\",\"error_description\":\"No such code: ac_7\"}");
        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error.advice()).isEqualTo(advice);
        assertThat(error.executed()).isEqualTo(executed);
        assertThat(error.code()).contains(code);
        assertThat(error.message()).isEqualTo("No such code: ac_7");
    }

    /** What the edge sends, and what breaks off. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", "[]", "null", "<html><h1>Bad gateway</h1></html>", "{\"error\":", "{\"error\":{}}"})
    void withoutAnErrorTheStatusSaysIt(String body) {
        assertThat(error(AnswerHead.of(400), body).kind()).isEqualTo(ErrorKind.VALIDATION);
        assertThat(error(AnswerHead.of(401), body).kind()).isEqualTo(ErrorKind.AUTHENTICATION);
        assertThat(error(AnswerHead.of(402), body).kind()).isEqualTo(ErrorKind.PAYMENT_DECLINED);
        assertThat(error(AnswerHead.of(404), body).kind()).isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(error(AnswerHead.of(409), body).kind()).isEqualTo(ErrorKind.CONFLICT);
        for (int status : new int[] {500, 502, 503, 504, 520}) {
            ApiError error = error(AnswerHead.of(status), body);
            assertThat(error.kind()).isEqualTo(ErrorKind.TRANSIENT);
            assertThat(error.advice()).isEqualTo(RetryAdvice.ONLY_IF_IDEMPOTENT);
            assertThat(error.executed()).isEqualTo(Executed.UNKNOWN);
            assertThat(error.code()).isEmpty();
        }
        ApiError forbidden = error(AnswerHead.of(403), body);
        assertThat(forbidden.kind()).isEqualTo(ErrorKind.PERMISSION);
        assertThat(forbidden.advice()).as("no key mends that").isEqualTo(RetryAdvice.NEVER);
    }

    @Test
    void anApiVersionThatIsNone() {
        ApiError error = error(
                AnswerHead.of(400),
                "{\"error\":{\"message\":\"Invalid Stripe API version: 2031-1-7\",\"type\":\"invalid_request_error\"}}");
        assertThat(error.kind()).isEqualTo(ErrorKind.VERSION_UNSUPPORTED);
        assertThat(error.advice()).isEqualTo(RetryAdvice.NEVER);
        assertThat(error.executed()).isEqualTo(Executed.NO);
    }

    @Test
    void testModeThatIsShedAsksForAnotherTime() {
        String body =
                "{\"error\":{\"message\":\"Test mode requests are temporarily disabled today\",\"type\":\"api_error\"}}";
        ApiError shed = error(AnswerHead.of(503), body);
        assertThat(shed.kind()).isEqualTo(ErrorKind.TRANSIENT);
        assertThat(shed.advice()).isEqualTo(RetryAdvice.AFTER_WAIT);
        assertThat(shed.executed()).isEqualTo(Executed.UNKNOWN);
        assertThat(error(AnswerHead.of(500), body).advice()).isEqualTo(RetryAdvice.ONLY_IF_IDEMPOTENT);
        assertThat(error(AnswerHead.of(400), body).kind()).isEqualTo(ErrorKind.VALIDATION);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // code | decline_code | provider's code
                "card_declined | insufficient_funds | card_declined/insufficient_funds",
                "expired_card | expired_card | expired_card/expired_card",
                "card_declined | - | card_declined",
                "card_declined | '' | card_declined",
                "- | lost_card | lost_card",
                "'' | lost_card | lost_card",
                "- | - | card_error",
            })
    void aDeclinedCardHasTwoCodes(String code, String declineCode, String expected) {
        ApiError error = error(
                AnswerHead.of(402),
                "{\"error\":{\"type\":\"card_error\",\"advice_code\":\"try_again_later\""
                        + (code == null ? "" : ",\"code\":\"" + code + "\"")
                        + (declineCode == null ? "" : ",\"decline_code\":\"" + declineCode + "\"")
                        + "}}");
        assertThat(error.code()).contains(expected);
        assertThat(error.advice()).as("it is advice about the card").isEqualTo(RetryAdvice.NEVER);
    }

    @Test
    void whatItSaysBesides() {
        String body = """
                {"error": {
                  "advice_code": "confirm_card_data",
                  "charge": "ch_7aB",
                  "code": "card_declined",
                  "decline_code": "do_not_honor",
                  "doc_url": "https://docs.stripe.com/error-codes/card-declined",
                  "message": "No.",
                  "network_decline_code": "05",
                  "param": "source",
                  "payment_intent": {"id": "pi_7aB", "client_secret": "pi_7aB_secret_c0ffee"},
                  "setup_intent": null,
                  "request_log_url": "https://dashboard.stripe.com/test/logs/req_7?t=7",
                  "type": "card_error"}}""";
        ApiError error = error(
                AnswerHead.of(402)
                        .with("request-id", "req_7")
                        .with("X-Request-Id", "of-a-proxy")
                        .with("original-request", "req_6"),
                body);
        assertThat(error.requestId()).contains("req_7");
        assertThat(error.details())
                .isEqualTo(Map.of(
                        "field", "source",
                        "documentation", "https://docs.stripe.com/error-codes/card-declined",
                        "decline-code", "do_not_honor",
                        "network-decline-code", "05",
                        "advice-code", "confirm_card_data",
                        "charge", "ch_7aB",
                        "payment-intent", "pi_7aB",
                        "request-log", "https://dashboard.stripe.com/test/logs/req_7?t=7",
                        "original-request", "req_6"));
    }

    @Test
    void whatIsEmptyOrOfAnotherShapeIsLeftOut() {
        String body = """
                {"error": {"code": 7, "decline_code": [], "doc_url": {}, "message": "No.", "param": "",
                  "charge": {"id": "ch_7"}, "payment_intent": "pi_7",
                  "request_log_url": "https://dashboard.stripe.com/logs?client_secret=c0ffee"}}""";
        ApiError error = error(AnswerHead.of(400), body);
        assertThat(error.details()).isEmpty();
        assertThat(error.code()).contains("7");
        assertThat(error.requestId()).isEmpty();
        String elsewhere = "{\"error\":{\"request_log_url\":\"https://dashboard.stripe.com.example.com/\"}}";
        assertThat(error(AnswerHead.of(400), elsewhere).details()).isEmpty();
    }

    @Test
    void theFirstOfARequestIsItsOwnOriginal() {
        AnswerHead head = AnswerHead.of(402).with("Request-Id", "req_7").with("Original-Request", "req_7");
        assertThat(error(head, "{\"error\":{\"code\":\"card_declined\"}}").details())
                .isEmpty();
    }

    @Test
    void v2HasAMessageForTheUser() {
        ApiError error = error(
                AnswerHead.of(400),
                "{\"error\":{\"code\":\"invalid_fields\",\"message\":\"M\",\"user_message\":\"Which country?\"}}");
        assertThat(error.details()).containsEntry("user-message", "Which country?");
        assertThat(error.message()).isEqualTo("M");
    }

    @ParameterizedTest
    @ValueSource(ints = {402, 409, 424, 500, 503})
    void whatIsReplayedWillStayTheSame(int status) {
        AnswerHead replayed = AnswerHead.of(status).with("Idempotent-Replayed", "true");
        String body = "{\"error\":{\"message\":\"Sorry\"}}";
        for (AnswerHead head : new AnswerHead[] {replayed, replayed.with("Stripe-Should-Retry", "true")}) {
            ApiError error = error(head, body);
            assertThat(error.advice()).isEqualTo(RetryAdvice.NEVER);
            assertThat(error.kind())
                    .isEqualTo(error(AnswerHead.of(status), body).kind());
        }
        assertThat(error(AnswerHead.of(500).with("Idempotent-Replayed", "false"), body)
                        .advice())
                .isEqualTo(RetryAdvice.ONLY_IF_IDEMPOTENT);
    }

    private static ApiError error(AnswerHead head, String body) {
        return new StripeErrors()
                .normalize(POST, head, ErrorBody.of(body.getBytes(UTF_8), false))
                .orElseThrow();
    }
}
