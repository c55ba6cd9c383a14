package dev.fairlead.github;

import java.util.List;

/**
 * What a path says about a request, on github.com and on GitHub Enterprise Server, which has REST under {@code /api/v3}
 * and GraphQL at {@code /api/graphql}. Allocates nothing: every call of a service passes here. Stateless and
 * thread-safe.
 */
final class GitHubPaths {
    private static final String SERVER_PREFIX = "/api/v3";

    private static final List<String> NONE = List.of();
    private static final List<String> CORE = List.of("core");
    private static final List<String> SEARCH = List.of("search");
    private static final List<String> CODE_SEARCH = List.of("code_search");
    private static final List<String> GRAPHQL = List.of("graphql");
    private static final List<String> INTEGRATION_MANIFEST = List.of("integration_manifest");
    private static final List<String> DEPENDENCY_SNAPSHOTS = List.of("dependency_snapshots");
    private static final List<String> DEPENDENCY_SBOM = List.of("dependency_sbom");
    private static final List<String> CODE_SCANNING_UPLOAD = List.of("code_scanning_upload");
    private static final List<String> ACTIONS_RUNNER_REGISTRATION = List.of("actions_runner_registration");

    private GitHubPaths() {}

    static boolean isGraphQl(String path) {
        return path.equals("/graphql") || path.equals("/api/graphql");
    }

    /** The OAuth web and device flows, whose errors come with 200. */
    static boolean isOAuth(String path) {
        return path.startsWith("/login/oauth/") || path.equals("/login/device/code");
    }

    /**
     * The resource of the primary rate limit that a request counts against, by the list in docs.github.com/rest/
     * rate-limit/rate-limit (checked 2026-11). Answers name it as well, in {@code x-ratelimit-resource}, but only after
     * the first request. What the list does not mention is {@code core}.
     */
    static List<String> quotas(String host, String path) {
        // Neither OAuth nor uploads send x-ratelimit- headers (seen in the octokit fixtures).
        if (host.equals("github.com") || host.equals("uploads.github.com")) {
            return NONE;
        }
        if (isGraphQl(path)) {
            return GRAPHQL;
        }
        int start = path.startsWith(SERVER_PREFIX) ? SERVER_PREFIX.length() : 0;
        if (path.startsWith("/search/", start)) {
            return path.startsWith("/search/code", start) ? CODE_SEARCH : SEARCH;
        }
        if (isOAuth(path) || isRateLimit(path, start)) {
            return NONE;
        }
        if (path.startsWith("/app-manifests/", start)) {
            return INTEGRATION_MANIFEST;
        }
        if (path.endsWith("/dependency-graph/snapshots")) {
            return DEPENDENCY_SNAPSHOTS;
        }
        if (path.endsWith("/dependency-graph/sbom")) {
            return DEPENDENCY_SBOM;
        }
        if (path.endsWith("/code-scanning/sarifs")) {
            return CODE_SCANNING_UPLOAD;
        }
        return path.endsWith("/actions/runners/registration-token") ? ACTIONS_RUNNER_REGISTRATION : CORE;
    }

    /** Asking for the limits is free (docs.github.com/rest/rate-limit/rate-limit). */
    private static boolean isRateLimit(String path, int start) {
        return path.startsWith("/rate_limit", start);
    }
}
