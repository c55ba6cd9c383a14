/** Shopify: a shop's Admin API, GraphQL and REST. */
@NullMarked
package dev.fairlead.shopify;

import org.jspecify.annotations.NullMarked;
