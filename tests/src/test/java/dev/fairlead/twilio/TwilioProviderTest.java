package dev.fairlead.twilio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.ApiVersions;
import dev.fairlead.AskedHead;
import dev.fairlead.Fairlead;
import dev.fairlead.HealthRequest;
import dev.fairlead.Policy;
import dev.fairlead.Provider;
import java.net.URI;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwilioProviderTest {
    private static final String HEX = "0a1b2c3d".repeat(4);
    private static final AskedHead SEND =
            new AskedHead("POST", "api.twilio.com", "/2010-04-01/Accounts/AC" + HEX + "/Messages.json");

    private final Provider provider = TwilioProvider.create();

    @Test
    void whatIsKnown() {
        assertThat(provider.name()).isEqualTo("twilio");
        assertThat(provider.hosts()).containsExactly("api.twilio.com", "*.twilio.com");
        assertThat(provider.quotas(SEND)).isEmpty();
        assertThat(provider.credential(SEND.with("Authorization", "Basic QUM6eA==")))
                .isEqualTo("Basic QUM6eA==");
        assertThat(provider.versions()).as("in the path").isSameAs(ApiVersions.NONE);
        assertThat(provider.peekBytes(SEND, AnswerHead.of(201))).isZero();
        assertThat(provider.peekBytes(SEND, AnswerHead.of(429))).isEqualTo(65_536);
        assertThat(provider.healthRequest()).contains(new HealthRequest("GET", "/2010-04-01.json", false));
        assertThat(provider.statusPage()).contains(URI.create("https://status.twilio.com"));
        assertThat(provider.requestId(AnswerHead.of(200).with("Twilio-Request-Id", "RQ7")))
                .contains("RQ7");
        assertThat(provider.defaultPolicy().describe())
                .isEqualTo(Policy.defaults().withMaxConcurrency(20).describe());
        assertThat(Fairlead.builder().provider(provider).build()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/2010-04-01/Accounts/AC%s/Messages.json | /2010-04-01/Accounts/{}/Messages.json",
                "/2010-04-01/Accounts/AC%s/Messages/SM%s.json | /2010-04-01/Accounts/{}/Messages/{}",
                "/2010-04-01/Accounts/AC%s.json | /2010-04-01/Accounts/{}",
                "/2010-04-01/Accounts/AC%s/Usage/Records/Daily.csv | /2010-04-01/Accounts/{}/Usage/Records/Daily.csv",
                "/2010-04-01/Accounts/AC%s/Calls | /2010-04-01/Accounts/{}/Calls",
                "/v2/Services/VA%s/Verifications/+15005550006 | /v2/Services/{}/Verifications/{}",
                "/v2/PhoneNumbers/+15005550006 | /v2/PhoneNumbers/{}",
                "/v1/Services/IS%s/Documents/Portugal | /v1/Services/{}/Documents/{}",
                "/v1/Services/IS%s/Users/alice | /v1/Services/{}/Users/{}",
                "/v1/a2p/BrandRegistrations/BN%s | /v1/a2p/BrandRegistrations/{}",
                "/v1/Unheard/Of | /v1/{}/{}",
                "/2010-04-01.json | /{}",
                "/ | /",
            })
    void endpoints(String path, String name) {
        assertThat(provider.endpoint(new AskedHead("GET", "api.twilio.com", path.replace("%s", HEX))))
                .isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "token 0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d is wrong | token [] is wrong",
                "'0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d' | '[]'",
                "SK0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d:s3cRet/ at | SK0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d:[] at",
                "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJBQzcifQ.c2lnbmF0dXJl ended | Bearer [] ended",
                // no secrets
                "AC0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d | AC0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d",
                "/SM0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d.json | /SM0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d.json",
                "RQ0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d | RQ0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d",
                "0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d | 0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d",
                "0a1b2c3d-0a1b-2c3d-0a1b-2c3d0a1b2c3d | 0a1b2c3d-0a1b-2c3d-0a1b-2c3d0a1b2c3d",
                "+15005550006 | +15005550006",
            })
    void secrets(String text, String clean) {
        String cleaned = text;
        for (Pattern format : provider.credentialFormats()) {
            cleaned = format.matcher(cleaned).replaceAll("[]");
        }
        assertThat(cleaned).isEqualTo(clean);
    }
}
