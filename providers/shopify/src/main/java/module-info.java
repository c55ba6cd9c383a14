/** What Shopify's API says about its rate limits. */
module dev.fairlead.shopify {
    requires static org.jspecify;
    requires transitive dev.fairlead;

    exports dev.fairlead.shopify;
}
