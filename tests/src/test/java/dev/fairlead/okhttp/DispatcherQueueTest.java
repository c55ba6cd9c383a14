package dev.fairlead.okhttp;

import static dev.fairlead.okhttp.Fixture.get;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.CallReport;
import dev.fairlead.DeadlineContext;
import dev.fairlead.DeadlineExceededException;
import dev.fairlead.StopReason;
import dev.fairlead.testkit.StubAnswer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A call that stands in the dispatcher's queue because another one holds the only place of its host. */
class DispatcherQueueTest {
    @AutoClose
    private final CallBench bench = new CallBench();

    private final CountDownLatch placeIsFree = new CountDownLatch(1);

    /** Holds the place until it is let go. */
    private CountedCallback holdThePlace(Call.Factory calls) {
        bench.dispatcher.setMaxRequestsPerHost(1);
        bench.fixture.stub.when("GET", "/slow").respond(request -> {
            assertThat(placeIsFree.await(30, TimeUnit.SECONDS)).isTrue();
            return StubAnswer.json(200, "{}");
        });
        CountedCallback holder = bench.enqueue(calls.newCall(get("/slow")));
        bench.fixture.stub.awaitRequests(1);
        return holder;
    }

    /** By the factory at once; otherwise as soon as OkHttp comes to it. */
    @ParameterizedTest
    @EnumSource(names = {"WRAP", "FACTORY"})
    void aDeadlineThatPassesInTheQueueSendsNothing(CallMaker maker) {
        Call.Factory calls = bench.calls(maker, policy -> policy.withDeadline(ofSeconds(20)));
        CountedCallback holder = holdThePlace(calls);
        CountedCallback queued = bench.enqueue(calls.newCall(get("/things")));

        bench.fixture.ticker.advance(ofSeconds(20));

        if (maker == CallMaker.FACTORY) {
            assertThat(queued.failure()).isInstanceOf(DeadlineExceededException.class);
            assertThat(holder.isTold()).isFalse();
        }
        placeIsFree.countDown();
        assertThat(queued.failure()).isInstanceOfSatisfying(DeadlineExceededException.class, exceeded -> {
            assertThat(exceeded.report().wireRequests()).isZero();
            assertThat(exceeded.report().elapsed()).isEqualTo(ofSeconds(20));
        });
        holder.close();
        assertThat(bench.fixture.stub.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"WRAP", "FACTORY"})
    void theCallersDeadlinePassesInTheQueueToo(CallMaker maker) {
        Call.Factory calls = bench.calls(maker);
        CountedCallback holder = holdThePlace(calls);
        CountedCallback queued;
        try (DeadlineContext.Scope scope = DeadlineContext.open(ofSeconds(5), ofSeconds(0), bench.fixture.ticker)) {
            assertThat(scope).isNotNull();
            queued = bench.enqueue(calls.newCall(get("/things")));
        }

        bench.fixture.ticker.advance(ofSeconds(5));
        placeIsFree.countDown();

        assertThat(queued.failure()).isInstanceOf(DeadlineExceededException.class);
        holder.response().close();
        assertThat(bench.fixture.stub.requestCount()).isEqualTo(1);
    }

    /** Of 20 seconds 12 are over when it is sent, so there are no 10 left to wait for. */
    @ParameterizedTest
    @EnumSource(names = {"WRAP", "FACTORY"})
    void theDeadlineCountsTheTimeInTheQueue(CallMaker maker) {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.status(429).header("Retry-After", "10"));
        Call.Factory calls = bench.calls(maker, policy -> policy.withDeadline(ofSeconds(20)));
        CountedCallback holder = holdThePlace(calls);
        CountedCallback queued = bench.enqueue(calls.newCall(get("/things")));

        bench.fixture.ticker.advance(ofSeconds(12));
        placeIsFree.countDown();

        try (Response response = queued.response()) {
            assertThat(response.code()).isEqualTo(429);
            CallReport report = ResilientOkHttp.report(response);
            assertThat(report.stopReason()).isEqualTo(StopReason.DEADLINE);
            assertThat(report.elapsed()).isEqualTo(ofSeconds(12));
            assertThat(report.attempts()).singleElement().satisfies(attempt -> {
                assertThat(attempt.startedAfter()).isEqualTo(ofSeconds(12));
                assertThat(attempt.took()).isZero();
            });
        }
        holder.response().close();
    }

    @ParameterizedTest
    @EnumSource(names = {"WRAP", "FACTORY"})
    void anAttemptHasItsFullTimeAfterTheQueue(CallMaker maker) {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.json(200, "{}"));
        Call.Factory calls =
                bench.calls(maker, policy -> policy.withDeadline(ofSeconds(60)).withAttemptTimeout(ofSeconds(10)));
        CountedCallback holder = holdThePlace(calls);
        CountedCallback queued = bench.enqueue(calls.newCall(get("/things")));

        bench.fixture.ticker.advance(ofSeconds(30));
        placeIsFree.countDown();

        try (Response response = queued.response()) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(ResilientOkHttp.report(response).attempts()).hasSize(1);
        }
        holder.close();
    }
}
