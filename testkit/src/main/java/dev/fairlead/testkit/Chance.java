package dev.fairlead.testkit;

import java.util.List;

/**
 * Numbers that look like chance and are the same for the same seed, on every JDK: SplitMix64 (Steele, Lea and Flood, OOPSLA
 * 2014). Not thread-safe.
 */
final class Chance {
    private long state;

    Chance(long seed) {
        state = seed;
    }

    long next() {
        state += 0x9E3779B97F4A7C15L;
        long mixed = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    /** From 0 to one less than {@code bound}. */
    int below(int bound) {
        return (int) Long.remainderUnsigned(next(), bound);
    }

    boolean oneIn(int times) {
        return below(times) == 0;
    }

    <T> T of(List<T> choices) {
        return choices.get(below(choices.size()));
    }
}
