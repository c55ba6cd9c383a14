package dev.fairlead.okhttp;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.fairlead.okhttp.Finding.Code;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What the library writes to the log, as it would come out. Closing it leaves the log as it was. */
final class Warnings implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.fairlead");
    private final Level before = logger.getLevel();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    Warnings() {
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        log.start();
        logger.addAppender(log);
    }

    /** All lines, each with its level. */
    List<String> lines() {
        return List.copyOf(log.list).stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    /** The lines of one kind of finding. */
    List<String> of(Code code) {
        return lines().stream().filter(line -> line.contains(code.name())).toList();
    }

    @Override
    public void close() {
        logger.detachAppender(log);
        logger.setAdditive(true);
        logger.setLevel(before);
    }
}
