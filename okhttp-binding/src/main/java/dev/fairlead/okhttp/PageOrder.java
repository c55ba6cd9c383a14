package dev.fairlead.okhttp;

import dev.fairlead.ErrorKind;
import dev.fairlead.Paging;
import dev.fairlead.Ticker;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** Which page comes after which, by what the provider says, and whether it may be asked for. For one thread. */
final class PageOrder {
    private final Paging paging;
    private final @Nullable Function<String, Request> requestAfter;
    private final int maxPages;
    private final int maxBodyBytes;
    private final Ticker ticker;
    /** Hashes of what was asked for: an address may be long, and there may be many. */
    private final Set<ByteString> asked = new HashSet<>();

    private int pages;

    /** Makes a request, or says why there can be none: anew each time, when the page before was handed over. */
    @FunctionalInterface
    interface Step {
        Request request() throws IOException;
    }

    PageOrder(
            Paging paging,
            Request first,
            @Nullable Function<String, Request> requestAfter,
            int maxPages,
            int maxBodyBytes,
            Ticker ticker) {
        this.paging = paging;
        this.requestAfter = requestAfter;
        this.maxPages = maxPages;
        this.maxBodyBytes = maxBodyBytes;
        this.ticker = ticker;
        asked.add(hash(first.url().newBuilder().fragment(null).build().toString()));
    }

    /**
     * How the page after an answer is asked for; null where it is the last one.
     *
     * @throws IOException if the answer's body broke off
     */
    @Nullable Step after(Request request, Response answer) throws IOException {
        if (isError(answer)) {
            return null;
        }
        AnswerHead head = new AnswerHead(answer, ticker);
        PageBody body = new PageBody(answer, head, maxBodyBytes);
        Optional<Paging.Next> next;
        try {
            next = paging.next(new SentHead(request), answer.request().url().uri(), head, body);
        } catch (RuntimeException thrown) {
            body.check();
            return obstacle("the provider's way of paging threw", thrown);
        }
        body.check();
        pages++;
        if (body.isTooLong()) {
            return obstacle("what comes after this page stands in its body, which is longer than " + maxBodyBytes
                    + " bytes; ask for fewer items a page, or see Pages.maxBodyBytes");
        }
        return next.map(found -> step(request, found)).orElse(null);
    }

    private static boolean isError(Response answer) {
        return !answer.isSuccessful()
                || ResilientOkHttp.error(answer)
                        .filter(error -> error.kind() != ErrorKind.PARTIAL_FAILURE)
                        .isPresent();
    }

    private Step step(Request request, Paging.Next next) {
        if (next instanceof Paging.Unreadable unreadable) {
            return obstacle(unreadable.why());
        }
        if (pages >= maxPages) {
            return obstacle("there are more than " + maxPages + " pages; see Pages.maxPages");
        }
        return next instanceof Paging.Cursor cursor
                ? afterCursor(cursor.value())
                : at(request, HttpUrl.parse(((Paging.Address) next).uri().toString()));
    }

    private Step afterCursor(String cursor) {
        Function<String, Request> function = requestAfter;
        if (function == null) {
            return () -> {
                throw new IllegalStateException("the provider gave a cursor, not an address: say how a request is made"
                        + " of it, Pages.of(calls, first, cursor -> request)");
            };
        }
        return asked.add(hash("cursor " + cursor))
                ? () -> function.apply(cursor)
                : obstacle("the provider leads back to a page that was asked for already, by the same cursor");
    }

    private Step at(Request request, @Nullable HttpUrl address) {
        if (address == null) {
            return obstacle("the next address cannot be read");
        }
        // What was asked, not where a redirect led: OkHttp takes the credential away on the way to another host.
        if (!origin(address).equals(origin(request.url()))) {
            return obstacle("the next page is said to be at " + origin(address) + ", but this one was asked for at "
                    + origin(request.url()) + ": the credential does not go there");
        }
        if (!request.method().equals("GET")) {
            return obstacle("the provider gave the next page's address, and the request has a body: a "
                    + request.method() + " is not repeated there");
        }
        HttpUrl plain = address.newBuilder().fragment(null).build();
        if (!asked.add(hash(plain.toString()))) {
            return obstacle("the provider leads back to a page that was asked for already");
        }
        Request next = request.newBuilder()
                .url(plain)
                .removeHeader("If-None-Match")
                .removeHeader("If-Modified-Since")
                .build();
        return () -> next;
    }

    private static String origin(HttpUrl url) {
        return url.scheme() + "://" + url.host() + ":" + url.port();
    }

    private static ByteString hash(String what) {
        return ByteString.encodeUtf8(what).sha256();
    }

    private static Step obstacle(String why) {
        return obstacle(why, null);
    }

    private static Step obstacle(String why, @Nullable RuntimeException cause) {
        return () -> {
            throw new IOException(why, cause);
        };
    }
}
