package dev.fairlead.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.RequestHead;
import java.net.URI;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request of a {@link RecordedCase}. Immutable and thread-safe. */
record ContractRequest(String method, String host, String path, HeaderLines headers, String body)
        implements RequestHead {
    static ContractRequest of(String methodAndUrl, String... headers) {
        int space = methodAndUrl.indexOf(' ');
        URI url = URI.create(methodAndUrl.substring(space + 1));
        if (space < 1 || url.getHost() == null) {
            throw new IllegalArgumentException(
                    "a case begins with a method and a URL, such as \"GET https://api.acme.com/v1\", not with \""
                            + methodAndUrl + "\"");
        }
        String path = url.getRawPath();
        return new ContractRequest(
                methodAndUrl.substring(0, space),
                url.getHost().toLowerCase(Locale.ROOT),
                path.isEmpty() ? "/" : path,
                HeaderLines.of(headers),
                "");
    }

    ContractRequest withBody(String text) {
        return new ContractRequest(method, host, path, headers, text);
    }

    ContractRequest withMethod(String other) {
        return new ContractRequest(other, host, path, headers, body);
    }

    ContractRequest withPath(String other) {
        return new ContractRequest(method, host, other, headers, body);
    }

    /** With a header in the place of the one that has its name. */
    ContractRequest with(String name, String value) {
        return new ContractRequest(method, host, path, headers.without(name).and(name, value), body);
    }

    @Override
    public List<String> pathSegments() {
        return Arrays.stream(path.substring(1).split("/", -1))
                .map(segment -> URLDecoder.decode(segment.replace("+", "%2B"), UTF_8))
                .toList();
    }

    @Override
    public Optional<String> bodyText(int maximumBytes) {
        return body.isEmpty() || body.getBytes(UTF_8).length > maximumBytes ? Optional.empty() : Optional.of(body);
    }

    @Override
    public @Nullable String header(String name) {
        return headers.last(name);
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
