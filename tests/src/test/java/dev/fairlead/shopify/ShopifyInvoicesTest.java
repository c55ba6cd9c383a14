package dev.fairlead.shopify;

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
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShopifyInvoicesTest {
    private static final String REST = """
            {"id": 7001, "admin_graphql_api_id": "gid://shopify/Order/7001", "name": "#1041", "email": "ann@customer.example",
             "currency": "EUR", "presentment_currency": "USD", "financial_status": "partially_paid",
             "created_at": "2026-11-03T05:00:00-05:00", "cancelled_at": null,
             "subtotal_price": "57.70", "subtotal_price_set": {"shop_money": {"amount": "57.70", "currency_code": "EUR"},
               "presentment_money": {"amount": "62.32", "currency_code": "USD"}},
             "total_tax": "10.96", "total_price": "68.66", "total_outstanding": "18.66",
             "customer": {"id": 8001, "email": "ann@customer.example"},
             "line_items": [
               {"id": 9001, "name": "Rope - 20 m", "title": "Rope", "quantity": 3, "price": "19.90",
                "price_set": {"shop_money": {"amount": "19.9", "currency_code": "EUR"}},
                "discount_allocations": [{"amount": "1.50"}, {"amount": "0.5",
                  "amount_set": {"shop_money": {"amount": "0.50", "currency_code": "EUR"}}}]}],
             "payment_terms": {"payment_terms_type": "net", "payment_schedules": [
               {"due_at": "2026-12-01T00:00:00Z", "completed_at": null}]}}
            """;

    private static final String GRAPHQL = """
            {"id": "gid://shopify/Order/7001", "name": "#1041", "currencyCode": "EUR", "displayFinancialStatus": "PARTIALLY_PAID",
             "createdAt": "2026-11-03T10:00:00Z", "cancelledAt": null, "customer": {"id": "gid://shopify/Customer/8001?x=1"},
             "subtotalPriceSet": {"shopMoney": {"amount": "57.7", "currencyCode": "EUR"}},
             "totalTaxSet": {"shopMoney": {"amount": "10.96", "currencyCode": "EUR"}},
             "totalPriceSet": {"shopMoney": {"amount": "68.66", "currencyCode": "EUR"}},
             "totalOutstandingSet": {"shopMoney": {"amount": "18.66", "currencyCode": "EUR"}},
             "lineItems": {"pageInfo": {"hasNextPage": false}, "nodes": [
               {"id": "gid://shopify/LineItem/9001", "name": "Rope - 20 m", "quantity": 3,
                "originalUnitPriceSet": {"shopMoney": {"amount": "19.9", "currencyCode": "EUR"}},
                "discountAllocations": [
                  {"allocatedAmountSet": {"shopMoney": {"amount": "2.0", "currencyCode": "EUR"}}}]}]},
             "paymentTerms": {"paymentSchedules": {"nodes": [{"dueAt": "2026-12-01T00:00:00Z", "completedAt": null}]}}}
            """;

    private final ShopifyInvoices invoices = new ShopifyInvoices();

    @Test
    void mapsEveryFieldOfBothShapesToTheSame() {
        Invoice expected = new Invoice(
                "7001",
                Optional.of("#1041"),
                InvoiceStatus.PARTIALLY_PAID,
                Optional.of("8001"),
                List.of(new LineItem("9001", "Rope - 20 m", 3, Optional.of(euros(1990)), euros(5770))),
                new Invoice.Amounts(euros(5770), euros(1096), euros(6866), euros(5000), euros(1866)),
                Instant.parse("2026-11-03T10:00:00Z"),
                Optional.of(Instant.parse("2026-12-01T00:00:00Z")),
                Optional.empty());

        assertThat(invoices.toInternal(JsonDocument.parse(REST))).isEqualTo(expected);
        assertThat(invoices.toInternal(JsonDocument.parse(GRAPHQL))).isEqualTo(expected);
        assertThat(invoices.toInternal(
                        JsonDocument.parse(GRAPHQL.replace("\"nodes\": [\n   {\"id\"", "\"edges\": [{\"node\": {\"id\"")
                                .replace("}]}]},", "}]}}]},"))))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "pending, OPEN, 0, 6866",
        "authorized, OPEN, 0, 6866",
        "expired, OPEN, 0, 6866",
        "partially_paid, PARTIALLY_PAID, 5000, 1866",
        "paid, PAID, 6866, 0",
        "partially_refunded, PARTIALLY_REFUNDED, 6866, 0",
        "refunded, REFUNDED, 6866, 0",
        "voided, VOID, 0, 0"
    })
    void mapsEveryStatusAndWhatItMeansForThePayment(String status, InvoiceStatus expected, long paid, long due) {
        Invoice invoice = invoices.toInternal(JsonDocument.parse(changed("partially_paid", status)));

        assertThat(invoice.status()).isEqualTo(expected);
        assertThat(invoice.amounts().paid()).isEqualTo(euros(paid));
        assertThat(invoice.amounts().due()).isEqualTo(euros(due));
    }

    @ParameterizedTest
    @CsvSource({"pending, VOID", "authorized, VOID", "paid, PAID", "refunded, REFUNDED"})
    void aCancelledOrderThatNobodyPaidIsOwedByNobody(String status, InvoiceStatus expected) {
        String cancelled = changed("partially_paid", status)
                .replace("\"cancelled_at\": null", "\"cancelled_at\": \"2026-11-04T05:00:00-05:00\"");

        assertThat(invoices.toInternal(JsonDocument.parse(cancelled)).status()).isEqualTo(expected);
    }

    @Test
    void ofSeveralPaymentsTheLastCounts() {
        String paid = changed("partially_paid", "paid")
                .replace(
                        "{\"due_at\": \"2026-12-01T00:00:00Z\", \"completed_at\": null}",
                        "{\"due_at\": \"2026-12-24T00:00:00Z\", \"completed_at\": \"2026-12-20T00:00:00Z\"},"
                                + "{\"due_at\": \"2026-12-01T00:00:00Z\", \"completed_at\": \"2026-12-21T00:00:00Z\"}");
        Invoice invoice = invoices.toInternal(JsonDocument.parse(paid));

        assertThat(invoice.dueAt()).contains(Instant.parse("2026-12-24T00:00:00Z"));
        assertThat(invoice.paidAt()).contains(Instant.parse("2026-12-21T00:00:00Z"));
        assertThat(invoices.toInternal(JsonDocument.parse(paid.replace("\"2026-12-21T00:00:00Z\"", "null")))
                        .paidAt())
                .isEmpty();
        assertThat(invoices.toInternal(JsonDocument.parse(paid.replace("\"paid\"", "\"refunded\"")))
                        .paidAt())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "JPY, 480, 480",
        "JPY, 480.00, 480",
        "KWD, 1.234, 1234",
        "KWD, 1.2, 1200",
        "MGA, 10.50, 1050",
        "ISK, 7.0, 7"
    })
    void readsAmountsOfAnyNumberOfDecimals(String code, String amount, long minorUnits) {
        JsonDocument order = JsonDocument.parse(("{'id': 1, 'currency': '" + code + "', 'financial_status': 'paid',"
                        + "'created_at': '2026-11-03T10:00:00Z', 'line_items': [],"
                        + "'subtotal_price': '" + amount + "', 'total_price': '" + amount + "'}")
                .replace('\'', '"'));

        Invoice.Amounts amounts = invoices.toInternal(order).amounts();

        assertThat(amounts.total()).isEqualTo(new Money(minorUnits, Currency.getInstance(code)));
        assertThat(amounts.tax()).isEqualTo(Money.zero(Currency.getInstance(code)));
    }

    /** What is changed in the order, and what is said of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"partially_paid\" | \"ann@customer.example\" | /financial_status is not a status that is known",
                "\"financial_status\": \"partially_paid\", | '' | /financial_status is missing",
                "\"id\": 7001 | \"id\": null | /id is missing",
                "\"id\": 7001 | \"id\": \"gid://shopify/Order/\" | /id is not an id",
                "\"currency\": \"EUR\" | \"currency\": \"E\" | /currency is not a currency",
                "\"2026-11-03T05:00:00-05:00\" | \"2026-11-03T05:00:00\" | /created_at is not a time with an offset",
                "\"68.66\" | \"68.665\" | /total_price is not an amount of EUR in whole minor units",
                "\"68.66\" | \"68,66\" | /total_price is not a number",
                "\"68.66\" | \"92233720368547758.07\" | ''",
                "\"18.66\" | \"-92233720368547758.08\" | /total_outstanding exceeds what can be counted",
                "\"total_outstanding\": \"18.66\", | '' | /total_outstanding is missing",
                "\"amount\": \"57.70\", \"currency_code\": \"EUR\" | \"amount\": \"57.70\", \"currency_code\": \"USD\" | /subtotal_price_set/shop_money/currency_code is not the order's",
                "\"quantity\": 3 | \"quantity\": 9223372036854775807 | /line_items/0 exceeds what can be counted",
                "\"quantity\": 3 | \"quantity\": \"3\" | /line_items/0/quantity is not an integer",
                "\"amount\": \"1.50\" | \"sum\": \"1.50\" | /line_items/0/discount_allocations/0/amount is missing",
                "\"line_items\": | \"lines\": | /line_items is missing"
            })
    void oneBadFieldIsNamedAndItsValueIsNot(String from, String to, String message) {
        JsonDocument bad = JsonDocument.parse(changed(from, to));

        Batch<JsonDocument, Invoice> batch = invoices.convertAll(List.of(JsonDocument.parse(REST), bad));

        assertThat(batch.converted()).hasSize(message.isEmpty() ? 2 : 1);
        assertThat(batch.failed())
                .extracting(failed -> failed.reason().getMessage())
                .isEqualTo(message.isEmpty() ? List.of() : List.of(message));
        assertThat(batch.toString()).doesNotContain("ann@");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"hasNextPage\": false | \"hasNextPage\": true | /lineItems/pageInfo says that there are more: fetch them all",
                "\"discountAllocations\" | \"discounts\" | /lineItems/nodes/0/discountAllocations is missing",
                "\"nodes\": [ | \"items\": [ | /lineItems/edges is missing",
                "\"subtotalPriceSet\" | \"subtotal_price\" | /subtotalPriceSet is missing"
            })
    void aQueryThatDidNotAskForEverythingIsNoticed(String from, String to, String message) {
        assertThat(GRAPHQL).contains(from);
        JsonDocument bad = JsonDocument.parse(GRAPHQL.replace(from, to));

        assertThatThrownBy(() -> invoices.toInternal(bad))
                .isInstanceOf(ConversionException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void whatIsSentAndReadAgainIsTheSame(long seed) {
        RandomInvoices random = new RandomInvoices(seed);
        for (InvoiceStatus status : InvoiceStatus.values()) {
            if (status == InvoiceStatus.DRAFT || status == InvoiceStatus.UNCOLLECTIBLE) {
                continue;
            }
            for (String code : List.of("EUR", "JPY", "KWD", "MGA")) {
                for (int i = 0; i < 30; i++) {
                    Invoice invoice = random.next(status, Currency.getInstance(code), 1);
                    JsonDocument external = invoices.toExternal(invoice);
                    assertThat(invoices.toInternal(external)).isEqualTo(invoice);
                    assertThat(invoices.toInternal(JsonDocument.parse(external.raw())))
                            .isEqualTo(invoice);
                }
            }
        }
    }

    @Test
    void anIdThatIsANumberIsWrittenAsOne() {
        Invoice read = invoices.toInternal(JsonDocument.parse(REST));

        assertThat(invoices.toExternal(read).at("/id").integer()).isEqualTo(7001);
        assertThat(invoices.toExternal(read)
                        .at("/line_items/0/discount_allocations/0/amount")
                        .text())
                .isEqualTo("2.00");
    }

    @ParameterizedTest
    @EnumSource(names = {"DRAFT", "UNCOLLECTIBLE"})
    void shopifyHasNoWordForTheseStatuses(InvoiceStatus status) {
        Invoice invoice = new RandomInvoices(1).next(status, Currency.getInstance("EUR"), 1);

        assertThatThrownBy(() -> invoices.toExternal(invoice))
                .isInstanceOf(ConversionException.class)
                .hasMessage("/financial_status cannot be " + status + " at Shopify");
    }

    @Test
    void aLineThatComesToMoreThanItsPriceCannotBeWritten() {
        Invoice read = invoices.toInternal(JsonDocument.parse(REST));
        LineItem line = new LineItem("9001", "Rope", 2, Optional.of(euros(10)), euros(21));
        Invoice more = new Invoice(
                read.id(),
                read.number(),
                read.status(),
                read.customerId(),
                List.of(line),
                read.amounts(),
                read.createdAt(),
                read.dueAt(),
                read.paidAt());

        assertThatThrownBy(() -> invoices.toExternal(more))
                .hasMessage("/line_items/0 comes to more than its price times its quantity");
    }

    /** Or three of them would cost three times as much as all. */
    @Test
    void aLineOfSeveralWithoutAPriceCannotBeWritten() {
        Invoice read = invoices.toInternal(JsonDocument.parse(REST));
        for (long quantity : new long[] {1, 3}) {
            Invoice finerPrice = new Invoice(
                    read.id(),
                    read.number(),
                    read.status(),
                    read.customerId(),
                    List.of(new LineItem("9001", "Rope", quantity, Optional.empty(), euros(100))),
                    read.amounts(),
                    read.createdAt(),
                    read.dueAt(),
                    read.paidAt());
            if (quantity == 1) {
                assertThat(invoices.toExternal(finerPrice)
                                .at("/line_items/0/price")
                                .text())
                        .isEqualTo("1.00");
            } else {
                assertThatThrownBy(() -> invoices.toExternal(finerPrice))
                        .hasMessage("/line_items/0 has no price of one in whole minor units");
            }
        }
    }

    /** Its lines and sums are those before the edit: nobody owes all of that any more. */
    @ParameterizedTest
    @CsvSource({"pending, PENDING", "partially_paid, PARTIALLY_PAID"})
    void anOrderThatWasCutDownBeforeItWasPaidIsRefused(String rest, String graphQl) {
        String edited = changed("\"partially_paid\"", "\"" + rest + "\", \"current_total_price\": \"48.66\"");
        assertThatThrownBy(() -> invoices.toInternal(JsonDocument.parse(edited)))
                .hasMessage("/current_total_price is not the total: the order was changed, and its lines were not");
        String set = ", \"currentTotalPriceSet\": {\"shopMoney\": {\"amount\": \"48.66\", \"currencyCode\": \"EUR\"}}";
        String asked = GRAPHQL.replace("\"PARTIALLY_PAID\"", "\"" + graphQl + "\"" + set);
        assertThatThrownBy(() -> invoices.toInternal(JsonDocument.parse(asked)))
                .hasMessage("/currentTotalPriceSet is not the total: the order was changed, and its lines were not");
        assertThat(invoices.toInternal(JsonDocument.parse(edited.replace("48.66", "68.660"))))
                .isNotNull();
        assertThat(invoices.toInternal(JsonDocument.parse(edited.replace("\"" + rest + "\"", "\"partially_refunded\"")))
                        .amounts()
                        .paid())
                .isEqualTo(euros(6866));
    }

    @ParameterizedTest
    @CsvSource({
        "402, , PAYMENT_DECLINED, NOT_ALLOWED",
        "423, , UNKNOWN, NOT_ALLOWED",
        "200, ACCESS_DENIED, PERMISSION, NOT_ALLOWED",
        "200, SHOP_INACTIVE, UNKNOWN, NOT_ALLOWED",
        "200, NOT_FOUND, VALIDATION, NOT_FOUND",
        "200, TAKEN, VALIDATION, ALREADY_EXISTS",
        "200, THROTTLED, RATE_LIMITED, UNAVAILABLE",
        "422, , VALIDATION, INVALID"
    })
    void aCodeOrAStatusMaySayMoreThanAKind(int status, String code, ErrorKind kind, DomainError.Kind expected) {
        ApiError error = ApiError.builder("shopify", status, kind, RetryAdvice.NEVER)
                .code(code)
                .build();

        assertThat(invoices.mapError(error).kind()).isEqualTo(expected);
    }

    private static String changed(String from, String to) {
        assertThat(REST).contains(from);
        return REST.replace(from, to);
    }

    private static Money euros(long cents) {
        return new Money(cents, Currency.getInstance("EUR"));
    }
}
