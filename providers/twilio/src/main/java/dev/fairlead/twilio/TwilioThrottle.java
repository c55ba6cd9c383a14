package dev.fairlead.twilio;

import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.HeaderValues;
import dev.fairlead.RateLimit.Scope;
import dev.fairlead.ResponseHead;
import org.jspecify.annotations.Nullable;

/**
 * An answer that says we send too much. "An API Request that receives an error 429 response is never processed and is
 * always safe to retry" (checked 2026-11: twilio.com/docs/errors/20429), which is meant of a POST as well.
 *
 * @param kind a rate, or too many at the same time
 * @param scope the account's, or {@link Scope#NONE} for a phone number's, which is no reason to hold up anything else
 * @param waitNanos how long to wait from the receipt of the answer; negative where not said, as by the API of 2010
 */
record TwilioThrottle(ErrorKind kind, Scope scope, long waitNanos) {
    /** The throttle that an answer speaks of, or null where it is none. */
    static @Nullable TwilioThrottle of(ResponseHead head, ErrorBody body) {
        int status = head.status();
        if (status < 400 || status >= 500) {
            return null;
        }
        String code = TwilioBody.code(body);
        return switch (code) {
            // "Account is sending too many concurrent API requests" (twilio.com/docs/api/errors/45780 and 45719).
            case "45719", "45780" -> throttle(ErrorKind.CONCURRENCY_LIMITED, Scope.CREDENTIAL, head);
            // Phone calls under way, on which only another phone call depends (…/errors/10004).
            case "10004" -> throttle(ErrorKind.CONCURRENCY_LIMITED, Scope.NONE, head);
            // Verifications of one phone number, and what is queued of one sender (…/errors/60212, …/errors/21611).
            case "21611", "60212" -> throttle(ErrorKind.RATE_LIMITED, Scope.NONE, head);
            // Voice, and the Organization API; no page says with which status (…/errors/31429, …/errors/25021).
            case "25021", "31429" -> throttle(ErrorKind.RATE_LIMITED, Scope.CREDENTIAL, head);
            default -> status == 429 && !TwilioMeaning.isUsedUp(code) ? byHeaders(head, body, code) : null;
        };
    }

    private static TwilioThrottle byHeaders(ResponseHead head, ErrorBody body, String code) {
        if (head.header("Twilio-Reached-Rate-Limit") != null) {
            // One that Verify's user has set up, for each number or address (checked 2026-11: github.com/twilio/
            // twilio-oai, twilio_verify_v2; twilio.com/docs/verify/api/service-rate-limits).
            return throttle(ErrorKind.RATE_LIMITED, Scope.NONE, head);
        }
        boolean concurrency = code.equals("20429") && isOfConcurrency(head, body);
        return throttle(concurrency ? ErrorKind.CONCURRENCY_LIMITED : ErrorKind.RATE_LIMITED, Scope.CREDENTIAL, head);
    }

    /**
     * 20429 is documented as too many concurrent requests, but products say it of their rates too
     * (twilio-labs/serverless-api issue 37). Then it comes with a time, in another shape, or to a request that was the
     * only one: {@code Twilio-Concurrent-Requests} tells how many there were.
     */
    private static boolean isOfConcurrency(ResponseHead head, ErrorBody body) {
        long concurrent = HeaderValues.nonNegativeInteger(head.header("Twilio-Concurrent-Requests"));
        if (concurrent >= 0) {
            return concurrent > 1;
        }
        return HeaderValues.retryAfterNanos(head) < 0 && TwilioBody.isClassic(body);
    }

    private static TwilioThrottle throttle(ErrorKind kind, Scope scope, ResponseHead head) {
        return new TwilioThrottle(kind, scope, HeaderValues.retryAfterNanos(head));
    }
}
