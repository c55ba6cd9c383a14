package dev.fairlead;

import org.jspecify.annotations.Nullable;

/**
 * What a GraphQL request asks for, as far as it tells whether it may be executed twice: its method is POST for reads and
 * writes alike. Stateless and thread-safe.
 */
public final class GraphQlDocument {
    /** Longer bodies are not looked into. */
    private static final int MAXIMUM_BYTES = 64 * 1024;

    private static final char END = 0;
    /** A token that is a name; its text is between {@code nameStart} and {@code position}. */
    private static final char NAME = 'a';
    /** A text, a number: what is of no interest. */
    private static final char VALUE = '0';

    private final String text;
    private final @Nullable String directive;
    private int position;
    private int nameStart;

    private GraphQlDocument(String text, @Nullable String directive) {
        this.text = text;
        this.directive = directive;
    }

    /**
     * Whether a request may be executed twice: all operations of its document are queries, or mutations of which each
     * field has a directive that makes the provider do it once. In doubt it may not.
     *
     * @param request a request whose body is JSON with the document in {@code query}, as GraphQL over HTTP has it
     * @param idempotentDirective the directive's name without {@code @}, null where the provider has none
     */
    public static boolean isRepeatable(RequestHead request, @Nullable String idempotentDirective) {
        String body = request.bodyText(MAXIMUM_BYTES).orElse("");
        String document = body.isEmpty() ? null : JsonTree.parse(body).text("/query");
        return document != null && new GraphQlDocument(document, idempotentDirective).isRepeatable();
    }

    private boolean isRepeatable() {
        boolean any = false;
        while (true) {
            char token = next();
            boolean repeatable = switch (token) {
                case '{' -> skip('}');
                case NAME -> isRepeatableDefinition();
                default -> false;
            };
            if (token == END) {
                return any;
            }
            if (!repeatable) {
                return false;
            }
            any = true;
        }
    }

    /** {@code query Name($a: A = {b: 1}) @directive {…}}, and the same with the other words. */
    private boolean isRepeatableDefinition() {
        boolean mutation = isName("mutation");
        if (!mutation && !isName("query") && !isName("fragment")) {
            return false;
        }
        while (true) {
            switch (next()) {
                case '{' -> {
                    return mutation ? hasDirectiveAtEachField() : skip('}');
                }
                case '(' -> {
                    if (!skip(')')) {
                        return false;
                    }
                }
                case END, '}', ')' -> {
                    return false;
                }
                default -> {
                    // Name, directives, and of a fragment its type.
                }
            }
        }
    }

    /** Of the fields of a mutation; those of a fragment spread cannot be seen from here. */
    private boolean hasDirectiveAtEachField() {
        boolean marked = true;
        boolean any = false;
        char before = '{';
        while (true) {
            char token = next();
            switch (token) {
                case NAME -> {
                    if (before == '@') {
                        marked |= directive != null && isName(directive);
                    } else if (before != ':') {
                        if (!marked) {
                            return false;
                        }
                        marked = false;
                        any = true;
                    }
                }
                case '(' -> {
                    if (!skip(')')) {
                        return false;
                    }
                }
                case '{' -> {
                    if (!skip('}')) {
                        return false;
                    }
                }
                case '}' -> {
                    return any && marked;
                }
                case '@', ':' -> {
                    // Go on with what it belongs to.
                }
                default -> {
                    return false;
                }
            }
            before = token;
        }
    }

    private boolean isName(String name) {
        return position - nameStart == name.length() && text.startsWith(name, nameStart);
    }

    /** Goes on behind the bracket that closes one that was just read; false where there is none. */
    private boolean skip(char closing) {
        char opening = closing == '}' ? '{' : '(';
        int depth = 1;
        while (depth > 0) {
            char token = next();
            if (token == END) {
                return false;
            }
            depth += token == opening ? 1 : token == closing ? -1 : 0;
        }
        return true;
    }

    private char next() {
        skipBlanks();
        if (position >= text.length()) {
            return END;
        }
        char first = text.charAt(position);
        if (isNamePart(first) && !isDigit(first)) {
            nameStart = position;
            while (position < text.length() && isNamePart(text.charAt(position))) {
                position++;
            }
            return NAME;
        }
        if (first == '"') {
            skipText();
            return VALUE;
        }
        position++;
        return first == '{' || first == '}' || first == '(' || first == ')' || first == '@' || first == ':'
                ? first
                : VALUE;
    }

    private void skipBlanks() {
        while (position < text.length()) {
            char c = text.charAt(position);
            if (c == '#') {
                while (position < text.length() && text.charAt(position) != '\n' && text.charAt(position) != '\r') {
                    position++;
                }
            } else if (Character.isWhitespace(c) || c == ',' || c == '\uFEFF') {
                position++;
            } else {
                return;
            }
        }
    }

    /** A text in quotes, or in three of them; to the end where it does not end. */
    private void skipText() {
        boolean block = text.startsWith("\"\"\"", position);
        String quotes = block ? "\"\"\"" : "\"";
        position += quotes.length();
        while (position < text.length() && !text.startsWith(quotes, position)) {
            boolean escape = text.charAt(position) == '\\' && (!block || text.startsWith(quotes, position + 1));
            position += !escape ? 1 : block ? 1 + quotes.length() : 2;
        }
        position = Math.min(text.length(), position + quotes.length());
    }

    private static boolean isNamePart(char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
