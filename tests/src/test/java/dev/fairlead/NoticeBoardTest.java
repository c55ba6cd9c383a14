package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static dev.fairlead.Stage.POST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import dev.fairlead.ApiNotice.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deprecations and versions that answers tell of: each once for an endpoint. */
class NoticeBoardTest {
    private final List<ApiNotice> notices = new ArrayList<>();

    private Stage stage(Provider.Builder acme) {
        return Stage.set().provider(ignored -> acme.hosts("*.acme.test")).listener(new CallListener() {
            @Override
            public void noticeReceived(ApiNotice notice) {
                notices.add(notice);
            }
        });
    }

    private final Stage stage = stage(Provider.builder("acme"));

    private static AskedHead get(String path) {
        return new AskedHead("GET", Stage.HOST, path);
    }

    private static Reply with(String name, String value) {
        return Reply.of(AnswerHead.of(200).with(name, value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "@1793145600 | 2026-10-28T00:00:00Z",
                "Wed, 28 Oct 2026 00:00:00 GMT | 2026-10-28T00:00:00Z",
                "Mon, 28 Oct 2026 00:00:00 GMT | 2026-10-28T00:00:00Z",
                "true |",
                "?1 |",
            })
    void aDeprecationIsTold(String value, Instant at) {
        stage.run(GET, with("Deprecation", value));
        assertThat(notices)
                .containsExactly(new ApiNotice(
                        "acme",
                        Stage.HOST,
                        "GET",
                        "/things/{}",
                        Kind.DEPRECATED,
                        value,
                        Optional.ofNullable(at),
                        Optional.empty()));
    }

    @Test
    void whereTheProviderSaysMoreIsTold() {
        stage.run(
                Stage.as(GET, "canary-0123456789"),
                Reply.of(AnswerHead.of(200)
                        .with(
                                "Link",
                                "</things?page=2>; rel=\"next\", </changes?key=canary-0123456789>; rel=deprecation")
                        .with("Link", "<https://acme.test/sunset>; rel=\"help Sunset\"")
                        .with("Deprecation", "@1793145600")
                        .with("Sunset", "Thu, 31 Dec 2026 23:59:59 GMT")));
        assertThat(notices)
                .extracting(ApiNotice::kind, notice -> notice.link().orElse("none"))
                .containsExactly(
                        tuple(Kind.DEPRECATED, "/changes?key=[credential]"),
                        tuple(Kind.SUNSET, "https://acme.test/sunset"));
    }

    /** Half a secret is looked for by nobody. */
    @Test
    void aSecretAtTheEndOfALongTextIsTakenOutBeforeThatIsCut() {
        String secret = "canary-0123456789";
        stage.run(
                Stage.as(GET, secret),
                Reply.of(AnswerHead.of(200)
                        .with("Link", "</" + "x".repeat(188) + "?" + secret + ">; rel=deprecation")
                        .with("Deprecation", "true")));
        assertThat(notices)
                .singleElement()
                .satisfies(notice -> assertThat(notice.link().orElseThrow())
                        .doesNotContain("canary")
                        .hasSizeLessThanOrEqualTo(201));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "false", "@", "@-1", "@99999999999999999999", "soon"})
    void whatIsNoDeprecationIsNotTold(String value) {
        stage.run(GET, with("Deprecation", value));
        assertThat(notices).isEmpty();
    }

    @Test
    void aSunsetIsToldThoughItsWeekdayIsWrong() {
        stage.run(GET, with("sunset", "Sat, 31 Dec 2026 23:59:59 GMT"));
        assertThat(notices).singleElement().satisfies(notice -> {
            assertThat(notice.kind()).isEqualTo(Kind.SUNSET);
            assertThat(notice.at()).contains(Instant.parse("2026-12-31T23:59:59Z"));
        });
    }

    @Test
    void eachIsToldOnceForAnEndpoint() {
        for (int id = 0; id < 50; id++) {
            stage.run(get("/things/" + id), with("Deprecation", "true"));
            stage.run(get("/others/" + id), with("Deprecation", "true"));
        }
        assertThat(notices).extracting(ApiNotice::endpoint).containsExactly("/things/{}", "/others/{}");
    }

    @Test
    void neverMoreThanAThousandForAHost() {
        for (int id = 0; id < 2_000; id++) {
            String word =
                    "w" + Integer.toString(id, 36).replaceAll("[0-9]", "_$0").replaceAll("[0-9]", "x");
            stage.run(
                    get("/" + word + "a".repeat(1 + id % 12) + "/" + "b".repeat(1 + id / 12 % 12) + "/"
                            + "c".repeat(1 + id / 144)),
                    with("Deprecation", "true"));
        }
        assertThat(notices).hasSize(1_000);
    }

    @Test
    void anotherVersionThanTheOneInTheHeaderIsTold() {
        Stage pinned = stage(Provider.builder("acme").versions(ApiVersions.inHeader("Acme-Version", "Acme-Version")));
        pinned.run(GET.with("Acme-Version", "2026-01"), with("Acme-Version", "2026-01"));
        pinned.run(GET, with("Acme-Version", "2025-01"));
        assertThat(notices).as("what was asked for, or nothing asked for").isEmpty();
        pinned.run(GET.with("Acme-Version", "2026-01"), with("Acme-Version", "2026-04"));
        assertThat(notices).extracting(ApiNotice::text).containsExactly("asked for 2026-01, served by 2026-04");
    }

