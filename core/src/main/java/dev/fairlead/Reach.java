package dev.fairlead;

/** How far a request got. What cannot be told counts as the farther one. */
public enum Reach {
    /** No byte of the request left: the provider cannot have done anything. */
    NOT_SENT,
    /** It may have been sent in whole or in part; what the provider did with it is unknown. */
    SENT,
    /** The head of an answer came. */
    ANSWERED
}
