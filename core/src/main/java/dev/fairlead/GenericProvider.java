package dev.fairlead;

/** What is known of a host that nobody claims: the standards, and what a status class means. */
final class GenericProvider {
    static final Provider INSTANCE = Provider.builder("generic").build();

    private GenericProvider() {}
}
