package dev.fairlead;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.Optional;

/**
 * An exact amount of a currency, in its minor units by ISO 4217: cents of EUR, yen of JPY, thousandths of KWD. Never
 * rounded: what does not fit is refused. Immutable and thread-safe.
 *
 * @param minorUnits how many minor units; negative for what is owed the other way
 * @param currency the currency, one that has minor units or none, but not one of the codes for gold and the like
 */
public record Money(long minorUnits, Currency currency) {
    /** A long has 19 digits; the rest is for a sign, a point, leading zeros and zeros at the end. */
    private static final int MAXIMUM_CHARS = 48;

    private static final int DIGITS_OF_LONG = 19;

    /**
     * An amount.
     *
     * @throws IllegalArgumentException if the currency has no amounts, such as XXX and XAU
     */
    public Money {
        if (currency.getDefaultFractionDigits() < 0) {
            throw new IllegalArgumentException(currency + " has no minor unit");
        }
    }

    /** Nothing of a currency. */
    public static Money zero(Currency currency) {
        return new Money(0, currency);
    }

    /**
     * Reads {@code 12.5} or {@code -1200.00}: digits, perhaps a minus, perhaps a point. No exponent, grouping or blank.
     *
     * @return empty for anything else, for a fraction that is finer than the minor unit, and for what exceeds a long;
     *     zeros at the end are no fraction
     */
    public static Optional<Money> parse(String text, Currency currency) {
        return isPlainDecimal(text) ? of(new BigDecimal(text), currency) : Optional.empty();
    }

    /** The same for a number: empty if it is finer than the minor unit or exceeds a long. Of any scale, at no cost. */
    public static Optional<Money> of(BigDecimal amount, Currency currency) {
        int digits = currency.getDefaultFractionDigits();
        if (amount.signum() == 0) {
            return Optional.of(zero(currency));
        }
        BigDecimal stripped = amount.stripTrailingZeros();
        long digitsBeforePoint = (long) stripped.precision() - stripped.scale();
        if (stripped.scale() > digits || digitsBeforePoint + digits > DIGITS_OF_LONG) {
            return Optional.empty();
        }
        BigDecimal minor = stripped.movePointRight(digits).setScale(0, RoundingMode.UNNECESSARY);
        try {
            return Optional.of(new Money(minor.longValueExact(), currency));
        } catch (ArithmeticException nineteenDigitsTooLarge) {
            return Optional.empty();
        }
    }

    /**
     * The sum.
     *
     * @throws IllegalArgumentException if it is another currency
     * @throws ArithmeticException if it exceeds a long
     */
    public Money plus(Money other) {
        requireSame(other);
        return new Money(Math.addExact(minorUnits, other.minorUnits), currency);
    }

    /**
     * The difference.
     *
     * @throws IllegalArgumentException if it is another currency
     * @throws ArithmeticException if it exceeds a long
     */
    public Money minus(Money other) {
        requireSame(other);
        return new Money(Math.subtractExact(minorUnits, other.minorUnits), currency);
    }

    /**
     * So many times.
     *
     * @throws ArithmeticException if it exceeds a long
     */
    public Money times(long factor) {
        return new Money(Math.multiplyExact(minorUnits, factor), currency);
    }

    /** In major units with as many decimals as the currency has: {@code 12.50}, {@code 1200}, {@code 0.125}. */
    public String decimalText() {
        return BigDecimal.valueOf(minorUnits, currency.getDefaultFractionDigits())
                .toPlainString();
    }

    /** {@code 12.50 EUR}. */
    @Override
    public String toString() {
        return decimalText() + " " + currency;
    }

    private void requireSame(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException(currency + " and " + other.currency + " are not the same money");
        }
    }

    private static boolean isPlainDecimal(String text) {
        int start = text.startsWith("-") ? 1 : 0;
        int point = text.indexOf('.');
        int end = point < 0 ? text.length() : point;
        return text.length() <= MAXIMUM_CHARS
                && areDigits(text, start, end)
                && (point < 0 || areDigits(text, point + 1, text.length()));
    }

    private static boolean areDigits(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return start < end;
    }
}
