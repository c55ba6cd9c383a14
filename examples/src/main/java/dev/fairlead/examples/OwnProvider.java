package dev.fairlead.examples;

import dev.fairlead.ApiError;
import dev.fairlead.ErrorBody;
import dev.fairlead.ErrorKind;
import dev.fairlead.Fairlead;
import dev.fairlead.Provider;
import dev.fairlead.RateLimits;
import dev.fairlead.RequestHead;
import dev.fairlead.ResponseHead;
import dev.fairlead.RetryAdvice;
import dev.fairlead.okhttp.ResilientOkHttp;
import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubProvider;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Teaches the rules an API that the library does not know: whose hosts, whose limits, whose errors. */
public final class OwnProvider {
    private OwnProvider() {}

    /** Runs it against a stub. */
    public static void main(String[] args) throws IOException {
        run(System.out);
    }

    static Provider acme() {
        return Provider.builder("acme")
                .hosts("*.acme.example")
                .credential(request -> request.header("X-Acme-Key"))
                .rateLimit(RateLimits.ietf())
                .errors(OwnProvider::normalize)
                .defaultPolicy(policy -> policy.withDeadline(Duration.ofMinutes(2)))
                .build();
    }

    /** Acme's errors look like {@code {"error": {"code": "out_of_stock", "text": "…"}}}. */
    private static Optional<ApiError> normalize(RequestHead request, ResponseHead response, ErrorBody body) {
        int status = response.status();
        if (status < 400) {
            return Optional.empty();
        }
        String code = body.text("/error/code").orElse("");
        ApiError.Builder error = switch (code) {
            case "too_fast" ->
                ApiError.builder("acme", status, ErrorKind.RATE_LIMITED, RetryAdvice.AFTER_WAIT)
                        .executed(ApiError.Executed.NO);
            case "out_of_stock" -> ApiError.builder("acme", status, ErrorKind.CONFLICT, RetryAdvice.NEVER);
            default ->
                status >= 500
                        ? ApiError.builder("acme", status, ErrorKind.TRANSIENT, RetryAdvice.ONLY_IF_IDEMPOTENT)
                        : ApiError.builder("acme", status, ErrorKind.UNKNOWN, RetryAdvice.NEVER);
        };
        return Optional.of(
                error.code(code).message(body.text("/error/text").orElse("")).build());
    }

    static void run(PrintStream out) throws IOException {
        Fairlead fairlead = Fairlead.builder()
                .provider(acme())
                .ticker(new ManualTicker().autoAdvance())
                .build();
        try (StubProvider stub = StubProvider.start("eu.acme.example")) {
            stub.when("GET", "/stock")
                    .respond(
                            StubAnswer.json(400, "{\"error\":{\"code\":\"too_fast\",\"text\":\"Slow down\"}}")
                                    .header("RateLimit", "\"second\";r=0;t=30")
                                    .header("Retry-After", "30"),
                            StubAnswer.json(
                                    409, "{\"error\":{\"code\":\"out_of_stock\",\"text\":\"No anchors left\"}}"));
            OkHttpClient client = ResilientOkHttp.wrap(stub.reroute(new OkHttpClient()), fairlead);
            Request request = new Request.Builder()
                    .url("https://eu.acme.example/stock")
                    .header("X-Acme-Key", "acme-key")
                    .build();
            try (Response response = client.newCall(request).execute()) {
                out.println(ResilientOkHttp.report(response).explain());
                ResilientOkHttp.error(response)
                        .ifPresent(error ->
                                out.println(error.kind() + ": " + error.message() + " (" + error.advice() + ")"));
            }
        }
    }
}
