package io.troupe.actors.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyRunTest {

    private static final StudyRun.Options CAREFUL = new StudyRun.Options(false, false);

    @TempDir
    Path folder;

    private final ScriptedLauncher launcher = new ScriptedLauncher();

    @Test
    void runsSeedBySeedSoThatVariantsCanBeComparedEarly() throws Exception {
        var results = execute(Studies.plan(folder), CAREFUL);

        assertThat(launcher.calls)
                .containsExactly(
                        "default/grpo/seed-1",
                        "default/tr-grpo/seed-1",
                        "default/grpo/seed-2",
                        "default/tr-grpo/seed-2");
        assertThat(results).hasSize(4).allMatch(CellResult::isDone);
    }

    @Test
    void keepsALineOfEveryRunAndThrowsItsFolderAway() throws Exception {
        var plan = Studies.plan(folder);
        execute(plan, CAREFUL);

        assertThat(Files.readAllLines(plan.results())).hasSize(4);
        assertThat(plan.directory().resolve("runs")).doesNotExist();
        var result = Inventory.results(plan).get(0);
        assertThat(result.families().get("math/arithmetic").after()).isEqualTo(0.15);
        assertThat(result.groupsDiscarded()).containsEntry("stale", 3L);
        assertThat(result.troupe()).isEqualTo("troupe 1 (abc)");
        assertThat(result.series().step()).containsExactly(1, 2);
        assertThat(result.series().success()).containsExactly(0.25, 0.75);
        assertThat(result.series().gradNorm()[0]).isNaN();
        assertThat(result.series().entropy()[0]).isCloseTo(0.12346, within(1e-12));
        assertThat(result.series().gradientShareByDecile()[0][0]).isEqualTo(1);
        assertThat(result.config()).contains("name = \"grpo\"");
    }

    @Test
    void keepsTheRunFoldersWhereAskedTo() throws Exception {
        var plan = Studies.plan(folder, "keep-runs=true");
        execute(plan, CAREFUL);

        assertThat(plan.cells())
                .allSatisfy(cell ->
                        assertThat(cell.folder().resolve("summary.json")).exists());
    }

    @Test
    void severalAtOnceLeaveNothingOut() throws Exception {
        var results = execute(Studies.plan(folder, "parallel=3", "seeds=[1,2,3,4,5]"), CAREFUL);

        assertThat(results).hasSize(10).allMatch(CellResult::isDone);
        assertThat(launcher.calls).doesNotHaveDuplicates().hasSize(10);
    }

    @Test
    void aFolderThatWasLeftWhenTheStudyWasKilledGoesWithTheNextStart() throws Exception {
        var plan = Studies.plan(folder);
        execute(plan, CAREFUL);
        Files.createDirectories(plan.cells().get(0).folder());

        execute(plan, CAREFUL);

        assertThat(plan.directory().resolve("runs")).doesNotExist();
    }

    @Test
    void aDiskThatCannotBeWrittenToEndsTheStudyWithItsError() throws Exception {
        var plan = Studies.plan(folder, "parallel=2");
        Files.createDirectories(plan.directory());
        Files.createFile(plan.directory().resolve("runs")); // where a folder should be

        assertThatThrownBy(() -> execute(plan, CAREFUL))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("runs");
    }

    @Test
    void whatIsDoneIsNotRunAgain() throws Exception {
        execute(Studies.plan(folder), CAREFUL);
        launcher.calls.clear();

        execute(Studies.plan(folder, "seeds=[1,2,3]"), CAREFUL);

        assertThat(launcher.calls).containsExactly("default/grpo/seed-3", "default/tr-grpo/seed-3");
    }

    @Test
    void aCutRunGoesOnAndTheRestFollows() throws Exception {
        launcher.stoppedIn(2);
        assertThat(execute(Studies.plan(folder), CAREFUL)).hasSize(1);
        var again = new ScriptedLauncher();

        assertThat(execute(Studies.plan(folder), again, CAREFUL)).hasSize(4);

        assertThat(again.calls)
                .containsExactly("default/tr-grpo/seed-1 resumed", "default/grpo/seed-2", "default/tr-grpo/seed-2");
    }

    @Test
    void aRunThatEndedJustBeforeTheStudyWasKilledIsOnlyWrittenDown() throws Exception {
        var plan = Studies.plan(folder, "seeds=[1]");
        Cell first = plan.cells().get(0);
        Files.createDirectories(first.folder());
        Files.writeString(first.folder().resolve("run.id"), "id\n1\n");
        Files.writeString(first.configurationFile(), first.configuration());
        ScriptedLauncher.complete(first);

        assertThat(execute(plan, CAREFUL)).hasSize(2);

        assertThat(launcher.calls).containsExactly("default/tr-grpo/seed-1");
    }

    @Test
    void aRunThatFailsOnceIsBegunAnew() throws Exception {
        launcher.failing("default/grpo/seed-1", "out of memory");

        var results = execute(Studies.plan(folder, "seeds=[1]"), CAREFUL);

        assertThat(launcher.calls)
                .containsExactly("default/grpo/seed-1", "default/grpo/seed-1", "default/tr-grpo/seed-1");
        assertThat(results.get(0).isDone()).isTrue();
        assertThat(results.get(0).attempts()).isEqualTo(2);
    }

    @Test
    void aRunThatFailsAgainIsRecordedWithItsReasonAndTheStudyGoesOn() throws Exception {
        launcher.failing("default/grpo/seed-1", "out of memory", "diverged", "diverged");
        var plan = Studies.plan(folder, "seeds=[1]");

        var results = execute(plan, CAREFUL);

        assertThat(results).hasSize(2);
        assertThat(results.get(0).state()).isEqualTo(CellResult.State.FAILED);
        assertThat(results.get(0).reason()).isEqualTo("diverged");
        assertThat(results.get(0).attempts()).isEqualTo(2);
        assertThat(plan.cells().get(0).folder()).isDirectory();

        launcher.calls.clear();
        execute(plan, CAREFUL);
        assertThat(launcher.calls).isEmpty();
        launcher.failing("default/grpo/seed-1");
        assertThat(execute(plan, new StudyRun.Options(false, true))).allMatch(CellResult::isDone);
        assertThat(launcher.calls).containsExactly("default/grpo/seed-1");
    }

    @Test
    void aChangedConfigurationIsRefusedByNameUnlessItMayBeRunAgain() throws Exception {
        execute(Studies.plan(folder), CAREFUL);
        launcher.calls.clear();
        var changed = Studies.of(
                folder,
                "{ name = grpo, set { objective.name = grpo } },"
                        + "{ name = tr-grpo, set { objective { name = tr-grpo, weight.tau = 4.5 } } }");

        assertThatThrownBy(() -> execute(changed, CAREFUL))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("default/tr-grpo/seed-1")
                .hasMessageContaining("weight.tau = 4.5")
                .hasMessageContaining("--restart-changed")
                .hasMessageNotContaining("default/grpo");
        assertThat(launcher.calls).isEmpty();

        assertThat(execute(changed, new StudyRun.Options(true, false))).hasSize(4);
        assertThat(launcher.calls).containsExactly("default/tr-grpo/seed-1", "default/tr-grpo/seed-2");
        launcher.calls.clear();
        execute(changed, CAREFUL);
        assertThat(launcher.calls).isEmpty();
    }

    @Test
    void aKeyThatWasNotThereYetChangesNothing() throws Exception {
        var cell = Studies.plan(folder).cells().get(0);
        String earlier = cell.configuration().replaceFirst("(?m)^ *checkpoint-every.*\n", "");

        assertThat(earlier).isNotEqualTo(cell.configuration());
        assertThat(cell.difference(earlier)).isEmpty();
        assertThat(cell.difference(earlier.replace("steps = 2", "steps = 3"))).contains("steps = 3", "steps = 2");
        assertThat(cell.difference("troupe.nonsense = 1")).contains("nonsense");
    }

    @Test
    void whatAKilledProcessLeftOfALineIsCutOff() throws Exception {
        var plan = Studies.plan(folder, "seeds=[1]");
        execute(plan, CAREFUL);
        Files.writeString(plan.results(), "{\"tasks\":\"def", StandardOpenOption.APPEND);

        execute(Studies.plan(folder), CAREFUL);

        assertThat(Files.readAllLines(plan.results())).hasSize(4).allMatch(line -> line.endsWith("}"));
        assertThat(Inventory.results(plan)).hasSize(4);
    }

    @Test
    void aLineThatIsNoResultIsNamed() throws Exception {
        var plan = Studies.plan(folder);
        execute(plan, CAREFUL);
        Files.writeString(plan.results(), "nonsense\n", StandardOpenOption.APPEND);

        assertThatThrownBy(() -> Inventory.results(plan))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("results.jsonl:5");
    }

    @Test
    void compressedResultsCountLikeOthers() throws Exception {
        var plan = Studies.plan(folder);
        execute(plan, CAREFUL);
        try (OutputStream out =
                new GZIPOutputStream(Files.newOutputStream(plan.directory().resolve("results.jsonl.gz")))) {
            Files.copy(plan.results(), out);
        }
        Files.delete(plan.results());
        launcher.calls.clear();

        assertThat(Inventory.results(plan)).hasSize(4);
        execute(plan, CAREFUL);
        assertThat(launcher.calls).isEmpty();
    }

    @Test
    void aStudyWhoseFolderIsInUseIsRefused() throws Exception {
        var plan = Studies.plan(folder);
        var other = new CellLauncher() {
            @Override
            public Ending run(Cell cell, boolean resume, LongConsumer onUpdate) {
                assertThatThrownBy(() -> execute(plan, launcher, CAREFUL))
                        .isInstanceOf(StudyException.class)
                        .hasMessageContaining("in use");
                return new Ending(Ending.Kind.STOPPED, "");
            }

            @Override
            public void stop() {}
        };

        assertThat(execute(plan, other, CAREFUL)).isEmpty();
    }

    private List<CellResult> execute(StudyPlan plan, StudyRun.Options options) throws Exception {
        return execute(plan, launcher, options);
    }

    private static List<CellResult> execute(StudyPlan plan, CellLauncher launcher, StudyRun.Options options)
            throws Exception {
        var clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
        return new StudyRun(plan, launcher, new StudyObserver() {}, options, "troupe 1 (abc)", clock).execute();
    }
}
