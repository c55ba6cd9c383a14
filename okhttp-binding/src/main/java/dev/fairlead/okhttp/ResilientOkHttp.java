package dev.fairlead.okhttp;

import dev.fairlead.ApiError;
import dev.fairlead.CallReport;
import dev.fairlead.Execution;
import dev.fairlead.Fairlead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Puts Fairlead's rules around an {@link OkHttpClient}. Stateless and thread-safe.
 *
 * <pre>{@code
 * OkHttpClient client = ResilientOkHttp.wrap(okHttpClient, fairlead);
 * }</pre>
 *
 * <p>The road of one call: the {@code ResilienceInterceptor}, outermost of the application's interceptors, hands each
 * call to a {@code CallDriver}, which asks an {@link Execution} what to do and does it; the {@code WireInterceptor},
 * first of the network interceptors, tells it of every request that really goes out.
 */
public final class ResilientOkHttp {
    private ResilientOkHttp() {}

    /**
     * A client that makes its calls by the rules. It shares dispatcher, connection pool, cache, cookies and all else
     * with the one it was made from; interceptors, event listeners, authenticator and redirects go on working, once for
     * every attempt.
     *
     * <p>What changes: OkHttp no longer repeats a request on its own after a connection failure
     * ({@code retryOnConnectionFailure} is off), as that is decided by the rules. Interceptors that are already on the
     * client see each attempt, and so do those added later to {@code newBuilder()} of the result. One thing is lost there:
     * with another event listener set, {@code enqueue} no longer inherits the caller's
     * {@link dev.fairlead.DeadlineContext}, and the deadline no longer counts the time in the dispatcher's queue.
     *
     * @param client the client to start from; it is not changed
     * @param fairlead the rules
     * @return {@code client} itself if it already has these rules
     * @throws IllegalArgumentException if the client already has the rules of another {@link Fairlead}
     * @throws IllegalStateException if the OkHttp that is loaded is older than 5.4
     */
    public static OkHttpClient wrap(OkHttpClient client, Fairlead fairlead) {
        return wrap(client, fairlead, Audit.LOG);
    }

    /**
     * As {@link #wrap(OkHttpClient, Fairlead)}, and says what to do about what is found.
     *
     * @param client the client to start from; it is not changed
     * @param fairlead the rules
     * @param audit what to do about {@link Finding}s
     * @return {@code client} itself if it already has these rules; it is looked at all the same
     * @throws IllegalArgumentException if the client already has the rules of another {@link Fairlead}, or has findings
     *     and {@code audit} is {@link Audit#REFUSE}
     * @throws IllegalStateException if the OkHttp that is loaded is older than 5.4
     */
    public static OkHttpClient wrap(OkHttpClient client, Fairlead fairlead, Audit audit) {
        // First of all: the classes used further down do not link with an older one.
        OkHttpOnClassPath.check();
        OkHttpClient wrapped = withRules(client, fairlead);
        ClientAudit.act(audit, ClientAudit.of(wrapped, fairlead, false), fairlead);
        return wrapped;
    }

    private static OkHttpClient withRules(OkHttpClient client, Fairlead fairlead) {
        ResilienceInterceptor present = rulesOf(client);
        if (present != null) {
            if (present.fairlead() == fairlead) {
                return client;
            }
            throw new IllegalArgumentException("this client already has the rules of another Fairlead; two sets of"
                    + " rules would multiply each other's retries. Wrap the client that this one was made from");
        }
        RunningAudit running = new RunningAudit(fairlead);
        OkHttpClient.Builder builder = client.newBuilder()
                .retryOnConnectionFailure(false)
                .eventListenerFactory(new ChainDriver.Factory(client.eventListenerFactory(), running));
        builder.interceptors().add(0, new ResilienceInterceptor(running, client.retryOnConnectionFailure()));
        builder.networkInterceptors().add(0, new WireInterceptor(running));
        return builder.build();
    }

    /**
     * Makes calls by the same rules, whose waits hold neither a thread nor a place in the dispatcher: however many calls
     * of a host wait, the next one is not delayed, and a wait keeps no connection. For {@code enqueue} above all;
     * {@code execute} holds its caller's thread, as it must.
     *
     * <p>A call keeps the contract of {@link Call}, and the factory can be Retrofit's. Each attempt is an OkHttp call of its
     * own, made by a client like that of {@link #wrap}: so an event listener hears each attempt as a call, and listeners,
     * {@code Interceptor.Chain.call()} and the dispatcher know the attempt, not the call given out here.
     * {@code Dispatcher.cancelAll()} does not reach a call that waits. Callbacks run on the dispatcher's executor.
     *
     * @param client the client to start from; it may have these rules already
     * @param fairlead the rules
     * @throws IllegalArgumentException if the client already has the rules of another {@link Fairlead}
     * @throws IllegalStateException if the OkHttp that is loaded is older than 5.4
     */
    public static Call.Factory callFactory(OkHttpClient client, Fairlead fairlead) {
        return callFactory(client, fairlead, Audit.LOG);
    }

