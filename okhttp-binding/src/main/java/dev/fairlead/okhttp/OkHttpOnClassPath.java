package dev.fairlead.okhttp;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttp;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which OkHttp is really there. OkHttp 4 and 5 are two artifacts under Maven, {@code okhttp} and {@code okhttp-jvm}, so
 * neither replaces the other, and their order on the class path decides. Looked up once, when this class is first used;
 * what cannot be found out is taken as right, as a check must not be what breaks a service. Immutable and thread-safe.
 *
 * <p>Uses nothing that OkHttp 4 does not have, and has to be asked before any class that does is used.
 */
final class OkHttpOnClassPath {
    private static final Logger LOG = LoggerFactory.getLogger(ResilientOkHttp.class);
    private static final String CLASS_FILE = "okhttp3/OkHttpClient.class";
    private static final String CURE = "Import fairlead-bom in dependencyManagement. Under Maven OkHttp 5 is"
            + " com.squareup.okhttp3:okhttp-jvm, and okhttp 5.x is an empty jar; an SDK that brings okhttp 4.x puts that"
            + " on the class path too, unless a BOM lifts it. To see who brings what:"
            + " mvn dependency:tree -Dincludes=com.squareup.okhttp3"
            + " (docs/troubleshooting.md#two-okhttps-or-an-old-one)";

    private static final OkHttpOnClassPath FOUND = new OkHttpOnClassPath();
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private final @Nullable String tooOld;
    private final @Nullable String duplicates;

    private OkHttpOnClassPath() {
        String used = placeInUse();
        Set<String> places = places();
        tooOld = isTooOld() ? tooOld(used, places) : null;
        duplicates = places.size() > 1 ? duplicates(used, places) : null;
    }

    /**
     * Warns, once, if there are several copies of OkHttp.
     *
     * @throws IllegalStateException each time, if the one in use is older than 5.4
     */
    static void check() {
        if (FOUND.tooOld != null) {
            throw new IllegalStateException(FOUND.tooOld);
        }
        if (FOUND.duplicates != null && WARNED.compareAndSet(false, true)) {
            LOG.warn(FOUND.duplicates);
        }
    }

    /** What is to be said of several copies of OkHttp that can be seen from here; empty where there is one. */
    static Optional<String> duplicates() {
        return Optional.ofNullable(FOUND.duplicates);
    }

    /**
     * By what came with 5.4 and is used here, not by the number, which a fork may change. Names stand in the calls
     * themselves: so native-image sees that they are asked for.
     */
    private static boolean isTooOld() {
        try {
            Call.class.getMethod("addEventListener", EventListener.class);
            Interceptor.Chain.class.getMethod("withRetryOnConnectionFailure", boolean.class);
            return false;
        } catch (NoSuchMethodException absent) {
            return true;
        } catch (LinkageError | SecurityException unknown) {
            return false;
        }
    }

    private static String version() {
        try {
            // No constant in 5.x, unlike 4.12, so javac has not copied the version that this was compiled with.
            return "OkHttp " + OkHttp.VERSION;
        } catch (LinkageError unknown) {
            return "an OkHttp of unknown version";
        }
    }

    private static String tooOld(@Nullable String used, Set<String> places) {
        List<String> others = new ArrayList<>(places);
        others.remove(used);
        return "Fairlead needs OkHttp 5.4 or later, and what is loaded is " + version()
                + (used == null ? "" : " from " + fileName(used))
                + (used == null || others.isEmpty()
                        ? ""
                        : others.stream()
                                .map(OkHttpOnClassPath::fileName)
                                .collect(Collectors.joining(", ", ", which hides ", "")))
                + ". " + CURE;
    }

    private static String duplicates(@Nullable String used, Set<String> places) {
        return places.stream()
                        .map(place -> place.equals(used) ? place + " (in use: " + version() + ")" : place)
                        .collect(Collectors.joining(
                                " and ",
                                "there are " + places.size() + " copies of OkHttp, and their order decides which is"
                                        + " used: ",
                                ". "))
                + CURE;
    }

    /** Where the copies lie that can be seen from here, which are more than those of OkHttp's own loader. */
    private static Set<String> places() {
        Set<String> places = new LinkedHashSet<>();
        try {
            ClassLoader loader = OkHttpOnClassPath.class.getClassLoader();
            // No loader is the JVM's own way to say its boot loader.
            Enumeration<URL> copies =
                    loader == null ? ClassLoader.getSystemResources(CLASS_FILE) : loader.getResources(CLASS_FILE);
            while (copies.hasMoreElements()) {
                places.add(place(copies.nextElement()));
            }
        } catch (IOException | RuntimeException unreadable) {
            // What was found until then is true all the same.
            return places;
        }
        return places;
    }

    private static @Nullable String placeInUse() {
        try {
            // Not its resource: a loader that looks at its own classes first may still give its parent's resources
            // first.
            CodeSource source = OkHttpClient.class.getProtectionDomain().getCodeSource();
            return source == null || source.getLocation() == null ? null : place(source.getLocation());
        } catch (RuntimeException | LinkageError unknown) {
            return null;
        }
    }

    /** The jar or folder, in one spelling: {@code jar:file:/lib/okhttp.jar!/okhttp3/OkHttpClient.class} lies in /lib/okhttp.jar. */
    private static String place(URL url) {
        String place = without(url.toString(), CLASS_FILE);
        place = without(without(place, "/"), "!");
        place = place.startsWith("jar:") ? place.substring("jar:".length()) : place;
        try {
            // Through links: one file by two names is one copy.
            return place.startsWith("file:")
                    ? Path.of(URI.create(place)).toRealPath().toString()
                    : place;
        } catch (IOException | RuntimeException nested) {
            // A jar in a jar is no file.
            return place;
        }
    }

    private static String fileName(String place) {
        return place.substring(Math.max(place.lastIndexOf('/'), place.lastIndexOf('\\')) + 1);
    }

    private static String without(String text, String end) {
        return text.endsWith(end) ? text.substring(0, text.length() - end.length()) : text;
    }
}
