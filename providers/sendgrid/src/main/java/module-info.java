/** What SendGrid's API says about its rate limits and errors. */
module dev.fairlead.sendgrid {
    requires static org.jspecify;
    requires transitive dev.fairlead;

    exports dev.fairlead.sendgrid;
}
