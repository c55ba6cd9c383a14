package dev.fairlead;

/** A request's head without headers, made by hand. */
public record AskedHead(String method, String host, String path) implements RequestHead {
    public static final AskedHead ANY = new AskedHead("GET", "api.example.com", "/things/7");

    @Override
    public String header(String name) {
        return null;
    }
}
