package dev.fairlead.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import okhttp3.OkHttp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Each case is a class path of its own, in a class loader of its own, with real OkHttps on it. */
class OkHttpOnClassPathTest {
    private static final List<Path> CLASS_PATH = Arrays.stream(
                    System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .toList();
    private static final List<Path> OURS = jars("okhttp-", "okio-", "kotlin-stdlib-");
    private static final List<Path> EVERYTHING_ELSE =
            CLASS_PATH.stream().filter(entry -> !OURS.contains(entry)).toList();

    private final Logger logger = (Logger) LoggerFactory.getLogger(ResilientOkHttp.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private Level before;

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
        before = logger.getLevel();
        logger.setLevel(Level.WARN);
        logger.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        logger.setAdditive(true);
        logger.setLevel(before);
        logger.detachAppender(log);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4.12.0", "5.3.2"})
    void anOldOkHttpIsRefusedEachTimeWithWhatToDo(String version) throws Exception {
        try (ServiceLoaded service = new ServiceLoaded(others(version), List.of())) {
            for (String way : List.of("wrap", "callFactory", "wrap")) {
                assertThatThrownBy(() -> service.make(way))
                        .isExactlyInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith("Fairlead needs OkHttp 5.4 or later, and what is loaded is OkHttp "
                                + version + " from " + okhttp(version).getFileName() + ". ")
                        .hasMessageContainingAll(
                                "fairlead-bom",
                                "okhttp-jvm",
                                "mvn dependency:tree -Dincludes=com.squareup.okhttp3",
                                "docs/troubleshooting.md#two-okhttps-or-an-old-one");
            }
            assertThat(service.duplicates()).isEmpty();
        }
        assertThat(log.list).isEmpty();
    }

    @Test
    void theOldestThatIsSupportedIsTaken() throws Exception {
        try (ServiceLoaded service = new ServiceLoaded(others("5.4.0"), okioAndKotlin())) {
            assertThat(service.wrap()).hasToString("5.4.0");
            assertThat(service.duplicates()).isEmpty();
        }
    }

    @Test
    void anOldOneBehindTheRightOneIsWarnedOfOnceAndRefusesNothing() throws Exception {
        try (ServiceLoaded service = new ServiceLoaded(OURS, List.of(okhttp("4.12.0")))) {
            assertThat(service.wrap()).hasToString(OkHttp.VERSION);
            assertThat(service.wrap()).hasToString(OkHttp.VERSION);
            String right = jars("okhttp-jvm-").get(0).toRealPath() + " (in use: OkHttp " + OkHttp.VERSION + ")";
            assertThat(service.duplicates().orElseThrow())
                    .contains("2 copies", right, okhttp("4.12.0").toRealPath() + ". ")
                    .contains("fairlead-bom", "docs/troubleshooting.md#two-okhttps-or-an-old-one");
            assertThat(log.list).singleElement().satisfies(event -> {
                assertThat(event.getLevel()).isEqualTo(Level.WARN);
                assertThat(event.getFormattedMessage())
                        .isEqualTo(service.duplicates().orElseThrow());
            });
        }
    }

    @Test
    void anOldOneBehindTheRightOneIsAFindingOfEveryClient() throws Exception {
        try (Warnings warnings = new Warnings();
                ServiceLoaded service = new ServiceLoaded(OURS, List.of(okhttp("4.12.0")))) {
            for (String way : List.of("wrap", "callFactory")) {
                assertThat(service.findings(way))
                        .singleElement()
                        .asString()
                        .startsWith("Finding[code=TWO_OKHTTPS, message=there are 2 copies of OkHttp");
            }
            assertThat(warnings.lines())
                    .as("the audit has nothing to add in the log")
                    .isEmpty();
        }
        assertThat(log.list).hasSize(1);
    }

    @Test
    void anOldOneBeforeTheRightOneIsRefusedAndBothAreNamed() throws Exception {
        try (ServiceLoaded service = new ServiceLoaded(List.of(okhttp("4.12.0")), OURS)) {
            assertThatThrownBy(service::wrap)
                    .isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("OkHttp 4.12.0 from okhttp-4.12.0.jar, which hides okhttp-jvm-5.5.1.jar");
            assertThat(service.duplicates()).isPresent();
        }
    }

    @Test
    void theEmptyOkHttpJarIsNoSecondCopy() {
        assertThat(CLASS_PATH).as("the empty jar").anyMatch(jar -> isNamed(jar, "okhttp-" + OkHttp.VERSION));
        assertThatCode(OkHttpOnClassPath::check).doesNotThrowAnyException();
        assertThat(OkHttpOnClassPath.duplicates()).isEmpty();
        assertThat(log.list).isEmpty();
    }

    @Test
    void oneJarByTwoNamesIsOneCopy(@TempDir Path folder) throws Exception {
        Path jar = Files.copy(jars("okhttp-jvm-").get(0), folder.resolve("okhttp.jar"));
        Path link = Files.createSymbolicLink(folder.resolve("the same by another name.jar"), jar);
        Path detour = folder.resolve(".").resolve("okhttp.jar");
        try (ServiceLoaded service = new ServiceLoaded(List.of(jar, link, detour), okioAndKotlin())) {
            assertThat(service.copiesInSight())
                    .as("as the class loader sees it")
                    .isEqualTo(3);
            assertThat(service.wrap()).hasToString(OkHttp.VERSION);
            assertThat(service.duplicates()).isEmpty();
        }
    }

    @Test
    void aClassPathThatCannotBeSearchedIsTakenAsRight() throws Exception {
        try (ServiceLoaded service = new ServiceLoaded(OURS, List.of(okhttp("4.12.0")))) {
            service.unreadable = true;
            assertThat(service.wrap()).hasToString(OkHttp.VERSION);
            assertThat(service.duplicates()).isEmpty();
        }
    }

    private static List<Path> okioAndKotlin() {
        return jars("okio-", "kotlin-stdlib-");
    }

    private static List<Path> jars(String... names) {
        return CLASS_PATH.stream().filter(entry -> isNamed(entry, names)).toList();
    }

    private static boolean isNamed(Path entry, String... names) {
        return Arrays.stream(names).anyMatch(entry.getFileName().toString()::startsWith);
    }

    /** What tests/pom.xml copies. */
    private static List<Path> others(String version) throws IOException {
        try (Stream<Path> jars = Files.list(Path.of("target/other-okhttps", version))) {
            return jars.toList();
        }
    }

    private static Path okhttp(String version) throws IOException {
        return others(version).stream()
                .filter(jar -> isNamed(jar, "okhttp-"))
                .findFirst()
                .orElseThrow();
    }

    /** A service of that class path. It shares the JDK with this one, and the log, so that it can be read. */
    private static final class ServiceLoaded extends URLClassLoader {
        boolean unreadable;

        ServiceLoaded(List<Path> first, List<Path> second) throws MalformedURLException {
            super(new URL[0], new LogOnly());
            for (List<Path> part : List.of(first, second, EVERYTHING_ELSE)) {
                for (Path entry : part) {
                    addURL(entry.toUri().toURL());
                }
            }
        }

        @Override
        public Enumeration<URL> findResources(String name) throws IOException {
            if (unreadable) {
                throw new IllegalStateException("this loader is stopped");
            }
            return super.findResources(name);
        }

        int copiesInSight() throws IOException {
            List<URL> copies = new ArrayList<>();
            getResources("okhttp3/OkHttpClient.class").asIterator().forEachRemaining(copies::add);
            return copies.size();
        }

        /** Wraps a client, and gives the version of the OkHttp that is there. */
        Object wrap() throws Exception {
            assertThat(make("wrap")).isInstanceOf(loadClass("okhttp3.OkHttpClient"));
            return loadClass("okhttp3.OkHttp").getField("VERSION").get(null);
        }

        Object make(String way) throws Exception {
            Class<?> fairlead = loadClass("dev.fairlead.Fairlead");
            Object builder = fairlead.getMethod("builder").invoke(null);
            Object rules = builder.getClass().getMethod("build").invoke(builder);
            Class<?> client = loadClass("okhttp3.OkHttpClient");
            Method method = loadClass("dev.fairlead.okhttp.ResilientOkHttp").getMethod(way, client, fairlead);
            try {
                return method.invoke(null, client.getConstructor().newInstance(), rules);
            } catch (InvocationTargetException thrown) {
                throw thrown.getTargetException() instanceof RuntimeException refused ? refused : thrown;
            }
        }

        List<?> findings(String way) throws Exception {
            Method findings = loadClass("dev.fairlead.okhttp.ResilientOkHttp")
                    .getMethod("findings", loadClass("okhttp3.Call$Factory"));
            return (List<?>) findings.invoke(null, make(way));
        }

        @SuppressWarnings("unchecked")
        Optional<String> duplicates() throws ReflectiveOperationException {
            Method duplicates = loadClass(OkHttpOnClassPath.class.getName()).getDeclaredMethod("duplicates");
            duplicates.setAccessible(true);
            return (Optional<String>) duplicates.invoke(null);
        }
    }

    private static final class LogOnly extends ClassLoader {
        LogOnly() {
            super(getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith("org.slf4j.")) {
                return LoggerFactory.class.getClassLoader().loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }
    }
}
