package dev.fairlead.shopify;

import dev.fairlead.ConversionException;
import dev.fairlead.JsonDocument;
import dev.fairlead.Money;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;

/**
 * How an order is written: by the REST Admin API with underscores, by the GraphQL Admin API with humps, connections and
 * global ids (shopify.dev/docs/api/admin-rest/latest/resources/order and
 * shopify.dev/docs/api/admin-graphql/latest/objects/Order, checked 2026-11). Amounts are those of the shop's currency, in
 * which it keeps its books; the buyer's may be another. Immutable and thread-safe.
 */
record OrderShape(
        String currency,
        String status,
        String createdAt,
        String cancelledAt,
        String subtotal,
        String tax,
        String total,
        String currentTotal,
        String outstanding,
        String lines,
        String unitPrice,
        String discounts,
        String discountAmount,
        String schedules,
        String dueAt,
        String completedAt,
        boolean isGraphQl) {
    private static final OrderShape REST = new OrderShape(
            "/currency",
            "/financial_status",
            "/created_at",
            "/cancelled_at",
            "/subtotal_price",
            "/total_tax",
            "/total_price",
            "/current_total_price",
            "/total_outstanding",
            "/line_items",
            "/price",
            "/discount_allocations",
            "/amount",
            "/payment_terms/payment_schedules",
            "/due_at",
            "/completed_at",
            false);

    private static final OrderShape GRAPHQL = new OrderShape(
            "/currencyCode",
            "/displayFinancialStatus",
            "/createdAt",
            "/cancelledAt",
            "/subtotalPriceSet",
            "/totalTaxSet",
            "/totalPriceSet",
            "/currentTotalPriceSet",
            "/totalOutstandingSet",
            "/lineItems",
            "/originalUnitPriceSet",
            "/discountAllocations",
            "/allocatedAmountSet",
            "/paymentTerms/paymentSchedules",
            "/dueAt",
            "/completedAt",
            true);

    static OrderShape of(JsonDocument order) {
        return order.find(GRAPHQL.currency).isPresent() ? GRAPHQL : REST;
    }

    /** A money of the shop's: in REST the set where there is one, else the text, which is in the shop's currency too. */
    Money money(JsonDocument parent, String pointer, Currency currency) {
        JsonDocument set =
                isGraphQl ? parent.at(pointer) : parent.find(pointer + "_set").orElse(null);
        if (set == null) {
            return parent.at(pointer).money(currency);
        }
        String shopMoney = isGraphQl ? "/shopMoney" : "/shop_money";
        JsonDocument code = set.at(shopMoney + (isGraphQl ? "/currencyCode" : "/currency_code"));
        if (!code.currency().equals(currency)) {
            throw code.wrong("is not the order's");
        }
        return set.at(shopMoney + "/amount").money(currency);
    }

    /** The items of a list, which is a connection in GraphQL: of nodes, or of edges with a node each. */
    List<JsonDocument> items(JsonDocument list) {
        if (!isGraphQl) {
            return list.items();
        }
        if (list.find("/pageInfo/hasNextPage").map(JsonDocument::bool).orElse(false)) {
            throw new ConversionException(list.pointer() + "/pageInfo", "says that there are more: fetch them all");
        }
        if (list.find("/nodes").isPresent()) {
            return list.at("/nodes").items();
        }
        List<JsonDocument> nodes = new ArrayList<>();
        for (JsonDocument edge : list.at("/edges").items()) {
            nodes.add(edge.at("/node"));
        }
        return nodes;
    }

    /** The id that both APIs share: REST's number is the end of GraphQL's {@code gid://shopify/Order/1001}. */
    String id(JsonDocument id) {
        String text = id.identifier();
        if (!text.startsWith("gid://")) {
            return text;
        }
        int end = text.indexOf('?');
        String path = end < 0 ? text : text.substring(0, end);
        String last = path.substring(path.lastIndexOf('/') + 1);
        if (last.isEmpty()) {
            throw id.wrong("is not an id");
        }
        return last;
    }
}
