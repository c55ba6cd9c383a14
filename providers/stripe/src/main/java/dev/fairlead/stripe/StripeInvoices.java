package dev.fairlead.stripe;

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
 * Stripe's Invoice object (docs.stripe.com/api/invoices/object, checked 2026-11) and ours. Stateless and thread-safe.
 *
 * <p>Both ways in which Stripe tells taxes and prices are read, before and since version 2025-03-31.basil. An open
 * invoice of which a part was paid is {@link InvoiceStatus#PARTIALLY_PAID}. Stripe has no status for a refund: a refunded
 * invoice stays {@link InvoiceStatus#PAID}.
 *
 * <p>An answer holds the first lines only. If {@code lines.has_more} is true, fetch {@code /v1/invoices/{id}/lines} and
 * give all of them to {@link #toInternal(JsonDocument, List)}: an invoice with half of its lines is refused.
 *
 * <p>{@link #toExternal} gives the Invoice object as Stripe would answer it, without what we do not keep. Times lose what
 * is finer than a second. Stripe's own requests are forms and take parts of it.
 */
public final class StripeInvoices implements Adapter<JsonDocument, Invoice> {
    /** An adapter; one serves all. */
    public StripeInvoices() {}

    @Override
    public Invoice toInternal(JsonDocument invoice) {
        Optional<JsonDocument> more = invoice.find("/lines/has_more");
        if (more.isPresent() && more.get().bool()) {
            throw more.get().wrong("says that lines are missing: fetch them all");
        }
        return toInternal(invoice, invoice.at("/lines/data").items());
    }

    /**
     * Converts an invoice whose lines were fetched apart.
     *
     * @param lines all its lines; those in the invoice itself are not looked at
     * @throws ConversionException if it is not what it should be, or says something we have no word for
     */
    public Invoice toInternal(JsonDocument invoice, List<JsonDocument> lines) {
        Currency currency = invoice.at("/currency").currency();
        Invoice.Amounts amounts = new Invoice.Amounts(
                amount(invoice, "/subtotal", currency),
                tax(invoice, currency),
                amount(invoice, "/total", currency),
                amount(invoice, "/amount_paid", currency),
                amount(invoice, "/amount_remaining", currency));
        List<LineItem> items = new ArrayList<>(lines.size());
        for (JsonDocument line : lines) {
            items.add(line(line, currency));
        }
        return new Invoice(
                invoice.at("/id").text(),
                invoice.find("/number").map(JsonDocument::text),
                status(invoice.at("/status"), amounts.paid()),
                invoice.find("/customer").map(StripeInvoices::idOf),
                items,
                amounts,
                invoice.at("/created").epochSeconds(),
                invoice.find("/due_date").map(JsonDocument::epochSeconds),
                invoice.find("/status_transitions/paid_at").map(JsonDocument::epochSeconds));
    }

    @Override
    public JsonDocument toExternal(Invoice invoice) {
        JsonDocument.Builder external = JsonDocument.object()
                .put("id", invoice.id())
                .put("object", "invoice")
                .put("status", status(invoice.status()))
                .put("currency", code(invoice.currency()));
        invoice.number().ifPresent(number -> external.put("number", number));
        invoice.customerId().ifPresent(customer -> external.put("customer", customer));
        List<JsonDocument> lines = new ArrayList<>();
        for (LineItem line : invoice.lines()) {
            lines.add(line(line, "/lines/data/" + lines.size()));
        }
        external.put(
                "lines",
                JsonDocument.object()
                        .put("object", "list")
                        .put("data", lines)
                        .put("has_more", false)
                        .build());
        Invoice.Amounts amounts = invoice.amounts();
        JsonDocument tax = JsonDocument.object()
                .put("amount", StripeMoney.write(amounts.tax(), "/total_taxes/0/amount"))
                .build();
        external.put("subtotal", StripeMoney.write(amounts.subtotal(), "/subtotal"))
                .put("total_taxes", amounts.tax().minorUnits() == 0 ? List.of() : List.of(tax))
                .put("total", StripeMoney.write(amounts.total(), "/total"))
                .put("amount_paid", StripeMoney.write(amounts.paid(), "/amount_paid"))
                .put("amount_remaining", StripeMoney.write(amounts.due(), "/amount_remaining"))
                .put("created", invoice.createdAt().getEpochSecond());
        invoice.dueAt().map(Instant::getEpochSecond).ifPresent(due -> external.put("due_date", due));
        invoice.paidAt()
                .map(Instant::getEpochSecond)
                .ifPresent(paid -> external.put(
                        "status_transitions",
                        JsonDocument.object().put("paid_at", paid).build()));
        return external.build();
    }

    /** Some of Stripe's codes say more than their kind (docs.stripe.com/error-codes, checked 2026-11). */
    @Override
    public DomainError mapError(ApiError error) {
        return switch (error.code().orElse("")) {
            case "resource_missing", "invoice_upcoming_none" -> new DomainError(DomainError.Kind.NOT_FOUND, error);
            case "resource_already_exists" -> new DomainError(DomainError.Kind.ALREADY_EXISTS, error);
            case "invoice_not_editable",
                    "charge_already_captured",
                    "charge_already_refunded",
                    "charge_disputed",
                    "payment_intent_unexpected_state" -> new DomainError(DomainError.Kind.CONFLICT, error);
            default -> DomainError.of(error);
        };
    }

    private static InvoiceStatus status(JsonDocument status, Money paid) {
        return switch (status.text()) {
            case "draft" -> InvoiceStatus.DRAFT;
            case "open" -> paid.minorUnits() > 0 ? InvoiceStatus.PARTIALLY_PAID : InvoiceStatus.OPEN;
            case "paid" -> InvoiceStatus.PAID;
            case "uncollectible" -> InvoiceStatus.UNCOLLECTIBLE;
            case "void" -> InvoiceStatus.VOID;
            default -> throw status.wrong("is not a status that is known");
        };
    }

    private static String status(InvoiceStatus status) {
        return switch (status) {
            case DRAFT -> "draft";
            case OPEN, PARTIALLY_PAID -> "open";
            case PAID -> "paid";
            case UNCOLLECTIBLE -> "uncollectible";
            case VOID -> "void";
            case PARTIALLY_REFUNDED, REFUNDED ->
                throw new ConversionException("/status", "cannot be " + status + " at Stripe");
        };
    }

    private static LineItem line(JsonDocument line, Currency currency) {
        Optional<JsonDocument> ofLine = line.find("/currency");
        if (ofLine.isPresent() && !ofLine.get().currency().equals(currency)) {
            throw ofLine.get().wrong("is not the invoice's");
        }
        return new LineItem(
                line.at("/id").text(),
                line.find("/description").map(JsonDocument::text).orElse(""),
                line.find("/quantity").map(JsonDocument::integer).orElse(1L),
                line.find("/pricing/unit_amount_decimal")
                        .or(() -> line.find("/price/unit_amount_decimal"))
                        .or(() -> line.find("/price/unit_amount"))
                        .flatMap(price -> StripeMoney.readPrice(price, currency)),
                amount(line, "/amount", currency));
    }

    private static JsonDocument line(LineItem line, String pointer) {
        JsonDocument.Builder external = JsonDocument.object()
                .put("id", line.id())
                .put("object", "line_item")
                .put("description", line.description())
                .put("quantity", line.quantity())
                .put("amount", StripeMoney.write(line.amount(), pointer + "/amount"))
                .put("currency", code(line.amount().currency()));
        line.unitAmount()
                .map(price -> StripeMoney.write(price, pointer + "/pricing/unit_amount_decimal"))
                .ifPresent(price -> external.put(
                        "pricing",
                        JsonDocument.object()
                                .put("unit_amount_decimal", Long.toString(price))
                                .build()));
        return external.build();
    }

    /** In {@code tax} until 2025-03-31.basil, since then in {@code total_taxes} (docs.stripe.com/changelog/basil). */
    private static Money tax(JsonDocument invoice, Currency currency) {
        Optional<JsonDocument> sum = invoice.find("/tax");
        if (sum.isPresent()) {
            return StripeMoney.read(sum.get(), currency);
        }
        Optional<JsonDocument> taxes = invoice.find("/total_taxes").or(() -> invoice.find("/total_tax_amounts"));
        Money tax = Money.zero(currency);
        if (taxes.isPresent()) {
            for (JsonDocument each : taxes.get().items()) {
                try {
                    tax = tax.plus(amount(each, "/amount", currency));
                } catch (ArithmeticException overflow) {
                    throw taxes.get().wrong("exceed what can be counted");
                }
            }
        }
        return tax;
    }

    private static Money amount(JsonDocument parent, String pointer, Currency currency) {
        return StripeMoney.read(parent.at(pointer), currency);
    }

    /** An id, or what was expanded in its place (docs.stripe.com/api/expanding_objects). */
    private static String idOf(JsonDocument idOrObject) {
        return idOrObject.find("/id").orElse(idOrObject).text();
    }

    /** Stripe writes currencies in lower case. */
    private static String code(Currency currency) {
        return currency.getCurrencyCode().toLowerCase(Locale.ROOT);
    }
}
