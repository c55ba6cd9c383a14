package dev.fairlead;

import dev.fairlead.RateLimit.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The generic parser; see {@link RateLimits#ietf()} for what it reads. Stateless and thread-safe. */
final class IetfRateLimit implements RateLimitParser {
    private static final long NOT_SAID = HeaderValues.NOT_SAID;

    /** Seen as sent: the drafts' own, the most common one, and that of X and Okta. */
    private static final List<Triplet> TRIPLETS = List.of(
            new Triplet("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"),
            new Triplet("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"),
            new Triplet("X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"));

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** The longest window seen is a month's; see {@link RateLimits#ietf()} on why not more. */
    private static final long LONGEST_WINDOW_SECONDS = 32 * 86_400L;

    private static final long SMALLEST_EPOCH_SECOND = 1_000_000_000L;
    private static final long SMALLEST_EPOCH_MILLI = 1_000_000_000_000L;

    /** One field line for each policy is odd, but was seen; more than these are not looked at. */
    private static final int MAXIMUM_LINES = 8;

    @Override
    public RateLimit parse(ResponseHead head, ErrorBody body) {
        long retryAfter = head.status() >= 400 ? HeaderValues.retryAfterNanos(head) : NOT_SAID;
        RateLimit state = isFromCache(head) ? RateLimit.NONE : state(head);
        if (retryAfter < 0) {
            return state;
        }
        RateLimit withScope = state == RateLimit.NONE
                ? RateLimit.window(Scope.CREDENTIAL, null, NOT_SAID, NOT_SAID, NOT_SAID)
                : state;
        return withScope.withRetryAfterNanos(retryAfter);
    }

    /** Section 5 of draft 10: fields of a stored answer may be out of date; {@code Age} tells one (RFC 9111). */
    private static boolean isFromCache(ResponseHead head) {
        return HeaderValues.nonNegativeInteger(head.header("Age")) > 0;
    }

    private static RateLimit state(ResponseHead head) {
        if (head.header("RateLimit") != null || head.header("RateLimit-Policy") != null) {
            RateLimit structured = structured(head);
            if (structured != RateLimit.NONE) {
                return structured;
            }
        }
        for (int i = 0; i < TRIPLETS.size(); i++) {
            RateLimit state = triplet(head, TRIPLETS.get(i));
            if (state != RateLimit.NONE) {
                return state;
            }
        }
        return RateLimit.NONE;
    }

    private record Triplet(String limit, String remaining, String reset) {}

    private static RateLimit triplet(ResponseHead head, Triplet names) {
        long limit = count(head.header(names.limit));
        long remaining = count(head.header(names.remaining));
        String reset = head.header(names.reset);
        long number = HeaderValues.nonNegativeInteger(reset);
        if (number > SMALLEST_EPOCH_SECOND && number <= SMALLEST_EPOCH_MILLI) {
            // As it was sent it tells one window from the next, which a time to go does only roughly.
            RateLimit window = RateLimit.windowUntil(Scope.CREDENTIAL, null, limit, remaining, number, head);
            if (plausible(window.resetNanosOrNegative()) >= 0) {
                return window;
            }
        }
        return window(limit, remaining, resetNanos(reset, head));
    }

    private static RateLimit window(long limit, long remaining, long resetNanos) {
        return limit < 0 && remaining < 0 && resetNanos < 0
                ? RateLimit.NONE
                : RateLimit.window(Scope.CREDENTIAL, null, limit, remaining, resetNanos);
    }

    /**
     * A number of requests: an integer, the first member of a list (draft 3 put the policies behind it: {@code 10,
     * 10;w=1, 50;w=60}), or a decimal as Reddit sends, of which nobody can use the fraction.
     */
    private static long count(@Nullable String value) {
        long plain = HeaderValues.nonNegativeInteger(value);
        if (value == null || plain >= 0) {
            return plain;
        }
        FieldMembers members = new FieldMembers(value);
        long nanos = members.nextMember() ? HeaderValues.secondsAsNanos(members.name()) : NOT_SAID;
        return nanos < 0 ? NOT_SAID : nanos / NANOS_PER_SECOND;
    }

    private static long resetNanos(@Nullable String value, ResponseHead head) {
        if (value == null) {
            return NOT_SAID;
        }
        return plausible(untilReset(value, head));
    }

    private static long untilReset(String value, ResponseHead head) {
        long whole = HeaderValues.nonNegativeInteger(value);
        if (whole > SMALLEST_EPOCH_MILLI) {
            return HeaderValues.nanosUntilEpochMilli(whole, head);
        }
        if (whole > SMALLEST_EPOCH_SECOND) {
            return HeaderValues.nanosUntilEpochSecond(whole, head);
        }
        long nanos = HeaderValues.secondsAsNanos(value);
        if (nanos / NANOS_PER_SECOND > SMALLEST_EPOCH_SECOND) {
            return HeaderValues.nanosUntilEpochMilli(nanos / 1_000_000 + 1, head);
        }
        if (nanos >= 0) {
            return nanos;
        }
        long date = HeaderValues.isoInstantMillis(value);
        return HeaderValues.nanosUntilEpochMilli(
                date >= 0 ? date : HeaderValues.httpDateMillis(value, head.receivedAtMillis()), head);
    }

    private static long plausible(long nanos) {
        return nanos > LONGEST_WINDOW_SECONDS * NANOS_PER_SECOND ? NOT_SAID : nanos;
    }

    /** Drafts 7 to 10: {@code RateLimit} as a dictionary of one state, or as a list of states by policy. */
    private static RateLimit structured(ResponseHead head) {
        Tightest tightest = new Tightest();
        long limit = NOT_SAID;
        long remaining = NOT_SAID;
        long reset = NOT_SAID;
        for (String line : lines(head, "RateLimit")) {
            FieldMembers members = new FieldMembers(line);
            while (members.nextMember()) {
                if (members.isNamed("limit")) {
                    limit = members.integer();
                } else if (members.isNamed("remaining")) {
                    remaining = members.integer();
                } else if (members.isNamed("reset")) {
                    reset = resetNanos(members.value(), head);
                } else {
                    tightest.readState(members, head);
                }
            }
        }
        tightest.offer(null, remaining, reset);
        return window(limit >= 0 ? limit : quota(head, tightest), tightest.remaining, tightest.resetNanos);
    }

    /** The quota of the policy that the state belongs to; where no state was sent, the smallest of all. */
    private static long quota(ResponseHead head, Tightest state) {
        long smallest = NOT_SAID;
        for (String line : lines(head, "RateLimit-Policy")) {
            FieldMembers members = new FieldMembers(line);
            while (members.nextMember()) {
                boolean isMeant = !state.said() || (state.policy != null && members.isNamed(state.policy));
                while (members.nextParameter()) {
                    if (isMeant && members.isNamed("q")) {
                        smallest = smaller(smallest, members.integer());
                    }
                }
            }
        }
        return smallest;
    }

    private static long smaller(long one, long other) {
        return one < 0 || (other >= 0 && other < one) ? other : one;
    }

    private static List<String> lines(ResponseHead head, String name) {
        List<String> lines = head.headers(name);
        return lines.size() > MAXIMUM_LINES ? lines.subList(0, MAXIMUM_LINES) : lines;
    }

    /** The most restrictive of the states offered. */
    private static final class Tightest {
        @Nullable String policy;

        long remaining = NOT_SAID;
        long resetNanos = NOT_SAID;

        boolean said() {
            return remaining >= 0 || resetNanos >= 0;
        }

        void readState(FieldMembers members, ResponseHead head) {
            String name = members.name();
            long itsRemaining = NOT_SAID;
            long itsReset = NOT_SAID;
            while (members.nextParameter()) {
                if (members.isNamed("r")) {
                    itsRemaining = members.integer();
                } else if (members.isNamed("t")) {
                    itsReset = resetNanos(members.value(), head);
                }
            }
            offer(name, itsRemaining, itsReset);
        }

        void offer(@Nullable String itsPolicy, long itsRemaining, long itsReset) {
            boolean says = itsRemaining >= 0 || itsReset >= 0;
            if (says && (!said() || isTighter(itsRemaining, itsReset))) {
                policy = itsPolicy;
                remaining = itsRemaining;
                resetNanos = itsReset;
            }
        }

        private boolean isTighter(long itsRemaining, long itsReset) {
            if (itsRemaining == remaining) {
                return itsReset > resetNanos;
            }
            return itsRemaining >= 0 && (remaining < 0 || itsRemaining < remaining);
        }
    }
}
