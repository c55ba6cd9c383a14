package dev.fairlead.twilio;

import dev.fairlead.ErrorBody;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands where in the shapes that Twilio's errors have (checked 2026-11: twilio.com/docs/usage/twilios-response,
 * github.com/twilio/twilio-go, client/error.go, github.com/twilio/twilio-node, src/base/RestException.ts):
 *
 * <ul>
 *   <li>{@code code}, {@code message}, {@code more_info}, {@code status}; some products have {@code moreInfo}, or {@code
 *       httpStatusCode}, {@code userError} and {@code params};
 *   <li>RFC 9457: {@code type}, {@code title}, {@code detail}, {@code code}, {@code errors[]} of {@code pointer} and
 *       {@code detail};
 *   <li>{@code errors[]} of {@code code}, {@code message}, {@code infoUrl};
 *   <li>XML, where a path of the API of 2010 does not end in {@code .json}: {@code TwilioResponse/RestException}.
 * </ul>
 *
 * <p>Where there is nothing, a text is empty. Stateless and thread-safe.
 */
final class TwilioBody {
    private static final String XML = "/TwilioResponse/RestException";

    /** An answer of more errors than this is looked at no further. */
    private static final int MAXIMUM_ERRORS = 16;

    /** The address of a code's page ends with the code. */
    private static final Pattern CODE_AT_END = Pattern.compile("/errors/([0-9]{4,6}+)/?$");

    /**
     * A parameter's name in a message, such as the 'To' of "The 'To' number … is not a valid phone number". It begins with
     * a capital, unlike what else is quoted.
     */
    private static final Pattern QUOTED_PARAMETER = Pattern.compile("['`]([A-Z][A-Za-z]{1,39}+)['`]");

    /** A longer text is searched for nothing. */
    private static final int MAXIMUM_CHARS = 2_000;

    private TwilioBody() {}

    static String code(ErrorBody body) {
        String code = text(body, "/code", "/errors/0/code", XML + "/Code");
        return code.isEmpty() ? found(CODE_AT_END, documentation(body)) : code;
    }

    /** The words of the error as a whole, else of the first of several. */
    static String message(ErrorBody body) {
        return text(body, "/message", "/detail", "/title", "/errors/0/message", "/errors/0/detail", XML + "/Message");
    }

    /** The address of the code's page. */
    static String documentation(ErrorBody body) {
        return text(body, "/more_info", "/moreInfo", "/errors/0/infoUrl", XML + "/MoreInfo", "/type");
    }

    /** Whether it has the shape of the API of 2010. */
    static boolean isClassic(ErrorBody body) {
        return body.hasContent("/more_info") || body.hasContent(XML);
    }

    /** The first field that is wrong, by its JSON pointer or its parameter's name. */
    static String field(ErrorBody body) {
        String pointer = pointer(body, 0);
        return pointer.isEmpty() ? found(QUOTED_PARAMETER, message(body)) : pointer;
    }

    /** All fields that are wrong, where there are several. */
    static String fields(ErrorBody body) {
        int count = Math.min(body.count("/errors"), MAXIMUM_ERRORS);
        StringJoiner fields = new StringJoiner(", ");
        for (int i = 0; i < count && count > 1; i++) {
            String pointer = pointer(body, i);
            if (!pointer.isEmpty()) {
                fields.add(pointer);
            }
        }
        return fields.toString();
    }

    /** As RFC 6901 has it; in an answer it is the fragment of a URI. */
    private static String pointer(ErrorBody body, int item) {
        String pointer = text(body, "/errors/" + item + "/pointer");
        return pointer.startsWith("#") ? pointer.substring(1) : pointer;
    }

    static String text(ErrorBody body, String... pointers) {
        return body.first(pointers).orElse("");
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return text.length() <= MAXIMUM_CHARS && matcher.find() ? matcher.group(1) : "";
    }
}
