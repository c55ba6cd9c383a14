package dev.fairlead.okhttp;

import dev.fairlead.Fairlead;
import dev.fairlead.Policy;
import dev.fairlead.okhttp.Finding.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** Finds what can be seen of a client without making a call. Stateless and thread-safe. */
final class ClientAudit {
    static final String HELP = " (docs/troubleshooting.md#audit)";

    static final String NOT_INHERITED =
            "another event listener took the place of the one that Fairlead put on the client,"
                    + " so a call by enqueue does not know its caller's DeadlineContext, and its deadline does not cover the time"
                    + " in the dispatcher's queue. Set the listener on the client before it is wrapped, not on newBuilder() of the"
                    + " wrapped one: then both are told" + HELP;

    /** In the names of nearly all interceptors that repeat requests: RetryInterceptor, RetryHandler, RetryStrategy. */
    private static final List<String> SAYING_SO = List.of("retry", "retries", "backoff", "failover");

    /** Those that do and do not say so. auth0-java's repeats a 429. */
    private static final Set<String> KNOWN = Set.of("com.auth0.net.RateLimitInterceptor");

    private ClientAudit() {}

    /**
     * Looks at a client that has the rules.
     *
     * @param byFactory whether it makes the attempts of a call factory, which tells of deadlines itself
     */
    static List<Finding> of(OkHttpClient client, Fairlead fairlead, boolean byFactory) {
        List<Finding> found = new ArrayList<>();
        add(found, Code.CALL_TIMEOUT_SHORTER_THAN_DEADLINE, callTimeout(client, fairlead));
        add(found, Code.RETRYING_INTERCEPTOR, retrying(client));
        add(found, Code.DISPATCHER_LIMIT_BELOW_CONCURRENCY, dispatcher(client.dispatcher(), fairlead));
        add(found, Code.NOT_OUTERMOST, outside(client));
        boolean ownListener = client.eventListenerFactory() instanceof ChainDriver.Factory;
        add(found, Code.DEADLINE_NOT_INHERITED, byFactory || ownListener ? null : NOT_INHERITED);
        add(found, Code.TWO_OKHTTPS, OkHttpOnClassPath.duplicates().orElse(null));
        return found;
    }

    /** Logs what was found, or refuses the client for it. */
    static void act(Audit audit, List<Finding> found, Fairlead fairlead) {
        if (audit == Audit.REFUSE && !found.isEmpty()) {
            throw new IllegalArgumentException(found.stream()
                    .map(Finding::text)
                    .collect(Collectors.joining("\n- ", "this client is refused, as Audit.REFUSE asks for:\n- ", "")));
        }
        for (Finding finding : found) {
            // Of that one the log knows already.
            if (finding.code() != Code.TWO_OKHTTPS) {
                fairlead.warnOnce(finding.text(), finding::text);
            }
        }
    }

    private static void add(List<Finding> found, Code code, @Nullable String message) {
        if (message != null) {
            found.add(new Finding(code, message));
        }
    }

    private static @Nullable String callTimeout(OkHttpClient client, Fairlead fairlead) {
        Duration timeout = Duration.ofMillis(client.callTimeoutMillis());
        if (timeout.isZero()) {
            return null;
        }
        String longer = named(fairlead, policy -> policy.deadline().compareTo(timeout) > 0, Policy::deadline);
        return longer.isEmpty()
                ? null
                : "the client's callTimeout of " + text(timeout) + " is shorter than the deadline of " + longer
                        + ", so calls end before the policy says, streams in the middle, and OkHttp counts it only from when"
                        + " its dispatcher starts a call. Leave callTimeout off (0), which the deadline makes superfluous,"
                        + " or shorten the deadline with Policy.withDeadline" + HELP;
    }

    /** Network interceptors cannot: OkHttp lets each proceed exactly once (RealInterceptorChain). */
    private static @Nullable String retrying(OkHttpClient client) {
        String names = names(
                client.interceptors().stream().filter(ClientAudit::isRetrying).toList());
        return names.isEmpty()
                ? null
                : names + ": repeats requests on its own, by its name. Each attempt of the rules becomes several, which"
                        + " multiplies load and waits, and no budget, pause or rule of safety holds for them. Remove it,"
                        + " or switch its retries off; Policy.withMaxAttempts and Policy.withBackoff say the same of the"
                        + " rules" + HELP;
    }

    private static boolean isRetrying(Interceptor interceptor) {
        return isRetrying(interceptor.getClass().getName());
    }

    /** By the name of its class. */
    static boolean isRetrying(String name) {
        String simple = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return KNOWN.contains(name) || SAYING_SO.stream().anyMatch(simple::contains);
    }

    private static @Nullable String dispatcher(Dispatcher dispatcher, Fairlead fairlead) {
        int perHost = dispatcher.getMaxRequestsPerHost();
        int inAll = dispatcher.getMaxRequests();
        int least = Math.min(perHost, inAll);
        String higher = named(fairlead, policy -> policy.chosenMaxConcurrency() > least, Policy::chosenMaxConcurrency);
        return higher.isEmpty()
                ? null
                : "the client's dispatcher runs " + perHost + " enqueued calls of one host at a time and " + inAll
                        + " in all, fewer than the maxConcurrency of " + higher
                        + ", so it is the dispatcher that decides,"
                        + " and calls stand in its queue. Raise Dispatcher.setMaxRequestsPerHost and setMaxRequests, or"
                        + " lower Policy.withMaxConcurrency" + HELP;
    }

    private static @Nullable String outside(OkHttpClient client) {
        List<Interceptor> outside = client.interceptors().stream()
                .takeWhile(interceptor -> !(interceptor instanceof ResilienceInterceptor))
                .toList();
        return outside.isEmpty()
                ? null
                : names(outside)
                        + ": stands outside of Fairlead's interceptor: no deadline covers what it does, and where it"
                        + " proceeds again it makes a whole new call with all its attempts. Add it before the client is"
                        + " wrapped, or later by newBuilder().addInterceptor, so that it stands inside" + HELP;
    }

    /** Which policies a value is true of, and the value, such as {@code acme (20 s), other hosts (30 s)}. */
    private static String named(Fairlead fairlead, Predicate<Policy> wanted, ValueOf value) {
        return fairlead.policies().entrySet().stream()
                .filter(entry -> entry.getValue() != Policy.PASS_THROUGH && wanted.test(entry.getValue()))
                .map(entry -> entry.getKey() + " (" + text(value.of(entry.getValue())) + ")")
                .collect(Collectors.joining(", "));
    }

    private interface ValueOf {
        Object of(Policy policy);
    }

    private static String text(Object value) {
        if (!(value instanceof Duration duration)) {
            return value.toString();
        }
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    private static String names(List<Interceptor> interceptors) {
        return interceptors.stream()
                .map(interceptor -> interceptor.getClass().getName())
                // The rest of a lambda's name differs from run to run, so that one finding would look like many.
                .map(name -> name.replaceFirst("\\$\\$Lambda.*", " (a lambda)"))
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
