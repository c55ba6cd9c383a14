/** Drives Fairlead's rules around the calls of an {@code OkHttpClient}. */
@NullMarked
package dev.fairlead.okhttp;

import org.jspecify.annotations.NullMarked;
