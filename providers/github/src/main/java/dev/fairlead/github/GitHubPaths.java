package dev.fairlead.github;

import java.util.List;

/**
 * What a path says about a request, on github.com and on GitHub Enterprise Server, which has REST under {@code /api/v3}
 * and GraphQL at {@code /api/graphql}. Allocates nothing: every call of a service passes here. Stateless and
 * thread-safe.
 */
final class GitHubPaths {
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

    static boolean isGraphQl(List<String> path) {
        int last = path.size() - 1;
        return path.get(last).equals("graphql")
                && (last == 0 || (last == 1 && path.get(0).equals("api")));
    }

    /** The OAuth web and device flows, whose errors come with 200. */
    static boolean isOAuth(List<String> path) {
        return path.size() >= 3
                && path.get(0).equals("login")
                && (path.get(1).equals("oauth")
                        || (path.get(1).equals("device") && path.get(2).equals("code")));
    }

    /**
     * The resource of the primary rate limit that a request counts against, by the list in docs.github.com/rest/
     * rate-limit/rate-limit (checked 2026-11). Answers name it as well, in {@code x-ratelimit-resource}, but only after
     * the first request. What the list does not mention is {@code core}.
     */
    static List<String> quotas(String host, List<String> path) {
        // Neither OAuth nor uploads send x-ratelimit- headers (seen in the octokit fixtures).
        if (host.equals("github.com") || host.equals("uploads.github.com")) {
            return NONE;
        }
        if (isGraphQl(path)) {
            return GRAPHQL;
        }
        if (isOAuth(path)) {
            return NONE;
        }
        // GitHub Enterprise Server has REST under /api/v3.
        boolean server =
                path.size() > 2 && path.get(0).equals("api") && path.get(1).equals("v3");
        int start = server ? 2 : 0;
        String first = path.get(start);
        boolean hasMore = path.size() > start + 1;
        return switch (first) {
            case "search" -> hasMore && path.get(start + 1).equals("code") ? CODE_SEARCH : hasMore ? SEARCH : CORE;
            // Asking for the limits is free (docs.github.com/rest/rate-limit/rate-limit).
            case "rate_limit" -> NONE;
            case "app-manifests" -> INTEGRATION_MANIFEST;
            default -> quotasByEnd(path);
        };
    }

    private static List<String> quotasByEnd(List<String> path) {
        if (path.size() < 2) {
            return CORE;
        }
        String parent = path.get(path.size() - 2);
        return switch (path.get(path.size() - 1)) {
            case "snapshots" -> parent.equals("dependency-graph") ? DEPENDENCY_SNAPSHOTS : CORE;
            case "sbom" -> parent.equals("dependency-graph") ? DEPENDENCY_SBOM : CORE;
            case "sarifs" -> parent.equals("code-scanning") ? CODE_SCANNING_UPLOAD : CORE;
            case "registration-token" -> parent.equals("runners") ? ACTIONS_RUNNER_REGISTRATION : CORE;
            default -> CORE;
        };
    }
}
