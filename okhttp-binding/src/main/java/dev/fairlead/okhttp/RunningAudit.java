package dev.fairlead.okhttp;

import dev.fairlead.CallReport;
import dev.fairlead.CallReport.FollowUp;
import dev.fairlead.Execution;
import dev.fairlead.Fairlead;
import dev.fairlead.RequestHead;
import dev.fairlead.okhttp.Finding.Code;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * What is noticed of a client while it makes calls. Made by the wrap and shared by all clients that are made from the
 * wrapped one. A good call costs it a field read; only a call without a credential, while none was noticed, costs more.
 *
 * <p>Thread-safe: a concurrent map, to which an entry is only ever added or replaced by a newer one.
 */
final class RunningAudit {
    /** Findings name hosts, and their names may come from outside. */
    private static final int MOST = 100;

    final Fairlead fairlead;
    /** By code and, where a finding is one of a host, the host. */
    private final Map<String, Finding> noticed = new ConcurrentHashMap<>();

    private volatile boolean credentialNoticed;
    private volatile boolean listenerNoticed;

    RunningAudit(Fairlead fairlead) {
        this.fairlead = fairlead;
    }

    List<Finding> findings() {
        return noticed.values().stream()
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

    private void note(Code code, String host, String message) {
        String topic = code + ":" + host;
        if (noticed.containsKey(topic) || noticed.size() >= MOST) {
            return;
        }
        Finding finding = new Finding(code, message);
        noticed.put(topic, finding);
        fairlead.warnOnce(host.isEmpty() ? finding.text() : topic, finding::text);
    }

    /** The request as it goes out, for the provider's rules. */
    private record SentHead(Request request) implements RequestHead {
        @Override
        public String method() {
            return request.method();
        }

        @Override
        public String host() {
            return request.url().host();
        }

        @Override
        public String path() {
            return request.url().encodedPath();
        }

        @Override
        public List<String> pathSegments() {
            return request.url().pathSegments();
        }

        @Override
        public @Nullable String header(String name) {
            return request.header(name);
        }
    }
}
