package dev.fairlead.shopify;

import java.util.List;

/**
 * What a path says about a request: {@code /admin/api/2026-01/graphql.json}, {@code /admin/api/2026-01/orders.json}, both
 * also without a version. Allocates nothing: every call of a service passes here. Stateless and thread-safe.
 */
final class ShopifyPaths {
    private static final List<String> NONE = List.of();
    private static final List<String> REST = List.of("rest");
    private static final List<String> GRAPHQL = List.of("graphql");

    private ShopifyPaths() {}

    static boolean isGraphQl(List<String> path) {
        int last = path.size() - 1;
        return (last == 2 || last == 3)
                && path.get(0).equals("admin")
                && path.get(1).equals("api")
                && path.get(last).equals("graphql.json");
    }

    /**
     * The bucket that a request draws on: the two APIs have one each (shopify.dev/docs/api/usage/limits, checked
     * 2026-11). Neither are OAuth's requests counted in them, nor those of the shop's own pages and its Storefront API.
     */
    static List<String> quotas(List<String> path) {
        if (isGraphQl(path)) {
            return GRAPHQL;
        }
        boolean isAdmin =
                path.size() > 1 && path.get(0).equals("admin") && !path.get(1).equals("oauth");
        return isAdmin ? REST : NONE;
    }
}
