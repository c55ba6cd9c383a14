/** The rules for outbound calls to third-party APIs, without an HTTP client. */
module dev.fairlead {
    requires static transitive org.jspecify;
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.databind;
    requires transitive io.github.resilience4j.circuitbreaker;
    requires io.github.resilience4j.core;
    requires transitive io.github.resilience4j.ratelimiter;
    requires transitive io.github.resilience4j.retry;
    requires java.xml;
    requires org.slf4j;

    exports dev.fairlead;
    exports dev.fairlead.invoice;
}