    @Test
    void silentFallForwardOfAPathIsTold() {
        Stage pathed = stage(Provider.builder("acme")
                .versions(ApiVersions.inPath(request -> request.pathSegments().get(0), "Served")));
        pathed.run(get("/2025-01/orders"), with("Served", "2026-01"));
        assertThat(notices).singleElement().satisfies(notice -> {
            assertThat(notice.kind()).isEqualTo(Kind.VERSION_DIFFERS);
            assertThat(notice.text()).isEqualTo("asked for 2025-01, served by 2026-01");
        });
    }

    @Test
    void aPathOfAnotherVersionThanPinnedIsTold() {
        Provider acme = Provider.builder("acme")
                .versions(ApiVersions.inPath(request -> request.pathSegments().get(0), "Served"))
                .build()
                .apiVersion("2026-04");
        Stage pathed = stage(acme.toBuilder());
        pathed.run(get("/2026-04/orders"), with("Served", "2026-04"));
        assertThat(notices).isEmpty();
        pathed.run(get("/2026-01/orders"), with("Served", "2026-01"));
        assertThat(notices).extracting(ApiNotice::text).containsExactly("pinned to 2026-04, asked for 2026-01");
    }

    @Test
    void theVendorsOwnHeaderTellsADeprecation() {
        Stage own = stage(Provider.builder("acme")
                .versions(ApiVersions.inHeader("V", "V").deprecatedBy("X-Acme-Deprecated-Reason")));
        own.run(GET, with("x-acme-deprecated-reason", "https://acme.test/changes\u0007" + "x".repeat(1_000)));
        assertThat(notices).singleElement().satisfies(notice -> {
            assertThat(notice.kind()).isEqualTo(Kind.DEPRECATED);
            assertThat(notice.text()).startsWith("https://acme.test/changes xx").hasSize(201);
        });
    }

    @Test
    void aSecretInAHeaderIsNotTold() {
        Stage own = stage(Provider.builder("acme")
                .credentialFormats("\\bacme_[a-z0-9]{8,64}+")
                .versions(ApiVersions.inHeader("V", "V").deprecatedBy("Reason")));
        own.run(Stage.as(GET, "canary-0123456789"), with("Reason", "canary-0123456789 and acme_0123456789abcdef"));
        assertThat(notices).extracting(ApiNotice::text).containsExactly("[credential] and [credential]");
    }

    @Test
    void neitherPartOfABasicCredentialIsTold() {
        Stage own = stage(
                Provider.builder("acme").versions(ApiVersions.inHeader("V", "V").deprecatedBy("Reason")));
        String basic = "Basic "
                + java.util.Base64.getEncoder()
                        .encodeToString(
                                "canary-user:canary:password".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        own.run(GET.with("Authorization", basic), with("Reason", "canary-user, canary:password, " + basic));
        own.run(POST.with("Authorization", "Basic ???"), with("Reason", "no Base64"));
        assertThat(notices)
                .extracting(ApiNotice::text)
                .containsExactly("[credential], [credential], Basic [credential]", "no Base64");
    }

    @Test
    void aVersionOfAProviderWithoutVersionsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Provider.generic().apiVersion("2026-01"))
                .withMessageContaining("no versions");
        Provider acme = Provider.builder("acme")
                .versions(ApiVersions.inHeader("V", "V"))
                .build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> acme.apiVersion("2026\n01"))
                .withMessageContaining("visible ASCII");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/customers/cus_9Fo2BpabkGWva/sources, /v1/customers/{}/sources",
        "/2010-04-01/Accounts/AC0123/Messages.json, /2010-04-01/{}/{}/{}",
        "/admin/api/2026-01/orders.json, /admin/api/2026-01/orders.json",
        "/, /{}",
        "/repos/octo-org/very-long-name-that-no-documented-path-has, /repos/octo-org/{}",
        "/a/b/c/d/e/f/g/h/i/j/k/l/m/n, /a/b/c/d/e/f/g/h/i/j/k/l/…",
    })
    void anEndpointIsNamedWithoutWhatDiffers(String path, String name) {
        assertThat(EndpointName.of(get(path))).isEqualTo(name.equals("/{}") ? "/" : name);
    }

    @Test
    void aMessageThatWasCutWithinASecretKeepsNoneOfIt() {
        String secret = "canary-0123456789";
        for (int shown = 0; shown <= secret.length(); shown++) {
            String message = "x".repeat(2_000 - shown) + secret + "y";
            ErrorBody body = ErrorBody.of(
                    ("{\"message\":\"" + message + "\"}").getBytes(java.nio.charset.StandardCharsets.UTF_8), false);
            ScriptedCall call = stage.run(
                    Stage.as(GET, secret),
                    new Reply(AnswerHead.of(401), body, false, null, Reach.ANSWERED, java.time.Duration.ZERO));
            // Of less than six characters nobody can tell that they are its beginning.
            assertThat(call.report().error().orElseThrow().message())
                    .endsWith("…")
                    .doesNotContain("canary");
        }
    }

    @Test
    void aFormatIsTakenOutOfAnErrorToo() {
        Stage own = stage(Provider.builder("acme").credentialFormats(Pattern.quote("acme_secret_") + "[0-9]{4,9}+"));
        ScriptedCall call = own.run(
                GET,
                new Reply(
                        AnswerHead.of(401),
                        ErrorBody.of(
                                "{\"message\":\"bad key acme_secret_123456\"}"
                                        .getBytes(java.nio.charset.StandardCharsets.UTF_8),
                                false),
                        false,
                        null,
                        Reach.ANSWERED,
                        java.time.Duration.ZERO));
        assertThat(call.report().error().orElseThrow().message()).isEqualTo("bad key [credential]");
    }
}
