package dev.fairlead.benchmarks.goodput;

import dev.fairlead.Provider;
import dev.fairlead.benchmarks.goodput.Scenario.Credential;
import dev.fairlead.benchmarks.goodput.Scenario.RequestLine;
import dev.fairlead.benchmarks.goodput.Scenario.Told;
import dev.fairlead.github.GitHubProvider;
import dev.fairlead.sendgrid.SendGridProvider;
import dev.fairlead.shopify.ShopifyProvider;
import dev.fairlead.testkit.SimulatedQuota;
import java.time.Duration;
import java.util.List;

/**
 * The APIs. Algorithms, headers and bodies are the vendors'; windows are a few seconds long instead of a minute or an hour,
 * so that several fit into a run, and their limits as small as makes the demand several times the quota. Whoever asks 32
 * at a time for answers that take 20 ms asks 1,600 times a second.
 */
final class Scenarios {
    private static final String HOST = "127.0.0.1";

    /** Runs begin at a multiple of it, so that a window begins with them. */
    static final Duration WINDOW = Duration.ofSeconds(4);

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** 200 a second; of GitHub's window the end is told in whole seconds of its clock. */
    private static final Scenario GITHUB = new Scenario(
            "github-window",
            (now, clock) ->
                    SimulatedQuota.gitHub(800, WINDOW).serverClock(clock).startAt(now),
            1,
            1,
            0,
            GitHubProvider.create().host(HOST),
            new Told(800, WINDOW),
            (status, body) -> status == 403 || status == 429,
            new RequestLine("/repos/acme/rocket", bearer("ghp_000000000000000000000000000000000000"), null));

    /** 100 a second, Stripe's in live mode. The provider is the generic one, as ours for Stripe knows that number. */
    private static final Scenario STRIPE = new Scenario(
            "stripe-token-bucket",
            (now, clock) -> SimulatedQuota.stripe(100, 100).serverClock(clock).startAt(now),
            1,
            1,
            0,
            Provider.builder("silent").hosts(HOST).build(),
            new Told(100, SECOND),
            (status, body) -> status == 429,
            new RequestLine("/v1/customers", bearer("sk_live_000000000000000000000000"), null));

    /** The bucket of a shop on Plus. A limiter can be told the rate at which it leaks, not what is in it. */
    private static final Scenario SHOPIFY_REST = new Scenario(
            "shopify-rest",
            (now, clock) ->
                    SimulatedQuota.shopifyRest(400, 20).serverClock(clock).startAt(now),
            1,
            1,
            0,
            ShopifyProvider.create().host(HOST),
            new Told(20, SECOND),
            (status, body) -> status == 429,
            new RequestLine("/admin/api/2026-10/products.json", shopifyToken(), null));

    /** The points of a shop on Plus; a query asks for 50 and needs 20. */
    private static final Scenario SHOPIFY_GRAPHQL = new Scenario(
            "shopify-graphql",
            (now, clock) -> SimulatedQuota.shopifyGraphQl(20_000, 1_000)
                    .actualCost(requested -> 20)
                    .serverClock(clock)
                    .startAt(now),
            50,
            20,
            0,
            ShopifyProvider.create().host(HOST),
            new Told(50, SECOND),
            (status, body) -> body.contains("\"THROTTLED\""),
            new RequestLine("/admin/api/2026-10/graphql.json", shopifyToken(), "{\"query\":\"{ shop { name } }\"}"));

    /** 150 a second; the window is one of the clock's. */
    private static final Scenario SENDGRID = new Scenario(
            "sendgrid-window",
            (now, clock) ->
                    SimulatedQuota.sendGrid(600, WINDOW).serverClock(clock).startAt(now),
            1,
            1,
            0,
            SendGridProvider.create().host(HOST),
            new Told(600, WINDOW),
            (status, body) -> status == 429,
            new RequestLine("/v3/templates", bearer("SG.000000000000000000000"), null));

    /** Somebody else asks for half of the quota. */
    static final List<Scenario> ALL = List.of(
            GITHUB,
            GITHUB.withNeighbour("github-window-with-neighbour", 100),
            STRIPE,
            STRIPE.withNeighbour("stripe-with-neighbour", 50),
            SHOPIFY_REST,
            SHOPIFY_GRAPHQL,
            SENDGRID);

    private Scenarios() {}

    static Scenario named(String name) {
        return ALL.stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scenario is called " + name + "; there are "
                        + ALL.stream().map(Scenario::name).toList()));
    }

    private static Credential bearer(String token) {
        return new Credential("Authorization", "Bearer " + token);
    }

    private static Credential shopifyToken() {
        return new Credential("X-Shopify-Access-Token", "shpat_00000000000000000000000000000000");
    }
}
