package dev.fairlead;

import static dev.fairlead.Stage.GET;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Whatever comes from outside, the number of keys and hosts is bounded, and nothing that matters is forgotten. */
class BoundedStateTest {
    private static final int HARD_CAP = RouteTable.KeyCount.HARD_CAP;

    private final Stage stage = Stage.set();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Fairlead.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private Level before;

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
        before = logger.getLevel();
        logger.setLevel(Level.WARN);
    }

    @AfterEach
    void stopListening() {
        logger.setLevel(before);
        logger.detachAppender(log);
    }

    private Route route(AskedHead head) {
        return stage.fairlead().begin(head, CallOptions.NONE, 0, Fairlead.NO_CLIENT_TIMEOUT, null, () -> {}).route;
    }

    private int keys() {
        return stage.fairlead().keys().size();
    }

    @Test
    void twoHundredThousandCredentialsAtOnceShareOneKeyBeyondTheCap() {
        QuotaKey paused = stage.keys(Stage.as(GET, "paused"))[0];
        paused.pause(ofMinutes(30).toNanos());
        for (int credential = 0; credential < 200_000; credential++) {
            route(Stage.as(GET, "c" + credential));
        }
        assertThat(keys()).as("the overflow key is one more").isBetween(HARD_CAP, HARD_CAP + 1);
        assertThat(stage.keys(Stage.as(GET, "paused"))[0]).isSameAs(paused);
        assertThat(paused.pausedForNanos(stage.ticker.nanoTime())).isPositive();
        assertThat(route(Stage.as(GET, "one more"))).isSameAs(route(Stage.as(GET, "and another")));
        assertThat(log.list)
                .filteredOn(event -> event.getFormattedMessage().contains("100000 keys"))
                .hasSize(1);

        // Once they are idle there is room again, and only what matters is still there.
        stage.ticker.advance(ofMinutes(3));
        QuotaKey own = stage.keys(Stage.as(GET, "late"))[0];
        assertThat(own).isNotSameAs(stage.keys(Stage.as(GET, "later"))[0]);
        assertThat(keys()).isLessThan(10);
        assertThat(stage.keys(Stage.as(GET, "paused"))[0]).isSameAs(paused);
        assertThat(paused.pausedForNanos(stage.ticker.nanoTime())).isPositive();
    }

    /** More than any user has. As many as there is room for keep a key of their own. */
    @Test
    void aMillionCredentialsNeedLittleMemoryAndForgetNoPause() {
        QuotaKey paused = stage.keys(Stage.as(GET, "paused"))[0];
        paused.pause(ofMinutes(30).toNanos());
        long before = usedBytes();
        long most = 0;
        for (int credential = 0; credential < 1_000_000; credential++) {
            stage.run(Stage.as(GET, "c" + credential), credential < HARD_CAP ? Reply.left(5, 60) : Reply.status(200));
            stage.events.clear();
            if (credential % 250_000 == 249_999) {
                most = Math.max(most, usedBytes() - before);
            }
        }
        assertThat(keys()).isBetween(HARD_CAP, HARD_CAP + 1);
        assertThat(most / 1_000_000)
                .as("megabytes of %s keys, of which each has a window", HARD_CAP)
                .isBetween(10L, 300L);
        assertThat(stage.keys(Stage.as(GET, "paused"))[0]).isSameAs(paused);
        assertThat(paused.pausedForNanos(stage.ticker.nanoTime()))
                .isEqualTo(ofMinutes(30).toNanos());
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int each = 0; each < 3; each++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    @Test
    void idleKeysAreForgottenBeyondTheSoftCap() {
        for (int credential = 0; credential < 50_000; credential++) {
            route(Stage.as(GET, "c" + credential));
            stage.ticker.advance(Duration.ofMillis(50));
        }
        assertThat(keys()).isLessThan(RouteTable.KeyCount.SOFT_CAP + 1_100);
        assertThat(log.list).isEmpty();
    }

    @Test
    void aKeyIsKeptWhileItIsPausedOrItsWindowOrRateSaysSomething() {
        stage.policy(policy -> policy.withRateLimit(1, ofMinutes(10), 1));
        QuotaKey paused = stage.keys(Stage.as(GET, "paused"))[0];
        QuotaKey windowed = stage.keys(Stage.as(GET, "windowed"))[0];
        QuotaKey rated = stage.keys(Stage.as(GET, "rated"))[0];
        QuotaKey idle = stage.keys(Stage.as(GET, "idle"))[0];
        paused.pause(ofMinutes(10).toNanos());
        stage.run(Stage.as(GET, "windowed"), Reply.left(0, 600));
        stage.run(Stage.as(GET, "rated"), Reply.status(200));
        long soon = stage.ticker.nanoTime() + ofMinutes(1).toNanos();
        assertThat(idle.isForgettable(soon)).as("it takes two minutes").isFalse();
        stage.ticker.advance(ofMinutes(3));
        long later = stage.ticker.nanoTime();
        assertThat(List.of(paused, windowed, rated)).noneMatch(key -> key.isForgettable(later));
        assertThat(idle.isForgettable(later)).isTrue();
        stage.ticker.advance(ofMinutes(7));
        long end = stage.ticker.nanoTime();
        assertThat(List.of(paused, windowed, rated))
                .as("also a key to which nobody came back after its pause")
                .allMatch(key -> key.isForgettable(end));
    }

    @Test
    void aSweepKeepsKeysSharedByKindsOfRequests() {
        Stage two = Stage.set().provider(acme -> acme.quotas(request -> List.of(request.path())));
        AskedHead search = new AskedHead("GET", Stage.HOST, "/search");
        QuotaKey[] before = two.keys(search);
        two.keys(GET);
        before[1].pause(ofMinutes(30).toNanos());
        two.ticker.advance(ofMinutes(3));
        two.rules().routes().forgetIdle(two.ticker.nanoTime());
        assertThat(two.keys(search)).containsExactly(before);
        assertThat(two.keys(GET)[0]).isSameAs(before[0]);
        assertThat(two.rules().routes().existingKey(two.rules().routes().route(0, 0, List.of()), "/search"))
                .isSameAs(before[1]);
    }

    @Test
    void theSameKindOfRequestHasTheSameRoute() {
        Route first = route(Stage.as(GET, "a"));
        for (int credential = 0; credential < 1_000; credential++) {
            route(Stage.as(GET, "c" + credential));
        }
        assertThat(route(Stage.as(GET, "a")).keys[0]).isSameAs(first.keys[0]);
        assertThat(route(Stage.as(GET, "b")).keys[0]).isNotSameAs(first.keys[0]);
        assertThat(route(Stage.as(GET, "a"))).as("found, not made").isSameAs(route(Stage.as(GET, "a")));
    }

    @Test
    void aListThatTheProviderChangesAfterwardsIsNoTrap() {
        List<String> reused = new java.util.ArrayList<>();
        Stage sloppy = Stage.set()
                .provider(acme -> acme.quotas(request -> {
                    reused.clear();
                    reused.add(request.path());
                    return reused;
                }));
        assertThat(sloppy.keys(new AskedHead("GET", Stage.HOST, "/a"))[1].quota).isEqualTo("/a");
        assertThat(sloppy.keys(new AskedHead("GET", Stage.HOST, "/b"))[1].quota).isEqualTo("/b");
        assertThat(sloppy.keys(new AskedHead("GET", Stage.HOST, "/a"))[1].quota).isEqualTo("/a");
    }

    @Test
    void twentyThousandHostsShareRulesBeyondTheBound() {
        for (int host = 0; host < 20_000; host++) {
            stage.fairlead()
                    .begin(
                            new AskedHead("GET", "h" + host + ".example", "/"),
                            CallOptions.NONE,
                            0,
                            Fairlead.NO_CLIENT_TIMEOUT,
                            null,
                            () -> {});
        }
        Set<String> hosts = stage.fairlead().keys().stream().map(KeyInfo::host).collect(Collectors.toSet());
        assertThat(hosts).hasSizeBetween(10_000, 10_001).contains("*");
        assertThat(log.list)
                .filteredOn(event -> event.getFormattedMessage().contains("10000 hosts"))
                .hasSize(1);
        assertThat(keys()).isLessThan(10_010);
    }

    @Test
    void credentialsAndTenantsAreKeptApartAndNeverShown() {
        stage.run(Stage.as(GET, "secret-1"), Reply.status(200));
        stage.run(Stage.as(GET, "secret-2"), Reply.status(200));
        stage.run(GET, CallOptions.NONE.withTenant("secret-3"), Reply.status(200));
        stage.run(GET, Reply.status(200));
        assertThat(stage.fairlead().keys()).hasSize(4);
        assertThat(stage.fairlead().keys().toString() + stage.fairlead()).doesNotContain("secret");
        KeyInfo gone = new KeyInfo("kx", "acme", Stage.HOST, "", java.util.Optional.empty());
        assertThatThrownBy(() -> stage.fairlead().pause(gone, ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no key kx");
        assertThatThrownBy(() -> stage.fairlead().reset(gone)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> stage.fairlead().pause(stage.fairlead().keys().get(0), ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("negative");
    }
}
