package dev.fairlead.sendgrid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.AskedHead;
import dev.fairlead.HealthRequest;
import dev.fairlead.Policy;
import dev.fairlead.Provider;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SendGridProviderTest {
    private static final AskedHead SEND = new AskedHead("POST", "api.sendgrid.com", "/v3/mail/send");

    private final Provider provider = SendGridProvider.create();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /v3/mail/send | POST mail/send",
                "POST | /v3/mail/batch | POST mail/batch",
                "GET | /v3/mail/batch/b-7 | GET mail/batch",
                "GET | /v3/suppression/bounces | GET suppression/bounces",
                "GET | /v3/suppression/bounces/someone@example.com | GET suppression/bounces",
                "DELETE | /v3/suppression/bounces/someone@example.com | DELETE suppression/bounces",
                "GET | /v3/suppression/unheard-of | GET suppression",
                "GET | /v3/templates | GET templates",
                "GET | /v3/templates/ | GET templates",
                "PATCH | /v3/templates/d-7 | PATCH templates",
                "PUT | /v3/marketing/contacts | PUT marketing/contacts",
                "POST | /v3/marketing/contacts/search | POST marketing/contacts",
                "GET | /v3/user/webhooks/event/settings | GET user/webhooks",
                "GET | /v3/stats | GET stats",
                "HEAD | /v3/stats | GET stats",
                "BREW | /v3/stats | GET stats",
                // neither the version nor a segment of somebody's own may name one
                "GET | /v3/unheard-of | GET other",
                "GET | /v3/unheard-of/bounces | GET other",
                "GET | /v3 | GET other",
                "GET | /v3/ | GET other",
                "GET | / | GET other",
                "GET | /v2/templates | GET other",
                "POST | /api/mail.send.json | POST other",
                "GET | /v3/Templates | GET other",
            })
    void quotas(String method, String path, String quota) {
        AskedHead request = new AskedHead(method, "api.sendgrid.com", path);
        assertThat(provider.quotas(request)).containsExactly(quota);
        assertThat(provider.quotas(request)).as("a constant").isSameAs(provider.quotas(request));
    }

    /** Names made of paths would be as many as there are mail addresses, and would hold them. */
    @Test
    void noPathMakesAName() {
        Random random = new Random(7);
        List<String> words =
                List.of("v3", "mail", "send", "suppression", "bounces", "templates", "asm", "user", "..", "");
        Set<String> names = new HashSet<>();
        for (int round = 0; round < 20_000; round++) {
            StringBuilder path = new StringBuilder(random.nextBoolean() ? "/v3" : "");
            for (int i = random.nextInt(5); i >= 0; i--) {
                path.append('/')
                        .append(
                                random.nextBoolean()
                                        ? words.get(random.nextInt(words.size()))
                                        : "u" + random.nextInt() + "@example.com");
            }
            names.addAll(provider.quotas(new AskedHead("GET", "api.sendgrid.com", path.toString())));
        }
        assertThat(names).hasSizeLessThan(20).noneMatch(name -> name.contains("@"));
    }

    @Test
    void whatElseIsKnown() {
        assertThat(provider.name()).isEqualTo("sendgrid");
        assertThat(provider.hosts()).containsExactly("api.sendgrid.com", "api.eu.sendgrid.com");
        assertThat(provider.credential(SEND.with("Authorization", "Bearer SG.x.y")))
                .isEqualTo("Bearer SG.x.y");
        assertThat(provider.maxPause()).isEqualTo(Duration.ofMinutes(2));
        assertThat(provider.peekBytes(SEND, AnswerHead.of(202))).isZero();
        assertThat(provider.peekBytes(SEND, AnswerHead.of(429))).isEqualTo(65_536);
        assertThat(provider.defaultPolicy().describe())
                .isEqualTo(Policy.defaults().describe());
    }

    @Test
    void whereToAsk() {
        assertThat(provider.healthRequest()).contains(HealthRequest.get("/v3/scopes"));
        assertThat(provider.statusPage()).contains(URI.create("https://status.sendgrid.com"));
        assertThat(provider.requestId(AnswerHead.of(202).with("X-Message-Id", "m-7")))
                .contains("m-7");
    }

    @ParameterizedTest
    @CsvSource({
        "/v3/mail/send, /v3/mail/send",
        "/v3/suppression/bounces/someone@example.com, /v3/suppression/bounces/{}",
        "/v3/subusers/alice/stats/monthly, /v3/subusers/{}/stats/monthly",
        "/v3/subusers/alice, /v3/subusers/{}",
        "/v3/ips/pools/marina, /v3/ips/pools/{}",
        "/v3/templates/d-7/versions/7, /v3/templates/{}/versions/{}",
        "/, /",
    })
    void endpoints(String path, String name) {
        assertThat(provider.endpoint(new AskedHead("GET", "api.sendgrid.com", path)))
                .isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "key SG.aaaaaaaaaaaaaaaaaaaa-_.bbbbbbbbbbbbbbbbbbbb-_bbbbbbbbbbbbbbbbbbbbb is, key [] is",
        "(SG.aaaaaaaaaaaaaaaa), ([])",
        "MSG.aaaaaaaaaaaaaaaaaaaa, MSG.aaaaaaaaaaaaaaaaaaaa",
        "see SG.com, see SG.com",
    })
    void secrets(String text, String clean) {
        String cleaned = text;
        for (Pattern format : provider.credentialFormats()) {
            cleaned = format.matcher(cleaned).replaceAll("[]");
        }
        assertThat(cleaned).isEqualTo(clean);
    }

    /** There are no idempotency keys: a header of that name must not make a POST safe. */
    @Test
    void onlyIdempotentMethodsMayBeRepeated() {
        assertThat(provider.idempotencyHeader()).isNull();
        assertThat(provider.isReplaySafe(SEND.with("Idempotency-Key", "mail-7")))
                .isFalse();
        assertThat(provider.isReplaySafe(new AskedHead("GET", "api.sendgrid.com", "/v3/scopes")))
                .isTrue();
    }
}
