/** Stripe: the API in both versions, files, Connect's OAuth and meter events. */
@NullMarked
package dev.fairlead.stripe;

import org.jspecify.annotations.NullMarked;
