/**
 * The rules by which one outbound call is made: deadline, circuit breaker, rate limit, retry. No HTTP client and no
 * thread of its own is in here; a binding such as {@code dev.fairlead.okhttp} drives {@link dev.fairlead.Execution}.
 */
@NullMarked
package dev.fairlead;

import org.jspecify.annotations.NullMarked;
