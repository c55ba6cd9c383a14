package dev.fairlead;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of each thing once, and of a bounded number of things, so that hostile answers cannot fill a log. Thread-safe. */
final class OnceLog {
    private static final Logger LOG = LoggerFactory.getLogger(Fairlead.class);
    private static final int MOST = 1_000;

    private final Set<String> said = ConcurrentHashMap.newKeySet();

    /** The message is made only if it is going to be said. */
    void warn(String topic, Supplier<String> message) {
        if (!said.contains(topic) && said.size() < MOST && said.add(topic)) {
            LOG.warn(message.get());
        }
    }
}
