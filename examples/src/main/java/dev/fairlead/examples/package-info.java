/** One idea a class, each with a main. */
@NullMarked
package dev.fairlead.examples;

import org.jspecify.annotations.NullMarked;
