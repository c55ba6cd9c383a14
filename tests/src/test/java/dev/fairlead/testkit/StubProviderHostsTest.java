package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import okhttp3.CertificatePinner;
import okhttp3.Handshake;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that call real addresses and reach the stub. */
@Timeout(60)
class StubProviderHostsTest {
    private final OkHttpClient application =
            new OkHttpClient.Builder().retryOnConnectionFailure(false).build();

    @AutoClose
    private final StubProvider stub = StubProvider.start("api.acme.example", "Uploads.acme.example", "*.shops.example");

    @Test
    void aRealHttpsCallArrivesOverHttp2() throws IOException {
        stub.when("POST", "/charges").respond(StubAnswer.json(201, "{\"id\":1}"));
        Request request = new Request.Builder()
                .url("https://api.acme.example/charges")
                .post(RequestBody.create("{\"amount\":12}", MediaType.get("application/json")))
                .build();
        try (Response response = stub.reroute(application).newCall(request).execute()) {
            assertThat(response.code()).isEqualTo(201);
            assertThat(response.protocol()).isEqualTo(Protocol.HTTP_2);
            assertThat(response.request().url().toString()).isEqualTo("https://api.acme.example/charges");
            assertThat(response.handshake())
                    .isNotNull()
                    .extracting(Handshake::tlsVersion)
                    .isNotNull();
            assertThat(response.body().string()).isEqualTo("{\"id\":1}");
        }
        StubRequest seen = stub.requests().get(0);
        assertThat(seen.method()).isEqualTo("POST");
        assertThat(seen.host()).isEqualTo("api.acme.example");
        assertThat(seen.body()).isEqualTo("{\"amount\":12}");
        assertThat(seen.protocol()).isEqualTo("HTTP/2");
        assertThat(seen.serverNames()).containsExactly("api.acme.example");
        assertThat(seen.headers().names()).noneMatch(name -> name.startsWith(":"));
    }

    @Test
    void theClientMayPreferHttp1() throws IOException {
        OkHttpClient client = stub.reroute(
                application.newBuilder().protocols(List.of(Protocol.HTTP_1_1)).build());
        call(client, "https://api.acme.example/");
        assertThat(stub.requests().get(0).protocol()).isEqualTo("HTTP/1.1");
        assertThat(stub.requests().get(0).serverNames()).containsExactly("api.acme.example");
    }

