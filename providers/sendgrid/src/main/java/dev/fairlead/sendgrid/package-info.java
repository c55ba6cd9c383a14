/** SendGrid: the Web API, worldwide and of the European Union. */
@NullMarked
package dev.fairlead.sendgrid;

import org.jspecify.annotations.NullMarked;
