package dev.fairlead.examples.badhour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.examples.Printed;
import dev.fairlead.testkit.ManualTicker;
import dev.fairlead.testkit.StubProvider;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;

class RealHourTest {
    @Test
    void unreachableHost_isSaidToBe() {
        Printed printed = new Printed();
        HttpUrl nobody;
        try (StubProvider stub = StubProvider.start()) {
            nobody = stub.url("/");
        }

        boolean answered = RealHour.call(nobody, new ManualTicker().autoAdvance(), printed.out());

        assertThat(answered).isFalse();
        assertThat(printed.text())
                .contains("CallFailedException")
                .contains("no answer to a GET (ConnectException)")
                .contains("1 of 1 expectations did not hold:\n  ✗ rate_limit was answered");
    }
}
