package dev.fairlead.testkit;

import java.util.concurrent.atomic.AtomicInteger;

/** Numbers that stand for random ones: each once, in order, and the last from then on. Thread-safe. */
final class JitterScript {
    private final double[] numbers;
    private final AtomicInteger next = new AtomicInteger();

    JitterScript(double first, double... then) {
        numbers = new double[then.length + 1];
        numbers[0] = first;
        System.arraycopy(then, 0, numbers, 1, then.length);
        for (double each : numbers) {
            if (!(each >= 0 && each < 1)) {
                throw new IllegalArgumentException("jitter is at least 0 and below 1, not " + each);
            }
        }
    }

    double next() {
        return numbers[next.getAndUpdate(index -> Math.min(index + 1, numbers.length - 1))];
    }
}
