package dev.fairlead;

/** Why an attempt got no answer, as far as an HTTP client can tell. */
public enum FailureCause {
    /** The network, or the provider. */
    TRANSPORT,
    /** The call's deadline, not the attempt's own time, was over. */
    DEADLINE,
    /** A pooled connection that the other side had closed meanwhile, as healthy servers do: nobody's distress. */
    STALE_CONNECTION,
    /** Something that is the same each time: too many redirects, a certificate for another host. Nobody's distress. */
    PERMANENT
}
