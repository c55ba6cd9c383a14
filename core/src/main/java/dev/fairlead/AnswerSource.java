package dev.fairlead;

/** Where the answer to an attempt comes from. */
public enum AnswerSource {
    /** The provider answered the one request that the attempt sent. */
    PROVIDER,
    /**
     * The provider answered the last of several requests, after redirects or an authentication. What it says of that one
     * ("not executed") is not true of those before it.
     */
    AFTER_FOLLOW_UPS,
    /** A cache answered, or refused to; nothing was sent. */
    CACHE
}
