package dev.fairlead.shopify;

import dev.fairlead.ErrorBody;
import dev.fairlead.HeaderValues;
import dev.fairlead.RateLimit;
import dev.fairlead.RateLimit.Scope;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a GraphQL answer says of its cost and of the bucket: {@code extensions.cost} (checked 2026-11:
 * shopify.dev/docs/api/usage/limits). Its numbers come as integers and as decimals, and any of them may be
 * missing or null, as the actual cost of a throttled query is. In billionths of a point, negative for not said.
 *
 * @param requested what had to be in the bucket
 * @param actual what it cost in the end
 * @param maximum what fits into the bucket
 * @param available what is in it
 * @param perSecond what comes back in a second
 */
record ShopifyCost(long requested, long actual, long maximum, long available, long perSecond) {
    private static final long NOT_SAID = HeaderValues.NOT_SAID;
    private static final long BILLION = 1_000_000_000L;

    /** The cost that an answer speaks of, or null where there is none, as at the end of a body that was cut off. */
    static @Nullable ShopifyCost of(ErrorBody body) {
        if (!body.contains("\"cost\"")) {
            return null;
        }
        ShopifyCost cost = new ShopifyCost(
                billionths(body, "/extensions/cost/requestedQueryCost"),
                billionths(body, "/extensions/cost/actualQueryCost"),
                billionths(body, "/extensions/cost/throttleStatus/maximumAvailable"),
                billionths(body, "/extensions/cost/throttleStatus/currentlyAvailable"),
                billionths(body, "/extensions/cost/throttleStatus/restoreRate"));
        return cost.saysNothing() ? null : cost;
    }

    /** Points are read as seconds are: without sign or exponent, exactly, and not at all where they are too many. */
    private static long billionths(ErrorBody body, String pointer) {
        return billionths(body.text(pointer).orElse(null));
    }

    private boolean saysNothing() {
        return requested < 0 && actual < 0 && maximum < 0 && available < 0 && perSecond < 0;
    }

    /** The state of the bucket: of what costs rounded up, and of what is there down. */
    RateLimit rateLimit() {
        return RateLimit.refilling(Scope.QUOTA, null, whole(maximum), whole(available), perSecond / (double) BILLION)
                .withRequestedCost(wholeOrMore(requested))
                .withCost(wholeOrMore(actual));
    }

    /** How long until as much is there as the query needs; negative where that is not said, or where it is there. */
    long waitNanos() {
        if (available < 0 || requested <= available || perSecond <= 0) {
            return NOT_SAID;
        }
        BigInteger rate = BigInteger.valueOf(perSecond);
        BigInteger nanos = BigInteger.valueOf(requested - available)
                .multiply(BigInteger.valueOf(BILLION))
                .add(rate.subtract(BigInteger.ONE))
                .divide(rate);
        return nanos.bitLength() < Long.SIZE ? nanos.longValue() : NOT_SAID;
    }

    /** A number of points or requests that may be a decimal, in billionths; negative where it is none. */
    static long billionths(@Nullable String number) {
        return HeaderValues.secondsAsNanos(number);
    }

    static long whole(long billionths) {
        return billionths < 0 ? NOT_SAID : billionths / BILLION;
    }

    static long wholeOrMore(long billionths) {
        return billionths < 0 ? NOT_SAID : billionths / BILLION + (billionths % BILLION == 0 ? 0 : 1);
    }
}
