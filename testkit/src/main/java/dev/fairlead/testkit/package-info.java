/**
 * What tests of code that calls APIs through Fairlead need: {@link dev.fairlead.testkit.ManualTicker} owns the time,
 * {@link dev.fairlead.testkit.StubProvider} plays the API, {@link dev.fairlead.testkit.RecordedAnswers} lends it real
 * answers, and {@link dev.fairlead.testkit.SimulatedQuota} its rate limit.
 */
@NullMarked
package dev.fairlead.testkit;

import org.jspecify.annotations.NullMarked;
