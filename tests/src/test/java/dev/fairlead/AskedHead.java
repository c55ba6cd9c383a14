package dev.fairlead;

import java.util.LinkedHashMap;
import java.util.Map;

/** A request's head, made by hand. Immutable; {@link #with} gives a copy. */
public record AskedHead(String method, String host, String path, Map<String, String> headers) implements RequestHead {
    public static final AskedHead ANY = new AskedHead("GET", "api.example.com", "/things/7");

    public AskedHead(String method, String host, String path) {
        this(method, host, path, Map.of());
    }

    public AskedHead {
        headers = Map.copyOf(headers);
    }

    public AskedHead with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new AskedHead(method, host, path, more);
    }

    @Override
    public String header(String name) {
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (header.getKey().equalsIgnoreCase(name)) {
                return header.getValue();
            }
        }
        return null;
    }
}
