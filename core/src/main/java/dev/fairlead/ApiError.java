package dev.fairlead;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A provider's error in normal form. Immutable and thread-safe.
 *
 * <p>{@link #message()} and {@link #details()} are the provider's own words; {@link #toString()} leaves them out, since
 * providers are known to echo parts of a credential.
 */
public final class ApiError {
    /** Whether the provider did what the request asked for, which is not the same as whether it may be repeated. */
    public enum Executed {
        /** Certainly not: repeating cannot do it twice. */
        NO,
        /** Nobody can tell from the answer. */
        UNKNOWN,
        /** Yes, at least in part. */
        YES
    }

    private final String provider;
    private final ErrorKind kind;
    private final RetryAdvice advice;
    private final Executed executed;
    private final int status;
    private final @Nullable String code;
    private final String message;
    private final @Nullable String requestId;
    private final @Nullable Duration retryAfter;
    private final Map<String, String> details;

    private ApiError(Builder builder) {
        provider = builder.provider;
        kind = builder.kind;
        advice = builder.advice;
        executed = builder.executed;
        status = builder.status;
        code = builder.code;
        message = builder.message;
        requestId = builder.requestId;
        retryAfter = builder.retryAfter;
        details = builder.details.isEmpty() ? Map.of() : Map.copyOf(builder.details);
    }

    /**
     * Begins an error.
     *
     * @param provider the provider's name
     * @param status the status code of the answer
     * @param kind what kind of error it is
     * @param advice what may be done about it
     */
    public static Builder builder(String provider, int status, ErrorKind kind, RetryAdvice advice) {
        return new Builder(provider, status, kind, advice);
    }

    /** The provider's name. */
    public String provider() {
        return provider;
    }

    /** What kind of error it is. */
    public ErrorKind kind() {
        return kind;
    }

    /** What may be done about it. */
    public RetryAdvice advice() {
        return advice;
    }

    /** Whether the request was executed. */
    public Executed executed() {
        return executed;
    }

    /** The status code of the answer; an error may come with {@code 200}. */
    public int status() {
        return status;
    }

    /** The provider's own code, as it stands in the answer. */
    public Optional<String> code() {
        return Optional.ofNullable(code);
    }

    /** The provider's own words, empty where there were none. They may hold personal data. */
    public String message() {
        return message;
    }

    /** The id under which the provider's support finds the request. */
    public Optional<String> requestId() {
        return Optional.ofNullable(requestId);
    }

    /** How long the provider asks to wait, counted from the receipt of the answer; empty where it did not say. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** More that the provider said, such as the {@code field} that is wrong. */
    public Map<String, String> details() {
        return details;
    }

    /**
     * A builder that begins with all that this error says, judged otherwise: for who knows the provider better than
     * {@link ErrorNormalizer#byStatus} does.
     */
    public Builder toBuilder(ErrorKind otherKind, RetryAdvice otherAdvice) {
        Builder copy = builder(provider, status, otherKind, otherAdvice)
                .executed(executed)
                .code(code)
                .message(message)
                .requestId(requestId)
                .retryAfter(retryAfter);
        details.forEach(copy::detail);
        return copy;
    }

    /** The same error with every text of the provider's changed by a function; for taking secrets out. */
    ApiError withTexts(UnaryOperator<String> change) {
        Builder changed = builder(provider, status, kind, advice)
                .executed(executed)
                .message(change.apply(message))
                .code(code == null ? null : change.apply(code))
                .requestId(requestId == null ? null : change.apply(requestId))
                .retryAfter(retryAfter);
        details.forEach((name, value) -> changed.detail(name, change.apply(value)));
        return changed.build();
    }

    /**
     * The same error to somebody whose earlier attempt under the same key may have been executed: what refused this one before
     * it was looked for under the key says nothing of that one, and "the same request" would have to have the same key.
     */
    ApiError afterUnknownOutcome() {
        if (advice == RetryAdvice.SAME_REQUEST) {
            return toBuilder(kind, RetryAdvice.ONLY_IF_IDEMPOTENT)
                    .executed(Executed.UNKNOWN)
                    .build();
        }
        return switch (kind) {
            // Judged by what the request asks for, so an earlier one would have been told the same.
            case VALIDATION, NOT_FOUND, CONFLICT, DUPLICATE, PAYMENT_DECLINED -> this;
            default -> toBuilder(kind, advice).executed(Executed.UNKNOWN).build();
        };
    }

    /** The same error with a request id. */
    ApiError withRequestId(@Nullable String id) {
        return id == null ? this : toBuilder(kind, advice).requestId(id).build();
    }

    /** The same error without the wait that the provider asked for. */
    ApiError withoutRetryAfter() {
        return toBuilder(kind, advice).retryAfter(null).build();
    }

    @Override
    public String toString() {
        return "ApiError{" + provider + " " + status + " " + kind + " " + advice + " executed=" + executed
                + (code == null ? "" : " code=" + code)
                + (requestId == null ? "" : " requestId=" + requestId)
                + (retryAfter == null ? "" : " retryAfter=" + retryAfter)
                + "}";
    }

    /** Builds an {@link ApiError}. Not thread-safe. */
    public static final class Builder {
        /** Longer texts from a provider are cut: they are for people, and come from outside. */
        private static final int MAXIMUM_TEXT_CHARS = 2_000;

        private final String provider;
        private final int status;
        private final ErrorKind kind;
        private final RetryAdvice advice;
        private Executed executed;
        private @Nullable String code;
        private String message = "";
        private @Nullable String requestId;
        private @Nullable Duration retryAfter;
        private final Map<String, String> details = new LinkedHashMap<>();

        private Builder(String provider, int status, ErrorKind kind, RetryAdvice advice) {
            this.provider = Objects.requireNonNull(provider, "provider");
            this.status = status;
            this.kind = Objects.requireNonNull(kind, "kind");
            this.advice = Objects.requireNonNull(advice, "advice");
            executed = kind.isThrottle() ? Executed.NO : Executed.UNKNOWN;
        }

        /** Whether the request was executed. Default: {@link Executed#NO} for throttles, else {@link Executed#UNKNOWN}. */
        public Builder executed(Executed value) {
            executed = Objects.requireNonNull(value, "executed");
            return this;
        }

        /** The provider's code; null and empty mean none. */
        public Builder code(@Nullable String value) {
            code = bounded(value);
            return this;
        }

        /** The provider's words, cut at 2,000 characters; null means none. */
        public Builder message(@Nullable String value) {
            String text = bounded(value);
            message = text == null ? "" : text;
            return this;
        }

        /** The provider's id of the request; null and empty mean none. */
        public Builder requestId(@Nullable String value) {
            requestId = bounded(value);
            return this;
        }

        /** How long to wait from the receipt of the answer; null means not said. */
        public Builder retryAfter(@Nullable Duration value) {
            retryAfter = value;
            return this;
        }

        /** One more thing the provider said; a null or empty value is left out. */
        public Builder detail(String name, @Nullable String value) {
            String text = bounded(value);
            if (text != null) {
                details.put(name, text);
            }
            return this;
        }

        /** The error. */
        public ApiError build() {
            return new ApiError(this);
        }

        private static @Nullable String bounded(@Nullable String value) {
            if (value == null || value.isEmpty()) {
                return null;
            }
            return value.length() <= MAXIMUM_TEXT_CHARS
                    ? value
                    : value.substring(0, MAXIMUM_TEXT_CHARS) + AnswerReader.CUT;
        }
    }
}
