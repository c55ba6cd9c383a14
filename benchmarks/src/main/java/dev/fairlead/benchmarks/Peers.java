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
import okhttp3.Call;
import okhttp3.Headers;
import okhttp3.OkHttpClient;

/**
 * The same client four times: bare, wrapped, by our factory, and with resilience4j's breaker, limiter and retry in an
 * interceptor, as its guides show. GitHub's provider, a listener installed. Thread-safe.
 */
final class Peers {
    final OkHttpClient bare;
    final OkHttpClient wrapped;
    final Call.Factory factory;
    final OkHttpClient handWired;

    Peers(OkHttpClient bare, String host) {
        this.bare = bare;
        Fairlead rules = Fairlead.builder()
                .provider(
                        host.equals("api.github.com")
                                ? GitHubProvider.create()
                                : GitHubProvider.create().host(host))
                .listener(new CallListener() {})
                .build();
        wrapped = ResilientOkHttp.wrap(bare, rules);
        factory = ResilientOkHttp.callFactory(bare, rules);
        handWired = handWired(bare);
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

    /** 25 fields of an answer. The quota is so large that a run does not reach its end. */
    static Headers answerHeaders() {
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
