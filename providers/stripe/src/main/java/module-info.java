/** What Stripe's API says and means. */
module dev.fairlead.stripe {
    requires static org.jspecify;
    requires transitive dev.fairlead;

    exports dev.fairlead.stripe;
}
