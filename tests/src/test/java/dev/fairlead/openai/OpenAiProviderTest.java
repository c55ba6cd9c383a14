package dev.fairlead.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AskedHead;
import dev.fairlead.HealthRequest;
import dev.fairlead.Provider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiProviderTest {
    private static final Provider OPENAI = OpenAiProvider.create();
    private static final AskedHead CHAT = new AskedHead("POST", "api.openai.com", "/v1/chat/completions");

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, chat",
        "/v1/responses, responses",
        "/v1/responses/resp_7a, responses",
        "/v1/embeddings, embeddings",
        "/v1/fine_tuning/jobs/ftjob-1, fine_tuning",
        "/v1/models/gpt-next, other",
        "/v1, other",
        "/, other",
    })
    void eachEndpointHasAQuota(String path, String quota) {
        assertThat(OPENAI.quotas(new AskedHead("GET", "api.openai.com", path))).containsExactly(quota);
    }

    @Test
    void limitsAreThoseOfAnOrganizationsProject() {
        AskedHead key = CHAT.with("Authorization", "Bearer sk-one");
        assertThat(OPENAI.credential(key)).isEqualTo("Bearer sk-one");
        assertThat(OPENAI.credential(key.with("OpenAI-Project", "proj_a")))
                .isNotEqualTo(OPENAI.credential(key.with("OpenAI-Project", "proj_b")))
                .isNotEqualTo(OPENAI.credential(key.with("OpenAI-Organization", "proj_a")));
        assertThat(OPENAI.credential(CHAT.with("OpenAI-Project", "proj_a"))).isNull();
    }

    @Test
    void aKeyDoesNotMakeAPostSafe() {
        assertThat(OPENAI.isReplaySafe(CHAT.with("Idempotency-Key", "order-17")))
                .isFalse();
        assertThat(OPENAI.isGivenKey(CHAT)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "sk-abcdefgh12345678, true",
        "sk-proj-Ab_cdef-gh12345678, true",
        "sk-svcacct-abcdefgh, true",
        "sk-admin-abcdefgh, true",
        "sk-abcd****wxyz, true",
        "sk-****, false",
        "task-force-of-nine, false",
    })
    void whatItsSecretsLookLike(String text, boolean secret) {
        assertThat(OPENAI.credentialFormats().stream()
                        .anyMatch(format -> format.matcher("key " + text).find()))
                .isEqualTo(secret);
    }

    @Test
    void whereToAskHowItIs() {
        assertThat(OPENAI.healthRequest()).contains(HealthRequest.get("/v1/models"));
        assertThat(OPENAI.statusPage()).hasToString("Optional[https://status.openai.com]");
    }
}
