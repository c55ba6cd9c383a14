package dev.fairlead.okhttp;

import dev.fairlead.Fairlead;
import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;

/** Stands outermost of the application interceptors and gives each call to its driver. Thread-safe. */
final class ResilienceInterceptor implements Interceptor {
    private final RunningAudit audit;
    /** What the client did before it was wrapped, for hosts that are left alone. */
    private final boolean retriedBefore;

    ResilienceInterceptor(RunningAudit audit, boolean retriedBefore) {
        this.audit = audit;
        this.retriedBefore = retriedBefore;
    }

    Fairlead fairlead() {
        return audit.fairlead;
    }

    RunningAudit audit() {
        return audit;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        // A WebSocket's upgrade passes the application interceptors too, but is no call of an API (RFC 6455 section
        // 4.1).
        if ("websocket".equalsIgnoreCase(chain.request().header("Upgrade"))) {
            return chain.proceed(chain.request());
        }
        if (CallDriver.of(chain.call()) instanceof FactoryDriver outside) {
            return outside.attemptOf(chain.call(), retrying(chain, false));
        }
        ChainDriver driver = ChainDriver.of(chain.call(), audit);
        if (!driver.begin(chain)) {
            return retrying(chain, retriedBefore).proceed(chain.request());
        }
        // Off already, unless somebody set it again on a client made from the wrapped one.
        return driver.run(retrying(chain, false));
    }

    private static Chain retrying(Chain chain, boolean wanted) {
        return chain.getRetryOnConnectionFailure() == wanted ? chain : chain.withRetryOnConnectionFailure(wanted);
    }
}
