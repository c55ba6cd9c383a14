package dev.fairlead.stripe;

import dev.fairlead.ErrorKind;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Codes that say more than their status does, as 400 has nearly all of them (checked 2026-11: docs.stripe.com/error-codes;
 * of v2, whose types are as specific as codes, docs.stripe.com/api/v2 and github.com/stripe/stripe-java,
 * StripeException.parseV2Exception). All others are judged by their status. Stateless and thread-safe.
 */
final class StripeCodes {
    private static final Map<String, ErrorKind> KINDS = new HashMap<>();

    static {
        put(
                ErrorKind.AUTHENTICATION,
                "api_key_expired",
                "billing_meter_event_session_expired",
                "platform_api_key_expired",
                "secret_key_required",
                "temporary_session_expired");
        put(
                ErrorKind.PERMISSION,
                "account_invalid",
                "controlled_by_dashboard",
                "feature_not_enabled",
                "not_allowed_on_standard_account",
                "platform_account_required");
        put(
                ErrorKind.ACCOUNT_BLOCKED,
                "blocked_by_stripe",
                "payouts_not_allowed",
                "testmode_charges_only",
                "transfers_not_allowed");
        // A reference in the parameters that leads nowhere is a 400.
        put(ErrorKind.NOT_FOUND, "not_found", "resource_missing");
        put(
                ErrorKind.DUPLICATE,
                "account_already_exists",
                "already_exists",
                "bank_account_exists",
                "gift_card_code_exists",
                "resource_already_exists");
        put(ErrorKind.QUOTA_EXHAUSTED, "instant_payouts_limit_exceeded", "payouts_limit_exceeded", "quota_exceeded");
        put(
                ErrorKind.PAYMENT_DECLINED,
                "bank_account_declined",
                StripeThrottle.CARD_DECLINED_TOO_OFTEN,
                "card_declined",
                "payment_intent_authentication_failure",
                "payment_intent_payment_attempt_failed",
                "payment_method_customer_decline",
                "payment_method_provider_decline",
                "setup_attempt_failed",
                "setup_intent_authentication_failure");
        // The thing is not, or no longer, in the state that it would take.
        put(
                ErrorKind.CONFLICT,
                "already_canceled",
                "capture_charge_authorization_expired",
                "charge_already_captured",
                "charge_already_refunded",
                "charge_disputed",
                "charge_expired_for_capture",
                "charge_not_refundable",
                "intent_invalid_state",
                "invoice_not_editable",
                "non_zero_balance",
                "not_cancelable",
                "payment_intent_unexpected_state",
                "payment_method_bank_account_already_verified",
                "payment_method_unexpected_state",
                "refund_disputed_payment",
                "return_intent_already_processed",
                "setup_intent_unexpected_state",
                "status_transition_invalid",
                "terminal_reader_busy",
                "token_already_used",
                "token_in_use");
    }

    private StripeCodes() {}

    private static void put(ErrorKind kind, String... codes) {
        for (String code : codes) {
            KINDS.put(code, kind);
        }
    }

    /** What a code means, or null where its status says it. */
    static @Nullable ErrorKind kind(String code) {
        return KINDS.get(code);
    }
}
