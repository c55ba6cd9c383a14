package dev.fairlead.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class SmallExamplesTest {
    private final Printed printed = new Printed();

    @Test
    void quickStart() throws IOException {
        QuickStart.run(printed.out());

        assertThat(printed.text()).isEqualTo("""
                        github GET api.github.com: 2 attempts (502 TRANSIENT, 404 NOT_FOUND), waited 200 ms (BACKOFF), 2 on the wire, NOT_RETRYABLE after 200 ms
                        NOT_FOUND: Not Found (NEVER)
                        """);
    }

    @Test
    void deadlinePerRequest() throws IOException {
        DeadlinePerRequest.run(printed.out());

        assertThat(printed.text()).isEqualTo("""
                        500 ms for one request:
                          reports: generic GET api.acme.example: 1 attempt (503 TRANSIENT), 1 on the wire, DEADLINE (could go on in 1 s) after 0 ms
                        2 s for two requests, of which 500 ms are kept to answer our own caller:
                          accounts: generic GET api.acme.example: 2 attempts (503 TRANSIENT, 200), waited 1 s (RETRY_AFTER), 2 on the wire, SUCCESS after 1 s
                          reports: generic GET api.acme.example: 1 attempt (503 TRANSIENT), 1 on the wire, DEADLINE (could go on in 1 s) after 0 ms
                        """);
    }

    @Test
    void idempotentPost() throws IOException {
        IdempotentPost.run(printed.out());

        assertThat(printed.text()).isEqualTo("""
                        With a key:
                          acme POST api.acme.example: 2 attempts (502 TRANSIENT, 201), waited 200 ms (BACKOFF), 2 on the wire, SUCCESS after 200 ms
                          the server saw Idempotency-Key: order-17
                          the server saw Idempotency-Key: order-17
                        Without:
                          acme POST api.acme.example: 1 attempt (502 TRANSIENT), 1 on the wire, NOT_REPLAY_SAFE after 0 ms
                        """);
    }

    @Test
    void ownProvider() throws IOException {
        OwnProvider.run(printed.out());

        assertThat(printed.text()).isEqualTo("""
                        acme GET eu.acme.example: 2 attempts (400 RATE_LIMITED, 409 CONFLICT), waited 30 s (PAUSED), 2 on the wire, NOT_RETRYABLE after 30 s
                        CONFLICT: No anchors left (NEVER)
                        """);
    }

    @Test
    void ownAdapter() throws IOException {
        OwnAdapter.run(printed.out());

        assertThat(printed.text()).isEqualTo("""
                        2 converted, 1 failed
                          A-17 of Clara's: 3 x 19.90 EUR, OPEN, due 2026-12-01T00:00:00Z
                          A-19 of Emil's: 1 x 480 JPY, PAID
                          item 1: /orders/1/price is not an amount of EUR in whole minor units
                          its raw answer, for whoever mends it: {"no":"A-18","state":"open","price":"19.905","cur":"EUR","pieces":1,"buyer":"Dora"}
                        no_such_order from acme is NOT_FOUND to us
                        out_of_stock from acme is DECLINED to us
                        """);
    }

    @Test
    void allPages() throws IOException {
        AllPages.run(printed.out());

        assertThat(printed.text()).isEqualTo("""
                        page 1: 2 issues; github GET api.github.com: 1 attempt (200), 1 on the wire, SUCCESS after 0 ms
                        page 2: 2 issues; github GET api.github.com: 2 attempts (429 RATE_LIMITED, 200), waited 30 s (PAUSED), 2 on the wire, SUCCESS after 30 s
                        page 3: 1 issue; github GET api.github.com: 1 attempt (200), 1 on the wire, SUCCESS after 0 ms
                        """);
    }

    @Test
    void waitingCalls() throws Exception {
        WaitingCalls.run(printed.out());

        assertThat(printed.text()).isEqualTo("""
                        1000 calls wait; fewer than 5 threads more than before: true
                        another credential: 200, after 0 ms
                        when the minute was over: 1000 answered
                        """);
    }
}
