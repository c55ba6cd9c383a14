package dev.fairlead;

import dev.fairlead.CallOptions.Priority;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who waits for a key: by priority, and in order of arrival within each. Not thread-safe; its {@link QuotaKey} guards it. */
final class WaitingLine {
    /** The highest priority first. */
    private final Map<Priority, Set<WakeHook>> byPriority = new EnumMap<>(Priority.class);

    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** Joins, unless it stands there already. */
    void join(WakeHook waiter, Priority priority) {
        if (byPriority.computeIfAbsent(priority, none -> new LinkedHashSet<>()).add(waiter)) {
            size++;
        }
    }

    boolean contains(WakeHook waiter, Priority priority) {
        Set<WakeHook> line = byPriority.get(priority);
        return line != null && line.contains(waiter);
    }

    void leave(WakeHook waiter, Priority priority) {
        Set<WakeHook> line = byPriority.get(priority);
        if (line != null && line.remove(waiter)) {
            size--;
        }
    }

    /** Who is next, or null. */
    @Nullable WakeHook first() {
        if (size > 0) {
            for (Set<WakeHook> line : byPriority.values()) {
                Iterator<WakeHook> each = line.iterator();
                if (each.hasNext()) {
                    return each.next();
                }
            }
        }
        return null;
    }

    /** Whether nobody goes before it, who may not be in the line yet. */
    boolean isNext(WakeHook waiter, Priority priority) {
        if (size == 0) {
            return true;
        }
        for (Map.Entry<Priority, Set<WakeHook>> line : byPriority.entrySet()) {
            boolean isItsOwn = line.getKey() == priority;
            Iterator<WakeHook> each = line.getValue().iterator();
            if (isItsOwn || line.getKey().compareTo(priority) > 0) {
                return !isItsOwn || !each.hasNext() || each.next().equals(waiter);
            }
            if (each.hasNext()) {
                return false;
            }
        }
        return true;
    }

    /** How many stand before one who joins now. */
    int before(Priority priority) {
        int before = 0;
        for (Map.Entry<Priority, Set<WakeHook>> line : byPriority.entrySet()) {
            if (line.getKey().compareTo(priority) <= 0) {
                before += line.getValue().size();
            }
        }
        return before;
    }

    List<WakeHook> all() {
        List<WakeHook> all = new ArrayList<>(size);
        byPriority.values().forEach(all::addAll);
        return all;
    }
}
