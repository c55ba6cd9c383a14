package dev.fairlead.invoice;

import dev.fairlead.Money;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An invoice, whoever's. Immutable and thread-safe.
 *
 * @param id the provider's id of it
 * @param number what is printed on it; a draft may have none
 * @param status where it stands
 * @param customerId the provider's id of who owes it; empty for a guest
 * @param lines its lines, all of them
 * @param amounts its sums
 * @param createdAt when it was made
 * @param dueAt when it is to be paid, where that was agreed
 * @param paidAt when it was paid in full, where that is known
 */
public record Invoice(
        String id,
        Optional<String> number,
        InvoiceStatus status,
        Optional<String> customerId,
        List<LineItem> lines,
        Amounts amounts,
        Instant createdAt,
        Optional<Instant> dueAt,
        Optional<Instant> paidAt) {
    /**
     * An invoice.
     *
     * @throws IllegalArgumentException if a line is of another currency than the sums
     */
    public Invoice {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(number, "number");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(customerId, "customerId");
        Objects.requireNonNull(createdAt, "createdAt");
        Objects.requireNonNull(dueAt, "dueAt");
        Objects.requireNonNull(paidAt, "paidAt");
        lines = List.copyOf(lines);
        for (LineItem line : lines) {
            requireSame(amounts.total(), line.amount());
        }
    }

    /** The one currency of all its amounts. */
    public Currency currency() {
        return amounts.total().currency();
    }

    /**
     * The sums of an invoice, as its provider says them: discounts, shipping and credits may stand between them, so they
     * need not add up.
     *
     * @param subtotal the lines, before taxes that are not in them
     * @param tax the taxes
     * @param total what the invoice is for
     * @param paid what was paid of it, whether or not it was given back later
     * @param due what is still to be paid
     */
    public record Amounts(Money subtotal, Money tax, Money total, Money paid, Money due) {
        /**
         * The sums.
         *
         * @throws IllegalArgumentException if they are of several currencies
         */
        public Amounts {
            requireSame(total, subtotal);
            requireSame(total, tax);
            requireSame(total, paid);
            requireSame(total, due);
        }
    }

    private static void requireSame(Money one, Money other) {
        if (!one.currency().equals(other.currency())) {
            throw new IllegalArgumentException("An invoice of " + one.currency() + " and " + other.currency());
        }
    }
}
