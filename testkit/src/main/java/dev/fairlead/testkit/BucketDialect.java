package dev.fairlead.testkit;

import java.util.Map;

/** How APIs that refill a bucket all the time say its state, or do not. Stateless and thread-safe. */
enum BucketDialect {
    /** docs.stripe.com/rate-limits (read 2026-11). The type is that of recorded answers. */
    STRIPE(429) {
        @Override
        String say(Map<String, String> headers, boolean admitted, BucketMeter bucket, int requested, int actual) {
            if (admitted) {
                return "{}";
            }
            headers.put("Stripe-Rate-Limited-Reason", "global-rate");
            return "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"rate_limit\",\"message\":\"Request rate"
                    + " limit exceeded.\",\"doc_url\":\"https://stripe.com/docs/error-codes/rate-limit\"}}";
        }
    },

    /** shopify.dev/docs/api/admin-rest/usage/rate-limits (read 2026-11). */
    SHOPIFY_REST(429) {
        @Override
        String say(Map<String, String> headers, boolean admitted, BucketMeter bucket, int requested, int actual) {
            long inBucket = bucket.capacity - bucket.available();
            headers.put("X-Shopify-Shop-Api-Call-Limit", inBucket + "/" + bucket.capacity);
            if (admitted) {
                return "{}";
            }
            headers.put("Retry-After", "2.0");
            return "{\"errors\":\"Exceeded " + number(bucket.perSecond)
                    + " calls per second for api client. Reduce request rates to resume uninterrupted service.\"}";
        }
    },

    /** shopify.dev/docs/api/usage/limits (read 2026-11). */
    SHOPIFY_GRAPHQL(200) {
        @Override
        String say(Map<String, String> headers, boolean admitted, BucketMeter bucket, int requested, int actual) {
            String data = admitted
                    ? "\"data\":{\"shop\":{\"name\":\"Acme\"}}"
                    : "\"errors\":[{\"message\":\"Throttled\",\"extensions\":{\"code\":\"THROTTLED\","
                            + "\"documentation\":\"https://shopify.dev/api/usage/rate-limits\"}}]";
            return "{" + data + ",\"extensions\":{\"cost\":{\"requestedQueryCost\":" + requested
                    + ",\"actualQueryCost\":" + (admitted ? Integer.toString(actual) : "null")
                    + ",\"throttleStatus\":{\"maximumAvailable\":" + bucket.capacity + ".0,\"currentlyAvailable\":"
                    + bucket.available() + ",\"restoreRate\":" + bucket.perSecond + "}}}}";
        }
    };

    final int refusalStatus;

    BucketDialect(int refusalStatus) {
        this.refusalStatus = refusalStatus;
    }

    /** Adds what the answer's headers say, and returns its body. */
    abstract String say(Map<String, String> headers, boolean admitted, BucketMeter bucket, int requested, int actual);

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
