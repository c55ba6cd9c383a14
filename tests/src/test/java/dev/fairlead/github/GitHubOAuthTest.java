package dev.fairlead.github;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.ApiError;
import dev.fairlead.ApiError.Executed;
import dev.fairlead.AskedHead;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.RateLimit;
import dev.fairlead.RetryAdvice;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitHubOAuthTest {
    private static final AskedHead OAUTH = new AskedHead("POST", "github.com", "/login/oauth/access_token");

    @ParameterizedTest
    @CsvSource({
        "bad_verification_code, AUTHENTICATION, AFTER_CREDENTIAL_FIX",
        "bad_refresh_token, AUTHENTICATION, AFTER_CREDENTIAL_FIX",
        "incorrect_client_credentials, AUTHENTICATION, AFTER_CREDENTIAL_FIX",
        "expired_token, AUTHENTICATION, AFTER_CREDENTIAL_FIX",
        "authorization_pending, AUTHENTICATION, AFTER_CHANGE",
        "access_denied, PERMISSION, NEVER",
        "redirect_uri_mismatch, VALIDATION, NEVER",
        "unsupported_grant_type, VALIDATION, NEVER",
        "device_flow_disabled, VALIDATION, NEVER",
        "slow_down, RATE_LIMITED, AFTER_WAIT",
    })
    void oAuthErrorsComeWith200(String code, ErrorKind kind, RetryAdvice advice) {
        String json = "{\"error\":\"" + code
                + "\",\"error_description\":\"No.\",\"error_uri\":\"https://docs.github.com/x\"}";
        for (String body : new String[] {json, "error=" + code + "&error_description=No.", "a=b&error=" + code}) {
            ApiError error = error(OAUTH, AnswerHead.of(200), body);
            assertThat(error.kind()).isEqualTo(kind);
            assertThat(error.advice()).isEqualTo(advice);
            assertThat(error.executed()).isEqualTo(Executed.NO);
            assertThat(error.code()).contains(code);
        }
        assertThat(error(OAUTH, AnswerHead.of(200), json).message()).isEqualTo("No.");
    }

    /** One user's device is polled too often: those who log in meanwhile need not wait for it. */
    @Test
    void aDeviceThatIsPolledTooOftenHoldsUpNobodyElse() {
        for (String body : new String[] {"{\"error\":\"slow_down\",\"interval\":15}", "error=slow_down&a=b"}) {
            RateLimit limit =
                    new GitHubRateLimit().parse(AnswerHead.of(200), ErrorBody.of(body.getBytes(UTF_8), false));
            assertThat(limit.scope()).isEqualTo(RateLimit.Scope.NONE);
            assertThat(limit).as("but is said").isNotEqualTo(RateLimit.NONE);
        }
        for (String body : new String[] {"{\"error\":\"access_denied\"}", "{\"a\":\"slow_down\"}"}) {
            assertThat(new GitHubRateLimit().parse(AnswerHead.of(200), ErrorBody.of(body.getBytes(UTF_8), false)))
                    .isEqualTo(RateLimit.NONE);
        }
    }

    @Test
    void theDeviceFlowNamesItsInterval() {
        assertThat(error(OAUTH, AnswerHead.of(200), "{\"error\":\"slow_down\",\"interval\":15}")
                        .retryAfter())
                .contains(Duration.ofSeconds(15));
        assertThat(error(OAUTH, AnswerHead.of(200), "{\"error\":\"slow_down\",\"interval\":99999}")
                        .retryAfter())
                .contains(Duration.ofSeconds(10));
        assertThat(error(OAUTH, AnswerHead.of(200), "error=slow_down").retryAfter())
                .contains(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"access_token\":\"t\",\"scope\":\"repo\"}",
                "access_token=t&scope=error",
                "access_token=t&my_error=x",
                "error=<script>",
                "error="
            })
    void oAuthSuccesses(String body) {
        assertThat(normalize(OAUTH, AnswerHead.of(200), body)).isEmpty();
    }

    private static Optional<ApiError> normalize(AskedHead request, AnswerHead head, String body) {
        return new GitHubErrors().normalize(request, head, ErrorBody.of(body.getBytes(UTF_8), false));
    }

    private static ApiError error(AskedHead request, AnswerHead head, String body) {
        return normalize(request, head, body).orElseThrow();
    }
}
