package dev.fairlead.github;

import java.util.List;

/**
 * What a path says about a request, on github.com and on GitHub Enterprise Server, which has REST under {@code /api/v3}
 * and GraphQL at {@code /api/graphql}. Allocates nothing: every call of a service passes here. Stateless and
 * thread-safe.
 */
final class GitHubPaths {
    /** What all that changes something draws on beside its resource. GitHub has no such name: it sends no state of it. */
    static final String WRITE = "write";

    static final String SEARCH = "search";
    static final String CODE_SEARCH = "code_search";

    private static final List<String> NONE = List.of();
    private static final List<String> GRAPHQL = List.of("graphql");
    private static final Resource CORE = Resource.of("core");
    private static final Resource SEARCHES = Resource.of(SEARCH);
    private static final Resource CODE_SEARCHES = Resource.of(CODE_SEARCH);
    private static final Resource INTEGRATION_MANIFEST = Resource.of("integration_manifest");
    private static final Resource DEPENDENCY_SNAPSHOTS = Resource.of("dependency_snapshots");
    private static final Resource DEPENDENCY_SBOM = Resource.of("dependency_sbom");
    private static final Resource CODE_SCANNING_UPLOAD = Resource.of("code_scanning_upload");
    private static final Resource ACTIONS_RUNNER_REGISTRATION = Resource.of("actions_runner_registration");

    private GitHubPaths() {}

    /** The quotas of requests to one resource, by what they do. */
    private record Resource(List<String> read, List<String> write) {
        static Resource of(String name) {
            return new Resource(List.of(name), List.of(name, WRITE));
        }
    }

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
     * rate-limit/rate-limit (checked 2026-11), and {@link #WRITE} where it changes something. Answers name the resource
     * as well, in {@code x-ratelimit-resource}, but only after the first request. What the list does not mention is
     * {@code core}. GraphQL's queries and mutations are both POST, and only their bodies tell them apart: no writes.
     */
    static List<String> quotas(String method, String host, List<String> path) {
        // Neither OAuth nor uploads send x-ratelimit- headers (seen in the octokit fixtures).
        if (host.equals("github.com") || isUpload(host, path)) {
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
        if (path.get(start).equals("rate_limit")) {
            // Asking for the limits is free (docs.github.com/rest/rate-limit/rate-limit).
            return NONE;
        }
        Resource resource = resource(path, start);
        return isWrite(method) ? resource.write : resource.read;
    }

    /**
     * A release's files go to a host of their own, {@code uploads.github.com} or {@code uploads.acme.ghe.com}, and on GitHub
     * Enterprise Server to {@code /api/uploads} (docs.github.com/enterprise-server/rest/releases/assets).
     */
    private static boolean isUpload(String host, List<String> path) {
        return host.startsWith("uploads.")
                || (path.size() > 1 && path.get(0).equals("api") && path.get(1).equals("uploads"));
    }

    private static boolean isWrite(String method) {
        return switch (method) {
            case "POST", "PUT", "PATCH", "DELETE" -> true;
            default -> false;
        };
    }

    private static Resource resource(List<String> path, int start) {
        boolean hasMore = path.size() > start + 1;
        return switch (path.get(start)) {
            case "search" -> hasMore && path.get(start + 1).equals("code") ? CODE_SEARCHES : hasMore ? SEARCHES : CORE;
            case "app-manifests" -> INTEGRATION_MANIFEST;
            default -> resourceByEnd(path);
        };
    }

    private static Resource resourceByEnd(List<String> path) {
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
