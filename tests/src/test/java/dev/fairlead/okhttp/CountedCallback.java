package dev.fairlead.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** What a call told its caller, and how often: more than once is what no call may do. */
final class CountedCallback implements Callback {
    /** What the callback does once it has noted what it was told. */
    @FunctionalInterface
    interface Then {
        void run() throws IOException;
    }

    private final Then then;
    private final AtomicInteger times = new AtomicInteger();
    private final CountDownLatch told = new CountDownLatch(1);
    private volatile @Nullable Call call;
    private volatile @Nullable Response response;
    private volatile @Nullable IOException failure;
    private volatile @Nullable Thread thread;

    CountedCallback() {
        this(() -> {});
    }

    CountedCallback(Then then) {
        this.then = then;
    }

    @Override
    public void onResponse(Call answered, Response answer) throws IOException {
        response = answer;
        note(answered);
        then.run();
    }

    @Override
    public void onFailure(Call failed, IOException thrown) {
        failure = thrown;
        note(failed);
        try {
            then.run();
        } catch (IOException unexpected) {
            throw new AssertionError("a test lets onFailure throw what it cannot", unexpected);
        }
    }

    private void note(Call by) {
        call = by;
        thread = Thread.currentThread();
        times.incrementAndGet();
        told.countDown();
    }

    /** Blocks until it was called. */
    CountedCallback await() {
        try {
            // A bound for a broken build only; no test waits for it.
            assertThat(told.await(60, TimeUnit.SECONDS)).as("a callback").isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        return this;
    }

    boolean isTold() {
        return times.get() > 0;
    }

    /** Whether it was told of an answer; blocks until it was told of something. */
    boolean isAnswered() {
        return await().response != null;
    }

    int times() {
        return times.get();
    }

    /** Takes what it was told as it is. */
    void close() {
        Response answer = await().response;
        if (answer != null) {
            answer.close();
        }
    }

    /** The answer it was told of. */
    Response response() {
        assertThat(await().failure).isNull();
        return nonNull(response);
    }

    /** The failure it was told of. */
    IOException failure() {
        Response answer = await().response;
        if (answer != null) {
            answer.close();
        }
        assertThat(answer).isNull();
        return nonNull(failure);
    }

    /** The call that it was given. */
    Call call() {
        return nonNull(await().call);
    }

    Thread thread() {
        return nonNull(await().thread);
    }

    private static <T> T nonNull(@Nullable T value) {
        assertThat(value).isNotNull();
        return value;
    }
}
