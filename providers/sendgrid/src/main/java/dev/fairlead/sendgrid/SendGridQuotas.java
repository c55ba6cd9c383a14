package dev.fairlead.sendgrid;

import dev.fairlead.RequestHead;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which quota a request draws on: SendGrid counts by credential, endpoint and method (seen; twilio.com/docs/sendgrid/
 * api-reference/how-to-use-the-sendgrid-v3-api/rate-limits, checked 2026-11).
 *
 * <p>The names come from the table below and never from a path, which may hold mail addresses, and as many of them as a
 * service has users. They are coarser than SendGrid's endpoints: a thing counts with its list, and what the table does
 * not know is one. Where two windows share a quota the tighter one is kept to, so that somebody may wait until the minute
 * is over who need not. Allocates nothing. Stateless and thread-safe.
 */
final class SendGridQuotas {
    /** A quota must stand for every request, or the window of one would be taken for that of the credential. */
    private static final Endpoint OTHER = Endpoint.of("other");

    /** The paths of github.com/twilio/sendgrid-oai (checked 2026-11), as far as their segments are words. */
    private static final Map<String, Endpoint> ENDPOINTS = Map.ofEntries(
            endpoint("access_settings", "activity", "whitelist"),
            endpoint("alerts"),
            endpoint("api_keys"),
            endpoint("asm", "groups", "suppressions"),
            endpoint("browsers"),
            endpoint("campaigns"),
            endpoint("categories", "stats"),
            endpoint("clients"),
            endpoint(
                    "contactdb",
                    "custom_fields",
                    "exports",
                    "lists",
                    "recipients",
                    "reserved_fields",
                    "segments",
                    "status"),
            endpoint("designs"),
            endpoint("devices"),
            endpoint("engagementquality", "scores", "subusers"),
            endpoint("geo"),
            endpoint("ips", "assigned", "pools", "remaining", "warmup"),
            endpoint("logs"),
            endpoint("mail", "batch", "send"),
            endpoint("mail_settings"),
            endpoint("mailbox_providers"),
            endpoint(
                    "marketing",
                    "contacts",
                    "field_definitions",
                    "integrations",
                    "lists",
                    "segments",
                    "senders",
                    "singlesends",
                    "stats",
                    "test"),
            endpoint("messages"),
            endpoint("partner_settings"),
            endpoint("partners", "accounts", "offerings"),
            endpoint("recipients"),
            endpoint("scopes"),
            endpoint("send_ips", "ips", "pools"),
            endpoint("senders"),
            endpoint("sso", "certificates", "integrations", "teammates"),
            endpoint("stats"),
            endpoint("subusers", "reputations", "stats"),
            endpoint("suppression", "blocks", "bounces", "invalid_emails", "spam_reports", "unsubscribes"),
            endpoint("teammates"),
            endpoint("templates"),
            endpoint("tracking_settings"),
            endpoint(
                    "user",
                    "account",
                    "credits",
                    "email",
                    "password",
                    "profile",
                    "scheduled_sends",
                    "settings",
                    "username",
                    "webhooks"),
            endpoint("validations"),
            endpoint("verified_senders"),
            endpoint("whitelabel", "dns", "domains", "ips", "links"));

    /** What of a path may be told: what else looks like a word may be a subuser's or a category's name. */
    static final Set<String> WORDS = words();

    private SendGridQuotas() {}

    /** The quotas of an endpoint by method, and the endpoints below it. */
    private record Endpoint(
            List<String> get,
            List<String> post,
            List<String> put,
            List<String> patch,
            List<String> delete,
            Map<String, Endpoint> below) {
        static Endpoint of(String name, String... below) {
            Map<String, Endpoint> parts = new HashMap<>();
            for (String part : below) {
                parts.put(part, of(name + "/" + part));
            }
            return new Endpoint(
                    List.of("GET " + name),
                    List.of("POST " + name),
                    List.of("PUT " + name),
                    List.of("PATCH " + name),
                    List.of("DELETE " + name),
                    Map.copyOf(parts));
        }

        List<String> quotas(String method) {
            return switch (method) {
                case "POST" -> post;
                case "PUT" -> put;
                case "PATCH" -> patch;
                case "DELETE" -> delete;
                default -> get;
            };
        }
    }

    private static Set<String> words() {
        Set<String> words =
                new HashSet<>(List.of("activate", "count", "default", "event", "global", "monthly", "parse"));
        words.addAll(List.of("schedule", "search", "subuser", "sums", "validate", "verify", "versions"));
        ENDPOINTS.forEach((name, endpoint) -> {
            words.add(name);
            words.addAll(endpoint.below.keySet());
        });
        return Set.copyOf(words);
    }

    private static Map.Entry<String, Endpoint> endpoint(String name, String... below) {
        return Map.entry(name, Endpoint.of(name, below));
    }

    static List<String> of(RequestHead request) {
        return endpoint(request.pathSegments()).quotas(request.method());
    }

    private static Endpoint endpoint(List<String> path) {
        if (path.size() < 2 || !path.get(0).equals("v3")) {
            return OTHER;
        }
        Endpoint endpoint = ENDPOINTS.getOrDefault(path.get(1), OTHER);
        return path.size() == 2 ? endpoint : endpoint.below.getOrDefault(path.get(2), endpoint);
    }
}
