package dev.bailey.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.bailey.model.route.SliceName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keeps the page on what lives where true. Each message says what to do instead. */
class ArchitectureTest {

    private static final JavaClasses BAILEY = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.bailey");

    /** The modules a module may use. */
    private static final Map<String, List<String>> MAY_USE = Map.of(
            "model", List.of(),
            "compare", List.of("model"),
            "journal", List.of("model"),
            "gateway", List.of("model", "compare", "journal"),
            "datasync", List.of("model", "compare"),
            "control", List.of("model"),
            "testkit", List.of("model", "journal"),
            "examples", List.of());

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(BAILEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "compare", "journal", "gateway", "datasync", "control", "examples", "app"})
    void theImportSeesEveryModule(String module) {
        assumeTrue(
                ArchitectureTest.class.getClassLoader().getResource("dev/bailey/" + module) != null,
                () -> module + " has no classes yet");
        assertThat(BAILEY.that(resideInAnyPackage("dev.bailey." + module + "..")))
                .as("classes of %s: without them these rules say nothing", module)
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "compare", "journal", "gateway", "datasync", "control", "testkit", "examples"})
    void modulesUseOnlyThoseBelowThem(String module) {
        List<String> allowed = new ArrayList<>(List.of("dev.bailey." + module + ".."));
        MAY_USE.getOrDefault(module, List.of()).forEach(below -> allowed.add("dev.bailey." + below + ".."));
        check(
                classes()
                        .that()
                        .resideInAPackage("dev.bailey." + module + "..")
                        .should()
                        .onlyDependOnClassesThat(resideOutsideOfPackages("dev.bailey..")
                                .or(resideInAnyPackage(allowed.toArray(String[]::new))))
                        .because(
                                module + " may use only " + MAY_USE.get(module)
                                        + " of Bailey: declare a small interface where another part is needed, and adapt it in app.wiring"));
    }

    @Test
    void theModelUsesTheJdkAlone() {
        check(classes()
                .that()
                .resideInAPackage("dev.bailey.model..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.bailey.model..", "java..", "javax.crypto..", "org.jspecify..")
                .because("the domain is pure: put what needs a library into the module that owns that library"));
    }

    @Test
    void theModelDoesNoInputOrOutput() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.bailey.model..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net.http..", "java.nio.channels..", "java.sql..")
                .because("the domain is pure: take the values as parameters"));
    }

    @ParameterizedTest
    @CsvSource({
        "gateway, datasync",
        "gateway, control",
        "datasync, gateway",
        "datasync, control",
        "control, gateway",
        "control, datasync"
    })
    void theThreeGreatPartsNeverMeet(String part, String other) {
        check(noClasses()
                .that()
                .resideInAPackage("dev.bailey." + part + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.bailey." + other + "..")
                .because(part + " and " + other + " are adapted to each other in app.wiring only: declare in " + part
                        + " the small interface that it needs"));
    }

    @Test
    void packagesHaveNoCycles() {
        // The one known exception: what a migration file says names its slices with the router's word for them.
        check(slices().matching("dev.bailey.(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(resideInAPackage("dev.bailey.model.spec"), equivalentTo(SliceName.class))
                .because("two packages that need each other are one: move the shared type to the lower of them"));
    }

    @ParameterizedTest
    @CsvSource({"group, sqlite", "group, postgres", "sqlite, postgres", "postgres, sqlite"})
    void whatJournalsShareKnowsNoEngineAndNoEngineAnother(String part, String other) {
        check(noClasses()
                .that()
                .resideInAPackage("dev.bailey.journal." + part + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.bailey.journal." + other + "..")
                .because("journal." + part + " must not need journal." + other
                        + ": move what both need into journal.group, behind its ports"));
    }

    @Test
    void onlyTheGatewayKnowsNetty() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackage("dev.bailey.gateway..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("io.netty..")
                        .because(
                                "Netty is the gateway's own affair: give gateway a method that takes and returns plain values"));
    }

    @Test
    void onlyTheStoresSpeakJdbc() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.bailey.journal..",
                        "dev.bailey.datasync.store.sql..",
                        "dev.bailey.control.state..",
                        "dev.bailey.examples..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql..",
                        "javax.sql..",
                        "com.zaxxer.hikari..",
                        "org.sqlite..",
                        "org.postgresql..",
                        "org.flywaydb..")
                .because(
                        "SQL lives in journal, datasync.store.sql and control.state: put the statement there and pass a"
                                + " record or an interface"));
    }

    @Test
    void onlyTheFeedKnowsDebeziumAndKafka() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.bailey.datasync.feed..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.debezium..", "org.apache.kafka..")
                .because("feeds carry keys: turn the event into an entity key in datasync.feed"));
    }

    @Test
    void nobodyReadsTheWallClockBesidesTheWiring() {
        check(noClasses()
                .that(resideOutsideOfPackages(
                        "dev.bailey.app.wiring..", "dev.bailey.app.cli..", "dev.bailey.examples.."))
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .because("tests must steer time: take a java.time.InstantSource in the constructor"));
    }

    @Test
    void nobodyDrawsRandomNumbersUnasked() {
        check(noClasses()
                .that(resideOutsideOfPackages(
                        "dev.bailey.app.wiring..", "dev.bailey.app.cli..", "dev.bailey.examples.."))
                .should()
                .callConstructor(Random.class)
                .orShould()
                .callMethod(Math.class, "random")
                .because("a failure must be repeatable: take a java.util.random.RandomGenerator in the constructor"));
    }

    @Test
    void nobodyEndsTheProcessBesidesItsMain() {
        check(noClasses()
                .that(resideOutsideOfPackages(
                                "dev.bailey.app.wiring..", "dev.bailey.app.cli..", "dev.bailey.examples..")
                        .and(not(name("dev.bailey.app.Main"))))
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .because("return a result or throw; dev.bailey.app.Main alone turns it into an exit code"));
    }

    @Test
    void theCommandLineSpeaksToTheApiAlone() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.bailey.app.cli..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "dev.bailey.gateway..",
                                "dev.bailey.datasync..",
                                "dev.bailey.journal..",
                                "dev.bailey.control..")
                        .and(resideOutsideOfPackages("dev.bailey.control.api..")))
                .because("the command line talks to the REST API with the records of control.api: add a route there"));
    }

    @Test
    void nothingShippedUsesTheTestkit() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.bailey.testkit..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.bailey.testkit..")
                .because("the testkit is for tests: move what production needs into the module that needs it"));
    }

    @Test
    void loggingIsSlf4j() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("dev.bailey.app..", "dev.bailey.examples..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "ch.qos.logback..")
                .because("the user chooses the back end: use org.slf4j.Logger"));
    }
}
