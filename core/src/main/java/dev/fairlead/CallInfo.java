package dev.fairlead;

/** One call, as listeners see it. Valid while the call runs; the values are for labels and logs. */
public interface CallInfo {
    /** The provider's name. */
    String provider();

    /** The host. */
    String host();

    /** The method. */
    String method();

    /** The number of attempts begun so far. */
    int attempts();

    /** All that is known of the call so far; made anew at each call of this method. */
    CallReport report();
}
