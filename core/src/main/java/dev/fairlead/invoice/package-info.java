/**
 * An invoice as a service sees it, whoever wrote it: the example of a domain that adapters keep a provider's words out of.
 */
@NullMarked
package dev.fairlead.invoice;

import org.jspecify.annotations.NullMarked;
