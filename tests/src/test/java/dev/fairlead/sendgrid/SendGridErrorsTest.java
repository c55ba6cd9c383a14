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
import java.util.Map;
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
                "401 | Authenticated user is not authorized to send mail | PERMISSION | AFTER_CREDENTIAL_FIX | NO",
                "403 | access forbidden | PERMISSION | AFTER_CREDENTIAL_FIX | NO",
                "403 | Not yours | PERMISSION | NEVER | NO",
                "403 | The from address does not match a verified Sender Identity. | PERMISSION | AFTER_CHANGE | NO",
                "403 | You are not authorized to send from that email address | PERMISSION | AFTER_CHANGE | NO",
                "403 | Too many bad requests. Temporary block | ACCOUNT_BLOCKED | NEVER | NO",
                "403 | This account is temporarily blocked | ACCOUNT_BLOCKED | NEVER | NO",
                "403 | too many requests | PERMISSION | NEVER | NO",
                "404 | not found | NOT_FOUND | NEVER | NO",
                "413 | Request Entity Too Large | VALIDATION | NEVER | NO",
                "429 | too many requests | RATE_LIMITED | AFTER_WAIT | NO",
                "429 | Maximum credits exceeded | RATE_LIMITED | AFTER_WAIT | NO",
                "405 | method not allowed | VALIDATION | NEVER | NO",
                "406 | Missing Accept header | VALIDATION | NEVER | NO",
                "451 | not here | PERMISSION | AFTER_CHANGE | NO",
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
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // errors | message | field | fields
                "[{'message':'No','field':'subject','help':null}] | No | subject | -",
                "[{'message':'No','field':'from.email'},{'message':'Nor','field':'subject'}] | No | from.email"
                        + " | from.email, subject",
                "[{'message':'No','field':null},{'field':'subject'},] | No | subject | subject",
                "[{'field':'subject'}] | - | subject | -",
                "[{'message':'No'}] | No | - | -",
                "[{'help':'x'}] | - | - | -",
                "['No'] | No | - | -",
                "\"No\" | No | - | -",
                "[] | - | - | -",
                "null | - | - | -",
            })
    void whichFields(String errors, String message, String field, String fields) {
        ApiError error = error(AnswerHead.of(400), "{\"errors\":" + errors.replace('\'', '"') + "}");
        assertThat(error.message()).isEqualTo(message == null ? "" : message);
        assertThat(error.details().get("field")).isEqualTo(field);
        assertThat(error.details().get("fields")).isEqualTo(fields);
    }

    @Test
    void whatElseIsTold() {
        ApiError error =
                error(AnswerHead.of(400).with("Twilio-Request-Id", "RQ7").with("X-Request-Id", "another"), """
                {"errors":[{"message":"No","error_id":"e-7","parameter":"body","help":"https://sendgrid.com/help"}]}""");
        assertThat(error.requestId()).contains("RQ7");
        assertThat(error.code()).isEmpty();
        assertThat(error.details())
                .isEqualTo(
                        Map.of("error-id", "e-7", "parameter", "body", "documentation", "https://sendgrid.com/help"));
    }

    @ParameterizedTest
    @CsvSource({"413, VALIDATION", "500, TRANSIENT", "503, TRANSIENT"})
    void pagesForPeople(int status, ErrorKind kind) {
        ApiError error = error(AnswerHead.of(status), "<html><body><h1>No</h1></body></html>");
        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error.message()).isEmpty();
        assertThat(error.details()).isEmpty();
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
