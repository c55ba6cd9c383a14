package dev.fairlead.okhttp;

import dev.fairlead.ResponseHead;
import dev.fairlead.Ticker;
import java.util.List;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** An answer's head as the rules see it. Immutable and thread-safe. */
final class AnswerHead implements ResponseHead {
    private final Response response;
    private final Ticker ticker;

    AnswerHead(Response response, Ticker ticker) {
        this.response = response;
        this.ticker = ticker;
    }

    @Override
    public int status() {
        return response.code();
    }

    @Override
    public @Nullable String header(String name) {
        return response.header(name);
    }

    @Override
    public List<String> headers(String name) {
        return response.headers(name);
    }

    @Override
    public long receivedAtMillis() {
        return ticker.wallTimeMillis();
    }
}
