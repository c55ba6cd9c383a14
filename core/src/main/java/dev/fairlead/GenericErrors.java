package dev.fairlead;

import dev.fairlead.ApiError.Executed;
import java.time.Duration;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Errors by their status, with the words of RFC 9457 problem details or of the shapes that most APIs have. Stateless
 * and thread-safe.
 */
final class GenericErrors implements ErrorNormalizer {
    private static final long NOT_SAID = HeaderValues.NOT_SAID;

    /**
     * A throttle with whatever status: draft-ietf-httpapi-ratelimit-headers-10 recommends 429 for it (its registration),
     * no more. By its whole name, since another's "quota exceeded" may mean a full disk.
     */
    private static final String QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded";

    /** Enough to say what is wrong; the rest is in the body. */
    private static final int MAXIMUM_VIOLATED_POLICIES = 8;

    private final String provider;

    GenericErrors(String provider) {
        this.provider = provider;
    }

    @Override
    public Optional<ApiError> normalize(RequestHead request, ResponseHead response, ErrorBody body) {
        int status = response.status();
        if (status < 400) {
            return Optional.empty();
        }
        boolean throttled =
                status == 429 || QUOTA_EXCEEDED.equals(body.text("/type").orElse(""));
        long wait = waitNanos(response, body, throttled);
        ApiError.Builder error = throttled ? tooManyRequests(status, body, wait) : byStatus(status, body, wait);
        if (wait >= 0) {
            error.retryAfter(Duration.ofNanos(wait));
        }
        return Optional.of(error.code(code(body))
                .message(message(body))
                .requestId(requestId(response))
                .detail("field", first(body, "/errors/0/pointer", "/errors/0/field", "/error/param", "/field"))
                .detail("violated-policies", violatedPolicies(body))
                .build());
    }

    private ApiError.Builder byStatus(int status, ErrorBody body, long wait) {
        return switch (status) {
            case 400, 413, 414, 415, 422, 431 -> refused(status, ErrorKind.VALIDATION);
            case 401 ->
                error(status, ErrorKind.AUTHENTICATION, RetryAdvice.AFTER_CREDENTIAL_FIX)
                        .executed(Executed.NO);
            // Seldom a card: most who send it mean credits or a plan.
            case 402 -> refused(status, ErrorKind.QUOTA_EXHAUSTED);
            case 403 -> refused(status, isOutOfCredit(body) ? ErrorKind.QUOTA_EXHAUSTED : ErrorKind.PERMISSION);
            case 404, 410 -> refused(status, ErrorKind.NOT_FOUND);
            case 409, 412 -> refused(status, ErrorKind.CONFLICT);
            // A proxy says it as well, and of a request that it passed on.
            case 408 -> error(status, ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT);
            // RFC 8470 section 5.2: the server would not process what came in early data.
            case 425 ->
                error(status, ErrorKind.TRANSIENT, RetryAdvice.SAME_REQUEST).executed(Executed.NO);
            // RFC 9110 sections 15.5.20, 15.6.2, 15.6.6: it does not do such things at all.
            case 421, 501, 505 ->
                error(status, ErrorKind.UNKNOWN, RetryAdvice.NEVER).executed(Executed.NO);
            case 503 ->
                error(status, ErrorKind.TRANSIENT, wait >= 0 ? RetryAdvice.AFTER_WAIT : RetryAdvice.ONLY_IF_IDEMPOTENT);
            default ->
                status >= 500 && status < 600
                        ? error(status, ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT)
                        : error(status, ErrorKind.UNKNOWN, RetryAdvice.NEVER);
        };
    }

    private ApiError.Builder error(int status, ErrorKind kind, RetryAdvice advice) {
        return ApiError.builder(provider, status, kind, advice);
    }

    private ApiError.Builder refused(int status, ErrorKind kind) {
        return error(status, kind, RetryAdvice.NEVER).executed(Executed.NO);
    }

    /**
     * RFC 6585 section 4: the request was refused, so any may be repeated. The problem type {@code
     * abnormal-usage-detected} (draft-ietf-httpapi-ratelimit-headers-10 section 5.3) is for suspected abuse: repeated
     * only when told when.
     */
    private ApiError.Builder tooManyRequests(int status, ErrorBody body, long wait) {
        boolean suspected = isProblem(body, "abnormal-usage-detected") && wait < 0;
        return error(status, ErrorKind.RATE_LIMITED, suspected ? RetryAdvice.NEVER : RetryAdvice.AFTER_WAIT)
                .executed(Executed.NO);
    }

    /** {@code Retry-After} before the reset (draft 10 section 5), which counts only where nothing remains. */
    private static long waitNanos(ResponseHead response, ErrorBody body, boolean throttled) {
        int status = response.status();
        boolean elsewhere = !throttled && status != 408 && status != 425 && status < 500;
        if (elsewhere) {
            return NOT_SAID;
        }
        RateLimit limit = RateLimits.ietf().parse(response, body);
        long retryAfter = limit.retryAfterNanosOrNegative();
        if (retryAfter >= 0) {
            return retryAfter;
        }
        boolean ofLimits = throttled || status >= 500;
        return ofLimits && limit.remainingOrNegative() == 0 ? limit.resetNanosOrNegative() : NOT_SAID;
    }

    /** The example of RFC 9457 section 3, which has found imitators. */
    private static boolean isOutOfCredit(ErrorBody body) {
        return isProblem(body, "out-of-credit");
    }

    private static boolean isProblem(ErrorBody body, String lastPartOfType) {
        String type = body.text("/type").orElse("");
        int start = type.length() - lastPartOfType.length();
        return start > 0 && type.endsWith(lastPartOfType) && "/#".indexOf(type.charAt(start - 1)) >= 0;
    }

    private static @Nullable String code(ErrorBody body) {
        String code = first(body, "/code", "/error/code", "/errors/0/code", "/error/type");
        if (code != null) {
            return code;
        }
        String error = first(body, "/error");
        if (error != null && isToken(error)) {
            return error;
        }
        // RFC 9457 section 4.2.1: about:blank says no more than the status.
        String type = first(body, "/type");
        return "about:blank".equals(type) ? null : type;
    }

    private static @Nullable String message(ErrorBody body) {
        return first(
                body,
                "/detail",
                "/message",
                "/error/message",
                "/error_description",
                "/title",
                "/errors/0/message",
                "/errors/0/detail",
                "/error",
                "/errors");
    }

    private static @Nullable String requestId(ResponseHead response) {
        String id = response.header("X-Request-Id");
        return id != null ? id : response.header("Request-Id");
    }

    private static String violatedPolicies(ErrorBody body) {
        StringJoiner policies = new StringJoiner(", ");
        for (int i = 0; i < MAXIMUM_VIOLATED_POLICIES; i++) {
            Optional<String> policy = body.text("/violated-policies/" + i);
            if (policy.isEmpty()) {
                break;
            }
            policies.add(policy.get());
        }
        return policies.toString();
    }

    private static @Nullable String first(ErrorBody body, String... pointers) {
        for (String pointer : pointers) {
            String text = body.text(pointer).orElse("");
            if (!text.isEmpty()) {
                return text;
            }
        }
        return null;
    }

    /** A code has no spaces; {@code "error": "Not found"} is a message. */
    private static boolean isToken(String text) {
        return text.length() <= 64 && text.chars().allMatch(character -> character > ' ' && character < 127);
    }
}
