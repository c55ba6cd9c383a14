package dev.fairlead.testkit;

/**
 * Counts permits by one algorithm. Times are nanoseconds since the quota began, and never go back. Not thread-safe.
 */
interface QuotaMeter {
    /**
     * A request arrives.
     *
     * @param required permits that must be there to let it in
     * @param charged permits that it takes if it is let in
     * @return whether it is let in
     */
    boolean take(long elapsedNanos, int required, int charged);

    /** All that the algorithm lets in from the beginning to a time, if somebody asks for it at every moment. */
    long offered(long untilNanos);
}
