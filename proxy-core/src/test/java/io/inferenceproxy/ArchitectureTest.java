package io.inferenceproxy;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the arrows of the design: who may know whom. */
class ArchitectureTest {

    private static final String BASE = "io.inferenceproxy";
    private static final List<String> FEATURES =
            List.of("auth", "limit", "validate", "route", "upstream", "observe", "docs", "server");
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE);

    @Test
    void theScanSeesTheLibrary() {
        assertThat(CLASSES).hasSizeGreaterThan(150);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(BASE + ".(**)").should().beFreeOfCycles().check(CLASSES);
    }

    static Stream<String> features() {
        return FEATURES.stream();
    }

    @ParameterizedTest
    @MethodSource("features")
    void featuresDoNotSeeEachOther(String feature) {
        String[] others = FEATURES.stream()
                .filter(other -> !other.equals(feature))
                .map(other -> BASE + "." + other + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(BASE + "." + feature + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .because("what one needs of another is joined in Assembly")
                .check(CLASSES);
    }

    @Test
    void httpTimeAndUnitsSeeTheJdkOnly() {
        for (String leaf : List.of("http", "time", "units")) {
            classes()
                    .that()
                    .resideInAPackage(BASE + "." + leaf)
                    .should()
                    .onlyDependOnClassesThat(resideInAnyPackage(BASE + "." + leaf, "java..", "org.jspecify.."))
                    .check(CLASSES);
        }
    }

    @Test
    void costSeesHttpAndUnitsOnly() {
        classes()
                .that()
                .resideInAPackage(BASE + ".cost")
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(BASE + ".cost", BASE + ".http", BASE + ".units", "java..", "org.jspecify.."))
                .check(CLASSES);
    }

    @Test
    void onlyTheEngineSeesNetty() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".internal.netty..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(CLASSES);
    }

    @Test
    void onlyTheRootSeesTheInternals() {
        noClasses()
                .that()
                .resideOutsideOfPackages(BASE, BASE + ".internal..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(BASE + ".internal..")
                .check(CLASSES);
    }

    @Test
    void nobodySeesTheRootButTheRoot() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE)
                .should()
                .dependOnClassesThat(new DescribedPredicate<JavaClass>("stand in the root") {
                    @Override
                    public boolean test(JavaClass candidate) {
                        return candidate.getPackageName().equals(BASE);
                    }
                })
                .check(CLASSES);
    }

    @Test
    void onlyTimeReadsTheClock() {
        noClasses()
                .that()
                .resideOutsideOfPackages(BASE + ".time")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .because("time is a parameter")
                .check(CLASSES);
    }

    @Test
    void nobodyPrintsOrThrowsAtLarge() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES);
        NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS.check(CLASSES);
        NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        List<String> unmarked = CLASSES.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(each -> each.getClasses().stream()
                        .anyMatch(one -> !one.getSimpleName().equals("package-info")))
                .filter(each -> !each.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
                .map(JavaPackage::getName)
                .toList();
        assertThat(unmarked).isEmpty();
    }

    @Test
    void optionsAreRecordsThatAreNotMadeByTheirConstructorElsewhere() {
        classes()
                .that()
                .haveSimpleNameEndingWith("Options")
                .should()
                .beRecords()
                .check(CLASSES);
        List<String> made = CLASSES.stream()
                .flatMap(one -> one.getConstructorCallsFromSelf().stream())
                .filter(call -> call.getTargetOwner().getSimpleName().endsWith("Options"))
                .filter(call -> !call.getOriginOwner().equals(call.getTargetOwner()))
                .map(Object::toString)
                .toList();
        assertThat(made).as("options are made by DEFAULT, of and with").isEmpty();
    }
}
