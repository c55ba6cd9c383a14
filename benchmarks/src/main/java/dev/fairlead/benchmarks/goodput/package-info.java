/** How much of a provider's quota becomes successful calls, beside what people wire by hand today. */
@NullMarked
package dev.fairlead.benchmarks.goodput;

import org.jspecify.annotations.NullMarked;
