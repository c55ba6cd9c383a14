/** Virtual time for the tests of code that uses Fairlead. */
@org.jspecify.annotations.NullMarked
module dev.fairlead.testkit {
    requires transitive dev.fairlead;
    requires static transitive org.jspecify;

    exports dev.fairlead.testkit;
}
