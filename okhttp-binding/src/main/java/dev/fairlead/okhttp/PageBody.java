package dev.fairlead.okhttp;

import dev.fairlead.ErrorBody;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import okhttp3.Response;
import okio.BufferedSource;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A page's whole body, read on first use, and still there for the caller: in the buffer of the answer's own source, as an
 * answer that was copied would have no report. For one thread.
 */
final class PageBody implements Supplier<ErrorBody> {
    private final Response answer;
    private final AnswerHead head;
    private final int mostBytes;
    private @Nullable ErrorBody body;
    private @Nullable IOException failure;
    private boolean tooLong;

    PageBody(Response answer, AnswerHead head, int mostBytes) {
        this.answer = answer;
        this.head = head;
        this.mostBytes = mostBytes;
    }

    @Override
    public ErrorBody get() {
        ErrorBody read = body;
        if (read == null) {
            try {
                read = read();
            } catch (IOException broken) {
                failure = broken;
                throw new UncheckedIOException(broken);
            }
            body = read;
        }
        return read;
    }

    private ErrorBody read() throws IOException {
        BufferedSource source = answer.body().source();
        try {
            tooLong = source.request(mostBytes + 1L);
        } catch (IllegalStateException consumed) {
            throw new IOException("an interceptor beneath Fairlead's has read or closed the page's body", consumed);
        }
        if (tooLong) {
            return ErrorBody.NONE;
        }
        // All of it is here: the call's deadline must not end what reads it from memory, as an HTTP/2 stream would.
        Timeout timeout = source.timeout();
        timeout.clearDeadline();
        timeout.clearTimeout();
        ErrorBody read = head.read(source.getBuffer().snapshot().toByteArray(), false, mostBytes);
        tooLong = read.isTruncated();
        return tooLong ? ErrorBody.NONE : read;
    }

    /**
     * To be called when the page was looked at.
     *
     * @throws IOException if the body broke off
     */
    void check() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    /** Whether the body was asked for and is longer than it may be. */
    boolean isTooLong() {
        return tooLong;
    }
}
