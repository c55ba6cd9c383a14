package dev.fairlead;

import dev.fairlead.testkit.ManualTicker;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;

/**
 * How races are looked for. Lincheck runs the threads one at a time and switches where they touch what they share: first
 * every interleaving with one switch, then with two, up to so many in all. One that it finds fault with is printed step by
 * step. Its choices come from a fixed seed and time stands still, so each run of the build tries the same ones.
 *
 * <p>{@code -Dlincheck.scale=20} looks for about 20 times as long.
 */
final class Races {
    static final int SCALE = Integer.getInteger("lincheck.scale", 1);
    /** Enough for all with one switch, which is what most races need, and some of those with two. */
    private static final int INTERLEAVINGS = 150;

    static final long NOW = new ManualTicker().nanoTime();

    private Races() {}

    /** What two threads do is made up: so many operations each, chosen from those of a class. */
    static ModelCheckingOptions madeUp(int operations) {
        return modelChecking()
                .iterations(10 * SCALE)
                .actorsBefore(1)
                .actorsPerThread(operations)
                .actorsAfter(1);
    }

    private static ModelCheckingOptions modelChecking() {
        return new ModelCheckingOptions()
                .threads(2)
                .invocationsPerIteration(INTERLEAVINGS)
                .addGuarantee(ManagedStrategyGuaranteeKt.forClasses(Races.class.getName())
                        .methods("unwatched")
                        .ignore())
                // It does not switch in there anyway, and is faster where it need not look.
                .addGuarantee(ManagedStrategyGuaranteeKt.forClasses(Races::isPlainCollection)
                        .allMethods()
                        .ignore());
    }

    private static boolean isPlainCollection(String className) {
        return className.startsWith("java.util.") && !className.startsWith("java.util.concurrent.");
    }

    /** Does what only one thread does, before all or after all: no step of it is a place to switch. */
    static <T> T unwatched(Supplier<T> work) {
        return work.get();
    }

    static void unwatched(Runnable work) {
        work.run();
    }

    static Meetings meetings(Class<?> where) {
        return new Meetings(where);
    }

    /**
     * Operations that meet, each in a thread of its own. They are named by their methods, which take nothing; the class has
     * a method with {@code @Validate} that says whether it came out well.
     */
    static final class Meetings {
        private final Class<?> where;
        private final List<ExecutionScenario> scenarios = new ArrayList<>();

        private Meetings(Class<?> where) {
            this.where = where;
        }

        Meetings of(String... operations) {
            return add(List.of(), operations);
        }

        /** With an operation that comes before them. */
        Meetings after(String before, String... operations) {
            return add(List.of(actor(before)), operations);
        }

        private Meetings add(List<Actor> before, String... operations) {
            List<List<Actor>> threads =
                    Arrays.stream(operations).map(each -> List.of(actor(each))).toList();
            scenarios.add(new ExecutionScenario(before, threads, List.of(), null));
            return this;
        }

        private Actor actor(String operation) {
            try {
                Method method = where.getMethod(operation);
                return new Actor(method, List.of());
            } catch (NoSuchMethodException thrown) {
                throw new IllegalArgumentException(thrown);
            }
        }

        void check() {
            ModelCheckingOptions options = modelChecking()
                    .invocationsPerIteration(INTERLEAVINGS * SCALE)
                    // None made up.
                    .iterations(0)
                    // Who gets what depends on who was first: all that counts is what it comes to.
                    .verifier(EpsilonVerifier.class);
            scenarios.forEach(options::addCustomScenario);
            options.check(where);
        }
    }

    interface Work {
        void run(int thread, Random random) throws InterruptedException;
    }

    /** Runs the same in several real threads at once, and throws what any of them throws. */
    static void inThreads(int threads, Work work) {
        List<Callable<Void>> tasks = new ArrayList<>();
        IntStream.range(0, threads)
                .forEach(thread -> tasks.add(() -> {
                    work.run(thread, new Random(thread));
                    return null;
                }));
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            for (Future<Void> future : executor.invokeAll(tasks)) {
                future.get();
            }
        } catch (Exception thrown) {
            throw new AssertionError(thrown);
        } finally {
            executor.shutdownNow();
        }
    }
}