    /**
     * As {@link #callFactory(OkHttpClient, Fairlead)}, and says what to do about what is found.
     *
     * @param client the client to start from; it may have these rules already
     * @param fairlead the rules
     * @param audit what to do about {@link Finding}s
     * @throws IllegalArgumentException if the client already has the rules of another {@link Fairlead}, or has findings
     *     and {@code audit} is {@link Audit#REFUSE}
     * @throws IllegalStateException if the OkHttp that is loaded is older than 5.4
     */
    public static Call.Factory callFactory(OkHttpClient client, Fairlead fairlead, Audit audit) {
        OkHttpOnClassPath.check();
        OkHttpClient wrapped = withRules(client, fairlead);
        OkHttpClient.Builder builder = wrapped.newBuilder();
        // Its driver is made here, with the call that is given out, and not with each attempt.
        if (wrapped.eventListenerFactory() instanceof ChainDriver.Factory ours) {
            builder.eventListenerFactory(ours.own);
        }
        // What stands outside of ours would see one attempt and take it for the call.
        List<Interceptor> interceptors = builder.interceptors();
        for (int index = 1; index < interceptors.size(); index++) {
            if (interceptors.get(index) instanceof ResilienceInterceptor) {
                interceptors.add(0, interceptors.remove(index));
            }
        }
        OkHttpClient attempts = builder.build();
        ClientAudit.act(audit, ClientAudit.of(attempts, fairlead, true), fairlead);
        ResilienceInterceptor outermost =
                (ResilienceInterceptor) attempts.interceptors().get(0);
        return new ResilientCallFactory(attempts, outermost.audit());
    }

    /**
     * What keeps the rules from holding as well as they could: what can be seen of a client now, and what was noticed while
     * it, or another one made by the same {@code wrap} or from its result, made calls. Empty for a good client.
     *
     * @param wrapped a wrapped client, one made from it with {@code newBuilder()}, or what {@code callFactory} returned
     * @throws IllegalArgumentException if it is none of these
     */
    public static List<Finding> findings(Call.Factory wrapped) {
        RunningAudit running = audit(wrapped);
        List<Finding> findings = new ArrayList<>(
                wrapped instanceof ResilientCallFactory factory
                        ? ClientAudit.of(factory.client, running.fairlead, true)
                        : ClientAudit.of((OkHttpClient) wrapped, running.fairlead, false));
        running.findings().stream()
                .filter(noticed -> !findings.contains(noticed))
                .forEach(findings::add);
        return List.copyOf(findings);
    }

    /**
     * What stands behind a client or factory of ours.
     *
     * @throws IllegalArgumentException if it is none
     */
    static RunningAudit audit(Call.Factory wrapped) {
        if (wrapped instanceof ResilientCallFactory factory) {
            return factory.audit;
        }
        ResilienceInterceptor rules = wrapped instanceof OkHttpClient client ? rulesOf(client) : null;
        if (rules == null) {
            throw new IllegalArgumentException("this does not have Fairlead's rules: it is neither a client made by"
                    + " ResilientOkHttp.wrap, or from one, nor what ResilientOkHttp.callFactory returned");
        }
        return rules.audit();
    }

    private static @Nullable ResilienceInterceptor rulesOf(OkHttpClient client) {
        for (Interceptor interceptor : client.interceptors()) {
            if (interceptor instanceof ResilienceInterceptor present) {
                return present;
            }
        }
        return null;
    }

    /**
     * What became of the call that gave this answer, and why. Also for copies of it, such as Retrofit's {@code raw()}.
     *
     * <p>Of a plain call (one attempt, no wait, a success) nothing is kept, and the report is made from the answer: times
     * are OkHttp's. So an ordinary success that another client had from the same host cannot be told from one of ours.
     *
     * @throws IllegalArgumentException if the answer did not come through a wrapped client, or its host's policy is
     *     {@code Policy.PASS_THROUGH}
     */
    public static CallReport report(Response response) {
        AnsweredCalls.Entry entry = AnsweredCalls.find(response);
        CallReport report = entry != null ? entry.report : AnsweredCalls.plainReport(response);
        if (report == null) {
            throw new IllegalArgumentException("this answer has no report: it did not come through a client made by"
                    + " ResilientOkHttp.wrap, or the policy of its host is PASS_THROUGH");
        }
        return report;
    }

    /**
     * Why an answer is an error, in normal form; empty for a success, and for answers that did not come through a wrapped
     * client.
     */
    public static Optional<ApiError> error(Response response) {
        AnsweredCalls.Entry entry = AnsweredCalls.find(response);
        return entry == null ? Optional.empty() : Optional.ofNullable(entry.error);
    }
}
