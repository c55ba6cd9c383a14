package dev.fairlead;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a provider's words out of a domain: the one place that knows both. A provider's fields, statuses, times and money
 * become ours or are refused; nothing is guessed. Implementations are stateless and thread-safe.
 *
 * @param <E> what the provider gives and takes, such as {@link JsonDocument}
 * @param <I> our own type
 */
public interface Adapter<E, I> {
    /**
     * Converts what came from the provider.
     *
     * @throws ConversionException if it is not what it should be, or says something we have no word for
     */
    I toInternal(E external);

    /**
     * Converts what is to go to the provider. Its shape may hold less than ours.
     *
     * @throws ConversionException if the provider has no word for it, or cannot hold it exactly
     */
    E toExternal(I internal);

    /** What a provider's error means here. By default what its kind says; a provider's own codes may say more. */
    default DomainError mapError(ApiError error) {
        return DomainError.of(error);
    }

    /**
     * Converts many. An item that fails, in whichever way, is reported with its position and harms no other.
     *
     * @param externals the items; bounded by the caller
     */
    default Batch<E, I> convertAll(Iterable<? extends @Nullable E> externals) {
        List<Batch.Converted<E, I>> converted = new ArrayList<>();
        List<Batch.Failed<E>> failed = new ArrayList<>();
        int position = 0;
        for (E external : externals) {
            try {
                if (external == null) {
                    throw new ConversionException("", "is missing");
                }
                converted.add(new Batch.Converted<>(position, external, toInternal(external)));
            } catch (ConversionException reason) {
                failed.add(new Batch.Failed<>(position, external, reason));
            } catch (RuntimeException unexpected) {
                failed.add(new Batch.Failed<>(position, external, ConversionException.ofBroken(unexpected)));
            }
            position++;
        }
        return new Batch<>(converted, failed);
    }
}
