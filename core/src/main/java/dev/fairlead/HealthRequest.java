package dev.fairlead;

/**
 * A cheap request that tells whether an API can be reached and whether a credential is good. Immutable and thread-safe.
 *
 * @param method in upper case
 * @param path with the query, beginning with a slash, at any of the provider's hosts
 * @param authenticated whether it needs a credential
 */
public record HealthRequest(String method, String path, boolean authenticated) {
    /**
     * Checks the path.
     *
     * @throws IllegalArgumentException if it does not begin with a slash
     */
    public HealthRequest {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a health request's path begins with a slash, but is \"" + path + "\"");
        }
    }

    /** A GET with the credential. */
    public static HealthRequest get(String path) {
        return new HealthRequest("GET", path, true);
    }
}
