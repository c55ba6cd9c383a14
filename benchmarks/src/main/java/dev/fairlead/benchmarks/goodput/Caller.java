package dev.fairlead.benchmarks.goodput;

/** A peer's way to make a call to an endpoint, with all that it does about throttled answers. Thread-safe. */
@FunctionalInterface
interface Caller {
    /**
     * Makes one call, as often as the peer repeats it. An interrupt breaks it off.
     *
     * @return whether it succeeded; false where the last answer was a throttle
     * @throws Exception what the peer throws instead
     */
    boolean call() throws Exception;
}
