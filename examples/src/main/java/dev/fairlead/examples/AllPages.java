package dev.fairlead.examples;

import dev.fairlead.Fairlead;
import dev.fairlead.github.GitHubProvider;
import dev.fairlead.okhttp.Pages;
import dev.fairlead.okhttp.ResilientOkHttp;
import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubProvider;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Goes through a list page by page: each page is a call by the rules, asked for when it is wanted. A throttle in the middle
 * is waited for, and all pages together have two minutes.
 */
public final class AllPages {
    private static final String ISSUES = "/repos/acme/rocket/issues";

    private AllPages() {}

    /** Runs it against a stub. */
    public static void main(String[] args) throws IOException {
        run(System.out);
    }

    static void run(PrintStream out) throws IOException {
        Fairlead fairlead = Fairlead.builder()
                .provider(GitHubProvider.create(), policy -> policy.withDeadline(Duration.ofMinutes(1)))
                .ticker(new ManualTicker().autoAdvance())
                .build();
        try (StubProvider stub = StubProvider.start("api.github.com")) {
            stub.when("GET", ISSUES + ".per_page=2").respond(page(2, "[{\"number\":1},{\"number\":2}]"));
            stub.when("GET", ISSUES + ".per_page=2&page=2")
                    .respond(
                            StubAnswer.json(429, "{\"message\":\"You have exceeded a secondary rate limit.\"}")
                                    .header("Retry-After", "30"),
                            page(3, "[{\"number\":3},{\"number\":4}]"));
            stub.when("GET", ISSUES + ".per_page=2&page=3").respond(StubAnswer.json(200, "[{\"number\":5}]"));

            OkHttpClient client = ResilientOkHttp.wrap(stub.reroute(new OkHttpClient()), fairlead);
            Request first = new Request.Builder()
                    .url("https://api.github.com" + ISSUES + "?per_page=2")
                    .header("Authorization", "Bearer token")
                    .build();
            int number = 0;
            try (Pages pages = Pages.of(client, first).within(Duration.ofMinutes(2))) {
                while (pages.hasNext()) {
                    Response page = pages.next();
                    if (!page.isSuccessful()) {
                        throw new IOException("the list broke off: "
                                + ResilientOkHttp.report(page).explain());
                    }
                    int issues = page.body().string().split("number", -1).length - 1;
                    out.println("page " + ++number + ": " + issues + (issues == 1 ? " issue; " : " issues; ")
                            + ResilientOkHttp.report(page).explain());
                }
            }
        }
    }

    private static StubAnswer page(int next, String body) {
        return StubAnswer.json(200, body)
                .header("Link", "<https://api.github.com" + ISSUES + "?per_page=2&page=" + next + ">; rel=\"next\"");
    }
}
