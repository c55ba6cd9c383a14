/** What Stripe's API says about its rate limits. */
module dev.fairlead.stripe {
    requires static org.jspecify;
    requires transitive dev.fairlead;

    exports dev.fairlead.stripe;
}
