/** What Fairlead costs a call, beside bare OkHttp and what people wire by hand today. */
@NullMarked
package dev.fairlead.benchmarks;

import org.jspecify.annotations.NullMarked;
