package dev.fairlead.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
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
    private final Peers peers = new Peers(
            new OkHttpClient.Builder().addInterceptor(new CannedAnswer()).build(), "api.github.com");
    private final Request request = new Request.Builder()
            .url("https://api.github.com/repos/acme/rocket")
            .header("Authorization", "Bearer ghp_000000000000000000000000000000000000")
            .header("Accept", "application/vnd.github+json")
            .build();

    /** OkHttp alone. */
    @Benchmark
    public int bareOkHttp() throws IOException {
        return call(peers.bare);
    }

    /** OkHttp with our rules. */
    @Benchmark
    public int fairlead() throws IOException {
        return call(peers.wrapped);
    }

    /** By our call factory. */
    @Benchmark
    public int fairleadFactory() throws IOException {
        return call(peers.factory);
    }

    /** OkHttp with resilience4j by hand. */
    @Benchmark
    public int handWiredResilience4j() throws IOException {
        return call(peers.handWired);
    }

    private int call(Call.Factory calls) throws IOException {
        try (Response response = calls.newCall(request).execute()) {
            return response.code();
        }
    }

    /** Answers without a network. */
    private static final class CannedAnswer implements Interceptor {
        private static final MediaType JSON = MediaType.get("application/json");
        private final Headers headers = Peers.answerHeaders();

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
