package dev.fairlead.twilio;

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
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TwilioErrorsTest {
    private static final AskedHead SEND =
            new AskedHead("POST", "api.twilio.com", "/2010-04-01/Accounts/AC7/Messages.json");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // status | code | kind | advice | executed
                "400 | 20001 | VALIDATION | NEVER | NO",
                "400 | 21211 | VALIDATION | NEVER | NO",
                "400 | 21614 | VALIDATION | NEVER | NO",
                "400 | 99999 | VALIDATION | NEVER | NO",
                "400 | 21408 | PERMISSION | AFTER_CHANGE | NO",
                "400 | 21608 | PERMISSION | AFTER_CHANGE | NO",
                "403 | 21608 | PERMISSION | AFTER_CHANGE | NO",
                "400 | 21215 | PERMISSION | AFTER_CHANGE | NO",
                "400 | 21610 | ACCOUNT_BLOCKED | NEVER | NO",
                "401 | 20003 | AUTHENTICATION | AFTER_CREDENTIAL_FIX | NO",
                "403 | 20003 | AUTHENTICATION | AFTER_CREDENTIAL_FIX | NO",
                "403 | 20008 | PERMISSION | AFTER_CREDENTIAL_FIX | NO",
                "403 | 20006 | PERMISSION | NEVER | NO",
                "403 | 20403 | ACCOUNT_BLOCKED | AFTER_CHANGE | NO",
                "400 | 20005 | ACCOUNT_BLOCKED | AFTER_CHANGE | NO",
                "400 | 10001 | ACCOUNT_BLOCKED | AFTER_CHANGE | NO",
                "404 | 20404 | NOT_FOUND | NEVER | NO",
                "409 | 20409 | CONFLICT | NEVER | NO",
                "429 | 20429 | CONCURRENCY_LIMITED | SAME_REQUEST | NO",
                "429 | 45780 | CONCURRENCY_LIMITED | SAME_REQUEST | NO",
                "429 | 45719 | CONCURRENCY_LIMITED | SAME_REQUEST | NO",
                "429 | 10004 | CONCURRENCY_LIMITED | SAME_REQUEST | NO",
                "400 | 10004 | CONCURRENCY_LIMITED | SAME_REQUEST | NO",
                "429 | 31429 | RATE_LIMITED | SAME_REQUEST | NO",
                "429 | 25021 | RATE_LIMITED | SAME_REQUEST | NO",
                "429 | 60212 | RATE_LIMITED | SAME_REQUEST | NO",
                "429 | 21611 | RATE_LIMITED | SAME_REQUEST | NO",
                "429 | 99999 | RATE_LIMITED | SAME_REQUEST | NO",
                "429 | 63038 | QUOTA_EXHAUSTED | NEVER | NO",
                "429 | 60202 | QUOTA_EXHAUSTED | NEVER | NO",
                "429 | 60203 | QUOTA_EXHAUSTED | NEVER | NO",
                "500 | 20500 | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "503 | 20503 | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "504 | 20504 | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                // what a 5xx has of a code never makes it a refusal
                "500 | 20429 | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
                "503 | 21610 | TRANSIENT | ONLY_IF_IDEMPOTENT | UNKNOWN",
            })
    void byCode(int status, String code, ErrorKind kind, RetryAdvice advice, Executed executed) {
        ApiError error = error(
                AnswerHead.of(status),
                "{\"code\":" + code + ",\"message\":\"No\",\"more_info\":\"https://www.twilio.com/docs/errors/" + code
                        + "\",\"status\":" + status + "}");
        assertThat(error.provider()).isEqualTo("twilio");
        assertThat(error.status()).isEqualTo(status);
        assertThat(error.code()).contains(code);
        assertThat(error.message()).isEqualTo("No");
        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error.advice()).isEqualTo(advice);
        assertThat(error.executed()).isEqualTo(executed);
        assertThat(error.retryAfter()).isEmpty();
        assertThat(error.details()).containsEntry("documentation", "https://www.twilio.com/docs/errors/" + code);
    }

    /** Each shape, with what is told of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // body | code | message | field
                "{'code':21602,'message':'Message body is required','more_info':'https://t/docs/errors/21602','status':400}"
                        + " | 21602 | Message body is required | -",
                "{'code':21212,'message':'The `From` number +1 is wrong','more_info':'x','details':{'a':'b'}}"
                        + " | 21212 | The `From` number +1 is wrong | From",
                "{'status':400,'message':'Too long','detail':'The name is too long','code':20001,'moreInfo':'x'}"
                        + " | 20001 | Too long | -",
                "{'code':20001,'message':'No','httpStatusCode':400,'params':{'name':'x'},'userError':true}"
                        + " | 20001 | No | -",
                "{'type':'https://www.twilio.com/docs/api/errors/20001','title':'Bad','status':400,'code':20001}"
                        + " | 20001 | Bad | -",
                "{'type':'https://www.twilio.com/docs/api/errors/20422','title':'Bad','detail':'Is bad',"
                        + "'errors':[{'detail':'no','pointer':'#/port'},{'pointer':'#/crew/0/name'}]}"
                        + " | 20422 | Is bad | /port",
                "{'errors':[{'code':21617,'message':'Too long','infoUrl':'https://t/docs/errors/21617','context':{}}]}"
                        + " | 21617 | Too long | -",
                "<?xml version='1.0'?><TwilioResponse><RestException><Code>21603</Code><Message>A 'From' is required"
                        + "</Message><MoreInfo>x</MoreInfo><Status>400</Status></RestException></TwilioResponse>"
                        + " | 21603 | A 'From' is required | From",
                // without a code, as the API of 2008 had it
                "<TwilioResponse><RestException><Status>400</Status><Message>No</Message></RestException></TwilioResponse>"
                        + " | - | No | -",
                "{'code':null,'message':'No','more_info':'https://www.twilio.com/docs/errors/21623'} | 21623 | No | -",
                "{'error':'invalid_scope','error_description':'No'} | invalid_scope | No | -",
            })
    void shapes(String body, String code, String message, String field) {
        boolean xml = body.startsWith("<");
        ApiError error = error(AnswerHead.of(400), xml ? body : body.replace('\'', '"'));
        assertThat(error.kind()).isEqualTo(ErrorKind.VALIDATION);
        assertThat(error.code().orElse(null)).isEqualTo(code);
        assertThat(error.message()).isEqualTo(message);
        assertThat(error.details().get("field")).isEqualTo(field);
    }

    @Test
    void whatElseIsTold() {
        ApiError error = error(AnswerHead.of(422), """
                {"type":"https://www.twilio.com/docs/api/errors/20001","title":"Bad","code":20001,"userError":true,\
                "errors":[{"detail":"no","pointer":"#/port"},{"detail":"no"},{"pointer":"#/crew/0/name"}]}""");
        assertThat(error.details())
                .isEqualTo(Map.of(
                        "field", "/port",
                        "fields", "/port, /crew/0/name",
                        "documentation", "https://www.twilio.com/docs/api/errors/20001",
                        "user-error", "true"));
        assertThat(error(AnswerHead.of(429), "{\"message\":\"Slow down\",\"detail\":\"It is too much\"}")
                        .details())
                .isEqualTo(Map.of("detail", "It is too much"));
    }

    @Test
    void theQuotedWordOfAnErrorThatIsNoInvalidRequestIsNoField() {
        String body = "{\"code\":21408,\"message\":\"Not enabled for the region of the 'To' number\"}";
        assertThat(error(AnswerHead.of(400), body).details()).doesNotContainKey("field");
    }

    @ParameterizedTest
    @CsvSource({"Twilio-Request-Id", "T-Request-Id"})
    void theRequestId(String header) {
        AnswerHead head = AnswerHead.of(404).with("X-Request-Id", "another").with(header, "RQ7");
        assertThat(error(head, "").requestId()).contains("RQ7");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 302, 304, 307})
    void noErrors(int status) {
        // A message that could not be delivered is still a message that was found.
        assertThat(normalize(AnswerHead.of(status), "{\"code\":20429,\"error_code\":30002,\"status\":429}"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "{\"code\":{}}",
                "{\"code\":[20003]}",
                "{\"code\":-1e400}",
                "{\"code\":\"\",\"more_info\":\"/errors/\"}",
                "{\"errors\":{\"code\":20003}}",
                "{\"errors\":[null]}",
                "{\"message\":\"'T",
                "<TwilioResponse><RestException><Code/>",
                "<html>20003</html>",
                "\u0000ÿ€😀",
            })
    void bodiesOfOtherShapes(String body) {
        assertThat(error(AnswerHead.of(403), body).kind()).isEqualTo(ErrorKind.PERMISSION);
        assertThat(error(AnswerHead.of(429), body).kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(error(AnswerHead.of(502), body).kind()).isEqualTo(ErrorKind.TRANSIENT);
        assertThat(normalize(AnswerHead.of(201), body)).isEmpty();
    }

    @Test
    void aLongMessageIsSearchedForNothing() {
        String message = "'To' " + "x".repeat(4_000);
        ApiError error = error(AnswerHead.of(400), "{\"message\":\"" + message + "\"}");
        assertThat(error.details()).doesNotContainKey("field");
    }

    private static ApiError error(AnswerHead head, String body) {
        return normalize(head, body).orElseThrow();
    }

    private static Optional<ApiError> normalize(AnswerHead head, String body) {
        return new TwilioErrors().normalize(SEND, head, ErrorBody.of(body.getBytes(UTF_8), false));
    }
}
