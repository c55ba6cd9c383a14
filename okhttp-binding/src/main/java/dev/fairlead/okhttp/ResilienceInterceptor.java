package dev.fairlead.okhttp;

import dev.fairlead.Fairlead;
import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;

/** Stands outermost of the application interceptors and gives each call to a driver. Thread-safe. */
final class ResilienceInterceptor implements Interceptor {
    private final Fairlead fairlead;

    ResilienceInterceptor(Fairlead fairlead) {
        this.fairlead = fairlead;
    }

    Fairlead fairlead() {
        return fairlead;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        // A WebSocket's upgrade passes the application interceptors too, but is no call of an API (RFC 6455 section
        // 4.1).
        if ("websocket".equalsIgnoreCase(chain.request().header("Upgrade"))) {
            return chain.proceed(chain.request());
        }
        CallDriver driver = CallDriver.madeFor(chain.call());
        return driver.begin(chain, fairlead) ? driver.run(chain) : chain.proceed(chain.request());
    }
}
