/** Stub providers and virtual time for the tests of code that uses Fairlead. */
@org.jspecify.annotations.NullMarked
module dev.fairlead.testkit {
    requires transitive dev.fairlead;
    requires transitive okhttp3;
    requires static transitive org.jspecify;
    requires static transitive org.junit.jupiter.api;
    requires com.fasterxml.jackson.databind;
    requires mockwebserver3;
    requires okhttp3.tls;

    exports dev.fairlead.testkit;
}
