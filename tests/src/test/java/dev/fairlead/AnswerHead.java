package dev.fairlead;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An answer's head, made by hand. Immutable; each {@code with…} gives a copy. */
public final class AnswerHead implements ResponseHead {
    /** 2027-01-15T08:00:00Z: a whole second, as most answers' dates are. */
    public static final long RECEIVED_AT_MILLIS = 1_800_000_000_000L;

    private final int status;
    private final long receivedAtMillis;
    private final List<String> namesAndValues;

    private AnswerHead(int status, long receivedAtMillis, List<String> namesAndValues) {
        this.status = status;
        this.receivedAtMillis = receivedAtMillis;
        this.namesAndValues = List.copyOf(namesAndValues);
    }

    public static AnswerHead of(int status) {
        return new AnswerHead(status, RECEIVED_AT_MILLIS, List.of());
    }

    static AnswerHead of(int status, Map<String, String> headers, long receivedAtMillis) {
        List<String> namesAndValues = new ArrayList<>(2 * headers.size());
        headers.forEach((name, value) -> {
            namesAndValues.add(name);
            namesAndValues.add(value);
        });
        return new AnswerHead(status, receivedAtMillis, namesAndValues);
    }

    public AnswerHead with(String name, String value) {
        List<String> more = new ArrayList<>(namesAndValues);
        more.add(name);
        more.add(value);
        return new AnswerHead(status, receivedAtMillis, more);
    }

    public AnswerHead receivedAt(long millis) {
        return new AnswerHead(status, millis, namesAndValues);
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String header(String name) {
        for (int i = namesAndValues.size() - 2; i >= 0; i -= 2) {
            if (namesAndValues.get(i).equalsIgnoreCase(name)) {
                return namesAndValues.get(i + 1);
            }
        }
        return null;
    }

    @Override
    public List<String> headers(String name) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            if (namesAndValues.get(i).equalsIgnoreCase(name)) {
                values.add(namesAndValues.get(i + 1));
            }
        }
        return values;
    }

    @Override
    public int fieldCount() {
        return namesAndValues.size() / 2;
    }

    @Override
    public String fieldName(int index) {
        return namesAndValues.get(2 * index);
    }

    @Override
    public String fieldValue(int index) {
        return namesAndValues.get(2 * index + 1);
    }

    @Override
    public long receivedAtMillis() {
        return receivedAtMillis;
    }

    @Override
    public String toString() {
        return status + " " + namesAndValues;
    }
}
