/** The bad hour, part by part: {@link dev.fairlead.examples.badhour.ScriptedHour} is where to begin. */
@NullMarked
package dev.fairlead.examples.badhour;

import org.jspecify.annotations.NullMarked;
