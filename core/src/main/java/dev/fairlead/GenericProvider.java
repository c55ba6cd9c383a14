package dev.fairlead;

/** What is known of a host that nobody claims: the standards, and what a status class means. */
final class GenericProvider {
    static final Provider INSTANCE = Provider.builder("generic").build();

    private GenericProvider() {}

    /**
     * Judges by status, for a provider of this name. {@link Provider.Builder} begins with it: reads no field of ours.
     */
    static ErrorNormalizer errors(String providerName) {
        return new GenericErrors(providerName);
    }
}
