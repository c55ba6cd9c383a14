package dev.fairlead.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BadHourTest {
    private static final String THROTTLED = """
            {"id": "too-much", "kind": "error-response", "request": {"method": "GET", "path": "/repos/sea/lead"},
             "status": 403, "receivedAt": 1767225600,
             "headers": {"Date": "Thu, 01 Jan 2026 00:00:00 GMT", "Content-Type": "application/json",
                         "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1767225630"},
             "body": {"message": "API rate limit exceeded"},
             "annotation": {"category": "rate-limited", "retry": "after-wait", "waitSeconds": 30}}
            """;
    private static final String NOT_FOUND = """
            {"id": "not-there", "kind": "error-response", "request": {"method": "DELETE", "path": "/repos/sea/mist"},
             "status": 404, "headers": {}, "body": {"message": "Not Found"},
             "annotation": {"category": "not-found", "retry": "never"}}
            """;
    private static final String WEBHOOK = "{\"id\": \"ping\", \"kind\": \"webhook\", \"body\": {}}";

    @TempDir
    private Path folder;

    @Test
    void scriptedHour_happensAsExpected_andTheSameEachTime() throws IOException {
        Run first = Run.of();
        Run second = Run.of();

        assertThat(first.exitCode()).as(first.output()).isZero();
        assertThat(first.output()).contains("00:00:00").contains("01:00:00").endsWith("expectations held.\n");
        assertThat(first.output().lines()).allMatch(line -> line.length() <= 110);
        assertThat(second).isEqualTo(first);
    }

    @Test
    void recordedAnswers_endAsTheyWereJudged() throws IOException {
        write(THROTTLED, NOT_FOUND, WEBHOOK);

        Run run = Run.of("--answers", folder.toString());

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output())
                .containsSubsequence(
                        "too-much",
                        "sent #1 → 403 RATE_LIMITED",
                        "every core call pauses 30 s",
                        "waits 30 s (PAUSED)",
                        "00:00:30",
                        "sent #2 → 200, returned",
                        "✓ annotated: rate-limited, after-wait, 30 s")
                .containsSubsequence(
                        "not-there", "sent #1 → 404 NOT_FOUND", "✓ it was not repeated, and the caller got it")
                .contains("2 recorded answers played, 1 file skipped");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"category\": \"permission\", \"retry\": \"after-wait\", \"waitSeconds\": 30",
                "\"category\": \"rate-limited\", \"retry\": \"never\", \"waitSeconds\": 30",
                "\"category\": \"rate-limited\", \"retry\": \"after-wait\", \"waitSeconds\": 31",
                "\"category\": \"success\"",
            })
    void recordedAnswers_failWhereTheyAreJudgedOtherwiseThanAnnotated(String annotation) throws IOException {
        String right = "\"category\": \"rate-limited\", \"retry\": \"after-wait\", \"waitSeconds\": 30";
        assertThat(THROTTLED).contains(right);
        write(THROTTLED.replace(right, annotation));

        Run run = Run.of("--answers", folder.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains("1 of 4 expectations did not hold:\n  ✗ annotated: ");
    }

    @Test
    void recordedAnswers_failWhereAFileCannotBeRead() throws IOException {
        write("{\"id\":");

        Run run = Run.of("--answers", folder.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains("✗ every file can be read: 0.json");
    }

    @Test
    void recordedAnswers_mustBeThere() throws IOException {
        Run empty = Run.of("--answers", folder.toString());
        Run missing = Run.of("--answers", folder.resolve("missing").toString());

        assertThat(empty.exitCode()).isEqualTo(2);
        assertThat(empty.output()).startsWith("bad-hour: there is no recorded answer in ");
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.output()).startsWith("bad-hour: there is no folder ");
    }

    @Test
    void baseUrl_isCalled() throws IOException {
        try (StubProvider stub = StubProvider.start()) {
            stub.when("GET", "/api/v3/(rate_limit|meta|zen)").respond(StubAnswer.json(200, "{}"));

            Run run = Run.of("--base-url", stub.url("/api/v3").toString());

            assertThat(run.exitCode()).as(run.output()).isZero();
            assertThat(run.output()).contains("requests on the wire   3").contains("GET /api/v3/zen");
            assertThat(stub.requests()).allMatch(request -> request.header("Authorization") == null);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--faster", "--answers", "--base-url", "--base-url x y", "--base-url ftp://x", "file.json"})
    void otherArguments_areExplained(String arguments) throws IOException {
        Run run = Run.of(arguments.split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.output()).startsWith("bad-hour: ").contains("Usage: bad-hour");
    }

    @Test
    void help_isHelp() throws IOException {
        Run run = Run.of("--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).startsWith("Usage: bad-hour");
    }

    private void write(String... files) throws IOException {
        for (int i = 0; i < files.length; i++) {
            Files.writeString(folder.resolve(i + ".json"), files[i]);
        }
    }

    private record Run(int exitCode, String output) {
        static Run of(String... arguments) throws IOException {
            Printed printed = new Printed();
            int exitCode = BadHour.run(List.of(arguments), printed.out());
            return new Run(exitCode, printed.text());
        }
    }
}
