/** What OpenAI's API says and means. */
module dev.fairlead.openai {
    requires static org.jspecify;
    requires transitive dev.fairlead;

    exports dev.fairlead.openai;
}
