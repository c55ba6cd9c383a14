package dev.fairlead;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the rules may know of an answer: everything but its body, of which they get a bounded {@link ErrorBody}.
 *
 * <p>All of it comes from outside and is hostile until parsed. Implementations are immutable and safe for use by many
 * threads.
 */
public interface ResponseHead {
    /** The status code. */
    int status();

    /** The last value of a header field, or null where there is none. Names are compared without regard to case. */
    @Nullable String header(String name);

    /** All values of a header field in the order they were sent; empty where there is none. */
    List<String> headers(String name);

    /**
     * How many header fields there are. Who looks for several of them goes through all once with {@link #fieldName} and
     * {@link #fieldValue}: each {@link #header} is a search of its own.
     */
    int fieldCount();

    /** The name of a header field, as it was sent, from 0 in the order they were sent. */
    String fieldName(int index);

    /** The value of a header field. */
    String fieldValue(int index);

    /** When the head was received, by the local wall clock, in milliseconds since the epoch. */
    long receivedAtMillis();
}
