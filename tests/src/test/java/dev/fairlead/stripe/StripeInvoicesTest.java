package dev.fairlead.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.ApiError;
import dev.fairlead.Batch;
import dev.fairlead.ConversionException;
import dev.fairlead.DomainError;
import dev.fairlead.ErrorKind;
import dev.fairlead.JsonDocument;
import dev.fairlead.Money;
import dev.fairlead.RetryAdvice;
import dev.fairlead.invoice.Invoice;
import dev.fairlead.invoice.InvoiceStatus;
import dev.fairlead.invoice.LineItem;
import dev.fairlead.invoice.RandomInvoices;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StripeInvoicesTest {
    /** As of 2025-03-31.basil and later. */
    private static final String INVOICE = """
            {"id": "in_0001", "object": "invoice", "number": "F-0007", "status": "open", "currency": "eur",
             "customer": "cus_0001", "customer_email": "ann@customer.example",
             "subtotal": 5970, "total": 7104, "amount_due": 7104, "amount_paid": 0, "amount_remaining": 7104,
             "total_taxes": [{"amount": 1000, "type": "tax_rate_details"}, {"amount": 134}],
             "created": 1793700000, "due_date": 1796083200, "status_transitions": {"finalized_at": 1793700100, "paid_at": null},
             "lines": {"object": "list", "has_more": false, "data": [
               {"id": "il_0001", "object": "line_item", "description": "Rope, 20 m", "quantity": 3, "amount": 5970,
                "currency": "eur", "pricing": {"type": "price_details", "unit_amount_decimal": "1990"}},
               {"id": "il_0002", "object": "line_item", "description": null, "quantity": null, "amount": 0,
                "currency": "eur", "pricing": {"unit_amount_decimal": "0.25"}}]}}
            """;

    private final StripeInvoices invoices = new StripeInvoices();

    @Test
    void mapsEveryField() {
        assertThat(invoices.toInternal(JsonDocument.parse(INVOICE)))
                .isEqualTo(new Invoice(
                        "in_0001",
                        Optional.of("F-0007"),
                        InvoiceStatus.OPEN,
                        Optional.of("cus_0001"),
                        List.of(
                                new LineItem("il_0001", "Rope, 20 m", 3, Optional.of(euros(1990)), euros(5970)),
                                new LineItem("il_0002", "", 1, Optional.empty(), euros(0))),
                        new Invoice.Amounts(euros(5970), euros(1134), euros(7104), euros(0), euros(7104)),
                        Instant.parse("2026-11-03T10:00:00Z"),
                        Optional.of(Instant.parse("2026-12-01T00:00:00Z")),
                        Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({
        "'\"tax\": 7', 7",
        "'\"tax\": null', 0",
        "'\"total_tax_amounts\": [{\"amount\": 3}, {\"amount\": 4}]', 7"
    })
    void readsTaxesAndPricesOfEarlierVersions(String tax, long minorUnits) {
        String earlier = INVOICE.replaceAll("\"total_taxes\": \\[.*\\]", tax)
                .replace(
                        "\"pricing\": {\"type\": \"price_details\", \"unit_amount_decimal\": \"1990\"}",
                        "\"price\": {\"unit_amount\": 1990}")
                .replace(
                        "\"pricing\": {\"unit_amount_decimal\": \"0.25\"}",
                        "\"price\": {\"unit_amount_decimal\": \"12\"}");

        Invoice invoice = invoices.toInternal(JsonDocument.parse(earlier));

        assertThat(invoice.amounts().tax()).isEqualTo(euros(minorUnits));
        assertThat(invoice.lines())
                .extracting(LineItem::unitAmount)
                .containsExactly(Optional.of(euros(1990)), Optional.of(euros(12)));
    }

    @ParameterizedTest
    @CsvSource({
        "draft, 0, DRAFT",
        "open, 0, OPEN",
        "open, 1, PARTIALLY_PAID",
        "paid, 7104, PAID",
        "uncollectible, 5, UNCOLLECTIBLE",
        "void, 0, VOID"
    })
    void mapsEveryStatus(String status, long paid, InvoiceStatus expected) {
        assertThat(invoices.toInternal(JsonDocument.parse(changed("\"open\"", "\"" + status + "\"")
                                .replace("\"amount_paid\": 0", "\"amount_paid\": " + paid)))
                        .status())
                .isEqualTo(expected);
    }

    @Test
    void knowsWhenItWasPaidAndWhoAnExpandedCustomerIs() {
        Invoice invoice = invoices.toInternal(JsonDocument.parse(changed("\"paid_at\": null", "\"paid_at\": 1793700200")
                .replace("\"cus_0001\"", "{\"id\": \"cus_0002\", \"object\": \"customer\"}")));

        assertThat(invoice.paidAt()).contains(Instant.parse("2026-11-03T10:03:20Z"));
        assertThat(invoice.customerId()).contains("cus_0002");
    }

    /** The amount at Stripe, and in ISO 4217's minor units. */
    @ParameterizedTest
    @CsvSource({
        "usd, 1050, 1050",
        "huf, 1050, 1050",
        "jpy, 1050, 1050",
        "krw, 1050, 1050",
        "xof, 1050, 1050",
        "mga, 1050, 105000",
        "isk, 500, 5",
        "ugx, 120000, 1200",
        "kwd, 5120, 5120",
        "bhd, 5120, 5120",
        "tnd, 5120, 5120",
        "usd, -1050, -1050",
        "usd, 9223372036854775807, 9223372036854775807"
    })
    void convertsStripesMinorUnitExactlyThereAndBack(String code, long stripe, long minorUnits) {
        Money money = new Money(minorUnits, Currency.getInstance(code.toUpperCase(Locale.ROOT)));

        assertThat(StripeMoney.read(JsonDocument.parse(Long.toString(stripe)), money.currency()))
                .isEqualTo(money);
        assertThat(StripeMoney.write(money, "/total")).isEqualTo(stripe);
    }

    @Test
    void everyZeroDecimalCurrencyIsWritten() {
        for (String code : "BIF CLP DJF GNF JPY KMF KRW PYG RWF VND VUV XAF XOF XPF".split(" ")) {
            assertThat(StripeMoney.write(new Money(77, Currency.getInstance(code)), "/total"))
                    .as(code)
                    .isEqualTo(77);
        }
        for (String code : "BHD JOD KWD OMR TND".split(" ")) {
            assertThat(StripeMoney.write(new Money(1230, Currency.getInstance(code)), "/total"))
                    .as(code)
                    .isEqualTo(1230);
        }
    }

    @ParameterizedTest
    @CsvSource({"isk, 550", "ugx, 99", "mga, 9223372036854775807"})
    void whatIsNoWholeNumberOfMinorUnitsIsRefused(String code, long stripe) {
        Currency currency = Currency.getInstance(code.toUpperCase(Locale.ROOT));

        assertThatThrownBy(() -> StripeMoney.read(JsonDocument.parse(Long.toString(stripe)), currency))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("in whole minor units");
    }

    @ParameterizedTest
    @CsvSource({
        "KWD, 5124, last digit must be 0",
        "MGA, 150, cannot be written",
        "ISK, 9223372036854775807, cannot be written"
    })
    void whatStripeDoesNotTakeIsRefused(String code, long minorUnits, String reason) {
        Money money = new Money(minorUnits, Currency.getInstance(code));

        assertThatThrownBy(() -> StripeMoney.write(money, "/total"))
                .isInstanceOf(ConversionException.class)
                .hasMessageStartingWith("/total ")
                .hasMessageContaining(reason);
    }

    /** What is changed in the invoice, and what is said of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"status\": \"open\" | \"status\": \"ann@customer.example\" | /status is not a status that is known",
                "\"status\": \"open\" | \"status\": null | /status is missing",
                "\"currency\": \"eur\" | \"currency\": \"euro\" | /currency is not a currency",
                "\"created\": 1793700000 | \"created\": 1793700000000 | /created is not a time in seconds",
                "\"created\": 1793700000 | \"created\": \"2026-11-03\" | /created is not an integer",
                "\"total\": 7104 | \"total\": 71.04 | /total is not an integer",
                "\"total\": 7104 | \"total\": \"7104\" | /total is not an integer",
                "\"total\": 7104, | '' | /total is missing",
                "\"amount\": 134 | \"amount\": null | /total_taxes/1/amount is missing",
                "\"amount\": 134 | \"amount\": 9223372036854775807 | /total_taxes exceed what can be counted",
                "\"quantity\": 3 | \"quantity\": 3.5 | /lines/data/0/quantity is not an integer",
                "\"id\": \"il_0002\" | \"id\": 2 | /lines/data/1/id is not a text",
                "\"has_more\": false | \"has_more\": true | /lines/has_more says that lines are missing: fetch them all",
                "\"has_more\": false | \"has_more\": 1 | /lines/has_more is not a boolean",
                "\"lines\": | \"files\": | /lines/data is missing",
                "\"amount\": 5970, | \"amount\": 5970, \"x\": 1, | ''"
            })
    void oneBadFieldIsNamedAndItsValueIsNot(String from, String to, String message) {
        JsonDocument bad = JsonDocument.parse(changed(from, to));

        Batch<JsonDocument, Invoice> batch = invoices.convertAll(List.of(JsonDocument.parse(INVOICE), bad));

        assertThat(batch.converted()).hasSize(message.isEmpty() ? 2 : 1);
        assertThat(batch.failed())
                .extracting(failed -> failed.reason().getMessage())
                .isEqualTo(message.isEmpty() ? List.of() : List.of(message));
        assertThat(batch.toString()).doesNotContain("ann@");
    }

    @Test
    void aLineOfAnotherCurrencyIsRefused() {
        String bad = INVOICE.replaceFirst("(?s)(il_0001.*?)\"currency\": \"eur\"", "$1\"currency\": \"usd\"");

        assertThatThrownBy(() -> invoices.toInternal(JsonDocument.parse(bad)))
                .hasMessage("/lines/data/0/currency is not the invoice's");
    }

    @Test
    void linesThatWereFetchedApartAreTakenInsteadOfTheFirstOnes() {
        JsonDocument cut = JsonDocument.parse(changed("\"has_more\": false", "\"has_more\": true"));
        List<JsonDocument> lines = JsonDocument.parse(
                        "{\"data\": [{\"id\": \"il_1\", \"amount\": 1}, {\"id\": \"il_2\", \"amount\": 2}, {\"id\": \"il_3\", \"amount\": 3}]}")
                .at("/data")
                .items();

        assertThat(invoices.toInternal(cut, lines).lines())
                .extracting(LineItem::id)
                .containsExactly("il_1", "il_2", "il_3");
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void whatIsSentAndReadAgainIsTheSame(long seed) {
        RandomInvoices random = new RandomInvoices(seed);
        for (InvoiceStatus status : InvoiceStatus.values()) {
            if (status == InvoiceStatus.REFUNDED || status == InvoiceStatus.PARTIALLY_REFUNDED) {
                continue;
            }
            for (String code : List.of("EUR", "JPY", "ISK", "UGX", "KWD", "MGA", "XAF")) {
                Currency currency = Currency.getInstance(code);
                for (int i = 0; i < 30; i++) {
                    Invoice invoice =
                            random.next(status, currency, code.equals("KWD") ? 10 : code.equals("MGA") ? 100 : 1);
                    JsonDocument external = invoices.toExternal(invoice);
                    assertThat(invoices.toInternal(external)).isEqualTo(invoice);
                    assertThat(invoices.toInternal(JsonDocument.parse(external.raw())))
                            .isEqualTo(invoice);
                }
            }
        }
    }

    @Test
    void aTimeLosesWhatIsFinerThanASecond() {
        Invoice invoice = new RandomInvoices(1).next(InvoiceStatus.OPEN, Currency.getInstance("EUR"), 1);
        Invoice finer = new Invoice(
                invoice.id(),
                invoice.number(),
                invoice.status(),
                invoice.customerId(),
                invoice.lines(),
                invoice.amounts(),
                invoice.createdAt().plusNanos(999_999_999),
                invoice.dueAt(),
                invoice.paidAt());

        assertThat(invoices.toInternal(invoices.toExternal(finer))).isEqualTo(invoice);
    }

    @ParameterizedTest
    @ValueSource(strings = {"REFUNDED", "PARTIALLY_REFUNDED"})
    void stripeHasNoStatusForARefund(InvoiceStatus status) {
        Invoice refunded = new RandomInvoices(1).next(status, Currency.getInstance("EUR"), 1);

        assertThatThrownBy(() -> invoices.toExternal(refunded))
                .isInstanceOf(ConversionException.class)
                .hasMessage("/status cannot be " + status + " at Stripe");
    }

    @ParameterizedTest
    @CsvSource({
        "resource_missing, VALIDATION, NOT_FOUND",
        "invoice_upcoming_none, NOT_FOUND, NOT_FOUND",
        "resource_already_exists, VALIDATION, ALREADY_EXISTS",
        "invoice_not_editable, VALIDATION, CONFLICT",
        "charge_already_refunded, VALIDATION, CONFLICT",
        "payment_intent_unexpected_state, VALIDATION, CONFLICT",
        "card_declined, PAYMENT_DECLINED, DECLINED",
        "parameter_missing, VALIDATION, INVALID",
        ", TRANSIENT, UNAVAILABLE"
    })
    void aCodeMaySayMoreThanAKind(String code, ErrorKind kind, DomainError.Kind expected) {
        ApiError error = ApiError.builder("stripe", 400, kind, RetryAdvice.NEVER)
                .code(code)
                .build();

        assertThat(invoices.mapError(error).kind()).isEqualTo(expected);
        assertThat(invoices.mapError(error).error()).isSameAs(error);
    }

    private static String changed(String from, String to) {
        assertThat(INVOICE).contains(from);
        return INVOICE.replace(from, to);
    }

    private static Money euros(long cents) {
        return new Money(cents, Currency.getInstance("EUR"));
    }
}
