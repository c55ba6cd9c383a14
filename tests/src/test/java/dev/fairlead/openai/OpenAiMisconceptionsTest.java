package dev.fairlead.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.ApiError;
import dev.fairlead.AskedHead;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.Provider;
import dev.fairlead.RateLimit;
import dev.fairlead.RetryAdvice;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is commonly believed of OpenAI's API, and is wrong. */
class OpenAiMisconceptionsTest {
    private static final Provider OPENAI = OpenAiProvider.create();
    private static final AskedHead CHAT = new AskedHead("POST", "api.openai.com", "/v1/chat/completions");

    private static ApiError error(AnswerHead head, String code) {
        String body =
                "{\"error\":{\"message\":\"No.\",\"type\":\"" + code + "\",\"param\":null,\"code\":\"" + code + "\"}}";
        return OPENAI.errors()
                .normalize(CHAT, head, ErrorBody.of(body.getBytes(UTF_8), false))
                .orElseThrow();
    }

    @Test
    @DisplayName("31. Every 429 may be retried: not when the credit is used up, though OpenAI's own libraries do it")
    void every429MayBeRetried() {
        ApiError outOfCredit = error(AnswerHead.of(429).with("Retry-After", "1"), "insufficient_quota");
        assertThat(outOfCredit.kind()).isEqualTo(ErrorKind.QUOTA_EXHAUSTED);
        assertThat(outOfCredit.advice()).isEqualTo(RetryAdvice.NEVER);
        assertThat(outOfCredit.retryAfter()).isEmpty();

        ApiError throttled = error(AnswerHead.of(429).with("Retry-After", "1"), "rate_limit_exceeded");
        assertThat(throttled.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(throttled.advice()).isEqualTo(RetryAdvice.AFTER_WAIT);
        assertThat(throttled.retryAfter()).contains(Duration.ofSeconds(1));
    }

    @Test
    @DisplayName("32. The reset is a number of seconds: it is a duration, with units")
    void theResetIsANumberOfSeconds() {
        assertThat(reset("6m0s").reset()).contains(Duration.ofMinutes(6));
        assertThat(reset("17ms").reset()).contains(Duration.ofMillis(17));
        assertThat(reset("1.2s").reset()).contains(Duration.ofMillis(1_200));
        assertThat(reset("6").reset()).isEmpty();
    }

    private static RateLimit reset(String value) {
        AnswerHead head = AnswerHead.of(200)
                .with("x-ratelimit-limit-requests", "3500")
                .with("x-ratelimit-remaining-requests", "3499")
                .with("x-ratelimit-reset-requests", value);
        return OPENAI.rateLimit().parse(head, ErrorBody.NONE);
    }
}
