package io.troupe.actors;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;

/** The table of modules, as the house style has it: what a room may import. */
@AnalyzeClasses(packages = "io.troupe", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule PROTO_HOLDS_NO_LOGIC = noClasses()
            .that()
            .resideInAPackage("io.troupe.proto..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.troupe.policy..",
                    "io.troupe.verifier..",
                    "io.troupe.rollout..",
                    "io.troupe.learner..",
                    "io.troupe.actors..");

    @ArchTest
    static final ArchRule POLICY_KNOWS_PROTO_ALONE = noClasses()
            .that()
            .resideInAPackage("io.troupe.policy..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.troupe.verifier..",
                    "io.troupe.rollout..",
                    "io.troupe.learner..",
                    "io.troupe.actors..",
                    "org.apache.pekko..");

    @ArchTest
    static final ArchRule VERIFIER_KNOWS_PROTO_ALONE_AND_NO_ENGINE = noClasses()
            .that()
            .resideInAPackage("io.troupe.verifier..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.troupe.policy..",
                    "io.troupe.rollout..",
                    "io.troupe.learner..",
                    "io.troupe.actors..",
                    "org.apache.pekko..",
                    "ai.djl..");

    @ArchTest
    static final ArchRule ENVIRONMENTS_KNOW_VERIFIER_ALONE = noClasses()
            .that()
            .resideInAPackage("io.troupe.environments..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.troupe.policy..",
                    "io.troupe.rollout..",
                    "io.troupe.learner..",
                    "io.troupe.actors..",
                    "org.apache.pekko..",
                    "ai.djl..");

    @ArchTest
    static final ArchRule NOBODY_IMPORTS_ENVIRONMENTS = noClasses()
            .that()
            .resideOutsideOfPackage("io.troupe.environments..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.troupe.environments..");

    @ArchTest
    static final ArchRule ROLLOUT_KNOWS_POLICY_AND_VERIFIER = noClasses()
            .that()
            .resideInAPackage("io.troupe.rollout..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.troupe.learner..", "io.troupe.actors..", "org.apache.pekko..");

    @ArchTest
    static final ArchRule LEARNER_KNOWS_POLICY_ALONE = noClasses()
            .that()
            .resideInAPackage("io.troupe.learner..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.troupe.verifier..", "io.troupe.rollout..", "io.troupe.actors..", "org.apache.pekko..");

    @ArchTest
    static final ArchRule THE_OBJECTIVE_IS_PLAIN_JAVA = noClasses()
            .that()
            .resideInAnyPackage("io.troupe.learner.objective..", "io.troupe.learner.advantage..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl..");

    @ArchTest
    static final ArchRule THE_BOOKS_ARE_PLAIN_CLASSES = noClasses()
            .that()
            .haveSimpleNameStartingWith("Ledger")
            .or()
            .haveSimpleName("StalenessGate")
            .or()
            .haveSimpleName("GroupState")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.pekko..");

    @ArchTest
    static final ArchRule ROLES_DO_NOT_KNOW_HOW_THEY_ARE_STARTED_OR_SHOWN = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.troupe.actors.wire..",
                    "io.troupe.actors.journal..",
                    "io.troupe.actors.coordinator..",
                    "io.troupe.actors.worker..",
                    "io.troupe.actors.learning..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.troupe.actors.node..",
                    "io.troupe.actors.config..",
                    "io.troupe.actors.cli..",
                    "io.troupe.actors.view..");

    /**
     * Somebody may set a machine's clock while a run goes on. Time stamps come from a clock that is handed in, and so do the coordinator's deadlines, from a
     * SteadyClock; where a process begins that clock is made, and certificates are held to the date.
     */
    @ArchTest
    static final ArchRule NOTHING_IS_DECIDED_BY_A_CLOCK_THAT_CAN_BE_SET = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.troupe.actors.coordinator..",
                    "io.troupe.actors.journal..",
                    "io.troupe.actors.learning..",
                    "io.troupe.actors.node..",
                    "io.troupe.actors.weights..",
                    "io.troupe.actors.wire..",
                    "io.troupe.actors.worker..")
            .and()
            .doNotHaveFullyQualifiedName("io.troupe.actors.node.TrainingRun")
            .and()
            .doNotHaveFullyQualifiedName("io.troupe.actors.node.ActorSystems")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Clock.class, "systemDefaultZone")
            .orShould()
            .callMethod(Files.class, "getLastModifiedTime", Path.class, LinkOption[].class);

    @ArchTest
    static final ArchRule TENSORS_ARE_TOUCHED_WHERE_NATIVE_MEMORY_IS_OWNED = classes()
            .that()
            .resideInAPackage("io.troupe.actors.coordinator..")
            .or()
            .resideInAPackage("io.troupe.actors.wire..")
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackage("ai.djl..");
}
