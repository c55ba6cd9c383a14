package dev.fairlead;

/** So many at once, and no more: as one would write it down for a single thread. */
public abstract class PermitsByTheBook {
    private int free;
    private final int[] held = new int[16];

    PermitsByTheBook(int free) {
        this.free = free;
    }

    public boolean take(int thread) {
        boolean taken = free > 0;
        if (taken) {
            free--;
            held[thread]++;
        }
        return taken;
    }

    public void giveBack(int thread) {
        if (held[thread] > 0) {
            held[thread]--;
            free++;
        }
    }

    /** The provider has counted it. */
    public void settle(int thread) {
        if (held[thread] > 0) {
            held[thread]--;
        }
    }
}
