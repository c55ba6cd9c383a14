package dev.fairlead.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.ApiVersions;
import dev.fairlead.CallOptions;
import dev.fairlead.Fairlead;
import dev.fairlead.GraphQlDocument;
import dev.fairlead.Provider;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubRequest;
import java.io.IOException;
import java.util.List;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the rules add to a request: an idempotency key and a version. And what they look for in its body. */
class RequestAdditionsTest {
    private static final MediaType JSON = MediaType.get("application/json");

    @AutoClose
    private final Fixture fixture = new Fixture();

    private final Provider acme = Provider.builder("acme")
            .hosts(Fixture.HOST)
            .giveKeyTo(request -> request.method().equals("POST"))
            .versions(ApiVersions.inHeader("Acme-Version", "Acme-Version"))
            .replaySafe(request -> GraphQlDocument.isRepeatable(request, null))
            .build()
            .apiVersion("2026-04");

    @BeforeEach
    void timePasses() {
        fixture.ticker.autoAdvance();
    }

    private OkHttpClient client(Provider provider) {
        return ResilientOkHttp.wrap(
                fixture.stub.reroute(new OkHttpClient()),
                Fairlead.builder().ticker(fixture.ticker).provider(provider).build());
    }

    private List<String> sent(String header) {
        return fixture.stub.requests().stream()
                .map((StubRequest request) -> String.valueOf(request.header(header)))
                .toList();
    }

    private static void send(CallStyle style, OkHttpClient client, Request request) throws IOException {
        try (Response response = style.call(client, request).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void allAttemptsCarryOneKey(CallStyle style) throws IOException {
        fixture.stub
                .when("POST", "/things")
                .respond(StubAnswer.status(502), StubAnswer.status(503), StubAnswer.status(200));
        OkHttpClient client = client(acme);
        send(style, client, Fixture.post("/things"));
        send(style, client, Fixture.post("/things"));
        List<String> keys = sent("Idempotency-Key");
        assertThat(keys).hasSize(4);
        assertThat(keys.subList(0, 3)).containsOnly(keys.get(0)).doesNotContain("null");
        assertThat(keys.get(3)).as("another call").isNotEqualTo(keys.get(0));
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aKeyOfTheCallersOwnWins(CallStyle style) throws IOException {
        fixture.stub.when("POST", "/things").respond(StubAnswer.status(200));
        OkHttpClient client = client(acme);
        Request request = Fixture.post("/things")
                .newBuilder()
                .tag(CallOptions.class, CallOptions.NONE.withIdempotencyKey("order-17"))
                .build();
        send(style, client, request);
        send(
                style,
                client,
                request.newBuilder().header("Idempotency-Key", "mine").build());
        assertThat(sent("Idempotency-Key")).containsExactly("order-17", "mine");
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void thePinnedVersionIsSentUnlessTheRequestHasOne(CallStyle style) throws IOException {
        fixture.stub.when("GET", "/things").respond(StubAnswer.status(200));
        OkHttpClient client = client(acme);
        send(style, client, Fixture.get("/things"));
        send(
                style,
                client,
                Fixture.get("/things")
                        .newBuilder()
                        .header("Acme-Version", "2025-01")
                        .build());
        assertThat(sent("Acme-Version")).containsExactly("2026-04", "2025-01");
    }

    @Test
    void anOuterInterceptorThatProceedsAgainKeepsTheKey() throws IOException {
        fixture.stub.when("POST", "/things").respond(StubAnswer.status(400), StubAnswer.status(200));
        OkHttpClient client = client(acme);
        OkHttpClient.Builder outer = client.newBuilder();
        outer.interceptors().add(0, chain -> {
            chain.proceed(chain.request()).close();
            return chain.proceed(chain.request());
        });
        send(CallStyle.EXECUTE, outer.build(), Fixture.post("/things"));
        List<String> keys = sent("Idempotency-Key");
        assertThat(keys).hasSize(2).containsOnly(keys.get(0));
    }

    /** One retries, and one behind it adds a header each time: to the provider all that is one operation. */
    @Test
    void aRequestThatOuterInterceptorsMakeAnewKeepsTheKey() throws IOException {
        fixture.stub.when("POST", "/things").respond(StubAnswer.status(400));
        OkHttpClient.Builder outer = client(acme).newBuilder();
        int[] tries = new int[1];
        outer.interceptors()
                .add(
                        0,
                        chain -> chain.proceed(chain.request()
                                .newBuilder()
                                .header("X-Try", "" + ++tries[0])
                                .build()));
        outer.interceptors().add(0, chain -> {
            chain.proceed(chain.request()).close();
            chain.proceed(chain.request()).close();
            chain.proceed(chain.request()).close();
            RequestBody corrected = RequestBody.create("{\"amount\":2}", JSON);
            return chain.proceed(chain.request().newBuilder().post(corrected).build());
        });
        outer.build().newCall(Fixture.post("/things")).execute().close();
        List<String> keys = sent("Idempotency-Key");
        assertThat(keys).hasSize(4);
        assertThat(keys.subList(0, 3)).containsOnly(keys.get(0)).doesNotContain("null");
        assertThat(keys.get(3)).as("a corrected one").isNotEqualTo(keys.get(0));
    }

    private static Request graphQl(RequestBody body) {
        return new Request.Builder()
                .url("https://" + Fixture.HOST + "/graphql")
                .post(body)
                .build();
    }

    @ParameterizedTest
    @EnumSource(CallStyle.class)
    void aQueryIsToldFromAMutationByItsBody(CallStyle style) throws IOException {
        OkHttpClient client = client(acme.toBuilder().idempotencyHeader(null).build());
        fixture.stub.when("POST", "/graphql").respond(StubAnswer.status(502), StubAnswer.status(200));
        send(style, client, graphQl(RequestBody.create("{\"query\":\"{ shop { name } }\"}", JSON)));
        assertThat(fixture.stub.requests()).hasSize(2);
        fixture.stub.when("POST", "/graphql").respond(StubAnswer.status(502), StubAnswer.status(200));
        try (Response response = style.call(
                        client, graphQl(RequestBody.create("{\"query\":\"mutation { pay }\"}", JSON)))
                .execute()) {
            assertThat(response.code()).isEqualTo(502);
        }
    }

    @Test
    void aBodyThatCanBeSentOnceIsNotLookedInto() throws IOException {
        fixture.stub.when("POST", "/graphql").respond(StubAnswer.status(200));
        byte[] query = "{\"query\":\"{ a }\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        int[] written = new int[1];
        RequestBody once = new RequestBody() {
            @Override
            public MediaType contentType() {
                return JSON;
            }

            @Override
            public boolean isOneShot() {
                return true;
            }

            @Override
            public long contentLength() {
                return query.length;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                written[0]++;
                sink.write(query);
            }
        };
        send(CallStyle.EXECUTE, client(acme), graphQl(once));
        assertThat(written[0]).isEqualTo(1);
    }
}
