package dev.fairlead.invoice;

import dev.fairlead.Money;
import java.util.Objects;
import java.util.Optional;

/**
 * One line of an invoice. Immutable and thread-safe.
 *
 * @param id the provider's id of it
 * @param description what it is for, in the words of who wrote the invoice; may be empty
 * @param quantity how many; 1 where the provider counts none
 * @param unitAmount what one costs before discounts; empty where that is no whole number of minor units, or there is no
 *     one price
 * @param amount what the line comes to; negative for a credit
 */
public record LineItem(String id, String description, long quantity, Optional<Money> unitAmount, Money amount) {
    /**
     * A line.
     *
     * @throws IllegalArgumentException if its amounts are of two currencies
     */
    public LineItem {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(description, "description");
        if (unitAmount.isPresent() && !unitAmount.get().currency().equals(amount.currency())) {
            throw new IllegalArgumentException("A line of two currencies");
        }
    }
}
