package dev.fairlead.twilio;

import dev.fairlead.ErrorKind;
import dev.fairlead.RetryAdvice;
import org.jspecify.annotations.Nullable;

/**
 * What a code says that the status does not (checked 2026-11: twilio.com/docs/api/errors and the page of each code). What
 * stands here was refused before anything was done.
 *
 * @param kind what kind of error it is
 * @param advice what may be done about it
 */
record TwilioMeaning(ErrorKind kind, RetryAdvice advice) {
    private static final TwilioMeaning WRONG_CREDENTIAL =
            new TwilioMeaning(ErrorKind.AUTHENTICATION, RetryAdvice.AFTER_CREDENTIAL_FIX);

    /** It is right, but for tests only. */
    private static final TwilioMeaning TEST_CREDENTIAL =
            new TwilioMeaning(ErrorKind.PERMISSION, RetryAdvice.AFTER_CREDENTIAL_FIX);

    /** Money, or a word with the vendor, brings it back. */
    private static final TwilioMeaning INACTIVE_ACCOUNT =
            new TwilioMeaning(ErrorKind.ACCOUNT_BLOCKED, RetryAdvice.AFTER_CHANGE);

    /** A setting of the account's, or one that is no trial, would allow it. */
    private static final TwilioMeaning NOT_ENABLED = new TwilioMeaning(ErrorKind.PERMISSION, RetryAdvice.AFTER_CHANGE);

    /** Sending again is what the recipient does not want. */
    private static final TwilioMeaning UNSUBSCRIBED = new TwilioMeaning(ErrorKind.ACCOUNT_BLOCKED, RetryAdvice.NEVER);

    private static final TwilioMeaning USED_UP = new TwilioMeaning(ErrorKind.QUOTA_EXHAUSTED, RetryAdvice.NEVER);

    private static final TwilioMeaning INVALID = new TwilioMeaning(ErrorKind.VALIDATION, RetryAdvice.NEVER);

    /** What a code means, or null where its status says as much. */
    static @Nullable TwilioMeaning of(String code) {
        return switch (code) {
            // Also with 403.
            case "20003" -> WRONG_CREDENTIAL;
            case "20008" -> TEST_CREDENTIAL;
            // "Account is not active", in several places; 20403 is a 403 of one "suspended or closed".
            case "10001", "20005", "20403", "30002", "90010" -> INACTIVE_ACCOUNT;
            // The number's region is not enabled for calls or messages; a trial account and a number that is not
            // verified.
            case "21215", "21219", "21408", "21608" -> NOT_ENABLED;
            // The recipient has answered STOP.
            case "21610" -> UNSUBSCRIBED;
            // The request itself: no number, one that cannot be reached, or no mobile.
            case "20001", "21211", "21212", "21217", "21612", "21614" -> INVALID;
            default -> isUsedUp(code) ? USED_UP : null;
        };
    }

    /**
     * What comes with 429 and is no throttle: the messages of a day (63038; twilio/twilio-php issue 661), and the checks
     * and sendings of one verification (60202, 60203), which ends after ten minutes.
     */
    static boolean isUsedUp(String code) {
        return switch (code) {
            case "60202", "60203", "63038" -> true;
            default -> false;
        };
    }
}
