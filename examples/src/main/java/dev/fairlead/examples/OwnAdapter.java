package dev.fairlead.examples;

import dev.fairlead.Adapter;
import dev.fairlead.AdapterRegistry;
import dev.fairlead.ApiError;
import dev.fairlead.Batch;
import dev.fairlead.ConversionException;
import dev.fairlead.DomainError;
import dev.fairlead.Fairlead;
import dev.fairlead.JsonDocument;
import dev.fairlead.Money;
import dev.fairlead.okhttp.ResilientOkHttp;
import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubProvider;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Currency;
import java.util.Optional;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Keeps the words of an API that the library does not know out of a domain of one's own; one bad item harms no other. */
public final class OwnAdapter {
    private OwnAdapter() {}

    /** Runs it against a stub. */
    public static void main(String[] args) throws IOException {
        run(System.out);
    }

    /** An order as we see it, whoever took it. */
    record Order(String number, String buyer, long pieces, Money price, State state, Optional<Instant> due) {}

    /** Where an order of ours stands. */
    enum State {
        OPEN,
        PAID
    }

    /** Acme's orders look like {@code {"no": "A-17", "state": "open", "price": "19.90", "cur": "EUR", …}}. */
    static final class AcmeOrders implements Adapter<JsonDocument, Order> {
        @Override
        public Order toInternal(JsonDocument external) {
            Currency currency = external.at("/cur").currency();
            JsonDocument state = external.at("/state");
            return new Order(
                    external.at("/no").text(),
                    external.at("/buyer").text(),
                    external.at("/pieces").integer(),
                    external.at("/price").money(currency),
                    switch (state.text()) {
                        case "open" -> State.OPEN;
                        case "settled" -> State.PAID;
                        default -> throw state.wrong("is not a state that is known");
                    },
                    external.find("/due").map(JsonDocument::epochSeconds));
        }

        @Override
        public JsonDocument toExternal(Order order) {
            JsonDocument.Builder external = JsonDocument.object()
                    .put("no", order.number())
                    .put("buyer", order.buyer())
                    .put("pieces", order.pieces())
                    .put("price", order.price().decimalText())
                    .put("cur", order.price().currency().getCurrencyCode())
                    .put("state", order.state() == State.OPEN ? "open" : "settled");
            order.due().ifPresent(due -> external.put("due", due.getEpochSecond()));
            return external.build();
        }

        /** To us an order that cannot be filled is a declined one, and no conflict. */
        @Override
        public DomainError mapError(ApiError error) {
            return switch (error.code().orElse("")) {
                case "out_of_stock" -> new DomainError(DomainError.Kind.DECLINED, error);
                case "no_such_order" -> new DomainError(DomainError.Kind.NOT_FOUND, error);
                default -> DomainError.of(error);
            };
        }
    }

    static void run(PrintStream out) throws IOException {
        Adapter<JsonDocument, Order> orders = AdapterRegistry.builder()
                .register("acme", JsonDocument.class, Order.class, new AcmeOrders())
                .build()
                .adapter("acme", JsonDocument.class, Order.class);
        Fairlead fairlead = Fairlead.builder()
                .provider(OwnProvider.acme())
                .ticker(new ManualTicker().autoAdvance())
                .build();
        try (StubProvider stub = StubProvider.start("eu.acme.example")) {
            stub.when("GET", "/orders").respond(StubAnswer.json(200, """
                            {"orders":[
                              {"no":"A-17","state":"open","price":"19.90","cur":"EUR","pieces":3,"buyer":"Clara","due":1796083200},
                              {"no":"A-18","state":"open","price":"19.905","cur":"EUR","pieces":1,"buyer":"Dora"},
                              {"no":"A-19","state":"settled","price":"480","cur":"JPY","pieces":1,"buyer":"Emil"}]}
                            """));
            stub.when("GET", "/orders/A-20")
                    .respond(
                            StubAnswer.json(404, "{\"error\":{\"code\":\"no_such_order\",\"text\":\"No A-20\"}}"),
                            StubAnswer.json(409, "{\"error\":{\"code\":\"out_of_stock\",\"text\":\"None left\"}}"));
            OkHttpClient client = ResilientOkHttp.wrap(stub.reroute(new OkHttpClient()), fairlead);
            try (Response response = client.newCall(get("/orders")).execute()) {
                print(orders.convertAll(parse(response).at("/orders").items()), out);
            }
            for (int i = 0; i < 2; i++) {
                try (Response response = client.newCall(get("/orders/A-20")).execute()) {
                    ApiError error = ResilientOkHttp.error(response).orElseThrow();
                    out.println(error.code().orElse("") + " from acme is "
                            + orders.mapError(error).kind() + " to us");
                }
            }
        }
    }

    private static void print(Batch<JsonDocument, Order> batch, PrintStream out) {
        out.println(batch.converted().size() + " converted, " + batch.failed().size() + " failed");
        for (Order order : batch.internals()) {
            out.println("  " + order.number() + " of " + order.buyer() + "'s: " + order.pieces() + " x "
                    + order.price() + ", " + order.state()
                    + order.due().map(due -> ", due " + due).orElse(""));
        }
        for (Batch.Failed<JsonDocument> failed : batch.failed()) {
            out.println("  " + failed);
            JsonDocument external = failed.external();
            out.println("  its raw answer, for whoever mends it: " + (external == null ? "none" : external.raw()));
        }
    }

    private static JsonDocument parse(Response response) throws IOException {
        try {
            return JsonDocument.parse(response.body().bytes());
        } catch (ConversionException notJson) {
            throw new IOException("acme's answer " + notJson.reason(), notJson);
        }
    }

    private static Request get(String path) {
        return new Request.Builder()
                .url("https://eu.acme.example" + path)
                .header("X-Acme-Key", "acme-key")
                .build();
    }
}
