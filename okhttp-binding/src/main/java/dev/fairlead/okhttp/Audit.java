package dev.fairlead.okhttp;

/** What is done about the {@link Finding}s of a client when it is wrapped. */
public enum Audit {
    /** Each is logged once, as a warning. */
    LOG,
    /** If there is one the client is refused, with an {@link IllegalArgumentException} that lists them all. */
    REFUSE
}
