package dev.fairlead;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of the items of a batch. A bad item is among the {@link #failed} and harms no other. Immutable; as
 * thread-safe as its items.
 *
 * @param converted what could be converted, in the order in which it came
 * @param failed what could not, in the order in which it came
 * @param <E> the provider's type
 * @param <I> our own type
 */
public record Batch<E, I>(List<Converted<E, I>> converted, List<Failed<E>> failed) {
    /** Copies the lists. */
    public Batch {
        converted = List.copyOf(converted);
        failed = List.copyOf(failed);
    }

    /**
     * An item that was converted. Its text is its position alone: what it holds may be personal.
     *
     * @param position its place among all that came, from 0
     * @param external what came, untouched
     * @param internal what was made of it
     */
    public record Converted<E, I>(int position, E external, I internal) {
        /** Checks that nothing is null. */
        public Converted {
            Objects.requireNonNull(external, "external");
            Objects.requireNonNull(internal, "internal");
        }

        @Override
        public String toString() {
            return "item " + position;
        }
    }

    /**
     * An item that could not be converted. Its text is its position and the reason: what it holds may be personal.
     *
     * @param position its place among all that came, from 0
     * @param external what came, untouched
     * @param reason which field and why
     */
    public record Failed<E>(int position, @Nullable E external, ConversionException reason) {
        /** Checks that there is a reason. */
        public Failed {
            Objects.requireNonNull(reason, "reason");
        }

        @Override
        public String toString() {
            return "item " + position + ": " + reason.getMessage();
        }
    }

    /** What was made of the items that could be converted. */
    public List<I> internals() {
        return converted.stream().map(Converted::internal).toList();
    }

    /** Whether every item could be converted. */
    public boolean isComplete() {
        return failed.isEmpty();
    }

    /** How many there are of each, and why items failed. */
    @Override
    public String toString() {
        return converted.size() + " converted, " + failed.size() + " failed" + (failed.isEmpty() ? "" : " " + failed);
    }
}
