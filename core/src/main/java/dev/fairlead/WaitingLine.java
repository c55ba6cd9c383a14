package dev.fairlead;

import dev.fairlead.CallOptions.Priority;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for a key, by rank: priority first, then arrival. A call that goes from one key's line to another's keeps its
 * rank, so that all lines agree on who is first: if each had an order of its own, two calls could be first in one line and
 * behind each other in the next, and go round for ever. Not thread-safe; its {@link QuotaKey} guards it.
 */
final class WaitingLine {
    /** The arrival of one who has never stood in a line: behind all who have. */
    static final long JUST_COME = (1L << 56) - 1;

    private final TreeMap<Long, WakeHook> byRank = new TreeMap<>();
    /** By the band of their priority. */
    private final int[] sizes = new int[Priority.values().length];

    /**
     * A place in every line.
     *
     * @param arrival a number that grows with every call that begins to wait, less than {@link #JUST_COME}
     */
    static long rank(Priority priority, long arrival) {
        return ((long) band(priority) << 56) + arrival;
    }

    private static int band(Priority priority) {
        return switch (priority) {
            case INTERACTIVE -> 0;
            case NORMAL -> 1;
            case BATCH -> 2;
        };
    }

    private static int band(long rank) {
        return (int) (rank >>> 56);
    }

    boolean isEmpty() {
        return byRank.isEmpty();
    }

    /** Joins, unless it stands there already. */
    void join(long rank, WakeHook waiter) {
        if (byRank.putIfAbsent(rank, waiter) == null) {
            sizes[band(rank)]++;
        }
    }

    boolean contains(long rank) {
        return byRank.containsKey(rank);
    }

    void leave(long rank) {
        if (byRank.remove(rank) != null) {
            sizes[band(rank)]--;
        }
    }

    /** Who is next, or null. */
    @Nullable WakeHook first() {
        Map.Entry<Long, WakeHook> first = byRank.firstEntry();
        return first == null ? null : first.getValue();
    }

    /** Whether nobody goes before one of that rank, who may not be in the line yet. */
    boolean isNext(long rank) {
        return byRank.isEmpty() || byRank.firstKey() >= rank;
    }

    /** How many stand before one who joins now. */
    int before(Priority priority) {
        int before = 0;
        for (int each = 0; each <= band(priority); each++) {
            before += sizes[each];
        }
        return before;
    }

    List<WakeHook> all() {
        return new ArrayList<>(byRank.values());
    }
}
