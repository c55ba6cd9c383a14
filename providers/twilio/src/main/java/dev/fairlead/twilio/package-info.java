/** Twilio: the REST API of 2010 and those of its products, in every region. */
@NullMarked
package dev.fairlead.twilio;

import org.jspecify.annotations.NullMarked;
