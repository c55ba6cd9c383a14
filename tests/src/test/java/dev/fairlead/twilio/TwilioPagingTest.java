package dev.fairlead.twilio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.AskedHead;
import dev.fairlead.ErrorBody;
import dev.fairlead.Paging;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Twilio's lists: a path in the 2010 API, an address in the newer ones. */
class TwilioPagingTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"next_page_uri\":\"/2010-04-01/Accounts/AC1/Messages.json?PageSize=2&Page=1&PageToken=PAx\"}"
                        + " | https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json?PageSize=2&Page=1&PageToken=PAx",
                "{\"next_page_uri\":null,\"messages\":[]} | end",
                "{\"meta\":{\"next_page_url\":\"https://verify.twilio.com/v2/Services?PageSize=2&Page=1\",\"key\":\"services\"}}"
                        + " | https://verify.twilio.com/v2/Services?PageSize=2&Page=1",
                "{\"meta\":{\"next_page_url\":null,\"key\":\"services\"},\"services\":[]} | end",
                "{} | end",
            })
    void theNextPageIsInTheBody(String body, String expected) {
        String next = TwilioProvider.create()
                .paging()
                .next(
                        new AskedHead("GET", "api.twilio.com", "/2010-04-01/Accounts/AC1/Messages.json"),
                        URI.create("https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json?PageSize=2"),
                        AnswerHead.of(200),
                        () -> ErrorBody.of(body.getBytes(UTF_8), false))
                .map(page ->
                        page instanceof Paging.Address address ? address.uri().toString() : "unreadable")
                .orElse("end");
        assertThat(next).isEqualTo(expected);
    }
}
