package dev.fairlead;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a GraphQL connection goes on (relay.dev/graphql/connections.htm, checked 2026-11). Stateless. */
final class ConnectionPage {
    private ConnectionPage() {}

    static Optional<Paging.Next> next(ErrorBody body) {
        List<Paging.Next> next = new ArrayList<>();
        for (JsonTree pageInfo : body.json().shallowest("/data", "pageInfo")) {
            Paging.Next after = after(pageInfo);
            if (after != null) {
                next.add(after);
            }
        }
        if (next.size() > 1) {
            return Optional.of(
                    new Paging.Unreadable(
                            "several lists of one GraphQL answer have more, and one cursor is not for all: ask for one of them"));
        }
        return next.stream().findFirst();
    }

    private static Paging.@Nullable Next after(JsonTree pageInfo) {
        boolean forwards = pageInfo.text("/hasNextPage") != null;
        String more = pageInfo.text(forwards ? "/hasNextPage" : "/hasPreviousPage");
        String cursor = pageInfo.text(forwards ? "/endCursor" : "/startCursor");
        if ("false".equals(more)) {
            return null;
        }
        // A query that asks for too little of it would end after its first page and look complete.
        return "true".equals(more) && cursor != null && !cursor.isEmpty()
                ? new Paging.Cursor(cursor)
                : new Paging.Unreadable(
                        "the GraphQL answer does not say how its list goes on: the query has to ask for"
                                + " pageInfo { hasNextPage endCursor }, backwards for pageInfo { hasPreviousPage startCursor }");
    }
}
