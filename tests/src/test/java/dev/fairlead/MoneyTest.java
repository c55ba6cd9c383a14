package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {
    private static final Currency EUR = Currency.getInstance("EUR");
    private static final Currency JPY = Currency.getInstance("JPY");

    @ParameterizedTest
    @CsvSource({
        "12.50, EUR, 1250, 12.50",
        "12.5, EUR, 1250, 12.50",
        "12, EUR, 1200, 12.00",
        "-0.07, EUR, -7, -0.07",
        "0.070000, EUR, 7, 0.07",
        "007, EUR, 700, 7.00",
        "480, JPY, 480, 480",
        "480.00, JPY, 480, 480",
        "1.234, KWD, 1234, 1.234",
        "1.2, KWD, 1200, 1.200",
        "-0, EUR, 0, 0.00",
        "92233720368547758.07, EUR, 9223372036854775807, 92233720368547758.07",
        "-92233720368547758.08, EUR, -9223372036854775808, -92233720368547758.08",
        "9223372036854775807, JPY, 9223372036854775807, 9223372036854775807"
    })
    void readsADecimalExactly(String text, String code, long minorUnits, String written) {
        Money money = Money.parse(text, Currency.getInstance(code)).orElseThrow();

        assertThat(money).isEqualTo(new Money(minorUnits, Currency.getInstance(code)));
        assertThat(money.decimalText()).isEqualTo(written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                ".",
                "1.",
                ".5",
                "1.234",
                "1,23",
                "1 200",
                " 1",
                "+1",
                "1e2",
                "0x1",
                "NaN",
                "--1",
                "1-",
                "1.2.3",
                "٣",
                "92233720368547758.08",
                "-92233720368547758.09",
                "1000000000000000000000",
                "0000000000000000000000000000000000000000000000001"
            })
    void refusesWhatIsNoAmountOrFinerThanACent(String text) {
        assertThat(Money.parse(text, EUR)).isEmpty();
    }

    @Test
    void refusesAFractionOfWhatHasNone() {
        assertThat(Money.parse("480.5", JPY)).isEmpty();
    }

    @Test
    void hugeAndTinyNumbersCostNothing() {
        assertThat(Money.of(new BigDecimal("1e999999999"), EUR)).isEmpty();
        assertThat(Money.of(new BigDecimal("1e-999999999"), EUR)).isEmpty();
        assertThat(Money.of(new BigDecimal("0e999999999"), EUR)).contains(Money.zero(EUR));
        assertThat(Money.of(new BigDecimal("1.5e3"), EUR)).contains(new Money(150_000, EUR));
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Random random = new Random(7);
        for (Currency currency : Currency.getAvailableCurrencies()) {
            for (int i = 0; i < 20 && currency.getDefaultFractionDigits() >= 0; i++) {
                Money money = new Money(random.nextLong() >> random.nextInt(64), currency);
                assertThat(Money.parse(money.decimalText(), currency)).contains(money);
            }
        }
    }

    @Test
    void countsExactlyOrNotAtAll() {
        Money most = new Money(Long.MAX_VALUE, EUR);
        Money cent = new Money(1, EUR);

        assertThat(new Money(150, EUR).plus(cent)).isEqualTo(new Money(151, EUR));
        assertThat(new Money(150, EUR).minus(cent)).isEqualTo(new Money(149, EUR));
        assertThat(new Money(150, EUR).times(-3)).isEqualTo(new Money(-450, EUR));
        assertThatThrownBy(() -> most.plus(cent)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> new Money(Long.MIN_VALUE, EUR).minus(cent)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> most.times(2)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void currenciesDoNotMix() {
        Money cent = new Money(1, EUR);
        Money yen = new Money(1, JPY);

        assertThatThrownBy(() -> cent.plus(yen)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cent.minus(yen)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void goldHasNoMinorUnit() {
        assertThatThrownBy(() -> Money.zero(Currency.getInstance("XAU"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void itsTextHasTheCurrency() {
        assertThat(new Money(1250, EUR)).hasToString("12.50 EUR");
    }
}
