package dev.fairlead.okhttp;

import dev.fairlead.Fairlead;
import dev.fairlead.testkit.ManualTicker;
import okhttp3.Call;
import okhttp3.OkHttpClient;

/** Who makes the calls of a test. What OkHttp does itself, the others are compared with. */
enum CallMaker {
    OKHTTP {
        @Override
        Call.Factory calls(OkHttpClient client, Fairlead rules) {
            return client;
        }
    },
    WRAP {
        @Override
        Call.Factory calls(OkHttpClient client, Fairlead rules) {
            return ResilientOkHttp.wrap(client, rules);
        }
    },
    FACTORY {
        @Override
        Call.Factory calls(OkHttpClient client, Fairlead rules) {
            return ResilientOkHttp.callFactory(client, rules);
        }
    };

    /** Blocks until so many enqueued calls wait: tasks where a wait holds no thread. OkHttp's own never wait. */
    void awaitWaiting(ManualTicker ticker, int calls) {
        if (this == WRAP) {
            ticker.awaitParked(calls);
        } else if (this == FACTORY) {
            ticker.awaitScheduled(calls);
        }
    }

    abstract Call.Factory calls(OkHttpClient client, Fairlead rules);
}
