package dev.fairlead;

/** Called when a call that waits without a time, or longer than it now must, should ask again. Never under a lock. */
@FunctionalInterface
public interface WakeHook {
    /** Makes the driver call {@link Execution#next()} soon. May be called by any thread, also for no reason. */
    void wake();
}
