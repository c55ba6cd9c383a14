package dev.fairlead.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The arrows between the modules, and what has one place only. It sees the main classes of every published module; the
 * Enforcer rules in the poms hold the same arrows for the dependencies.
 */
class ArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.fairlead");

    /** dev.fairlead.X for every X that is an API, whichever they are. */
    private static final DescribedPredicate<JavaClass> A_PROVIDER = resideInAPackage("dev.fairlead.(*)..")
            .and(not(resideInAnyPackage("dev.fairlead.invoice..", "dev.fairlead.okhttp..", "dev.fairlead.testkit..")))
            .as("a provider");

    /** Core's domain model, which providers convert to. */
    private static final DescribedPredicate<JavaClass> THE_DOMAIN =
            resideInAPackage("dev.fairlead.invoice..").as("the domain model");

    private static final DescribedPredicate<JavaClass> THE_TICKER =
            named("the Ticker", "dev\\.fairlead\\.(System)?Ticker");

    private static final DescribedPredicate<JavaClass> THE_CREDENTIAL_HASH =
            named("the credential hash", "dev\\.fairlead\\.CredentialHash");

    private static final DescribedPredicate<JavaClass> THE_BRIDGE =
            named("the bridge", "dev\\.fairlead\\.Resilience4j");

    private static final DescribedPredicate<JavaClass> RANDOM_NUMBERS = named(
            "a source of random numbers",
            "java\\.util\\.(Random|SplittableRandom|concurrent\\.ThreadLocalRandom|random\\.\\w+)");

    @Test
    void coreKnowsNoHttpClient() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.fairlead", "dev.fairlead.invoice..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("okhttp3..", "okio..", "kotlin..", "mockwebserver3..", "java.net.http..")
                .because("the rules are a state machine that any binding can drive")
                .check(MAIN);
    }

    @Test
    void coreKnowsNoOtherPackageOfOurs() {
        noClasses()
                .that()
                .resideInAPackage("dev.fairlead")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.fairlead.(*)..")
                .because("every arrow points to core")
                .check(MAIN);
    }

    @Test
    void theDomainKnowsTheRulesAlone() {
        classes()
                .that(are(THE_DOMAIN))
                .should(dependOnlyOnCoreAndThemselves())
                .because("it is ours, whoever wrote the invoice")
                .check(MAIN);
    }

    @Test
    void providersKnowCoreAlone() {
        classes()
                .that(are(A_PROVIDER))
                .should(dependOnlyOnCoreAndThemselves())
                .because("what an API says must not depend on how it is called, nor on another API")
                .check(MAIN);
    }

    @Test
    void theBindingKnowsNoProvider() {
        noClasses()
                .that()
                .resideInAPackage("dev.fairlead.okhttp..")
                .should()
                .dependOnClassesThat(A_PROVIDER
                        .or(resideInAPackage("dev.fairlead.testkit.."))
                        .as("belong to a provider or to the testkit"))
                .because("a provider is data to the binding, and the testkit is for tests")
                .check(MAIN);
    }

    @Test
    void theTestkitKnowsNoProvider() {
        noClasses()
                .that()
                .resideInAPackage("dev.fairlead.testkit..")
                .should()
                .dependOnClassesThat(are(A_PROVIDER))
                .because("its stubs and contract suites serve providers that we do not know, too")
                .check(MAIN);
    }

    @Test
    void resilience4jIsVisibleInItsBridgeOnly() {
        classes()
                .that(are(not(THE_BRIDGE)))
                .should(showNoTypeOf("io.github.resilience4j"))
                .because("an engine that shows in signatures cannot be exchanged or upgraded without breaking users")
                .check(MAIN);
    }

    @Test
    void jacksonIsVisibleNowhere() {
        classes()
                .should(showNoTypeOf("com.fasterxml"))
                .because("users have Jackson 2 or 3, and neither must be asked of them")
                .check(MAIN);
    }

    @Test
    void onlyTheTickerReadsAClockOrSleeps() {
        noClasses()
                .that(are(not(THE_TICKER)))
                .should()
                .accessTargetWhere(readsAClockOrSleeps())
                .because("with time behind one seam an hour's outage is tested in milliseconds")
                .check(MAIN);
    }

    @Test
    void onlyTheTickerThrowsDice() {
        noClasses()
                .that(are(not(THE_TICKER)))
                .should()
                .dependOnClassesThat(are(RANDOM_NUMBERS))
                .orShould()
                .accessTargetWhere(throwsDice())
                .because("jitter is then an exact number in tests")
                .check(MAIN);
    }

    @Test
    void onlyTheCredentialHashUsesSecureRandom() {
        noClasses()
                .that(are(not(THE_TICKER.or(THE_CREDENTIAL_HASH))))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.security.SecureRandom")
                .because("there is one secret here, the key of that hash")
                .check(MAIN);
    }

    @Test
    void classesAreNamedAfterWhatTheyAre() {
        noClasses()
                .should()
                .haveNameMatching(".*(Utils?|Helper|Impl)(\\$.*)?")
                .because("a helper lives with its one user or becomes a named concept")
                .check(MAIN);
    }

    @Test
    void packagesAreNamedAfterWhatTheyServe() {
        noClasses()
                .should()
                .resideInAnyPackage("..impl..", "..internal..", "..util..", "..utils..")
                .because("package-private hides better: the compiler guards it")
                .check(MAIN);
    }

    /** The class of that name and what is nested in it. */
    private static DescribedPredicate<JavaClass> named(String description, String regex) {
        Pattern pattern = Pattern.compile("(" + regex + ")(\\$.*)?");
        return describe(description, type -> pattern.matcher(type.getName()).matches());
    }

    private static DescribedPredicate<JavaAccess<?>> throwsDice() {
        Pattern dice = Pattern.compile("java\\.lang\\.Math\\.random|java\\.util\\.UUID\\.randomUUID");
        return targets("a method that throws dice", dice);
    }

    private static DescribedPredicate<JavaAccess<?>> readsAClockOrSleeps() {
        Pattern clock = Pattern.compile("java\\.lang\\.System\\.(nanoTime|currentTimeMillis)"
                + "|java\\.lang\\.Thread\\.sleep"
                + "|java\\.time\\.\\w+\\.now"
                + "|java\\.time\\.Clock\\.(system|tick)\\w*"
                + "|java\\.util\\.concurrent\\.TimeUnit\\.(sleep|timedJoin|timedWait)"
                + "|java\\.util\\.concurrent\\.locks\\.LockSupport\\.park\\w*");
        return targets("a method that reads a clock or sleeps", clock);
    }

    private static DescribedPredicate<JavaAccess<?>> targets(String description, Pattern ownerAndName) {
        return describe(
                description,
                access -> ownerAndName
                        .matcher(access.getTargetOwner().getName() + "."
                                + access.getTarget().getName())
                        .matches());
    }

    private static ArchCondition<JavaClass> dependOnlyOnCoreAndThemselves() {
        return new ArchCondition<>("depend only on java.., org.jspecify.., core and themselves") {
            @Override
            public void check(JavaClass provider, ConditionEvents events) {
                for (Dependency dependency : provider.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    boolean allowed = target.isPrimitive()
                            || target.getPackageName().startsWith("java.")
                            || target.getPackageName().startsWith("org.jspecify.")
                            || target.getPackageName().equals("dev.fairlead")
                            || THE_DOMAIN.test(target)
                            || module(target).equals(module(provider));
                    events.add(new SimpleConditionEvent(provider, allowed, dependency.getDescription()));
                }
            }
        };
    }

    /** dev.fairlead.github for all that lies in or below it. */
    private static String module(JavaClass type) {
        String[] names = type.getPackageName().split("\\.");
        return String.join(".", names.length < 3 ? names : new String[] {names[0], names[1], names[2]});
    }

    /** Looks at what users can see of a class: its supertypes and its public and protected members, generics included. */
    private static ArchCondition<JavaClass> showNoTypeOf(String hiddenPackage) {
        return new ArchCondition<>("show no type of " + hiddenPackage + ".. to users") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!isVisible(type)) {
                    return;
                }
                check(type, "declaration of " + type.getFullName(), typesInDeclaration(type), events);
                for (JavaMember member : type.getMembers()) {
                    if (isVisible(member.getModifiers())) {
                        check(type, member.getDescription(), typesInSignature(member), events);
                    }
                }
            }

            private void check(JavaClass type, String where, List<JavaType> shown, ConditionEvents events) {
                for (JavaType each : shown) {
                    for (JavaClass raw : each.getAllInvolvedRawTypes()) {
                        if (raw.getBaseComponentType().getPackageName().startsWith(hiddenPackage)) {
                            events.add(SimpleConditionEvent.violated(type, where + " shows " + raw.getFullName()));
                        }
                    }
                }
            }
        };
    }

    private static boolean isVisible(JavaClass type) {
        return isVisible(type.getModifiers())
                && type.getEnclosingClass().map(ArchitectureTest::isVisible).orElse(true);
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static List<JavaType> typesInDeclaration(JavaClass type) {
        List<JavaType> types = new ArrayList<>(type.getInterfaces());
        type.getSuperclass().ifPresent(types::add);
        types.addAll(type.getTypeParameters());
        return types;
    }

    private static List<JavaType> typesInSignature(JavaMember member) {
        if (member instanceof JavaField field) {
            return List.of(field.getType());
        }
        JavaCodeUnit codeUnit = (JavaCodeUnit) member;
        List<JavaType> types = new ArrayList<>(codeUnit.getParameterTypes());
        types.add(codeUnit.getReturnType());
        types.addAll(codeUnit.getTypeParameters());
        types.addAll(codeUnit.getExceptionTypes());
        return types;
    }
}
