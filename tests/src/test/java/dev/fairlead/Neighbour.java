package dev.fairlead;

import java.util.Random;

/**
 * When somebody else sends who has the same credential: comes and goes, is there for 20 to 50 % of a run in two to five
 * stretches, and sends regularly or, by a throw of the dice, as chance has it. Not thread-safe.
 */
final class Neighbour {
    private final Random dice;
    private final double gapNanos;
    private final boolean regular;
    private final long[] beginNanos;
    private final long[] lengthNanos;

    private int stretch;
    /** How far into its stretch the next request is. */
    private double nextNanos;

    Neighbour(Random dice, double perSecond, long runNanos) {
        this.dice = dice;
        gapNanos = 1e9 / perSecond;
        regular = dice.nextBoolean();
        double there = 0.2 + 0.3 * dice.nextDouble();
        int stretches = 2 + dice.nextInt(4);
        lengthNanos = split(runNanos * there, stretches);
        long[] away = split(runNanos * (1 - there), stretches + 1);
        beginNanos = new long[stretches];
        long at = 0;
        for (int i = 0; i < stretches; i++) {
            at += away[i];
            beginNanos[i] = at;
            at += lengthNanos[i];
        }
        nextNanos = dice.nextDouble() * gapNanos;
    }

    private long[] split(double whole, int parts) {
        double[] weights = dice.doubles(parts, 0.2, 1).toArray();
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        long[] split = new long[parts];
        for (int i = 0; i < parts; i++) {
            split[i] = (long) (whole * weights[i] / sum);
        }
        return split;
    }

    /** The time of its next request since the beginning of the run; negative where none follows. */
    long nextNanos() {
        while (stretch < lengthNanos.length && nextNanos >= lengthNanos[stretch]) {
            nextNanos -= lengthNanos[stretch];
            stretch++;
        }
        if (stretch == lengthNanos.length) {
            return -1;
        }
        long at = beginNanos[stretch] + (long) nextNanos;
        nextNanos += regular ? gapNanos : -Math.log(1 - dice.nextDouble()) * gapNanos;
        return at;
    }
}
