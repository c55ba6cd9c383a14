package dev.fairlead;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ManualTicker;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is learned of a silent provider, in exact numbers. Answers take no time. The clock wraps after its first second. */
class LearnedRateTest {
    private static final long PAUSE_MILLIS = 1_000;

    private final ManualTicker ticker = new ManualTicker();
    private final LearnedRate rate = new LearnedRate();

    private long now() {
        return ticker.nanoTime();
    }

    /** So many are served one after the other in a time, while more would like to go. */
    private void served(int requests, long millis) {
        for (int each = 0; each < requests; each++) {
            ticker.advance(ofMillis(millis / requests));
            rate.pressed(now());
            rate.served(1, now(), now());
        }
    }

    /** How long to pause in milliseconds; negative for not at all. */
    private long throttled() {
        long nanos = rate.throttled(now(), ofMillis(PAUSE_MILLIS).toNanos(), now());
        return nanos < 0 ? nanos : nanos / 1_000_000;
    }

    private double perSecond() {
        return Math.round(1e10 / rate.pace().intervalNanos()) / 10.0;
    }

    /** A first guess: eight in a second, and a full bucket had about a second's worth besides. */
    @BeforeEach
    void guessFour() {
        rate.served(1, now(), now());
        served(7, 700);
        ticker.advance(ofMillis(300));
        assertThat(rate.pace()).as("nothing is known before a throttle").isNull();
        assertThat(throttled()).as("the pace holds everybody back").isEqualTo(ServerBucket.NO_PAUSE);
        assertThat(perSecond()).isEqualTo(4.0);
    }

    @Test
    void afterAThrottleNothingGoesForThreePermitsTime() {
        assertThat(rate.pace().take(1, now())).isEqualTo(ofMillis(750).toNanos());
        ticker.advance(ofMillis(750));
        assertThat(rate.pace().take(1, now())).isZero();
        assertThat(rate.pace().take(1, now())).isEqualTo(ofMillis(250).toNanos());
    }

    @Test
    void whatWasServedBetweenTwoThrottlesIsTheRate() {
        served(100, 10_000);
        throttled();
        assertThat(perSecond()).as("ten, and a little less").isEqualTo(9.8);
    }

    @Test
    void alsoOfASlowProvider() {
        served(20, 40_000);
        throttled();
        assertThat(perSecond()).isEqualTo(0.5);
    }

    @Test
    void afterTenMinutesWithoutACallItIsForgotten() {
        ticker.advance(Duration.ofMinutes(9));
        rate.served(1, now(), now());
        assertThat(rate.pace()).isNotNull();
        ticker.advance(Duration.ofMinutes(10).plusMillis(1));
        rate.served(1, now(), now());
        assertThat(rate.pace()).isNull();
    }

    @Test
    void thenItGrowsHardlyAndThenFaster() {
        served(100, 10_000);
        throttled();
        // A unit is 25 requests, as they take two and a half seconds.
        served(25, 2_500);
        assertThat(perSecond()).as("0.98 + 0.06 + 0.01").isEqualTo(10.5);
        served(25, 2_500);
        assertThat(perSecond()).as("0.98 + 0.12 + 0.08").isEqualTo(11.8);
        served(12, 1_200);
        assertThat(perSecond()).as("beyond that it doubles every half unit").isBetween(20.0, 24.0);
        served(1, 100);
        assertThat(perSecond()).as("but not beyond twice what is sent").isEqualTo(20.0);
    }

    @Test
    void itDoesNotGrowWhileNobodyHasToWait() {
        served(100, 10_000);
        throttled();
        ticker.advance(ofSeconds(2));
        for (int each = 0; each < 200; each++) {
            ticker.advance(ofMillis(10));
            rate.served(1, now(), now());
        }
        assertThat(perSecond()).isEqualTo(9.8);
    }

    @Test
    void anotherThrottleMeasuresAgain() {
        served(100, 10_000);
        throttled();
        served(60, 7_500);
        throttled();
        assertThat(perSecond()).as("eight").isEqualTo(7.8);
    }

