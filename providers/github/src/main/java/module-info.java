/** What GitHub's API says about its rate limits and errors. */
module dev.fairlead.github {
    requires static org.jspecify;
    requires transitive dev.fairlead;

    exports dev.fairlead.github;
}
