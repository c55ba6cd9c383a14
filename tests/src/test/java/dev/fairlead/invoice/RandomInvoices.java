package dev.fairlead.invoice;

import dev.fairlead.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Invoices by chance, the same for the same seed: of any sums that a currency can have in steps of a provider's unit. */
public final class RandomInvoices {
    private final Random random;

    public RandomInvoices(long seed) {
        random = new Random(seed);
    }

    /**
     * One of a status and a currency, with times in whole seconds.
     *
     * @param step every amount is a multiple of so many minor units
     */
    public Invoice next(InvoiceStatus status, Currency currency, long step) {
        List<LineItem> lines = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            long quantity = 1 + random.nextInt(9);
            Money price = money(currency, step);
            Money discount = random.nextBoolean() ? Money.zero(currency) : new Money(step, currency);
            lines.add(new LineItem(
                    id(),
                    "line \"" + i + "\"",
                    quantity,
                    Optional.of(price),
                    price.times(quantity).minus(discount)));
        }
        Money total = money(currency, step).plus(new Money(2 * step, currency));
        boolean isPartly = status == InvoiceStatus.PARTIALLY_PAID;
        Money due = status == InvoiceStatus.OPEN ? total : isPartly ? new Money(step, currency) : Money.zero(currency);
        Money paid = status == InvoiceStatus.VOID ? Money.zero(currency) : total.minus(due);
        return new Invoice(
                id(),
                random.nextBoolean() ? Optional.of("#" + id()) : Optional.empty(),
                status,
                random.nextBoolean() ? Optional.of(id()) : Optional.empty(),
                lines,
                new Invoice.Amounts(
                        money(currency, step),
                        random.nextBoolean() ? Money.zero(currency) : money(currency, step),
                        total,
                        paid,
                        due),
                time(),
                random.nextBoolean() ? Optional.of(time()) : Optional.empty(),
                status == InvoiceStatus.PAID && random.nextBoolean() ? Optional.of(time()) : Optional.empty());
    }

    private Money money(Currency currency, long step) {
        return new Money((random.nextLong() >>> (14 + random.nextInt(49))) / 100_000 * step, currency);
    }

    private Instant time() {
        return Instant.ofEpochSecond(random.nextLong(4_000_000_000L));
    }

    /** A number or a word, with and without a zero in front. */
    private String id() {
        long number = random.nextLong(1_000_000_000_000L);
        return switch (random.nextInt(3)) {
            case 0 -> "in_" + number;
            case 1 -> "0" + number;
            default -> Long.toString(number);
        };
    }
}
