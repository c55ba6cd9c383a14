package dev.fairlead.okhttp;

import dev.fairlead.Ticker;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * One OkHttp call of a {@link FactoryDriver}: an attempt, or a question to the cache. It may stand in the dispatcher's queue,
 * and be given up there. Thread-safe: whoever moves its state decides.
 */
final class Flight implements Callback {
    private static final int QUEUED = 0;
    private static final int UNDER_WAY = 1;
    private static final int LANDED = 2;
    private static final int ABANDONED = 3;

    private final FactoryDriver driver;
    final Call okHttpCall;
    /** Whether only the cache is asked. */
    final boolean isQuestion;

    private final AtomicInteger state = new AtomicInteger(QUEUED);

    /** Whether it stood in the queue, so that its attempt begins later than it was sent. */
    volatile boolean wasQueued;

    private volatile boolean deadlinePassed;
    private volatile Ticker.@Nullable Timer queueTimer;

    /** Written before {@code LANDED}. */
    @Nullable Response answer;

    @Nullable IOException failure;

    Flight(FactoryDriver driver, Call okHttpCall, boolean isQuestion) {
        this.driver = driver;
        this.okHttpCall = okHttpCall;
        this.isQuestion = isQuestion;
    }

    boolean begin() {
        boolean begun = state.compareAndSet(QUEUED, UNDER_WAY);
        stopQueueTimer();
        return begun;
    }

    /** The dispatcher has no place for it now; its deadline goes on. */
    void queued() {
        wasQueued = true;
        queueTimer = driver.execution()
                .ticker()
                .schedule(this::onDeadline, driver.execution().remainingNanos());
        if (state.get() != QUEUED) {
            stopQueueTimer();
        }
    }

    private void onDeadline() {
        deadlinePassed = true;
        driver.wake();
    }

    private void stopQueueTimer() {
        Ticker.Timer running = queueTimer;
        if (running != null) {
            running.cancel();
        }
    }

    boolean isToBeAbandoned() {
        return state.get() == QUEUED && (driver.isCanceled() || deadlinePassed);
    }

    boolean abandon() {
        boolean left = state.compareAndSet(QUEUED, ABANDONED);
        stopQueueTimer();
        return left;
    }

    boolean hasLanded() {
        return state.get() == LANDED;
    }

    @Override
    public void onResponse(Call landed, Response response) {
        answer = response;
        land();
    }

    @Override
    public void onFailure(Call landed, IOException thrown) {
        failure = thrown;
        land();
    }

    private void land() {
        if (state.getAndUpdate(now -> now == ABANDONED ? ABANDONED : LANDED) == ABANDONED) {
            Response late = answer;
            if (late != null) {
                late.close();
            }
            return;
        }
        stopQueueTimer();
        driver.landed();
    }
}
