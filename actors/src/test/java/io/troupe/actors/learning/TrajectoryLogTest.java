package io.troupe.actors.learning;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.journal.RecordingJournal;
import io.troupe.actors.learning.UpdateLog.Start;
import io.troupe.actors.learning.UpdateLog.Update;
import io.troupe.proto.v1.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrajectoryLogTest {

    @TempDir
    Path folder;

    @Test
    void aNewIncarnationForgetsWhatItsPredecessorMadeAfterTheCheckpoint() throws IOException {
        TrajectoryLog first = log();
        first.begin(start(1, 0));
        for (long update = 1; update <= 5; update++) {
            made(first, update, 1);
        }

        TrajectoryLog second = log();
        second.begin(start(2, 3));
        made(second, 4, 2);

        assertThat(new UpdateLog(folder).read())
                .extracting(entry -> entry instanceof Update update
                        ? update.epoch() + ":" + update.update()
                        : "start " + ((Start) entry).epoch())
                .containsExactly("start 1", "1:1", "1:2", "1:3", "start 2", "2:4");
        assertThat(UpdateLog.batch(folder, 4)).exists();
        assertThat(UpdateLog.batch(folder, 5)).doesNotExist();
    }

    @Test
    void aLineThatWasCutOffLosesItselfAndNoOther() throws IOException {
        TrajectoryLog log = log();
        log.begin(start(1, 0));
        made(log, 1, 1);
        Files.writeString(folder.resolve("updates.jsonl"), "{\"kind\":\"update\",\"upd", StandardOpenOption.APPEND);
        made(log, 2, 1);

        assertThat(new UpdateLog(folder).read())
                .filteredOn(Update.class::isInstance)
                .extracting(entry -> ((Update) entry).update())
                .containsExactly(1L, 2L);
    }

    @Test
    void aLineWithoutWhatItMustHoldIsNone() throws IOException {
        Files.writeString(folder.resolve("updates.jsonl"), """
                {"kind":"update","update":1,"epoch":1,"optimizer_steps":1,"groups":1}
                {"kind":"start","epoch":1}
                []
                {"kind":"other"}
                """);

        assertThat(new UpdateLog(folder).read()).isEmpty();
    }

    @Test
    void anUpdateWhoseBatchCouldNotBeWrittenIsNotClaimed() throws IOException {
        var journal = new RecordingJournal();
        TrajectoryLog log = new TrajectoryLog(folder, journal);
        log.begin(start(1, 0));
        Files.createDirectories(UpdateLog.batch(folder, 1).resolve("in the way"));
        made(log, 1, 1);
        made(log, 2, 1);

        assertThat(new UpdateLog(folder).read())
                .filteredOn(Update.class::isInstance)
                .extracting(entry -> ((Update) entry).update())
                .containsExactly(2L);
        assertThat(journal.messages("warning")).anyMatch(event -> event.contains("step-000001.pb"));
    }

    private TrajectoryLog log() {
        return new TrajectoryLog(folder, new RecordingJournal());
    }

    private static Start start(long epoch, long version) {
        return new Start(epoch, version, version, "initial", "weights " + version, "here");
    }

    private static void made(TrajectoryLog log, long update, long epoch) {
        log.write(update, List.of(Group.newBuilder().setId(update).build()));
        log.updated(update, epoch, update, null, "weights " + update);
    }
}
