package dev.fairlead;

import java.time.Duration;

/** What follows a failed attempt. */
public sealed interface RetryDecision {
    /** Make another attempt. */
    record Retry(Duration pause, boolean waitAskedFor) implements RetryDecision {
        /**
         * Another attempt after a pause.
         *
         * @param pause how long to wait from now, before jitter; zero for at once
         * @param waitAskedFor whether the provider named the wait, which then is never shortened
         */
        public Retry {
            if (pause.isNegative()) {
                throw new IllegalArgumentException("a pause cannot be negative: " + pause);
            }
        }
    }

    /**
     * Make no other attempt.
     *
     * @param reason why not
     */
    record Stop(StopReason reason) implements RetryDecision {
        /** Refuses reasons that are not a retry policy's to give. */
        public Stop {
            switch (reason) {
                case IN_PROGRESS, SUCCESS, CANCELED, ABORTED, DEADLINE_IN_BODY ->
                    throw new IllegalArgumentException("a retry policy cannot stop a call because of " + reason);
                default -> {}
            }
        }
    }
}
