package dev.fairlead.okhttp.faults;

import dev.fairlead.CallReport;
import dev.fairlead.Fairlead;
import dev.fairlead.Provider;
import dev.fairlead.Reach;
import dev.fairlead.ResilienceException;
import dev.fairlead.okhttp.ResilientOkHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/** One call into one fault, with a server and a client of its own. Not thread-safe. */
final class FaultRun {
    private static final String HOST = "api.acme.com";
    private static final Duration BACKOFF = Duration.ofMillis(1);
    /** Nobody reads an endless body to its end. */
    private static final long MOST_BODY_BYTES = 1 << 20;

    static final Dns LOOPBACK = host -> List.of(InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1}));

    private static final OkHttpClient BASE =
            new OkHttpClient.Builder().dns(LOOPBACK).build();

    private final Fault fault;
    private final RequestKind kind;
    private final Way way;
    private final Path directory;
    private final List<String> violations = new ArrayList<>();
    private final Dispatcher dispatcher = new Dispatcher();
    private final ConnectionPool pool = new ConnectionPool();
    private final AtomicInteger oneShotWrites = new AtomicInteger();

    private String result = "nothing";
    private @Nullable CallReport report;

    FaultRun(Fault fault, RequestKind kind, Way way, Path directory) {
        this.fault = fault;
        this.kind = kind;
        this.way = way;
        this.directory = directory;
    }

    Observation observe() throws Exception {
        ScriptedServer server = fault.newServer();
        try (server) {
            server.start();
            OkHttpClient client = client(server);
            Call.Factory calls = way.calls(client, rules());
            if (fault.hasWarmUp()) {
                Request.Builder warmUp = RequestKind.GET.to(url(server, "/things"), oneShotWrites);
                try (Response warm = way.answer(calls.newCall(warmUp.build()))) {
                    warm.body().string();
                }
                server.awaitWarmUp();
            }
            Request.Builder request =
                    kind.to(url(server, kind == RequestKind.GET ? "/things" : "/charges"), oneShotWrites);
            fault.setUp(request);
            call(calls.newCall(request.build()));
            checkWhatIsLeft();
            pool.evictAll();
            if (client.cache() != null) {
                client.cache().close();
            }
        }
        checkRecord(server.seen());
        return Observation.of(result, report, server.seen().size(), violations);
    }

    private HttpUrl url(ScriptedServer server, String path) {
        return HttpUrl.get(fault.scheme() + "://" + HOST + ":" + server.port() + path);
    }

    private OkHttpClient client(ScriptedServer server) {
        OkHttpClient.Builder client = BASE.newBuilder().dispatcher(dispatcher).connectionPool(pool);
        fault.setUp(client, new Fault.Scene(server, directory));
        return client.build();
    }

    private Fairlead rules() {
        return Fairlead.builder()
                .provider(
                        Provider.builder("acme").hosts(HOST).build(),
                        policy -> policy.withDeadline(fault.deadline())
                                .withAttemptTimeout(fault.attemptTimeout())
                                .withBackoff(BACKOFF, 1, BACKOFF)
                                .withJitter(0))
                .build();
    }

    private void call(Call call) {
        Response answered = null;
        try (Response response = way.answer(call)) {
            answered = response;
            result = Integer.toString(response.code());
            if (response.code() != 200 && !response.headers("Retry-After").equals(fault.retryAfter())) {
                violations.add("Retry-After came as " + response.headers("Retry-After"));
            }
            result += read(response);
        } catch (ResilienceException failure) {
            result = failure.getClass().getSimpleName().replace("Exception", "");
            report = failure.report();
        } catch (IOException | RuntimeException | Error failure) {
            result = failure.getClass().getSimpleName();
            violations.add("thrown: " + failure);
        }
        if (answered != null) {
            // After the body, as that may add to it.
            report = ResilientOkHttp.report(answered);
        }
    }

    private static String read(Response response) {
        Buffer read = new Buffer();
        try {
            while (read.size() < MOST_BODY_BYTES) {
                if (response.body().source().read(read, MOST_BODY_BYTES) < 0) {
                    return read.size() == 0 ? "" : " " + (read.size() < 20 ? read.readUtf8() : "body");
                }
            }
            return " endless";
        } catch (IOException failure) {
            return " then " + Observation.failure(failure.getClass().getSimpleName());
        }
    }

    private void checkWhatIsLeft() throws InterruptedException {
        dispatcher.executorService().shutdown();
        check(dispatcher.executorService().awaitTermination(20, TimeUnit.SECONDS), "a dispatcher's thread did not end");
        check(dispatcher.runningCallsCount() == 0 && dispatcher.queuedCallsCount() == 0, "the dispatcher is not empty");
        check(pool.connectionCount() == pool.idleConnectionCount(), "a connection was leaked");
        check(oneShotWrites.get() <= 1, "a body that can be sent once was sent " + oneShotWrites + " times");
    }

    private void checkRecord(List<SeenRequest> seen) {
        List<SeenRequest> posts =
                seen.stream().filter(each -> each.method().equals("POST")).toList();
        for (int index = 0; !kind.isReplaySafe() && index < posts.size() - 1; index++) {
            check(posts.get(index).isProvablyNotExecuted(), "made twice: " + posts);
        }
        for (int index = 1; index < seen.size(); index++) {
            long gapNanos = seen.get(index).atNanos() - seen.get(index - 1).atNanos();
            if (gapNanos < fault.gap().toNanos()) {
                result += ", too early";
            }
        }
        CallReport known = report;
        if (known != null) {
            long unanswered = known.attempts().stream()
                    .filter(attempt -> attempt.reach() == Reach.SENT)
                    .count();
            check(
                    seen.size() <= known.wireRequests() && seen.size() >= known.wireRequests() - unanswered,
                    "served " + seen + " but " + known.explain());
            long own = known.wireRequests() - known.followUps().size();
            long possible = known.attempts().stream()
                    .filter(attempt -> !attempt.fromCache())
                    .count();
            long certain = known.attempts().stream()
                    .filter(attempt -> !attempt.fromCache() && attempt.reach() != Reach.NOT_SENT)
                    .count();
            check(own >= certain && own <= possible, "not all on the wire is accounted for: " + known);
        }
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            violations.add(otherwise);
        }
    }
}
