package dev.fairlead.okhttp;

import dev.fairlead.DeadlineContext;
import dev.fairlead.ErrorKind;
import dev.fairlead.Fairlead;
import dev.fairlead.Paging;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a list, each an ordinary call by the rules, asked for only when it is wanted. What comes after a page the
 * provider says; see {@link dev.fairlead.Provider.Builder#paging}.
 *
 * <pre>{@code
 * try (Pages pages = Pages.of(client, request).within(Duration.ofMinutes(2))) {
 *   while (pages.hasNext()) {
 *     Response page = pages.next();   // closed when the next one is asked for
 *     if (!page.isSuccessful()) …     // always the last one
 *   }
 * }
 * }</pre>
 *
 * <ul>
 *   <li>Limits, retries, deadline, {@link ResilientOkHttp#report} and {@link ResilientOkHttp#error} are those of any call,
 *       page by page. {@link #within} bounds all pages together.
 *   <li>Headers, tags and {@link dev.fairlead.CallOptions} of the first request go with every one, but for {@code
 *       If-None-Match} and {@code If-Modified-Since}, which are about the first page alone.
 *   <li>An answer that is an error is the last element and no exception. (One that is an error in part, {@link
 *       ErrorKind#PARTIAL_FAILURE}, is a page.)
 *   <li>A list never ends early in silence. If the next page cannot be asked for, {@link #next} throws an {@link
 *       IOException} that says why, after the page before: it is said to be at another scheme, host or port, where the
 *       credential must not go; it was there already; it would be one more than {@link #maxPages}; what the provider wrote
 *       cannot be read, or is in a body longer than {@link #maxBodyBytes}.
 *   <li>After an exception the page is still the next one, so whoever can wait goes on from there.
 * </ul>
 *
 * <p>For one thread at a time, but {@link #close} may be called from any: it breaks off the page under way.
 *
 * <p>A long file, as each of its promises is written down at the method that keeps it.
 */
public final class Pages implements Iterable<Response>, AutoCloseable {
    private static final int DEFAULT_MAX_PAGES = 10_000;
    private static final int DEFAULT_MAX_BODY_BYTES = 16 * 1024 * 1024;
    private static final Duration LONGEST = Duration.ofDays(3_650);

    private final Call.Factory calls;
    private final Fairlead fairlead;
    private final Request first;
    private final @Nullable Function<String, Request> requestAfter;
    private Paging paging;
    private long totalNanos = Long.MAX_VALUE;
    private int maxPages = DEFAULT_MAX_PAGES;
    private int maxBodyBytes = DEFAULT_MAX_BODY_BYTES;

    /** Null until the first page is asked for. */
    private @Nullable PageOrder order;

    private long deadlineNanos;
    private int count;
    /** How the next page is asked for; null after the last one. */
    private PageOrder.@Nullable Step upcoming;

    private final AtomicReference<@Nullable Response> page = new AtomicReference<>();
    /** Until what comes after its page is known: that may stand in the body, which is still to come. */
    private volatile @Nullable Call underWay;

    private volatile boolean closed;

    private Pages(Call.Factory calls, Request first, @Nullable Function<String, Request> requestAfter) {
        this.calls = calls;
        this.fairlead = ResilientOkHttp.audit(calls).fairlead;
        this.first = first;
        this.requestAfter = requestAfter;
        paging = fairlead.provider(first.url().host()).paging();
        upcoming = () -> first;
    }

    /**
     * The pages of a list that is asked for by GET.
     *
     * @param calls a client made by {@link ResilientOkHttp#wrap}, or a factory made by {@link ResilientOkHttp#callFactory}
     * @param first for the first page, or any other to begin from
     * @throws IllegalArgumentException if {@code calls} does not have Fairlead's rules, or the request is no GET
     */
    public static Pages of(Call.Factory calls, Request first) {
        if (!first.method().equals("GET")) {
            throw new IllegalArgumentException("the pages of a " + first.method() + " need a function that makes the"
                    + " request for the cursor of the next page: Pages.of(calls, first, cursor -> request)");
        }
        return new Pages(calls, first, null);
    }

    /**
     * The pages of a list whose requests have a cursor in their body, as GraphQL's have.
     *
     * @param calls a client made by {@link ResilientOkHttp#wrap}, or a factory made by {@link ResilientOkHttp#callFactory}
     * @param first for the first page
     * @param requestAfter makes the request for the page after a cursor; it adds headers and tags itself
     * @throws IllegalArgumentException if {@code calls} does not have Fairlead's rules
     */
    public static Pages of(Call.Factory calls, Request first, Function<String, Request> requestAfter) {
        return new Pages(calls, first, Objects.requireNonNull(requestAfter, "requestAfter"));
    }

    /** Goes on in this way instead of the provider's: where the provider has none, or one of its lists has its own. */
    public Pages by(Paging way) {
        checkNotBegun();
        paging = Objects.requireNonNull(way, "way");
        return this;
    }

    /**
     * A deadline for all pages, from the first {@link #next} on, with all that the caller does in between. Each call also
     * has its own. Without effect on hosts whose policy is {@code PASS_THROUGH}. Default: none.
     *
     * @throws IllegalArgumentException if it is zero or negative
     */
    public Pages within(Duration total) {
        checkNotBegun();
        if (total.isZero() || total.isNegative()) {
            throw new IllegalArgumentException("a total time for pages must be positive, but is " + total);
        }
        totalNanos = total.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : total.toNanos();
        return this;
    }

    /** How many pages there may be; where there are more, {@link #next} throws. Default: 10,000. */
    public Pages maxPages(int most) {
        checkNotBegun();
        if (most < 1) {
            throw new IllegalArgumentException("there must be at least one page, but maxPages is " + most);
        }
        maxPages = most;
        return this;
    }

    /**
     * How long a page's body may be, decompressed, where what comes next stands in it: such a body is held in memory, and
     * parsed, which takes several times that. Default: 16 MiB.
     */
    public Pages maxBodyBytes(int most) {
        checkNotBegun();
        if (most < 1) {
            throw new IllegalArgumentException("a page's body needs at least one byte, but maxBodyBytes is " + most);
        }
        maxBodyBytes = most;
        return this;
    }

    /** Whether {@link #next} has one more page, or an exception to say why not. Asks nobody. */
    public boolean hasNext() {
        return !closed && upcoming != null;
    }

    /**
     * Closes the page before, and asks for the next one.
     *
     * @return the answer, whose body the caller may read until the next page is asked for; closing it is not needed
     * @throws IOException what its call throws, such as a {@link dev.fairlead.DeadlineExceededException}, or why there
     *     can be no such call
     * @throws NoSuchElementException if there is no more page
     * @throws IllegalStateException if nobody has said how the lists of this provider go on, or a cursor came and there is
     *     no function for it
     */
    public Response next() throws IOException {
        PageOrder.Step step = upcoming;
        if (closed || step == null) {
            throw new NoSuchElementException(
                    closed ? "these pages were closed" : "there was no page after the last one");
        }
        PageOrder pageOrder = begin();
        closePage();
        Request request = step.request();
        Response answer;
        try {
            answer = ask(request);
            upcoming = after(pageOrder, request, answer);
        } finally {
            underWay = null;
        }
        count++;
        page.set(answer);
        if (closed) {
            closePage();
            throw new IOException("these pages were closed");
        }
        return answer;
    }

    private static PageOrder.@Nullable Step after(PageOrder pageOrder, Request request, Response answer)
            throws IOException {
        try {
            return pageOrder.after(request, answer);
        } catch (IOException | RuntimeException | Error unreadable) {
            answer.close();
            throw unreadable;
        }
    }

    private PageOrder begin() {
        if (order != null) {
            return order;
        }
        if (paging == Paging.NONE) {
            throw new IllegalStateException("nobody has said how the lists of provider "
                    + fairlead.provider(first.url().host()).name() + " go on: say Pages.by(Paging.linkHeader()), or"
                    + " another way, or Provider.Builder.paging(…) for all its lists");
        }
        PageOrder begun = new PageOrder(paging, first, requestAfter, maxPages, maxBodyBytes, fairlead.ticker());
        order = begun;
        deadlineNanos = fairlead.ticker().nanoTime() + totalNanos;
        return begun;
    }

    private Response ask(Request request) throws IOException {
        DeadlineContext.Scope scope = openScope();
        try {
            Call call = calls.newCall(request);
            underWay = call;
            if (closed) {
                call.cancel();
            }
            return call.execute();
        } finally {
            scope.close();
        }
    }

    private DeadlineContext.Scope openScope() {
        if (totalNanos == Long.MAX_VALUE) {
            return () -> {};
        }
        long remainingNanos = deadlineNanos - fairlead.ticker().nanoTime();
        return DeadlineContext.open(Duration.ofNanos(remainingNanos), Duration.ZERO, fairlead.ticker());
    }

    private void closePage() {
        Response open = page.getAndSet(null);
        if (open != null) {
            open.close();
        }
    }

    private void checkNotBegun() {
        if (order != null) {
            throw new IllegalStateException("the first page was asked for already");
        }
    }

    /**
     * These pages, for a loop: what {@link #next} throws comes as {@link UncheckedIOException}. Every iterator goes on where
     * the last one stood.
     */
    @Override
    public Iterator<Response> iterator() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return Pages.this.hasNext();
            }

            @Override
            public Response next() {
                try {
                    return Pages.this.next();
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            }
        };
    }

    /**
     * These pages as a sequential stream, which closes them when it is closed. Like those of {@link #iterator}, of two
     * answers only the later is open: read what is needed of one in the pipeline, do not collect them.
     */
    public Stream<Response> stream() {
        int characteristics = Spliterator.ORDERED | Spliterator.NONNULL;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator(), characteristics), false)
                .onClose(this::close);
    }

    /** Closes the page that was handed out last; breaks off one that is under way. No other call is touched. */
    @Override
    public void close() {
        closed = true;
        Call call = underWay;
        if (call != null) {
            call.cancel();
        }
        closePage();
    }

    /** Neither address nor headers. */
    @Override
    public String toString() {
        return "Pages{" + first.method() + " " + first.url().host() + ", " + count + " so far}";
    }
}
