package dev.fairlead.examples.badhour;

import java.io.IOException;
import java.time.Duration;

/** A part of the hour. */
interface Chapter {
    /** When it begins, from the beginning of the hour. */
    Duration begins();

    String title();

    /** What is going to happen and why it matters, in a sentence or two. */
    String story();

    /** Sets up what GitHub will do, lets the service make its calls, and says what had to happen. */
    void play(Hour hour) throws IOException;
}
