package dev.fairlead.shopify;

import dev.fairlead.Adapter;
import dev.fairlead.ApiError;
import dev.fairlead.ConversionException;
import dev.fairlead.DomainError;
import dev.fairlead.JsonDocument;
import dev.fairlead.Money;
import dev.fairlead.invoice.Invoice;
import dev.fairlead.invoice.InvoiceStatus;
import dev.fairlead.invoice.LineItem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Shopify's order, of the REST and of the GraphQL Admin API, and our invoice. Stateless and thread-safe.
 *
 * <p>Amounts are in the shop's currency. A line's amount is its price times its quantity less the discounts allocated to
 * it. What was authorized and not captured is not paid. An order that was cancelled before anything was paid is
 * {@link InvoiceStatus#VOID}. One that was edited and is not paid is refused. Times of payment are those of the payment terms, where there are any.
 *
 * <p>A GraphQL query must ask for {@code id name currencyCode displayFinancialStatus createdAt cancelledAt}, the sets
 * {@code subtotalPriceSet totalTaxSet totalPriceSet totalOutstandingSet} with {@code shopMoney {amount currencyCode}}, and
 * {@code lineItems} with {@code pageInfo {hasNextPage} nodes {id name quantity originalUnitPriceSet discountAllocations
 * {allocatedAmountSet}}}; for more, {@code currentTotalPriceSet}, {@code customer {id}} and {@code paymentTerms {paymentSchedules {nodes {dueAt
 * completedAt}}}}. Ids are given without their {@code gid://} part, as in REST.
 *
 * <p>{@link #toExternal} gives an order as REST has it, without what we do not keep; not all of it may be written.
 */
public final class ShopifyInvoices implements Adapter<JsonDocument, Invoice> {
    /** An adapter; one serves all. */
    public ShopifyInvoices() {}

    @Override
    public Invoice toInternal(JsonDocument order) {
        OrderShape shape = OrderShape.of(order);
        Currency currency = order.at(shape.currency()).currency();
        InvoiceStatus status = status(order, shape);
        List<LineItem> lines = new ArrayList<>();
        for (JsonDocument line : shape.items(order.at(shape.lines()))) {
            lines.add(line(line, shape, currency));
        }
        return new Invoice(
                shape.id(order.at("/id")),
                order.find("/name").map(JsonDocument::text),
                status,
                order.find("/customer/id").map(shape::id),
                lines,
                amounts(order, shape, status, currency),
                order.at(shape.createdAt()).isoTime(),
                latest(order, shape, shape.dueAt()),
                status == InvoiceStatus.PAID ? latest(order, shape, shape.completedAt()) : Optional.empty());
    }

    @Override
    public JsonDocument toExternal(Invoice invoice) {
        JsonDocument.Builder order = JsonDocument.object();
        putId(order, invoice.id());
        order.put("currency", invoice.currency().getCurrencyCode()).put("financial_status", status(invoice.status()));
        invoice.number().ifPresent(number -> order.put("name", number));
        invoice.customerId().ifPresent(id -> {
            JsonDocument.Builder customer = JsonDocument.object();
            putId(customer, id);
            order.put("customer", customer.build());
        });
        List<JsonDocument> lines = new ArrayList<>();
        for (LineItem line : invoice.lines()) {
            lines.add(line(line, "/line_items/" + lines.size()));
        }
        Invoice.Amounts amounts = invoice.amounts();
        order.put("line_items", lines)
                .put("subtotal_price", amounts.subtotal().decimalText())
                .put("total_tax", amounts.tax().decimalText())
                .put("total_price", amounts.total().decimalText())
                .put("total_outstanding", amounts.due().decimalText())
                .put("created_at", invoice.createdAt().toString());
        if (invoice.dueAt().isPresent() || invoice.paidAt().isPresent()) {
            JsonDocument.Builder schedule = JsonDocument.object();
            invoice.dueAt().ifPresent(due -> schedule.put("due_at", due.toString()));
            invoice.paidAt().ifPresent(paid -> schedule.put("completed_at", paid.toString()));
            order.put(
                    "payment_terms",
                    JsonDocument.object()
                            .put("payment_schedules", List.of(schedule.build()))
                            .build());
        }
        return order.build();
    }

    /**
     * Shopify's 402 is no card: the shop is frozen until it pays Shopify; 423 is a locked one
     * (shopify.dev/docs/api/usage/response-codes, checked 2026-11). The codes are those of GraphQL's user errors.
     */
    @Override
    public DomainError mapError(ApiError error) {
        if (error.status() == 402 || error.status() == 423) {
            return new DomainError(DomainError.Kind.NOT_ALLOWED, error);
        }
        return switch (error.code().orElse("")) {
            case "ACCESS_DENIED", "SHOP_INACTIVE" -> new DomainError(DomainError.Kind.NOT_ALLOWED, error);
            case "NOT_FOUND" -> new DomainError(DomainError.Kind.NOT_FOUND, error);
            case "TAKEN" -> new DomainError(DomainError.Kind.ALREADY_EXISTS, error);
            default -> DomainError.of(error);
        };
    }

    /** REST writes the values of GraphQL's OrderDisplayFinancialStatus in lower case. */
    private static InvoiceStatus status(JsonDocument order, OrderShape shape) {
        JsonDocument written = order.at(shape.status());
        InvoiceStatus status = switch (written.text().toUpperCase(Locale.ROOT)) {
            // An authorization that expired has paid nothing, and the order is still open.
            case "PENDING", "AUTHORIZED", "EXPIRED" -> InvoiceStatus.OPEN;
            case "PARTIALLY_PAID" -> InvoiceStatus.PARTIALLY_PAID;
            case "PAID" -> InvoiceStatus.PAID;
            case "PARTIALLY_REFUNDED" -> InvoiceStatus.PARTIALLY_REFUNDED;
            case "REFUNDED" -> InvoiceStatus.REFUNDED;
            case "VOIDED" -> InvoiceStatus.VOID;
            default -> throw written.wrong("is not a status that is known");
        };
        boolean cancelled = order.find(shape.cancelledAt()).isPresent();
        return cancelled && status == InvoiceStatus.OPEN ? InvoiceStatus.VOID : status;
    }

    private static String status(InvoiceStatus status) {
        return switch (status) {
            case OPEN -> "pending";
            case PARTIALLY_PAID -> "partially_paid";
            case PAID -> "paid";
            case PARTIALLY_REFUNDED -> "partially_refunded";
            case REFUNDED -> "refunded";
            case VOID -> "voided";
            case DRAFT, UNCOLLECTIBLE ->
                throw new ConversionException("/financial_status", "cannot be " + status + " at Shopify");
        };
    }

    /**
     * What is outstanding is "not yet transacted", which leaves out what was authorized, and is negative where a refund
     * is owed; so it tells what is due of an order that was paid in part, and of no other.
     */
    private static Invoice.Amounts amounts(
            JsonDocument order, OrderShape shape, InvoiceStatus status, Currency currency) {
        Money none = Money.zero(currency);
        Money total = shape.money(order, shape.total(), currency);
        refuseChanged(order, shape, status, total);
        Money due = switch (status) {
            case OPEN -> total;
            case PARTIALLY_PAID -> shape.money(order, shape.outstanding(), currency);
            default -> none;
        };
        Money paid;
        try {
            paid = status == InvoiceStatus.VOID ? none : total.minus(due);
        } catch (ArithmeticException overflow) {
            throw order.at(shape.outstanding()).wrong("exceeds what can be counted");
        }
        boolean hasTax = order.find(shape.tax()).isPresent();
        return new Invoice.Amounts(
                shape.money(order, shape.subtotal(), currency),
                hasTax ? shape.money(order, shape.tax(), currency) : none,
                total,
                paid,
                due);
    }

    /**
     * Of an order that was edited, or of which something was returned, the lines and sums are those of before, and {@code
     * current_total_price} is what it comes to now (shopify.dev/docs/api/admin-rest/latest/resources/order, checked 2026-11).
     * After a payment that is a refund, which the status tells. Before one, less is due than the lines say.
     */
    private static void refuseChanged(JsonDocument order, OrderShape shape, InvoiceStatus status, Money total) {
        boolean isDue = status == InvoiceStatus.OPEN || status == InvoiceStatus.PARTIALLY_PAID;
        if (isDue
                && order.find(shape.currentTotal()).isPresent()
                && !shape.money(order, shape.currentTotal(), total.currency()).equals(total)) {
            throw order.at(shape.currentTotal())
                    .wrong("is not the total: the order was changed, and its lines were not");
        }
    }

    private static LineItem line(JsonDocument line, OrderShape shape, Currency currency) {
        long quantity = line.at("/quantity").integer();
        Money price = shape.money(line, shape.unitPrice(), currency);
        // A GraphQL query that did not ask for them must not yield an amount without them.
        List<JsonDocument> discounts = shape.isGraphQl()
                ? line.at(shape.discounts()).items()
                : line.find(shape.discounts()).map(JsonDocument::items).orElse(List.of());
        Money amount;
        try {
            amount = price.times(quantity);
            for (JsonDocument discount : discounts) {
                amount = amount.minus(shape.money(discount, shape.discountAmount(), currency));
            }
        } catch (ArithmeticException overflow) {
            throw line.wrong("exceeds what can be counted");
        }
        return new LineItem(shape.id(line.at("/id")), line.at("/name").text(), quantity, Optional.of(price), amount);
    }

    private static JsonDocument line(LineItem line, String pointer) {
        if (line.unitAmount().isEmpty() && line.quantity() != 1) {
            throw new ConversionException(pointer, "has no price of one in whole minor units");
        }
        Money price = line.unitAmount().orElse(line.amount());
        Money discount;
        try {
            discount = price.times(line.quantity()).minus(line.amount());
        } catch (ArithmeticException overflow) {
            throw new ConversionException(pointer, "exceeds what can be counted");
        }
        if (discount.minorUnits() < 0) {
            throw new ConversionException(pointer, "comes to more than its price times its quantity");
        }
        JsonDocument allocation =
                JsonDocument.object().put("amount", discount.decimalText()).build();
        JsonDocument.Builder external = JsonDocument.object();
        putId(external, line.id());
        return external.put("name", line.description())
                .put("quantity", line.quantity())
                .put("price", price.decimalText())
                .put("discount_allocations", discount.minorUnits() == 0 ? List.of() : List.of(allocation))
                .build();
    }

    /** The last of the times of an order's payments; empty where one of them has none, or there are none. */
    private static Optional<Instant> latest(JsonDocument order, OrderShape shape, String time) {
        Optional<JsonDocument> schedules = order.find(shape.schedules());
        Optional<Instant> latest = Optional.empty();
        if (schedules.isPresent()) {
            for (JsonDocument schedule : shape.items(schedules.get())) {
                Optional<Instant> each = schedule.find(time).map(JsonDocument::isoTime);
                if (each.isEmpty()) {
                    return each;
                }
                latest = latest.filter(each.get()::isBefore).or(() -> each);
            }
        }
        return latest;
    }

    /** A number where it is one: Shopify's ids are. */
    private static void putId(JsonDocument.Builder object, String id) {
        try {
            long number = Long.parseLong(id);
            if (Long.toString(number).equals(id)) {
                object.put("id", number);
                return;
            }
        } catch (NumberFormatException text) {
            // Somebody else's id.
        }
        object.put("id", id);
    }
}
