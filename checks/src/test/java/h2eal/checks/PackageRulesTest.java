package h2eal.checks;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// The direction of the modules and packages: core <- {sim, runtime} <- lab <- cli, and no knots.
class PackageRulesTest {

    private static final String SIM = "h2eal.sim..";
    private static final String RUNTIME = "h2eal.runtime..";
    private static final String CHAT = "h2eal.chat..";
    private static final String LAB = "h2eal.lab..";
    private static final String CLI = "h2eal.cli..";

    private static final JavaClasses CLASSES = new ClassFileImporter().importPaths(Repository.classFolders());

    /// Of java.io, core may use streams that its caller opened.
    private static final Class<?>[] CALLERS_STREAMS = {
        InputStream.class,
        OutputStream.class,
        ByteArrayOutputStream.class,
        IOException.class,
        EOFException.class,
        UncheckedIOException.class,
        StandardCharsets.class
    };

    @Test
    void packagesHaveNoCycles() {
        slices().matching("h2eal.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void simulatorAndRuntimeNeverSeeEachOther() {
        noClasses()
                .that()
                .resideInAPackage(SIM)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(RUNTIME, LAB, CLI)
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(RUNTIME)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SIM, LAB, CLI)
                .check(CLASSES);
    }

    @Test
    void coreDependsOnTheLanguageOnlyAndOpensNoFiles() {
        noClasses()
                .that()
                .resideOutsideOfPackages(SIM, RUNTIME, CHAT, LAB, CLI)
                .should()
                .dependOnClassesThat(resideInAnyPackage(SIM, RUNTIME, CHAT, LAB, CLI)
                        .or(resideOutsideOfPackages("h2eal..", "java.lang..", "java.util..", "java.math")
                                .and(not(belongToAnyOf(CALLERS_STREAMS)))))
                .check(CLASSES);
    }

    @Test
    void onlyLabParsesAndWritesYamlAndJson() {
        noClasses()
                .that()
                .resideOutsideOfPackage(LAB)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..", "org.snakeyaml..")
                .check(CLASSES);
    }

    @Test
    void onlyCliTouchesStandardStreamsAndExits() {
        noClasses()
                .that()
                .resideOutsideOfPackage(CLI)
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(CLASSES);
    }
}
