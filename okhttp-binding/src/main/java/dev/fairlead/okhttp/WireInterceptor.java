package dev.fairlead.okhttp;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Stands first of the network interceptors, which run once for every request on the wire: counts them, and keeps OkHttp
 * from sending one more on its own. Thread-safe.
 */
final class WireInterceptor implements Interceptor {
    /** A wait that OkHttp does not act on; it re-sends only on 0 (RetryAndFollowUpInterceptor, HTTP_UNAVAILABLE). */
    private static final String HARMLESS = "1";

    private final RunningAudit audit;

    WireInterceptor(RunningAudit audit) {
        this.audit = audit;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        CallDriver driver = CallDriver.of(chain.call());
        if (driver == null || !driver.onWireRequest(chain.connection())) {
            return chain.proceed(chain.request());
        }
        audit.onWireRequest(driver.execution());
        Response response = chain.proceed(chain.request());
        driver.onWireAnswer(response);
        audit.onWireAnswer(driver, response.request());
        if (response.code() != 503) {
            return response;
        }
        String retryAfter = response.header("Retry-After");
        if (retryAfter == null || !provokesOkHttp(retryAfter)) {
            return response;
        }
        driver.hideRetryAfter(response.headers("Retry-After"));
        return response.newBuilder().header("Retry-After", HARMLESS).build();
    }

    /**
     * OkHttp repeats a 503 with {@code Retry-After: 0} at once, whatever its method, and throws a NumberFormatException
     * for digits beyond an int (both tried on 5.5.1). Other values it leaves alone.
     */
    static boolean provokesOkHttp(@Nullable String retryAfter) {
        if (retryAfter == null || retryAfter.isEmpty()) {
            return false;
        }
        long value = 0;
        for (int index = 0; index < retryAfter.length(); index++) {
            int digit = retryAfter.charAt(index) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            value = Math.min(value * 10 + digit, Long.MAX_VALUE / 20);
        }
        return value == 0 || value > Integer.MAX_VALUE;
    }
}
