package dev.fairlead.benchmarks;

import dev.fairlead.CallListener;
import dev.fairlead.Fairlead;
import dev.fairlead.github.GitHubProvider;
import dev.fairlead.okhttp.ResilientOkHttp;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.retry.Retry;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;
import okhttp3.Headers;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One call that succeeds, answered by an interceptor instead of a network: what is left is what the client and the rules
 * cost. GitHub's provider with a credential, 25 header fields in the answer, a listener installed.
 *
 * <p>Read the ratios and {@code gc.alloc.rate.norm} (with {@code -prof gc}), not the times.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class HappyCallBenchmark {
    private final OkHttpClient bare =
            new OkHttpClient.Builder().addInterceptor(new CannedAnswer()).build();
    private final OkHttpClient fairlead = ResilientOkHttp.wrap(
            bare,
            Fairlead.builder()
                    .provider(GitHubProvider.create())
                    .listener(new CallListener() {})
                    .build());
    private final OkHttpClient handWired = handWired(bare);
    private final Request request = new Request.Builder()
            .url("https://api.github.com/repos/acme/rocket")
            .header("Authorization", "Bearer ghp_000000000000000000000000000000000000")
            .header("Accept", "application/vnd.github+json")
            .build();

    /** OkHttp alone. */
    @Benchmark
    public int bareOkHttp() throws IOException {
        return call(bare);
    }

    /** OkHttp with our rules. */
    @Benchmark
    public int fairlead() throws IOException {
        return call(fairlead);
    }

    /** OkHttp with resilience4j's breaker, limiter and retry in an interceptor, as its guides show. */
    @Benchmark
    public int handWiredResilience4j() throws IOException {
        return call(handWired);
    }

    private int call(OkHttpClient client) throws IOException {
        try (Response response = client.newCall(request).execute()) {
            return response.code();
        }
    }

    private static OkHttpClient handWired(OkHttpClient inner) {
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("github");
        RateLimiter limiter = RateLimiter.of(
                "github",
                RateLimiterConfig.custom()
                        .limitForPeriod(Integer.MAX_VALUE)
                        .limitRefreshPeriod(Duration.ofSeconds(1))
                        .build());
        Retry retry = Retry.ofDefaults("github");
        OkHttpClient.Builder builder = inner.newBuilder();
        builder.interceptors().add(0, chain -> {
            try {
                return Retry.decorateCheckedSupplier(
                                retry,
                                CircuitBreaker.decorateCheckedSupplier(
                                        breaker,
                                        RateLimiter.decorateCheckedSupplier(
                                                limiter, () -> chain.proceed(chain.request()))))
                        .get();
            } catch (IOException | RuntimeException thrown) {
                throw thrown;
            } catch (Throwable thrown) {
                throw new IOException(thrown);
            }
        });
        return builder.build();
    }

    /** Answers without a network. The quota is so large that the run does not reach its end. */
    private static final class CannedAnswer implements Interceptor {
        private static final MediaType JSON = MediaType.get("application/json");
        private final Headers headers = headers();

        @Override
        public Response intercept(Chain chain) {
            return new Response.Builder()
                    .request(chain.request())
                    .protocol(Protocol.HTTP_2)
                    .code(200)
                    .message("")
                    .headers(headers)
                    .body(new EmptyBody())
                    .build();
        }

        private static Headers headers() {
            ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
            Headers.Builder builder = new Headers.Builder()
                    .add("server", "github.com")
                    .add("date", DateTimeFormatter.RFC_1123_DATE_TIME.format(now))
                    .add("content-type", "application/json; charset=utf-8");
            for (int index = 0; index < 16; index++) {
                builder.add("x-field-" + index, "value " + index);
            }
            return builder.add("x-ratelimit-limit", "2000000000")
                    .add("x-ratelimit-remaining", "1999999999")
                    .add("x-ratelimit-used", "1")
                    .add("x-ratelimit-reset", Long.toString(now.plusMinutes(50).toEpochSecond()))
                    .add("x-ratelimit-resource", "core")
                    .add("x-github-request-id", "0001:0002:0003:0004:0005")
                    .build();
        }
    }

    private static final class EmptyBody extends ResponseBody {
        private final Buffer source = new Buffer();

        @Override
        public MediaType contentType() {
            return CannedAnswer.JSON;
        }

        @Override
        public long contentLength() {
            return 0;
        }

        @Override
        public BufferedSource source() {
            return source;
        }
    }
}
