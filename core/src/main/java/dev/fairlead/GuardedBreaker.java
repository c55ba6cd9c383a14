package dev.fairlead;

import org.jspecify.annotations.Nullable;

/**
 * A breaker of the user's own. Where it throws it is logged once and taken as closed: a broken part must not stop calls
 * that would have gone without it. Thread-safe if the breaker is.
 */
final class GuardedBreaker implements CircuitBreaker {
    private static final Permit NO_PERMIT = new Permit() {
        @Override
        public void success(long elapsedNanos) {}

        @Override
        public void failure(long elapsedNanos) {}

        @Override
        public void ignored() {}
    };

    private final HostRules rules;
    private final CircuitBreaker own;

    GuardedBreaker(HostRules rules, CircuitBreaker own) {
        this.rules = rules;
        this.own = own;
    }

    @Override
    public State state() {
        try {
            return own.state();
        } catch (RuntimeException thrown) {
            rules.plugInThrew("circuit breaker", thrown);
            return State.CLOSED;
        }
    }

    @Override
    public long nanosUntilTry(boolean replaySafe) {
        try {
            return own.nanosUntilTry(replaySafe);
        } catch (RuntimeException thrown) {
            rules.plugInThrew("circuit breaker", thrown);
            return 0;
        }
    }

    @Override
    public @Nullable Permit tryAcquire(boolean replaySafe) {
        try {
            Permit permit = own.tryAcquire(replaySafe);
            return permit == null ? null : new GuardedPermit(permit);
        } catch (RuntimeException thrown) {
            rules.plugInThrew("circuit breaker", thrown);
            return NO_PERMIT;
        }
    }

    @Override
    public void reset() {
        rules.guarded("circuit breaker", own::reset);
    }

    private final class GuardedPermit implements Permit {
        private final Permit permit;

        GuardedPermit(Permit permit) {
            this.permit = permit;
        }

        @Override
        public void success(long elapsedNanos) {
            rules.guarded("circuit breaker", () -> permit.success(elapsedNanos));
        }

        @Override
        public void failure(long elapsedNanos) {
            rules.guarded("circuit breaker", () -> permit.failure(elapsedNanos));
        }

        @Override
        public void ignored() {
            rules.guarded("circuit breaker", permit::ignored);
        }
    }
}
