package dev.fairlead.testkit;

import dev.fairlead.ResponseHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An answer's head of a {@link RecordedCase}, or one made up to do harm. Immutable and thread-safe. */
record ContractAnswer(int status, HeaderLines headers, long receivedAtMillis) implements ResponseHead {
    static ContractAnswer of(int status, String... headers) {
        return new ContractAnswer(status, HeaderLines.of(headers), RecordedCase.RECEIVED_AT_SECOND * 1000);
    }

    ContractAnswer withStatus(int other) {
        return new ContractAnswer(other, headers, receivedAtMillis);
    }

    ContractAnswer with(String name, String value) {
        return new ContractAnswer(status, headers.and(name, value), receivedAtMillis);
    }

    @Override
    public @Nullable String header(String name) {
        return headers.last(name);
    }

    @Override
    public List<String> headers(String name) {
        return headers.all(name);
    }

    @Override
    public int fieldCount() {
        return headers.lines().size();
    }

    @Override
    public String fieldName(int index) {
        return headers.lines().get(index).name();
    }

    @Override
    public String fieldValue(int index) {
        return headers.lines().get(index).value();
    }

    @Override
    public String toString() {
        return status + (headers.lines().isEmpty() ? "" : " " + headers.lines());
    }
}
