package dev.fairlead.examples.badhour;

import java.util.ArrayList;
import java.util.List;

/** What had to happen, and whether it did. Not thread-safe. */
final class Expectations {
    private final Timeline timeline;
    private final List<String> broken = new ArrayList<>();
    private int total;

    Expectations(Timeline timeline) {
        this.timeline = timeline;
    }

    void expect(boolean held, String what) {
        total++;
        timeline.check(held, what);
        if (!held) {
            broken.add(what);
        }
    }

    /** The same, seen on the timeline only if it did not hold. */
    void expectQuietly(boolean held, String what) {
        if (held) {
            total++;
        } else {
            expect(false, what);
        }
    }

    int total() {
        return total;
    }

    List<String> broken() {
        return List.copyOf(broken);
    }
}
