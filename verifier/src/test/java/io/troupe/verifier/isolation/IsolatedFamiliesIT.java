package io.troupe.verifier.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.verifier.Demonstrator.Quality;
import io.troupe.verifier.Environment;
import io.troupe.verifier.GroupMember;
import io.troupe.verifier.Message;
import io.troupe.verifier.OptionsException;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.Verdict;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plug-in in real child JVMs is a family like any other. */
class IsolatedFamiliesIT {

    @TempDir
    static Path folder;

    private static final List<String> PRINTED = new CopyOnWriteArrayList<>();
    private static Path jar;
    private static IsolatedFamilies isolated;
    private static TaskFamilies families;

    @BeforeAll
    static void start() throws Exception {
        jar = PluginJar.of(folder, HostileFamily.class);
        isolated = IsolatedFamilies.open(List.of(jar), IsolationLimits.DEFAULT, PRINTED::add);
        families = TaskFamilies.load().plus(isolated.families());
    }

    @AfterAll
    static void stop() {
        isolated.close();
    }

    private static TaskFamily family() {
        return families.get(HostileFamily.ID);
    }

    @Test
    void offersThePluginsFamiliesAndNoneOfTroupesOwn() {
        assertThat(isolated.families()).extracting(TaskFamily::id).containsExactly(HostileFamily.ID);
        assertThat(family().summary()).isEqualTo("does what it is told to");
        assertThat(family().levels().meaning()).isEqualTo("2: worse");
        assertThat(family().levels().max()).isEqualTo(2);
        assertThat(family().optionKeys()).containsExactly("greeting", "trouble");
        assertThat(family().waits()).isTrue();
    }

    @Test
    void drawsTasksAndRefusesLevelsAsInThisProcess() {
        Task task = family().task(Split.EVALUATION, -5, 7, 2);
        assertThat(task).isEqualTo(new HostileFamily().task(Split.EVALUATION, -5, 7, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> family().task(Split.TRAIN, 1, 0, 3))
                .withMessageContaining("not 3");
    }

    @Test
    void isConfiguredByItsEntryInTheConfiguration() {
        var entry = new TaskFamilies.Entry("polite", HostileFamily.ID, "{\"greeting\": \"please\"}");
        TaskFamily polite = families.configured(List.of(entry)).get("polite");
        Task task = polite.task(Split.TRAIN, 1, 0, 1);
        assertThat(task.family()).isEqualTo("polite");
        try (Environment environment = polite.open()) {
            assertThat(environment.reset(task, 1)).containsExactly(Message.user("please"));
        }
        assertThat(polite.waits()).isTrue();
    }

    @Test
    void refusesOptionsInTheWordsOfTheFamily() {
        assertThatThrownBy(() -> family().configuredFrom("{\"trouble\": 13}"))
                .isInstanceOf(OptionsException.class)
                .hasMessage("options.trouble: 13 brings bad luck");
        assertThatThrownBy(() -> family().configuredFrom("{\"troubles\": 1}"))
                .isInstanceOf(OptionsException.class)
                .hasMessageContaining("options.troubles: there is no such key");
        assertThatThrownBy(() -> family().configuredFrom("{\"trouble\": -1}"))
                .isInstanceOf(OptionsException.class)
                .hasMessageContaining("expected 0 or more");
    }

    @Test
    void refusesATurnOutsideAnEpisode() {
        try (Environment environment = family().open()) {
            assertThatIllegalStateException().isThrownBy(() -> environment.step("early"));
            environment.reset(family().task(Split.TRAIN, 1, 0, 1), 1);
            assertThat(environment.step("right")).isInstanceOf(StepResult.Done.class);
            assertThatIllegalStateException().isThrownBy(() -> environment.step("late"));
        }
    }

    @Test
    void judgesGroupsTruncatesAndDemonstrates() {
        Task task = family().task(Split.TRAIN, 1, 0, 1);
        try (Environment environment = family().open()) {
            environment.reset(task, 1);
            assertThat(environment.truncated("the limit on turns"))
                    .isEqualTo(Verdict.of(Outcome.NO_ANSWER, List.of(), null, "the limit on turns"));
        }
        Verdict own = Verdict.of(Outcome.WRONG, List.of(), null, "own");
        var member = new GroupMember(task.prompt(), own, 3);
        assertThat(family().groupRubric().orElseThrow().judge(task, List.of(member, member)))
                .extracting(Verdict::rule)
                .containsExactly("of 2", "of 2");
        List<Message> shown =
                family().demonstrator().orElseThrow().demonstrate(task, Quality.HASTY, new SplittableRandom(4));
        assertThat(shown)
                .isEqualTo(family().demonstrator()
                        .orElseThrow()
                        .demonstrate(task, Quality.HASTY, new SplittableRandom(4)));
        assertThat(shown.get(0).content()).startsWith("HASTY");
    }

    @Test
    void handsOnWhatThePluginPrints() {
        try (Environment environment = family().open()) {
            environment.reset(family().task(Split.TRAIN, 1, 0, 1), 1);
            environment.step("print");
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!PRINTED.contains("chatter 99") && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(PRINTED).contains("chatter 0", "chatter 99");
    }

    @Test
    void startsMoreProcessesWhenTheseAreFullAndStopsThemAgain() {
        var limits = new IsolationLimits(64L << 20, Duration.ofSeconds(20), Duration.ofSeconds(60), 1 << 18, 2, 1, 8);
        try (var few = IsolatedFamilies.open(List.of(jar), limits, Duration.ZERO, PRINTED::add)) {
            TaskFamily family = few.families().get(0);
            Task task = family.task(Split.TRAIN, 1, 0, 1);
            List<Environment> open = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                Environment environment = family.open();
                environment.reset(task, i);
                open.add(environment);
            }
            assertThat(few.pids()).as("three with sessions and one beside them").hasSize(4);
            open.forEach(environment -> assertThat(environment.step("right")).isInstanceOf(StepResult.Done.class));
            open.forEach(Environment::close);
            long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            while (few.pids().size() > 2 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertThat(few.pids()).hasSize(2);
        }
    }

    @Test
    void namesThePluginThatCannotBeLoaded() throws Exception {
        Path broken = Files.createDirectories(folder.resolve("broken/META-INF/services"));
        Files.writeString(broken.resolve("io.troupe.verifier.TaskFamily"), "no.such.Family");
        Path classes = folder.resolve("broken");
        assertThatThrownBy(() ->
                        IsolatedFamilies.open(List.of(Path.of(classes + "/")), IsolationLimits.DEFAULT, PRINTED::add))
                .hasMessageContaining("no.such.Family");
    }

    @Test
    void itsProcessesEndWithinASecondOfTheParentsDeath() throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        HostileParent.class.getName(),
                        jar.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<ProcessHandle> children = new ArrayList<>();
        try (BufferedReader out = parent.inputReader()) {
            for (String line = out.readLine(); !"looping".equals(line); line = out.readLine()) {
                assertThat(line).as("the parent's output").isNotNull();
                children.add(ProcessHandle.of(Long.parseLong(line)).orElseThrow());
            }
            assertThat(children).hasSizeGreaterThan(1).allMatch(ProcessHandle::isAlive);
            parent.destroyForcibly();
            assertThat(parent.waitFor(10, TimeUnit.SECONDS)).isTrue();
            long deadline = System.nanoTime() + Duration.ofSeconds(1).toNanos();
            while (children.stream().anyMatch(IsolatedFamiliesIT::runs) && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertThat(children).noneMatch(IsolatedFamiliesIT::runs);
        }
    }

    /** One that is dead and has not been asked for its exit code by the system's first process has no program any more. */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }
}
