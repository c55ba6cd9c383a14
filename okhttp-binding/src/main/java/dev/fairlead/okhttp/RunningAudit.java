package dev.fairlead.okhttp;

import dev.fairlead.CallReport;
import dev.fairlead.CallReport.FollowUp;
import dev.fairlead.Execution;
import dev.fairlead.Fairlead;
import dev.fairlead.StopReason;
import dev.fairlead.okhttp.Finding.Code;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import okhttp3.Request;

/**
 * What is noticed of a client while it makes calls. Made by the wrap and shared by all clients that are made from the
 * wrapped one. A good call costs it a few field reads; only a call without a credential, while none was noticed, and one
 * that is made soon after another failed cost more.
 *
 * <p>Thread-safe: concurrent maps, to which an entry is only ever added or replaced by a newer one.
 */
final class RunningAudit {
    /** Findings name hosts, and their names may come from outside. */
    private static final int MOST = 100;

    final Fairlead fairlead;
    /** By code and, where a finding is one of a host, the host. */
    private final Map<String, Finding> noticed = new ConcurrentHashMap<>();
    /** The worst repetition from outside, by host. */
    private final Map<String, FailedCalls.Chain> nested = new ConcurrentHashMap<>();

    private final FailedCalls failedCalls = new FailedCalls();

    private volatile boolean credentialNoticed;
    private volatile boolean listenerNoticed;

    RunningAudit(Fairlead fairlead) {
        this.fairlead = fairlead;
    }

    List<Finding> findings() {
        Stream<Finding> nestedRetries = nested.entrySet().stream()
                .map(entry -> new Finding(Code.NESTED_RETRIES, nestedRetries(entry.getKey(), entry.getValue())));
        return Stream.concat(noticed.values().stream(), nestedRetries)
                .sorted(Comparator.comparing(Finding::code).thenComparing(Finding::message))
                .toList();
    }

    /** A request of a call goes onto the wire. */
    void onWireRequest(Execution call) {
        if (call.wireRequestsOfAttempt() > 1) {
            onFollowUp(call);
        }
    }

    /**
     * A request was answered.
     *
     * @param request as it was sent, with what the last of the network interceptors put into it
     */
    void onWireAnswer(CallDriver driver, Request request) {
        Execution call = driver.execution();
        if (credentialNoticed || call.credentialHash() != 0) {
            return;
        }
        // After a redirect to another host it is none of this provider's.
        if (call.wireRequestsOfAttempt() > 1 && !request.url().host().equals(driver.host())) {
            return;
        }
        if (call.isCredentialAdded(new SentHead(request))) {
            credentialNoticed = true;
            note(
                    Code.CREDENTIAL_ADDED_BENEATH,
                    call.host(),
                    "calls of " + call.provider() + " at " + call.host() + " have no credential when they begin and one"
                            + " on the wire: an interceptor or authenticator adds it beneath the rules. So calls of all"
                            + " credentials count as one caller's, and a throttle of one pauses them all. Tag the request with"
                            + " CallOptions.withTenant, put the credential on the request, or let"
                            + " Provider.Builder.credential find it" + ClientAudit.HELP);
        }
    }

    /**
     * Redirects and authentication are OkHttp's, and a 421 is repeated on a connection of the host's own. After an answer
     * that is no failure an interceptor has fetched a token or the next page.
     */
    private void onFollowUp(Execution call) {
        FollowUp last = call.lastFollowUp();
        if (last == null || last.kind() != CallReport.FollowUp.Kind.REPETITION || last.status() == 421) {
            return;
        }
        if (last.status() == 0 || last.status() >= 400) {
            String after = last.status() == 0 ? "a request without an answer" : "a " + last.status();
            note(
                    Code.RETRYING_INTERCEPTOR,
                    call.host(),
                    "an interceptor proceeded again after " + after + " from " + call.host()
                            + ", within one attempt: it"
                            + " repeats requests beneath the rules, which multiplies load and waits, and no budget, pause or"
                            + " rule of safety holds for them. It is one of those that client.interceptors() lists behind"
                            + " Fairlead's; remove it or switch its retries off. Policy.withMaxAttempts says the same of the"
                            + " rules" + ClientAudit.HELP);
        }
    }

    /** A call was made whose client has no event listener of ours any more. */
    void onListenerReplaced() {
        if (!listenerNoticed) {
            listenerNoticed = true;
            note(Code.DEADLINE_NOT_INHERITED, "", ClientAudit.NOT_INHERITED);
        }
    }

    // ---- calls made again

    /** A call begins, after so long in the dispatcher's queue. */
    void onCallBegin(CallDriver driver, long queuedNanos) {
        if (!failedCalls.isQuiet()) {
            CallIdentity call = CallIdentity.of(driver.request, driver.execution());
            failedCalls.began(driver, call, fairlead.ticker().nanoTime() - queuedNanos);
        }
    }

    /**
     * A call is over.
     *
     * @param thrown whether it ends in an exception, and not in an answer
     */
    void onCallEnd(CallDriver driver, boolean thrown) {
        Execution rules = driver.execution();
        boolean failed = isFailure(rules.stopReason(), thrown);
        if (!failed && failedCalls.isQuiet()) {
            return;
        }
        CallIdentity call = CallIdentity.of(driver.request, rules);
        FailedCalls.Chain chain = failedCalls.ended(
                driver, call, rules.attempts(), fairlead.ticker().nanoTime(), failed);
        String host = driver.host();
        if (chain != null && (nested.size() < MOST || nested.containsKey(host))) {
            nested.merge(host, chain, (known, newer) -> newer.isWorseThan(known) ? newer : known);
            fairlead.warnOnce(
                    Code.NESTED_RETRIES + ":" + host, () -> Code.NESTED_RETRIES + ": " + nestedRetries(host, chain));
        }
    }

    /** Whether a layer that retries may take the end of a call for a reason to. */
    private static boolean isFailure(StopReason stop, boolean thrown) {
        if (thrown) {
            return stop != StopReason.CANCELED;
        }
        return switch (stop) {
            case ATTEMPTS_EXHAUSTED,
                    RETRY_BUDGET_EXHAUSTED,
                    DEADLINE,
                    LONGEST_WAIT,
                    CIRCUIT_OPEN,
                    NOT_REPLAY_SAFE,
                    BODY_NOT_REPLAYABLE -> true;
            // An answer that is an error for good is repeated by nobody.
            default -> false;
        };
    }

    private static String nestedRetries(String host, FailedCalls.Chain chain) {
        return String.format(
                Locale.ROOT,
                "a %s to %s that had failed was made again by a layer outside of Fairlead: %d calls within %.1f s, each begun"
                        + " when the one before had failed, with %d attempts in all where the first call made %d: factor"
                        + " %.1f. Retries of two layers multiply, and the outer one knows neither pause nor budget. Switch"
                        + " its retries off (an SDK's maxRetries, a retry template, an interceptor outside of Fairlead's);"
                        + " Policy.withMaxAttempts says the same of the rules. Calls that ask anew, such as a poller's, are"
                        + " right%s",
                chain.call.method(),
                host,
                chain.calls,
                chain.tookNanos() / 1e9,
                chain.attempts,
                chain.attemptsOfFirst,
                chain.factor(),
                ClientAudit.HELP);
    }

    private void note(Code code, String host, String message) {
        String topic = code + ":" + host;
        if (noticed.containsKey(topic) || noticed.size() >= MOST) {
            return;
        }
        Finding finding = new Finding(code, message);
        noticed.put(topic, finding);
        fairlead.warnOnce(host.isEmpty() ? finding.text() : topic, finding::text);
    }
}
