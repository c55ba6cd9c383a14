package dev.fairlead.testkit;

import java.util.regex.Pattern;

/** Which requests a route or a question is about. Immutable and thread-safe. */
record RequestPattern(String method, Pattern target) {
    static RequestPattern of(String method, String regex) {
        return new RequestPattern(method, Pattern.compile(regex));
    }

    /** A pattern that does not speak of the query fits with any. */
    boolean matches(StubRequest request) {
        return (method.equals("*") || method.equals(request.method()))
                && (target.matcher(request.target()).matches()
                        || target.matcher(request.path()).matches());
    }

    @Override
    public String toString() {
        return method + " " + target;
    }
}
