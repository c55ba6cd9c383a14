package dev.fairlead;

/**
 * Walks the members of a structured list or dictionary (RFC 9651) and their parameters, and forgives what servers get
 * wrong: tokens where strings are due, empty members, stray characters. Nothing is copied out of the field.
 *
 * <p>Not thread-safe. A field longer than {@value #MAXIMUM_CHARS} characters counts as empty.
 */
final class FieldMembers {
    /** Far beyond any list of policies that was seen, and bounds the work a hostile field can cause. */
    private static final int MAXIMUM_CHARS = 4_096;

    private final String text;
    private final int end;
    private int position;
    private boolean inMember;
    private int nameStart;
    private int nameEnd;
    private int valueStart;
    private int valueEnd;

    FieldMembers(String text) {
        this.text = text;
        end = text.length() > MAXIMUM_CHARS ? 0 : text.length();
    }

    /** Goes to the next member; false where there is none. */
    boolean nextMember() {
        while (inMember && nextParameter()) {
            // what the caller did not ask for
        }
        while (position < end && (isBlank() || text.charAt(position) == ',')) {
            position++;
        }
        if (position == end) {
            return false;
        }
        inMember = true;
        readNameAndValue();
        return true;
    }

    /** Goes to the next parameter of the member; false where there is none. */
    boolean nextParameter() {
        while (position < end && text.charAt(position) != ',') {
            if (text.charAt(position) == ';') {
                position++;
                skipBlanks();
                readNameAndValue();
                return true;
            }
            // Neither a parameter nor the member's end: a blank or garbage.
            skipItem();
        }
        return false;
    }

    /** Whether the member or parameter just read has this name (in a list, this value). */
    boolean isNamed(String name) {
        return nameEnd - nameStart == name.length() && text.regionMatches(true, nameStart, name, 0, name.length());
    }

    /** The name of the member or parameter just read; in a list, its value. */
    String name() {
        return text.substring(nameStart, nameEnd);
    }

    /** What stands behind the equals sign; empty where there is none. */
    String value() {
        return text.substring(valueStart, valueEnd);
    }

    /** What stands behind the equals sign as a count, or {@link HeaderValues#NOT_SAID}. */
    long integer() {
        return HeaderValues.digits(text, valueStart, valueEnd);
    }

    private void readNameAndValue() {
        nameStart = startOfItem();
        nameEnd = skipItem();
        valueStart = valueEnd = nameEnd;
        if (position < end && text.charAt(position) == '=') {
            position++;
            valueStart = startOfItem();
            valueEnd = skipItem();
        }
    }

    /** Where the content of the item begins at which we stand: behind the quote of a string. */
    private int startOfItem() {
        return position < end && text.charAt(position) == '"' ? position + 1 : position;
    }

    /** Goes behind the item at which we stand, and at least one character further; gives the end of its content. */
    private int skipItem() {
        if (position == end) {
            return end;
        }
        char first = text.charAt(position);
        if (first == '"' || first == ':') {
            position++;
            return skipDelimited(first);
        }
        int start = position;
        while (position < end && ",;=\"".indexOf(text.charAt(position)) < 0 && !isBlank()) {
            position++;
        }
        int endOfContent = position;
        if (position == start && first != ',' && first != ';') {
            position++;
        }
        return endOfContent;
    }

    /** A string, or a byte sequence between colons. One that does not end takes the rest of the field with it. */
    private int skipDelimited(char delimiter) {
        while (position < end && text.charAt(position) != delimiter) {
            position += text.charAt(position) == '\\' && position + 1 < end ? 2 : 1;
        }
        int endOfContent = position;
        if (position < end) {
            position++;
        }
        return endOfContent;
    }

    private void skipBlanks() {
        while (position < end && isBlank()) {
            position++;
        }
    }

    private boolean isBlank() {
        char character = text.charAt(position);
        return character == ' ' || character == '\t';
    }
}
