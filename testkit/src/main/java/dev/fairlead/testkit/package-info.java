/**
 * What tests of code that calls APIs through Fairlead need: {@link dev.fairlead.testkit.ManualTicker} owns the time.
 */
@NullMarked
package dev.fairlead.testkit;

import org.jspecify.annotations.NullMarked;
