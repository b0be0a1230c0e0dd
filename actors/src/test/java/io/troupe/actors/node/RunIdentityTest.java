package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.learner.checkpoint.Checkpoints;
import io.troupe.proto.v1.CheckpointManifest;
import io.troupe.proto.v1.RunStamp;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which checkpoints belong to a run whose learners followed each other, some without knowing of it. */
class RunIdentityTest {

    @TempDir
    Path folder;

    private Checkpoints checkpoints;

    @BeforeEach
    void open() {
        checkpoints = Checkpoints.open(folder.resolve("checkpoints"), 10);
    }

    @Test
    void everyIncarnationHasTheNextEpochAlsoIfItSavedNothing() throws Exception {
        RunStamp first = read().next(0);
        RunStamp second = read().next(0);

        assertThat(first.getEpoch()).isEqualTo(1);
        assertThat(second.getEpoch()).isEqualTo(2);
        assertThat(second.getRunId()).isEqualTo(first.getRunId()).isNotEmpty();
        assertThat(Files.readAllLines(file())).containsExactly(first.getRunId(), "2", "1 0", "2 0");
    }

    @Test
    void readingWritesNothing() throws Exception {
        read();
        assertThat(file()).doesNotExist();
    }

    @Test
    void whatASupersededEpochSavedBeyondItsSuccessorsStartIsPassedOver() throws Exception {
        read().next(0);
        save(1, 10);
        save(1, 20);
        read().next(20); // the second goes on from 20, and has saved nothing yet
        save(1, 30); // the first did not know

        Checkpoints.Latest latest = latest();

        assertThat(version(latest)).isEqualTo(20);
        assertThat(latest.rejected()).singleElement().satisfies(rejected -> {
            assertThat(rejected.folder().getFileName()).hasToString("step-000030");
            assertThat(rejected.reason()).isEqualTo("epoch 1 saved it after epoch 2 had gone on from version 20");
        });
    }

    @Test
    void whatTheSuccessorSavesAtTheSameVersionCounts() throws Exception {
        read().next(0);
        save(1, 20);
        read().next(20);
        save(1, 30);
        save(2, 30); // in place of the other's

        assertThat(version(latest())).isEqualTo(30);
        assertThat(latest().rejected()).isEmpty();
    }

    @Test
    void aCheckpointIsHeldAgainstEverySuccessor() throws Exception {
        read().next(0); // 1
        save(1, 10);
        read().next(10); // 2
        save(2, 20);
        save(2, 30);
        read().next(30); // 3 went on from 30 …
        read().next(30); // … and so did 4
        save(2, 40);
        save(1, 50);
        save(3, 60);
        assertThat(version(latest())).isEqualTo(30);
        assertThat(latest().rejected())
                .extracting(Checkpoints.Rejected::reason)
                .containsExactly(
                        "epoch 3 saved it after epoch 4 had gone on from version 30",
                        "epoch 1 saved it after epoch 2 had gone on from version 10",
                        "epoch 2 saved it after epoch 3 had gone on from version 30");
        save(4, 40);
        assertThat(version(latest())).isEqualTo(40);
    }

    @Test
    void aSuccessorThatWentBackFurtherTakesTheLaterOnesAway() throws Exception {
        read().next(0);
        save(1, 10);
        save(1, 20);
        save(1, 30);
        read().next(30);
        read().next(10); // the checkpoints at 20 and 30 could not be read then

        assertThat(version(latest())).isEqualTo(10);
    }

    @Test
    void aRunOfBeforeTheStartsWereWrittenDownIsReadAsBefore() throws Exception {
        Files.writeString(file(), "some-run\n7\n");
        save(6, 20);

        assertThat(version(latest())).isEqualTo(20);
        assertThat(read().next(20).getEpoch()).isEqualTo(8);
        assertThat(Files.readAllLines(file())).containsExactly("some-run", "8", "8 20");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "some-run\n", "some-run\nseven\n", "some-run\n2\n1 0\n2\n", "some-run\n2\n1 zero\n"})
    void aDamagedFileIsNamedAndNotMadeAnew(String text) throws Exception {
        Files.writeString(file(), text);

        assertThatThrownBy(this::read)
                .isInstanceOf(RunFailedException.class)
                .hasMessageStartingWith(file() + " is damaged: it must hold the run's id and its epoch");
        assertThat(file()).hasContent(text);
    }

    private RunIdentity read() throws RunFailedException {
        return RunIdentity.read(file());
    }

    private void save(long epoch, long version) {
        checkpoints.save(
                CheckpointManifest.newBuilder()
                        .setRunId("run")
                        .setEpoch(epoch)
                        .setVersion(version)
                        .build(),
                into -> Files.writeString(into.resolve("weights"), "of epoch " + epoch));
    }

    private Checkpoints.Latest latest() throws RunFailedException {
        return checkpoints.latest(read()::objection);
    }

    private static long version(Checkpoints.Latest latest) {
        return latest.checkpoint().orElseThrow().manifest().getVersion();
    }

    private Path file() {
        return folder.resolve("run.id");
    }
}
