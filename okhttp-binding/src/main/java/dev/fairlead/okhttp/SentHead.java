package dev.fairlead.okhttp;

import dev.fairlead.RequestHead;
import java.util.List;
import java.util.Optional;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** A request as it goes out, for the provider's rules. */
record SentHead(Request request) implements RequestHead {
    @Override
    public String method() {
        return request.method();
    }

    @Override
    public String host() {
        return request.url().host();
    }

    @Override
    public String path() {
        return request.url().encodedPath();
    }

    @Override
    public List<String> pathSegments() {
        return request.url().pathSegments();
    }

    @Override
    public Optional<String> bodyText(int maximumBytes) {
        return RequestParts.bodyText(request, maximumBytes);
    }

    @Override
    public @Nullable String header(String name) {
        return request.header(name);
    }

    /** Neither headers nor path. */
    @Override
    public String toString() {
        return "SentHead{" + method() + " " + host() + "}";
    }
}
