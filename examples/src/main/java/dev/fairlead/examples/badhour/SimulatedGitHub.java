package dev.fairlead.examples.badhour;

import dev.fairlead.Ticker;
import dev.fairlead.testkit.StubAnswer;
import dev.fairlead.testkit.StubRequest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * GitHub, as far as a bad hour needs it: counts requests against the primary limits and refuses when they are used up,
 * dates its answers, and gives the answers a chapter asks it to give. Thread-safe.
 */
final class SimulatedGitHub implements StubAnswer.Source {
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

    private final Ticker ticker;
    private final Quota core;
    private final Quota search;
    private final Deque<StubAnswer> next = new ArrayDeque<>();
    private Predicate<Instant> storm = now -> false;
    private int requests;
    private int refusals;

    SimulatedGitHub(Ticker ticker) {
        this.ticker = ticker;
        core = new Quota("core", 5000, 3600, now().plusSeconds(600));
        search = new Quota("search", 30, 60, now().plusSeconds(60));
    }

    /** The next requests get these answers, whatever they ask for. */
    synchronized void willAnswer(StubAnswer first, StubAnswer... then) {
        next.add(first);
        next.addAll(List.of(then));
    }

    /** Until this time every request gets a 502. */
    synchronized void storm(Instant until) {
        storm = now -> now.isBefore(until);
    }

    /** Other jobs with the same token leave so many requests until the reset. */
    synchronized void othersLeave(Function<SimulatedGitHub, Quota> which, int requestsLeft, Instant reset) {
        which.apply(this).othersLeave(requestsLeft, reset);
    }

    Quota core() {
        return core;
    }

    Quota search() {
        return search;
    }

    /** How often it had to refuse because a primary limit was used up. */
    synchronized int refusals() {
        return refusals;
    }

    @Override
    public synchronized StubAnswer answer(StubRequest request) {
        requests++;
        Instant now = now();
        Quota quota = request.path().startsWith("/search/") ? search : core;
        boolean taken = Answers.isUnchanged(request) || quota.take(now);
        return dated(limited(choose(request, now, taken), quota), now);
    }

    private StubAnswer choose(StubRequest request, Instant now, boolean quotaTaken) {
        StubAnswer scripted = next.poll();
        if (scripted != null) {
            return scripted;
        }
        if (storm.test(now)) {
            return Answers.badGateway();
        }
        if (!quotaTaken) {
            refusals++;
            return Answers.primaryLimit();
        }
        return Answers.normal(request);
    }

    /** What an answer says of limits itself stays. */
    private static StubAnswer limited(StubAnswer answer, Quota quota) {
        if (answer.headers().get("x-ratelimit-remaining") != null) {
            return answer;
        }
        return answer.header("x-ratelimit-limit", Integer.toString(quota.limit()))
                .header("x-ratelimit-remaining", Integer.toString(quota.remaining()))
                .header("x-ratelimit-used", Integer.toString(quota.limit() - quota.remaining()))
                .header("x-ratelimit-reset", Long.toString(quota.resetEpochSecond()))
                .header("x-ratelimit-resource", quota.resource());
    }

    private StubAnswer dated(StubAnswer answer, Instant now) {
        return answer.header("Date", HTTP_DATE.format(now.atOffset(ZoneOffset.UTC)))
                .header("X-GitHub-Request-Id", String.format(Locale.ROOT, "BAD0:%05X:1:2:3", requests));
    }

    private Instant now() {
        return Instant.ofEpochMilli(ticker.wallTimeMillis());
    }
}
