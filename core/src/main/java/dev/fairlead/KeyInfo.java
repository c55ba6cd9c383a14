package dev.fairlead;

import java.time.Duration;
import java.util.Optional;

/**
 * What may be seen of a key from outside. The id is opaque: it cannot be turned back into a credential, and it differs
 * from process to process.
 *
 * @param id names the key in this process
 * @param provider the provider's name
 * @param host the host
 * @param quota the quota's name, empty for all that the credential does
 * @param pausedFor how much longer the key is paused; empty where it is not
 */
public record KeyInfo(String id, String provider, String host, String quota, Optional<Duration> pausedFor) {}
