package dev.fairlead.invoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InvoiceTest {
    private static final Money EUROS = new Money(100, Currency.getInstance("EUR"));
    private static final Money YEN = new Money(100, Currency.getInstance("JPY"));

    @Test
    void isOfOneCurrency() {
        LineItem inYen = new LineItem("l1", "rope", 1, Optional.empty(), YEN);

        assertThat(invoice(List.of()).currency()).isEqualTo(Currency.getInstance("EUR"));
        assertThatThrownBy(() -> invoice(List.of(inYen))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LineItem("l1", "rope", 1, Optional.of(EUROS), YEN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Invoice.Amounts(EUROS, EUROS, EUROS, YEN, EUROS))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Invoice.Amounts(YEN, EUROS, EUROS, EUROS, EUROS))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Invoice.Amounts(EUROS, YEN, EUROS, EUROS, EUROS))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Invoice.Amounts(EUROS, EUROS, EUROS, EUROS, YEN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void itsLinesStayAsTheyWere() {
        List<LineItem> lines = new ArrayList<>(List.of(new LineItem("l1", "rope", 1, Optional.empty(), EUROS)));
        Invoice invoice = invoice(lines);
        lines.clear();

        assertThat(invoice.lines()).hasSize(1);
    }

    private static Invoice invoice(List<LineItem> lines) {
        return new Invoice(
                "i1",
                Optional.empty(),
                InvoiceStatus.OPEN,
                Optional.empty(),
                lines,
                new Invoice.Amounts(EUROS, EUROS, EUROS, EUROS, EUROS),
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty());
    }
}
