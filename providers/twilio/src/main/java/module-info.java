/** What Twilio's APIs say about their limits and errors. */
module dev.fairlead.twilio {
    requires static org.jspecify;
    requires transitive dev.fairlead;

    exports dev.fairlead.twilio;
}
