package dev.fairlead.stripe;

import dev.fairlead.ConversionException;
import dev.fairlead.JsonDocument;
import dev.fairlead.Money;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.Optional;
import java.util.Set;

/**
 * Stripe's amounts are integers in a minor unit that is not always ISO 4217's (docs.stripe.com/currencies, checked
 * 2026-11). They are converted exactly or not at all. Stateless and thread-safe.
 */
final class StripeMoney {
    /**
     * "Zero-decimal currencies". ISO gives MGA two decimals. UGX and ISK are not here although they have none: "backwards
     * compatibility requires" the API to take them with two, which are always 00.
     */
    private static final Set<String> ZERO_DECIMAL = Set.of(
            "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF");

    /** "Three-decimal currencies", of which the last digit that is sent must be 0. */
    private static final Set<String> THREE_DECIMAL = Set.of("BHD", "JOD", "KWD", "OMR", "TND");

    private StripeMoney() {}

    /** An amount as it stands in an answer. */
    static Money read(JsonDocument amount, Currency currency) {
        return majorUnits(BigDecimal.valueOf(amount.integer()), currency)
                .orElseThrow(() -> amount.wrong("is not an amount of " + currency + " in whole minor units"));
    }

    /** A price in {@code unit_amount_decimal}; empty where it is finer than a minor unit, which a price may be. */
    static Optional<Money> readPrice(JsonDocument price, Currency currency) {
        return majorUnits(price.decimal(), currency);
    }

    /** An amount as it is sent. */
    static long write(Money money, String pointer) {
        String code = money.currency().getCurrencyCode();
        if (THREE_DECIMAL.contains(code) && money.minorUnits() % 10 != 0) {
            throw new ConversionException(pointer, "is finer than Stripe takes " + code + ": its last digit must be 0");
        }
        BigDecimal minor = new BigDecimal(money.decimalText()).movePointRight(decimals(code));
        try {
            return minor.longValueExact();
        } catch (ArithmeticException tooFineOrTooLarge) {
            throw new ConversionException(pointer, "cannot be written in Stripe's minor unit of " + code);
        }
    }

    private static Optional<Money> majorUnits(BigDecimal minorUnits, Currency currency) {
        return Money.of(minorUnits.movePointLeft(decimals(currency.getCurrencyCode())), currency);
    }

    private static int decimals(String code) {
        return ZERO_DECIMAL.contains(code) ? 0 : THREE_DECIMAL.contains(code) ? 3 : 2;
    }
}
