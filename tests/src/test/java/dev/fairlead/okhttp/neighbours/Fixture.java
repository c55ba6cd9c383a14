package dev.fairlead.okhttp.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.fairlead.CallInfo;
import dev.fairlead.CallListener;
import dev.fairlead.CallReport;
import dev.fairlead.DeadlineContext;
import dev.fairlead.Fairlead;
import dev.fairlead.Policy;
import dev.fairlead.Provider;
import dev.fairlead.StopReason;
import dev.fairlead.Ticker;
import dev.fairlead.okhttp.ResilientOkHttp;
import dev.fairlead.testkit.StubProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import okhttp3.OkHttpClient;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A stub of a provider under its real host, and a client with rules for it, ready to be given to an SDK. */
final class Fixture implements AutoCloseable {
    final StubProvider stub;
    /** Of every call that ended, oldest first: where an SDK hides OkHttp's answer, a listener still sees the call. */
    final List<CallReport> reports = new CopyOnWriteArrayList<>();

    private final Provider provider;
    private final Ticker ticker;

    Fixture(Provider provider, Ticker ticker) {
        this.provider = provider;
        this.ticker = ticker;
        this.stub = StubProvider.builder()
                .hosts(provider.hosts().toArray(String[]::new))
                .http1() // On HTTP/2 MockWebServer logs its own faults.
                .ticker(ticker)
                .start();
    }

    Fairlead rules(UnaryOperator<Policy> change) {
        return Fairlead.builder()
                .ticker(ticker)
                .provider(provider, change)
                .listener(new CallListener() {
                    @Override
                    public void callEnded(CallInfo call, StopReason reason) {
                        reports.add(call.report());
                    }
                })
                .build();
    }

    Fairlead rules() {
        return rules(policy -> policy);
    }

    OkHttpClient client(UnaryOperator<Policy> change) {
        return ResilientOkHttp.wrap(stub.reroute(new OkHttpClient()), rules(change));
    }

    OkHttpClient client() {
        return client(policy -> policy);
    }

    /** A client made from the wrapped one, as SDKs make theirs, with an interceptor of the user's own. */
    static OkHttpClient withLateHeader(OkHttpClient wrapped) {
        return wrapped.newBuilder()
                .addInterceptor(chain -> chain.proceed(
                        chain.request().newBuilder().header("X-Added", "late").build()))
                .build();
    }

    /** That header's value in each request that the server saw; "null" where it is absent. */
    List<String> lateHeaders() {
        return stub.requests().stream()
                .map(request -> String.valueOf(request.headers().get("X-Added")))
                .toList();
    }

    /** What a call fails with whose caller has no time left. */
    Throwable failureAfterTheDeadline(ThrowingCallable call) {
        try (DeadlineContext.Scope scope = DeadlineContext.open(Duration.ZERO, Duration.ZERO, ticker)) {
            assertThat(scope).isNotNull();
            return catchThrowable(call);
        }
    }

    /** What a future gives, or throws what it failed with. */
    static <T> T await(CompletableFuture<T> future) throws Exception {
        try {
            // A bound for a broken build only; no test waits for it.
            return future.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw (Exception) failed.getCause();
        }
    }

    @Override
    public void close() {
        stub.close();
    }
}