    @Test
    void aThrottleThatComesTooEarlyIsSomebodyElse() {
        served(100, 10_000);
        throttled();
        served(18, 1_800);
        throttled();
        // 18 of a unit of 25: 0.98 + 0.0432 + 0.0037 of ten is the rate then, and three quarters of that are left.
        assertThat(perSecond()).isEqualTo(7.5);
    }

    @Test
    void tooLittleToMeasureIsEnoughToSlowDown() {
        served(100, 10_000);
        throttled();
        served(1, 5_000);
        throttled();
        assertThat(perSecond()).as("half at the least").isEqualTo(4.8);
    }

    @Test
    void throttlesOfRequestsSentBeforeAreOneThrottle() {
        long before = now() - 1;
        assertThat(rate.throttled(before, ofMillis(PAUSE_MILLIS).toNanos(), now()))
                .isEqualTo(ServerBucket.NO_PAUSE);
        assertThat(perSecond()).isEqualTo(4.0);
        rate.served(1, before, now());
        served(100, 10_000);
        throttled();
        assertThat(perSecond()).as("nor do they count as served").isEqualTo(9.8);
    }

    @Test
    void whileNothingIsServedPausesDoubleToSixteenTimes() {
        served(1, 10);
        assertThat(throttled()).isEqualTo(ServerBucket.NO_PAUSE);
        for (long expected : new long[] {2_000, 4_000, 8_000, 16_000, 16_000}) {
            ticker.advance(ofMillis(1));
            assertThat(throttled()).isEqualTo(expected);
        }
        ticker.advance(ofMillis(1));
        served(1, 10);
        assertThat(throttled()).as("something was served").isEqualTo(ServerBucket.NO_PAUSE);
    }

    @Test
    void aResetForgetsIt() {
        rate.reset();
        assertThat(rate.pace()).isNull();
        assertThat(rate.isIdle()).isTrue();
    }

    // ---- how many at once

    @Test
    void tooManyAtOnceMeansThreeQuartersOfThem() {
        ticker.advance(ofMillis(1));
        long pause = rate.tooManyAtOnce(now(), 15, ofMillis(PAUSE_MILLIS).toNanos(), now());
        assertThat(pause)
                .as("a tenth, as others will be back soon")
                .isEqualTo(ofMillis(100).toNanos());
        assertThat(rate.mostAtOnce(true, now())).isEqualTo(12);
        assertThat(perSecond()).as("the rate stays").isEqualTo(4.0);
        ticker.advance(ofMillis(1));
        rate.tooManyAtOnce(now(), 15, ofMillis(PAUSE_MILLIS).toNanos(), now());
        assertThat(rate.mostAtOnce(true, now())).isEqualTo(9);
        for (int each = 0; each < 20; each++) {
            ticker.advance(ofMillis(1));
            rate.tooManyAtOnce(now(), 0, ofMillis(PAUSE_MILLIS).toNanos(), now());
        }
        assertThat(rate.mostAtOnce(true, now())).as("one at least").isEqualTo(1);
    }

    @Test
    void complaintsOfRequestsSentBeforeAreOneComplaint() {
        ticker.advance(ofMillis(1));
        long taken = now();
        ticker.advance(ofMillis(1));
        rate.tooManyAtOnce(taken, 15, ofMillis(PAUSE_MILLIS).toNanos(), now());
        assertThat(rate.tooManyAtOnce(taken, 14, ofMillis(PAUSE_MILLIS).toNanos(), now()))
                .isEqualTo(ServerBucket.NO_PAUSE);
        assertThat(rate.mostAtOnce(true, now())).isEqualTo(12);
    }

    @Test
    void itGrowsByOneWhenAllOfThemWereServedEightTimes() {
        ticker.advance(ofMillis(1));
        rate.tooManyAtOnce(now(), 3, ofMillis(PAUSE_MILLIS).toNanos(), now());
        assertThat(rate.mostAtOnce(true, now())).isEqualTo(3);
        served(23, 230);
        assertThat(rate.mostAtOnce(true, now())).isEqualTo(3);
        served(1, 10);
        assertThat(rate.mostAtOnce(true, now())).isEqualTo(4);
        served(32, 320);
        assertThat(rate.mostAtOnce(true, now())).isEqualTo(5);
    }
}