    @Test
    void theStubMayOfferHttp1Alone() throws IOException {
        try (StubProvider http1 =
                StubProvider.builder().hosts("api.acme.example").http1().start()) {
            call(http1.reroute(application), "https://api.acme.example/");
            assertThat(http1.requests().get(0).protocol()).isEqualTo("HTTP/1.1");
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP/2", "HTTP/1.1"})
    void pooledConnectionsAreReusedPerHost(String protocol) throws IOException {
        OkHttpClient client = stub.reroute(application
                .newBuilder()
                .protocols(
                        protocol.equals("HTTP/2")
                                ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1)
                                : List.of(Protocol.HTTP_1_1))
                .build());
        for (int i = 0; i < 3; i++) {
            call(client, "https://api.acme.example/");
            call(client, "https://uploads.acme.example/");
        }
        assertThat(stub.requests()).extracting(StubRequest::protocol).containsOnly(protocol);
        assertThat(stub.requests()).extracting(StubRequest::connection).containsExactly(0, 1, 0, 1, 0, 1);
        assertThat(stub.requests())
                .extracting(StubRequest::host)
                .containsSequence("api.acme.example", "uploads.acme.example");
        assertThat(stub.requests())
                .allSatisfy(request -> assertThat(request.serverNames()).containsExactly(request.host()));
    }

    @Test
    void aWildcardClaimsOneLabel() throws IOException {
        OkHttpClient client = stub.reroute(application);
        call(client, "https://one.shops.example/");
        call(client, "https://two.shops.example/");
        assertThat(stub.requests())
                .extracting(StubRequest::host)
                .containsExactly("one.shops.example", "two.shops.example");
        assertUnclaimed(client, "https://a.b.shops.example/", "a.b.shops.example");
        assertUnclaimed(client, "https://shops.example/", "shops.example");
    }

    @Test
    void theUrlIsThatOfTheFirstHost() throws IOException {
        assertThat(stub.url("/a?b=c")).hasToString("https://api.acme.example/a?b=c");
        try (StubProvider shops = StubProvider.start("*.shops.example")) {
            call(shops.reroute(application), shops.url("/").toString());
            assertThat(shops.requestCount()).isOne();
        }
    }

    @Test
    void whatNobodyClaimsFailsLoudly() {
        OkHttpClient client = stub.reroute(application);
        assertUnclaimed(client, "https://api.other.example/", "api.other.example");
        assertUnclaimed(client, "http://api.other.example/", "api.other.example");
        // An address in the URL asks no DNS. One that is routed nowhere, in case this goes wrong.
        assertUnclaimed(client, "https://192.0.2.7/", "192.0.2.7");
        assertUnclaimed(client, "http://localhost:1/", "localhost");
        assertThatThrownBy(() -> call(client, "http://api.acme.example/")).hasMessageContaining("speaks https only");
        assertThat(stub.requests()).isEmpty();
    }

    @Test
    void aRedirectToAHostThatNobodyClaimsFailsLoudly() throws IOException {
        OkHttpClient client = stub.reroute(application);
        stub.when("GET", "/here")
                .respond(StubAnswer.status(302).header("Location", "https://uploads.acme.example/there"));
        stub.when("GET", "/away").respond(StubAnswer.status(302).header("Location", "https://other.example/there"));
        stub.when("GET", "/there").respond(StubAnswer.status(200));
        assertThat(call(client, "https://api.acme.example/here")).isEqualTo(200);
        assertThat(stub.requests("GET", "/there").get(0).host()).isEqualTo("uploads.acme.example");
        assertUnclaimed(client, "https://api.acme.example/away", "other.example");
    }

    @Test
    void theInterceptorMayStandBeforeOthersThatProceedMoreThanOnce() throws IOException {
        stub.when("GET", "/").respond(StubAnswer.status(503), StubAnswer.status(200));
        OkHttpClient client = application
                .newBuilder()
                .addInterceptor(stub.interceptor())
                .addInterceptor(chain -> {
                    chain.proceed(chain.request()).close();
                    return chain.proceed(chain.request());
                })
                .build();
        assertThat(call(client, "https://api.acme.example/")).isEqualTo(200);
        assertThat(stub.requests()).extracting(StubRequest::connection).containsExactly(0, 0);
    }

    @Test
    void theInterceptorMayStandBehindOthersThatProceedMoreThanOnce() throws IOException {
        stub.when("GET", "/").respond(StubAnswer.status(503), StubAnswer.status(200));
        OkHttpClient client = stub.reroute(application
                .newBuilder()
                .addInterceptor(chain -> {
                    chain.proceed(chain.request()).close();
                    return chain.proceed(chain.request());
                })
                .build());
        assertThat(call(client, "https://api.acme.example/")).isEqualTo(200);
        assertThat(stub.requests()).extracting(StubRequest::connection).containsExactly(0, 0);
    }

    @Test
    void severalStubsMayServeOneClientInAnyOrder() throws IOException {
        try (StubProvider other = StubProvider.start("api.other.example")) {
            List<OkHttpClient> clients = new ArrayList<>();
            clients.add(other.reroute(stub.reroute(application)));
            clients.add(stub.reroute(other.reroute(application)));
            for (OkHttpClient client : clients) {
                call(client, "https://api.acme.example/");
                call(client, "https://api.other.example/");
                assertThatThrownBy(() -> call(client, "https://third.example/"))
                        .isInstanceOf(UnknownHostException.class);
            }
            assertThat(stub.requests())
                    .extracting(StubRequest::host)
                    .containsExactly("api.acme.example", "api.acme.example");
            assertThat(other.requests()).hasSize(2);
        }
    }

    @Test
    void pinsAndProxiesOfTheApplicationAreForTheRealNetwork() throws IOException {
        OkHttpClient client = stub.reroute(application
                .newBuilder()
                .proxy(new Proxy(Proxy.Type.HTTP, new InetSocketAddress("proxy.example", 3128)))
                .certificatePinner(new CertificatePinner.Builder()
                        .add("api.acme.example", "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
                        .build())
                .build());
        call(client, "https://api.acme.example/");
        assertThat(stub.requestCount()).isOne();
    }

    @Test
    void theApplicationsClientStaysAsItIs() {
        stub.reroute(application);
        assertThat(application.interceptors()).isEmpty();
    }

    private static void assertUnclaimed(OkHttpClient client, String url, String host) {
        assertThatThrownBy(() -> call(client, url))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageStartingWith(host + " is not claimed by the stub");
    }

    private static int call(OkHttpClient client, String url) throws IOException {
        try (Response response =
                client.newCall(new Request.Builder().url(url).build()).execute()) {
            response.body().bytes();
            return response.code();
        }
    }
}
