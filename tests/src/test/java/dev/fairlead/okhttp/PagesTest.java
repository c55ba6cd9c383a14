package dev.fairlead.okhttp;

import static dev.fairlead.okhttp.Fixture.get;
import static dev.fairlead.okhttp.Fixture.post;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.fairlead.ApiError;
import dev.fairlead.CallOptions;
import dev.fairlead.DeadlineContext;
import dev.fairlead.DeadlineExceededException;
import dev.fairlead.ErrorKind;
import dev.fairlead.Fairlead;
import dev.fairlead.Paging;
import dev.fairlead.Policy;
import dev.fairlead.Provider;
import dev.fairlead.RetryAdvice;
import dev.fairlead.StopReason;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubProvider;
import dev.fairlead.testkit.StubRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of a list: each a call by the rules, and none that nobody wanted. The bench sees what was left open. */
class PagesTest {
    /** Who makes calls by the rules. */
    private enum By {
        WRAP(CallMaker.WRAP),
        FACTORY(CallMaker.FACTORY);

        private final CallMaker maker;

        By(CallMaker maker) {
            this.maker = maker;
        }
    }

    @AutoClose
    private final CallBench bench = new CallBench();

    private final ExecutorService callers = Executors.newCachedThreadPool();

    @AfterEach
    void stopCallers() throws InterruptedException {
        callers.shutdownNow();
        assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    private Call.Factory calls(By by, Paging paging) {
        return calls(by, paging, policy -> policy);
    }

    private Call.Factory calls(By by, Paging paging, UnaryOperator<Policy> change) {
        Provider acme = Provider.builder("acme")
                .hosts(Fixture.HOST, "other.acme.com")
                .paging(paging)
                .build();
        return bench.calls(by.maker, rules(acme, change));
    }

    private Fairlead rules(Provider provider, UnaryOperator<Policy> change) {
        return Fairlead.builder()
                .ticker(bench.fixture.ticker)
                .provider(provider, change)
                .build();
    }

    /** So many pages of {@code /things}, with the next one's address in the header. */
    private void serve(int pages) {
        bench.fixture.stub.when("GET", "/things.*").respond(request -> page(number(request), pages));
    }

    private static int number(StubRequest request) {
        String target = request.target();
        return target.contains("page=") ? Integer.parseInt(target.replaceAll(".*page=", "")) : 1;
    }

    private static StubAnswer page(int number, int pages) {
        StubAnswer answer = StubAnswer.json(200, "{\"page\":" + number + "}");
        return number < pages ? answer.header("Link", "</things?page=" + (number + 1) + ">; rel=\"next\"") : answer;
    }

    private int sent() {
        return bench.fixture.stub.requestCount();
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void aPageIsAskedForOnlyWhenItIsWanted(By by) throws IOException {
        serve(3);
        try (Pages pages = Pages.of(calls(by, Paging.linkHeader()), get("/things"))) {
            assertThat(pages.hasNext()).isTrue();
            assertThat(sent()).isZero();
            for (int number = 1; number <= 3; number++) {
                assertThat(pages.hasNext()).isTrue();
                assertThat(pages.next().body().string()).isEqualTo("{\"page\":" + number + "}");
                assertThat(sent()).isEqualTo(number);
            }
            assertThat(pages.hasNext()).isFalse();
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(pages::next);
        }
        assertThat(bench.fixture.stub.requests())
                .extracting(StubRequest::target)
                .containsExactly("/things", "/things?page=2", "/things?page=3");
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void aPageThatIsNotReadIsClosedByTheNextOne(By by) throws IOException {
        serve(3);
        try (Pages pages = Pages.of(calls(by, Paging.linkHeader()), get("/things"))) {
            Response before = pages.next();
            pages.next();
            assertThatIllegalStateException()
                    .isThrownBy(() -> before.body().string())
                    .withMessage("closed");
        }
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void whatTheFirstRequestHasAllHave(By by) throws IOException {
        serve(3);
        Request first = get("/things")
                .newBuilder()
                .header("Authorization", "Bearer t_1")
                .header("If-None-Match", "\"v1\"")
                .header("If-Modified-Since", "Fri, 15 Jan 2027 08:00:00 GMT")
                .tag(CallOptions.class, CallOptions.deadline(ofSeconds(7)).withIdempotencyKey("list-1"))
                .build();
        try (Pages pages = Pages.of(calls(by, Paging.linkHeader()), first)) {
            for (Response page : pages) {
                assertThat(page.request().tag(CallOptions.class).deadline()).contains(ofSeconds(7));
            }
        }
        assertThat(bench.fixture.stub.requests())
                .hasSize(3)
                .allSatisfy(request -> {
                    assertThat(request.header("Authorization")).isEqualTo("Bearer t_1");
                    assertThat(request.header("Idempotency-Key")).isEqualTo("list-1");
                })
                .extracting(request -> request.header("If-None-Match"), request -> request.header("If-Modified-Since"))
                .as("conditions are about the first page alone")
                .containsExactly(
                        tuple("\"v1\"", "Fri, 15 Jan 2027 08:00:00 GMT"), tuple(null, null), tuple(null, null));
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void anErrorIsTheLastElementAndNoException(By by) throws IOException {
        bench.fixture.stub.when("GET", "/things").respond(page(1, 3));
        bench.fixture
                .stub
                .when("GET", "/things.page=2")
                .respond(StubAnswer.json(404, "{}").header("Link", "</things?page=3>; rel=next"));
        List<Integer> statuses = new ArrayList<>();
        try (Pages pages = Pages.of(calls(by, Paging.linkHeader()), get("/things"))) {
            for (Response page : pages) {
                statuses.add(page.code());
                assertThat(ResilientOkHttp.error(page).isPresent()).isEqualTo(page.code() == 404);
            }
        }
        assertThat(statuses).containsExactly(200, 404);
        assertThat(sent()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"PARTIAL_FAILURE, 2", "RATE_LIMITED, 1"})
    void anErrorWithStatus200EndsTheListUnlessItIsOneInPart(ErrorKind kind, int pagesSeen) {
        serve(2);
        Provider acme = Provider.builder("acme")
                .hosts(Fixture.HOST)
                .paging(Paging.linkHeader())
                .errors((request, response, body) -> Optional.of(
                        ApiError.builder("acme", 200, kind, RetryAdvice.NEVER).build()))
                .build();
        Call.Factory calls = bench.calls(CallMaker.WRAP, rules(acme, policy -> policy));
        try (Stream<Response> pages = Pages.of(calls, get("/things")).stream()) {
            assertThat(pages.peek(Response::close).count()).isEqualTo(pagesSeen);
        }
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void aThrottleBetweenPagesIsWaitedForByTheRules(By by) throws IOException {
        bench.fixture.ticker.autoAdvance();
        bench.fixture.stub.when("GET", "/things").respond(page(1, 2));
        bench.fixture
                .stub
                .when("GET", "/things.page=2")
                .respond(StubAnswer.status(429).header("Retry-After", "2"), page(2, 2));
        try (Pages pages = Pages.of(calls(by, Paging.linkHeader()), get("/things"))) {
            pages.next();
            Response second = pages.next();
            assertThat(second.code()).isEqualTo(200);
            assertThat(ResilientOkHttp.report(second).waited()).isEqualTo(ofSeconds(2));
            assertThat(pages.hasNext()).isFalse();
        }
        assertThat(bench.fixture.stub.requests())
                .extracting(StubRequest::at)
                .containsExactly(Duration.ZERO, Duration.ZERO, ofSeconds(2));
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void theTotalDeadlineEndsInTheMiddle(By by) throws IOException {
        serve(9);
        try (Pages pages =
                Pages.of(calls(by, Paging.linkHeader()), get("/things")).within(ofSeconds(10))) {
            pages.next();
            bench.fixture.ticker.advance(ofSeconds(6));
            pages.next();
            bench.fixture.ticker.advance(ofSeconds(6));
            for (int again = 0; again < 2; again++) {
                assertThatThrownBy(pages::next).isInstanceOf(DeadlineExceededException.class);
                assertThat(pages.hasNext()).as("it is still the next one").isTrue();
            }
            assertThat(sent()).isEqualTo(2);
            assertThat(DeadlineContext.current()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void aWaitBeyondTheTotalDeadlineIsNotBegun(By by) throws IOException {
        bench.fixture.stub.when("GET", "/things").respond(page(1, 2));
        bench.fixture
                .stub
                .when("GET", "/things.page=2")
                .respond(StubAnswer.status(429).header("Retry-After", "8"));
        try (Pages pages =
                Pages.of(calls(by, Paging.linkHeader()), get("/things")).within(ofSeconds(10))) {
            pages.next();
            bench.fixture.ticker.advance(ofSeconds(6));
            bench.fixture.ticker.autoAdvance();
            Response throttled = pages.next();
            assertThat(throttled.code()).isEqualTo(429);
            assertThat(ResilientOkHttp.report(throttled).stopReason()).isEqualTo(StopReason.DEADLINE);
            assertThat(pages.hasNext()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void theDeadlineOfAPageDoesNotAddUp(By by) throws IOException {
        serve(5);
        Call.Factory calls = calls(by, Paging.linkHeader(), policy -> policy.withDeadline(ofSeconds(10)));
        int seen = 0;
        try (Pages pages = Pages.of(calls, get("/things"))) {
            while (pages.hasNext()) {
                assertThat(pages.next().code()).isEqualTo(200);
                bench.fixture.ticker.advance(ofSeconds(6));
                seen++;
            }
        }
        assertThat(seen).isEqualTo(5);
        assertThat(bench.fixture.ticker.elapsed()).isEqualTo(ofSeconds(30));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://evil.example/things | evil.example:443",
                "//evil.example/things | evil.example:443",
                "https://other.acme.com/things | other.acme.com:443",
                "https://api.acme.com@evil.example/ | evil.example:443",
                "http://api.acme.com/things?page=2 | http://api.acme.com:80",
                "https://api.acme.com:8443/things | api.acme.com:8443",
                "ftp://api.acme.com/things | cannot be read",
                "https: | cannot be read",
                "file:///etc/passwd | cannot be read",
                "/things | asked for already",
                "/things#2 | asked for already",
                "https://API.acme.com:443/./things | asked for already",
            })
    void aNextAddressThatMustNotBeAskedEndsInAnExceptionAfterThePage(String target, String reason) throws IOException {
        bench.fixture.ticker.autoAdvance();
        bench.fixture
                .stub
                .when("GET", "/things")
                .respond(StubAnswer.json(200, "{\"page\":1}").header("Link", "<" + target + ">; rel=next"));
        try (Pages pages = Pages.of(calls(By.WRAP, Paging.linkHeader()), get("/things"))) {
            assertThat(pages.next().body().string()).isEqualTo("{\"page\":1}");
            assertThat(pages.hasNext()).isTrue();
            assertThatIOException()
                    .isThrownBy(pages::next)
                    .withMessageContaining(reason)
                    .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("things"));
            assertThatIOException().isThrownBy(pages::next).as("whoever asks again");
        }
        assertThat(sent()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void aCircleEndsInAnException(By by) throws IOException {
        bench.fixture
                .stub
                .when("GET", "/things.*")
                .respond(request -> page(number(request), 9)
                        .header("Link", "</things?page=" + (number(request) % 3 + 1) + ">; rel=next"));
        bench.fixture
                .stub
                .when("GET", "/things.page=3")
                .respond(StubAnswer.json(200, "{}").header("Link", "</things?page=2>; rel=next"));
        try (Pages pages = Pages.of(calls(by, Paging.linkHeader()), get("/things"))) {
            for (int number = 1; number <= 3; number++) {
                pages.next();
            }
            assertThatIOException().isThrownBy(pages::next).withMessageContaining("leads back");
        }
        assertThat(sent()).isEqualTo(3);
    }

    @Test
    void aRedirectToAnotherHostDoesNotTakeTheNextPageThere() throws IOException {
        bench.fixture
                .stub
                .when("GET", "/things")
                .respond(request -> request.host().equals(Fixture.HOST)
                        ? StubAnswer.status(302).header("Location", "https://other.acme.com/things")
                        : page(1, 2));
        try (Pages pages = Pages.of(calls(By.WRAP, Paging.linkHeader()), get("/things"))) {
            assertThat(pages.next().request().url().host()).isEqualTo("other.acme.com");
            assertThatIOException().isThrownBy(pages::next).withMessageContaining("other.acme.com");
        }
        assertThat(sent()).isEqualTo(2);
    }

    @Test
    void aRelativeAddressIsRelativeToWhereARedirectLed() throws IOException {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.status(301).header("Location", "/moved/things"));
        bench.fixture
                .stub
                .when("GET", "/moved/things")
                .respond(StubAnswer.json(200, "{}").header("Link", "<?page=2>; rel=next"));
        bench.fixture.stub.when("GET", "/moved/things.page=2").respond(StubAnswer.json(200, "{}"));
        try (Pages pages = Pages.of(calls(By.WRAP, Paging.linkHeader()), get("/things"))) {
            pages.next();
            assertThat(pages.next().code()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void thereAreNoMorePagesThanAllowed(By by) throws IOException {
        serve(4);
        Call.Factory calls = calls(by, Paging.linkHeader());
        try (Pages pages = Pages.of(calls, get("/things")).maxPages(3)) {
            for (int number = 1; number <= 3; number++) {
                pages.next();
            }
            assertThatIOException().isThrownBy(pages::next).withMessageContaining("more than 3 pages");
        }
        assertThat(sent()).isEqualTo(3);
        try (Pages pages = Pages.of(calls, get("/things")).maxPages(4)) {
            pages.forEach(Response::close);
        }
        assertThat(sent()).isEqualTo(7);
    }

    // ---- the body

    private void serveInBodies(UnaryOperator<StubAnswer> change) {
        bench.fixture
                .stub
                .when("GET", "/things")
                .respond(change.apply(StubAnswer.json(
                        200, "{\"next\":\"/things?page=2\",\"text\":\"" + "x".repeat(100_000) + "\"}")));
        bench.fixture.stub.when("GET", "/things.page=2").respond(change.apply(StubAnswer.json(200, "{\"next\":null}")));
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void aBodyThatSaysWhatComesNextIsStillThereForTheCaller(By by) throws IOException {
        bench.fixture.ticker.autoAdvance();
        serveInBodies(answer -> answer);
        Call.Factory calls = calls(by, Paging.addressIn("/next"));
        try (Pages pages = Pages.of(calls, get("/things"))) {
            assertThat(pages.next().body().string().length()).isEqualTo(100_035);
            assertThat(pages.next().body().string()).isEqualTo("{\"next\":null}");
            assertThat(pages.hasNext()).isFalse();
        }
    }

    /** It is read from memory, where no time is lost; on HTTP/2 even the end of it would be asked of the stream. */
    @Test
    void theDeadlineBindsABodyUntilItIsHereAndNoLonger() throws IOException {
        Fixture http2 = new Fixture(StubProvider.builder().hosts(Fixture.HOST));
        try (CallBench another = new CallBench(http2)) {
            http2.stub.when("GET", "/things").respond(StubAnswer.json(200, "{\"next\":\"/things?page=2\"}"));
            Call.Factory calls = another.calls(CallMaker.WRAP);
            try (Pages pages = Pages.of(calls, get("/things")).by(Paging.linkHeader())) {
                Response page = pages.next();
                assertThat(page.protocol()).isEqualTo(Protocol.HTTP_2);
                assertThat(page.body().source().timeout().hasDeadline()).isTrue();
            }
            try (Pages pages = Pages.of(calls, get("/things")).by(Paging.addressIn("/next"))) {
                assertThat(pages.next().body().source().timeout())
                        .returns(false, timeout -> timeout.hasDeadline())
                        .returns(0L, timeout -> timeout.timeoutNanos());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void theReportOfAPageWhoseBodyWasReadIsThere(By by) throws IOException {
        bench.fixture.ticker.autoAdvance();
        bench.fixture
                .stub
                .when("GET", "/things")
                .respond(StubAnswer.status(503), StubAnswer.json(200, "{\"next\":null}"));
        try (Pages pages = Pages.of(calls(by, Paging.addressIn("/next")), get("/things"))) {
            assertThat(ResilientOkHttp.report(pages.next()).attempts()).hasSize(2);
        }
    }

    /** OkHttp leaves a body as it is where the caller asks for compression himself. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCompressedBodyIsReadToo(boolean askedByCaller) throws IOException {
        serveInBodies(StubAnswer::gzip);
        Request first = askedByCaller
                ? get("/things").newBuilder().header("Accept-Encoding", "gzip").build()
                : get("/things");
        Call.Factory calls = calls(By.WRAP, Paging.addressIn("/next"));
        try (Pages pages = Pages.of(calls, first)) {
            pages.next();
            assertThat(pages.hasNext()).isTrue();
            pages.next();
            assertThat(pages.hasNext()).isFalse();
        }
        try (Pages pages = Pages.of(calls, first).maxBodyBytes(50_000)) {
            pages.next();
            assertThatIOException()
                    .as("a few bytes may become many")
                    .isThrownBy(pages::next)
                    .withMessageContaining("50000");
        }
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void aBodyTooLongToLookIntoIsAPageAndThenAnException(By by) throws IOException {
        serveInBodies(answer -> answer);
        Call.Factory calls = calls(by, Paging.addressIn("/next"));
        try (Pages pages = Pages.of(calls, get("/things")).maxBodyBytes(100_034)) {
            assertThat(pages.next().body().string().length()).isEqualTo(100_035);
            assertThatIOException()
                    .isThrownBy(pages::next)
                    .withMessageContaining("longer than 100034 bytes")
                    .withMessageContaining("maxBodyBytes");
        }
        try (Pages pages = Pages.of(calls, get("/things")).maxBodyBytes(100_035)) {
            pages.forEach(Response::close);
        }
        assertThat(sent()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void aBodyThatBreaksOffIsAnExceptionAndThePageCanBeAskedForAgain(By by) throws IOException {
        StubAnswer whole = StubAnswer.json(200, "{\"next\":\"/things?page=2\"}");
        bench.fixture.stub.when("GET", "/things").respond(whole.disconnectDuringBody(), whole);
        bench.fixture.stub.when("GET", "/things.page=2").respond(StubAnswer.json(200, "{}"));
        try (Pages pages = Pages.of(calls(by, Paging.addressIn("/next")), get("/things"))) {
            assertThatIOException().isThrownBy(pages::next);
            assertThat(pages.next().code()).isEqualTo(200);
            assertThat(pages.next().body().string()).isEqualTo("{}");
        }
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void aBodyNobodyNeedsIsNotReadForTheNextPage(By by) throws IOException {
        bench.fixture
                .stub
                .when("GET", "/things")
                .respond(StubAnswer.json(200, "{\"page\":1}")
                        .header("Link", "</things?page=2>; rel=next")
                        .stallDuringBody());
        bench.fixture.stub.when("GET", "/things.page=2").respond(page(2, 2));
        try (Pages pages = Pages.of(calls(by, Paging.linkHeader()), get("/things"))) {
            pages.next();
            assertThat(pages.next().body().string()).isEqualTo("{\"page\":2}");
        }
    }

    // ---- cursors

    private static Request query(String cursor) {
        return post("/graphql").newBuilder().header("X-Cursor", cursor).build();
    }

    private static StubAnswer connection(boolean more, String cursor) {
        return StubAnswer.json(
                200,
                "{\"data\":{\"things\":{\"pageInfo\":{\"hasNextPage\":" + more + ",\"endCursor\":\"" + cursor
                        + "\"}}}}");
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void aCursorBecomesTheNextRequest(By by) throws IOException {
        bench.fixture
                .stub
                .when("POST", "/graphql")
                .respond(connection(true, "c1"), connection(true, "c2"), connection(false, "c3"));
        List<String> made = new ArrayList<>();
        try (Pages pages = Pages.of(calls(by, Paging.graphQl()), query("none"), cursor -> {
            made.add(cursor);
            return query(cursor);
        })) {
            pages.next();
            assertThat(made).as("not before it is wanted").isEmpty();
            pages.next();
            pages.next();
            assertThat(pages.hasNext()).isFalse();
        }
        assertThat(bench.fixture.stub.requests())
                .extracting(request -> request.header("X-Cursor"))
                .containsExactly("none", "c1", "c2");
    }

    @Test
    void theSameCursorTwiceEndsInAnException() throws IOException {
        bench.fixture.stub.when("POST", "/graphql").respond(connection(true, "c1"), connection(true, "c1"));
        try (Pages pages = Pages.of(calls(By.WRAP, Paging.graphQl()), query("none"), PagesTest::query)) {
            pages.next();
            pages.next();
            assertThatIOException().isThrownBy(pages::next).withMessageContaining("same cursor");
        }
        assertThat(sent()).isEqualTo(2);
    }

    @Test
    void aCursorNeedsAFunctionAndAPostCannotGoToAnAddress() throws IOException {
        bench.fixture.stub.when("GET", "/graphql").respond(connection(true, "c1"));
        bench.fixture
                .stub
                .when("POST", "/graphql")
                .respond(StubAnswer.json(200, "{}").header("Link", "</graphql?page=2>; rel=next"));
        Call.Factory calls = calls(By.WRAP, Paging.linkHeader().or(Paging.graphQl()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pages.of(calls, post("/graphql")))
                .withMessageContaining("cursor -> request");
        try (Pages pages = Pages.of(calls, get("/graphql"))) {
            pages.next();
            assertThatIllegalStateException().isThrownBy(pages::next).withMessageContaining("cursor -> request");
        }
        try (Pages pages = Pages.of(calls, post("/graphql"), PagesTest::query)) {
            pages.next();
            assertThatIOException().isThrownBy(pages::next).withMessageContaining("POST");
        }
        assertThat(sent()).isEqualTo(2);
    }

    @Test
    void whatCannotBeReadIsSaidAndSoIsAWayThatThrows() throws IOException {
        serve(1);
        Call.Factory calls = calls(By.WRAP, Paging.NONE);
        Paging unreadable = (request, address, response, body) -> Optional.of(new Paging.Unreadable("no idea"));
        try (Pages pages = Pages.of(calls, get("/things")).by(unreadable)) {
            assertThat(pages.next().code()).isEqualTo(200);
            assertThatIOException().isThrownBy(pages::next).withMessage("no idea");
        }
        Paging throwing = (request, address, response, body) -> {
            throw new IllegalStateException("oops");
        };
        try (Pages pages = Pages.of(calls, get("/things")).by(throwing)) {
            assertThat(pages.next().code()).isEqualTo(200);
            assertThatIOException().isThrownBy(pages::next).havingCause().withMessage("oops");
        }
    }

    // ---- whose they are, and how they end

    @Test
    void aClientWithoutTheRulesIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pages.of(new OkHttpClient(), get("/things")))
                .withMessageContaining("ResilientOkHttp.wrap");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pages.of(request -> new OkHttpClient().newCall(request), get("/things")))
                .withMessageContaining("ResilientOkHttp.callFactory");
    }

    @Test
    void aProviderOfWhoseListsNothingIsKnownIsRefusedBeforeItIsAsked() {
        try (Pages pages = Pages.of(calls(By.WRAP, Paging.NONE), get("/things"))) {
            assertThatIllegalStateException()
                    .isThrownBy(pages::next)
                    .withMessageContaining("acme")
                    .withMessageContaining("Pages.by(Paging.linkHeader())");
        }
        assertThat(sent()).isZero();
    }

    @Test
    void aHostThatIsLeftAloneHasPagesToo() throws IOException {
        serve(2);
        Fairlead rules = Fairlead.builder()
                .ticker(bench.fixture.ticker)
                .otherHosts(Policy.PASS_THROUGH)
                .build();
        try (Pages pages = Pages.of(bench.calls(CallMaker.FACTORY, rules), get("/things"))
                .by(Paging.linkHeader())
                .within(ofSeconds(1))) {
            pages.next();
            pages.next();
            assertThat(pages.hasNext()).isFalse();
        }
    }

    @Test
    void whatIsSetIsCheckedAndSetBeforeTheFirstPage() throws IOException {
        serve(1);
        Call.Factory calls = calls(By.WRAP, Paging.linkHeader());
        try (Pages pages = Pages.of(calls, get("/things?token=canary"))) {
            assertThatIllegalArgumentException().isThrownBy(() -> pages.within(Duration.ZERO));
            assertThatIllegalArgumentException().isThrownBy(() -> pages.within(ofSeconds(-1)));
            assertThatIllegalArgumentException().isThrownBy(() -> pages.maxPages(0));
            assertThatIllegalArgumentException().isThrownBy(() -> pages.maxBodyBytes(0));
            pages.within(ofSeconds(Long.MAX_VALUE)).maxPages(1).maxBodyBytes(1);
            assertThat(pages.next().code()).isEqualTo(200);
            assertThatIllegalStateException().isThrownBy(() -> pages.within(ofSeconds(1)));
            assertThatIllegalStateException().isThrownBy(() -> pages.maxPages(1));
            assertThatIllegalStateException().isThrownBy(() -> pages.maxBodyBytes(1));
            assertThatIllegalStateException().isThrownBy(() -> pages.by(Paging.NONE));
            assertThat(pages).hasToString("Pages{GET api.acme.com, 1 so far}");
        }
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void anEarlyEndTouchesNoOtherCall(By by) throws Exception {
        serve(9);
        bench.fixture
                .stub
                .when("GET", "/others")
                .respond(StubAnswer.status(429).header("Retry-After", "2"), page(1, 1));
        Call.Factory calls = calls(by, Paging.linkHeader());
        Pages pages = Pages.of(calls, get("/things"));
        Response second = pages.next();
        CountedCallback other = bench.enqueue(calls.newCall(get("/others")));
        by.maker.awaitWaiting(bench.fixture.ticker, 1);

        pages.close();

        assertThat(pages.hasNext()).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(pages::next);
        assertThatIllegalStateException().isThrownBy(() -> second.body().string());
        bench.fixture.ticker.advance(ofSeconds(2));
        try (Response answer = other.response()) {
            assertThat(answer.code()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void closingFromAnotherThreadBreaksOffThePageUnderWay(By by) {
        bench.fixture.stub.when("GET", "/things").respond(StubAnswer.status(429).header("Retry-After", "20"));
        Pages pages = Pages.of(calls(by, Paging.linkHeader()), get("/things"));
        Future<Response> page = callers.submit(pages::next);
        bench.fixture.ticker.awaitParked(1);

        pages.close();

        assertThatThrownBy(() -> page.get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(IOException.class)
                .hasRootCauseMessage("Canceled");
        assertThat(bench.fixture.ticker.elapsed()).isZero();
    }

    /** What comes next stands in the body, and that stops half way. */
    @ParameterizedTest
    @EnumSource(By.class)
    void closingFromAnotherThreadBreaksOffAPageThatIsRead(By by) throws Exception {
        bench.fixture
                .stub
                .when("GET", "/things")
                .respond(StubAnswer.json(200, "{\"next\":\"/things?page=2\"}").stallDuringBody());
        CountDownLatch reading = new CountDownLatch(1);
        Paging slow = (request, address, response, body) -> {
            reading.countDown();
            body.get();
            return Optional.empty();
        };
        Pages pages = Pages.of(calls(by, slow), get("/things"));
        Future<Response> page = callers.submit(pages::next);
        assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();

        pages.close();

        assertThatThrownBy(() -> page.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void aStreamIsAsLazyAndItsExceptionsAreUnchecked(By by) {
        serve(5);
        Call.Factory calls = calls(by, Paging.linkHeader());
        try (Stream<Response> pages = Pages.of(calls, get("/things")).maxPages(3).stream()) {
            assertThat(pages.limit(2).map(PagesTest::text)).containsExactly("{\"page\":1}", "{\"page\":2}");
        }
        assertThat(sent()).isEqualTo(2);
        try (Stream<Response> pages = Pages.of(calls, get("/things")).maxPages(3).stream()) {
            List<String> seen = new ArrayList<>();
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> pages.map(PagesTest::text).forEach(seen::add))
                    .withMessageContaining("more than 3 pages");
            assertThat(seen).hasSize(3);
        }
    }

    private static String text(Response page) {
        try {
            return page.body().string();
        } catch (IOException unexpected) {
            throw new UncheckedIOException(unexpected);
        }
    }
}
