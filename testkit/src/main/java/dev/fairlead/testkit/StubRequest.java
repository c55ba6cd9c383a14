package dev.fairlead.testkit;

import java.time.Duration;
import java.util.List;
import mockwebserver3.RecordedRequest;
import okhttp3.Headers;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A request as the server saw it. Immutable and thread-safe.
 *
 * @param method such as {@code POST}
 * @param target the encoded path and query
 * @param host the host that the client asked for, without the port
 * @param headers without HTTP/2's pseudo headers, such as {@code :path}
 * @param bytes the body, empty if there was none
 * @param protocol {@code HTTP/1.1} or {@code HTTP/2}
 * @param serverNames what the client named in its TLS handshake (SNI); empty without TLS
 * @param connection the index of the connection it came on, from 0: equal on reused connections
 * @param complete false if it broke off before its end; such a request gets no answer
 * @param at when it had arrived: time since the stub started, on the stub's ticker
 */
public record StubRequest(
        String method,
        String target,
        String host,
        Headers headers,
        ByteString bytes,
        String protocol,
        List<String> serverNames,
        int connection,
        boolean complete,
        Duration at) {
    /** Copies the list. */
    public StubRequest {
        serverNames = List.copyOf(serverNames);
    }

    static StubRequest of(RecordedRequest request, Duration at) {
        Headers.Builder headers = new Headers.Builder();
        for (int i = 0; i < request.getHeaders().size(); i++) {
            String name = request.getHeaders().name(i);
            if (!name.startsWith(":")) {
                headers.addUnsafeNonAscii(name, request.getHeaders().value(i));
            }
        }
        ByteString body = request.getBody();
        return new StubRequest(
                request.getMethod(),
                request.getTarget(),
                request.getUrl().host(),
                headers.build(),
                body == null ? ByteString.EMPTY : body,
                request.getVersion(),
                request.getHandshakeServerNames(),
                request.getConnectionIndex(),
                request.getFailure() == null,
                at);
    }

    /** The target without its query. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** The body read as UTF-8. */
    public String body() {
        return bytes.utf8();
    }

    /** The last header of that name, in any case of letters, or null. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /** Method, host and target, not the headers: they may carry credentials. */
    @Override
    public String toString() {
        return method + " " + host + target;
    }
}
