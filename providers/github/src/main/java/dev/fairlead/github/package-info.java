/**
 * GitHub: REST, GraphQL, uploads and the OAuth endpoints of github.com, and GitHub Enterprise Server under its own
 * host.
 */
@NullMarked
package dev.fairlead.github;

import org.jspecify.annotations.NullMarked;
