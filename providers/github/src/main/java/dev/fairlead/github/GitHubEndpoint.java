package dev.fairlead.github;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * A path without owners, repositories, users, branches, files and ids, for logs and events. All of GitHub's names may look
 * like a word of its paths (a branch called {@code releases}), so it goes by where a segment stands: after some words
 * names follow, and only the words listed stay. A new path of GitHub's becomes coarser, never more telling.
 * Stateless and thread-safe.
 */
final class GitHubEndpoint {
    private static final String NAME = "{}";
    private static final int MAXIMUM_SEGMENTS = 12;

    /** How many names follow a word (checked 2026-11: docs.github.com/rest/quickstart, all of its pages' paths). */
    private static final Map<String, Integer> NAMES_AFTER = Map.ofEntries(
            Map.entry("repos", 2),
            Map.entry("starred", 2),
            Map.entry("subscriptions", 2),
            Map.entry("packages", 2),
            Map.entry("networks", 2),
            Map.entry("orgs", 1),
            Map.entry("enterprises", 1),
            Map.entry("users", 1),
            Map.entry("teams", 1),
            Map.entry("members", 1),
            Map.entry("memberships", 1),
            Map.entry("public_members", 1),
            Map.entry("outside_collaborators", 1),
            Map.entry("collaborators", 1),
            Map.entry("assignees", 1),
            Map.entry("followers", 1),
            Map.entry("following", 1),
            Map.entry("blocks", 1),
            Map.entry("branches", 1),
            Map.entry("tags", 1),
            Map.entry("labels", 1),
            Map.entry("commits", 1),
            Map.entry("trees", 1),
            Map.entry("secrets", 1),
            Map.entry("variables", 1),
            Map.entry("environments", 1),
            Map.entry("workflows", 1),
            Map.entry("licenses", 1),
            Map.entry("templates", 1),
            Map.entry("codes_of_conduct", 1),
            Map.entry("properties", 1));

    /** After these come names with slashes of their own, to the end of the path. */
    private static final Set<String> NAMES_TO_THE_END =
            Set.of("contents", "ref", "refs", "matching-refs", "compare", "zipball", "tarball", "readme");

    /** The other words of the paths that services ask for. */
    private static final String OTHER_WORDS = """
            access_token access_tokens actions activity advisories alerts api app approvals artifacts
            assets attempts audit-log authorize blobs cache check-runs check-suites code code-scanning
            codes_of_conduct codespaces comments commit community config contributors conversations
            dependabot dependency-graph deployments device dispatches emojis enforce_admins events
            external-groups feeds files forks generate gists git gitignore graphql hooks import
            installation installations invitations issues jobs keys languages latest license lock login
            logs marketplace_listing merge merges meta metrics milestones networks notifications oauth
            octocat organization organizations pages permission projects protection public-key pulls
            rate_limit reactions registration-token releases repositories requested_reviewers
            required_pull_request_reviews required_status_checks rerun restrictions reviews rules
            rulesets runner-groups runners runs sarifs sbom search secret-scanning settings sites
            snapshots stargazers stats status statuses subscription suites threads timeline timing
            topics traffic trees update-branch uploads user v3 versions views vulnerability-alerts
            watchers zen""";

    private static final Set<String> WORDS = words();

    private GitHubEndpoint() {}

    static String of(List<String> path) {
        StringJoiner endpoint = new StringJoiner("/", "/", path.size() > MAXIMUM_SEGMENTS ? "/…" : "");
        int names = 0;
        boolean toTheEnd = false;
        for (String segment : path.subList(0, Math.min(path.size(), MAXIMUM_SEGMENTS))) {
            if (toTheEnd) {
                return endpoint.add("…").toString();
            }
            boolean isName = names > 0;
            endpoint.add(isName || !WORDS.contains(segment) ? NAME : segment);
            names = isName ? names - 1 : NAMES_AFTER.getOrDefault(segment, 0);
            toTheEnd = !isName && NAMES_TO_THE_END.contains(segment);
        }
        return endpoint.toString();
    }

    private static Set<String> words() {
        Set<String> words = new HashSet<>(NAMES_AFTER.keySet());
        words.addAll(NAMES_TO_THE_END);
        words.addAll(List.of(OTHER_WORDS.split("\\s+")));
        // Of a path that ends with a slash.
        words.add("");
        return Set.copyOf(words);
    }
}
