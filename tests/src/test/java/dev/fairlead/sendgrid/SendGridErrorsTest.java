package dev.fairlead.sendgrid;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.AskedHead;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.RetryAdvice;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SendGridErrorsTest {
    private static final AskedHead SEND = new AskedHead("POST", "api.sendgrid.com", "/v3/mail/send");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // status | message | kind | advice | executed
                "400 | The subject is required. | VALIDATION | NEVER | NO",
                "400 | Maximum credits exceeded | VALIDATION | NEVER | NO",
                // item 10 of the checklist: 401 = key
                "401 | Maximum credits exceeded | QUOTA_EXHAUSTED | NEVER | NO",
                "401 | maximum credits exceeded. | QUOTA_EXHAUSTED | NEVER | NO",
                "401 | The provided authorization grant is invalid | AUTHENTICATION | AFTER_CREDENTIAL_FIX | NO",
                "403 | access forbidden | PERMISSION | NEVER | NO",
                "403 | too many requests | PERMISSION | NEVER | NO",
                "404 | not found | NOT_FOUND | NEVER | NO",
                "413 | Request Entity Too Large | VALIDATION | NEVER | NO",
                "429 | too many requests | RATE_LIMITED | AFTER_WAIT | NO",
                "429 | Maximum credits exceeded | RATE_LIMITED | AFTER_WAIT | NO",
                "451 | not here | UNKNOWN | NEVER | UNKNOWN",
                "500 | internal error | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "503 | unavailable | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
            })
    void errors(int status, String message, ErrorKind kind, RetryAdvice advice, Executed executed) {
        // As documented, with a comma too many.
        ApiError error =
                error(AnswerHead.of(status), "{\"errors\":[{\"field\":null,\"message\":\"" + message + "\"},]}");
        assertThat(error.provider()).isEqualTo("sendgrid");
        assertThat(error.status()).isEqualTo(status);
        assertThat(error.message()).isEqualTo(message);
        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error.advice()).isEqualTo(advice);
        assertThat(error.executed()).isEqualTo(executed);
        assertThat(error.retryAfter()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 301, 304})
    void noErrors(int status) {
        assertThat(normalize(AnswerHead.of(status), "{\"errors\":[{\"message\":\"too many requests\"}]}"))
                .isEmpty();
    }

    @Test
    void creditsMayBeTheSecondOfTheErrors() {
        String first = "{\"errors\":[{\"message\":\"No\"},{\"message\":\"Maximum credits exceeded\"}]}";
        assertThat(error(AnswerHead.of(401), first).kind()).isEqualTo(ErrorKind.QUOTA_EXHAUSTED);
    }

    @Test
    void theWaitOfAThrottleIsTheOneOfTheParser() {
        AnswerHead head = AnswerHead.of(429).with("X-RateLimit-Remaining", "0").with("X-RateLimit-Reset", "1800000033");
        assertThat(error(head, "").retryAfter()).contains(Duration.ofSeconds(33));
        AnswerHead far = AnswerHead.of(429).with("X-RateLimit-Remaining", "0").with("X-RateLimit-Reset", "1800009999");
        assertThat(error(far, "").retryAfter()).as("beyond belief").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "{\"errors\":\"Maximum credits exceeded\"}",
                "{\"errors\":{\"message\":\"Maximum credits exceeded\"}}",
                "{\"errors\":[\"Maximum credits exceeded\"]}",
                "{\"errors\":[{\"message\":[\"Maximum credits exceeded\"]}]}",
                "{\"errors\":[null]}",
                "{\"errors\":[{\"message\":-1e400}]}",
                "{\"errors\":[{\"message\":\"Maxim",
                "<html>Maximum credits exceeded</html>",
                "\u0000ÿ€😀",
            })
    void bodiesOfOtherShapes(String body) {
        assertThat(error(AnswerHead.of(401), body).kind()).isEqualTo(ErrorKind.AUTHENTICATION);
        assertThat(error(AnswerHead.of(429), body).kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(normalize(AnswerHead.of(202), body)).isEmpty();
    }

    private static ApiError error(AnswerHead head, String body) {
        return normalize(head, body).orElseThrow();
    }

    private static Optional<ApiError> normalize(AnswerHead head, String body) {
        return new SendGridErrors().normalize(SEND, head, ErrorBody.of(body.getBytes(UTF_8), false));
    }
}
