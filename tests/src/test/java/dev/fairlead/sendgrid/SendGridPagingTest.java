package dev.fairlead.sendgrid;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.AnswerHead;
import dev.fairlead.AskedHead;
import dev.fairlead.ErrorBody;
import dev.fairlead.Paging;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SendGrid's two ways to go on. */
class SendGridPagingTest {
    private static String next(String page, AnswerHead head, String body) {
        return SendGridProvider.create()
                .paging()
                .next(
                        new AskedHead("GET", "api.sendgrid.com", "/v3/things"),
                        URI.create(page),
                        head,
                        () -> ErrorBody.of(body.getBytes(UTF_8), false))
                .map(next ->
                        next instanceof Paging.Address address ? address.uri().toString() : "unreadable")
                .orElse("end");
    }

    /** Its documentation has {@code http} in the header. */
    @ParameterizedTest
    @CsvSource({
        "https://api.sendgrid.com/v3/things, http://api.sendgrid.com/v3/things?limit=5&offset=5, https://api.sendgrid.com/v3/things?limit=5&offset=5",
        "https://api.sendgrid.com/v3/things, http://api.sendgrid.com:80/v3/things, https://api.sendgrid.com/v3/things",
        "https://api.sendgrid.com/v3/things, https://api.sendgrid.com/v3/things?offset=5, https://api.sendgrid.com/v3/things?offset=5",
        "https://api.sendgrid.com/v3/things, http://api.sendgrid.com:8080/x, http://api.sendgrid.com:8080/x",
        "http://localhost/v3/things, http://localhost/v3/things?offset=5, http://localhost/v3/things?offset=5",
        "https://api.sendgrid.com/v3/things, http://api_sendgrid.com/x, http://api_sendgrid.com/x",
        "https://api.sendgrid.com/v3/things, https:, unreadable",
    })
    void theLinkHeaderIsFollowedByHttps(String page, String target, String expected) {
        assertThat(next(page, AnswerHead.of(200).with("Link", "<" + target + ">; rel=\"next\"; title=\"2\""), "[]"))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"result\":[],\"_metadata\":{\"self\":\"/v3/things\",\"next\":\"https://api.sendgrid.com/v3/things?page_token=t\"}} | https://api.sendgrid.com/v3/things?page_token=t",
                "{\"result\":[],\"_metadata\":{\"self\":\"/v3/things\",\"count\":2}} | end",
                "[] | end",
            })
    void soIsTheAddressInTheMetadata(String body, String expected) {
        assertThat(next("https://api.sendgrid.com/v3/things", AnswerHead.of(200), body))
                .isEqualTo(expected);
    }
}
