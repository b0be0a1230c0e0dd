package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the verb says where there is nothing to replay; replays themselves are in ReplayedRunTest. */
class ReplayVerbTest {

    @TempDir
    Path folder;

    @Test
    void aFolderWithoutALogIsNamed() {
        Invocation replay = Invocation.of("replay", folder.toString());

        assertThat(replay.exitCode()).isEqualTo(2);
        assertThat(replay.err()).startsWith("troupe: " + folder).contains("updates.jsonl");
    }

    @Test
    void aCheckpointThatThereIsNotAndALineThatIsMissingAreToldApart() throws IOException {
        Files.createDirectories(folder.resolve("trajectories"));
        Files.writeString(folder.resolve("trajectories/updates.jsonl"), """
                {"kind":"update","update":2,"epoch":1,"optimizer_steps":2,"skipped":null,"groups":1,"batch":"b","weights":"w"}
                """);

        Invocation misused = Invocation.of("replay", folder.toString(), "--from", "7");
        Invocation damaged = Invocation.of("replay", folder.toString());

        assertThat(misused.exitCode()).isEqualTo(2);
        assertThat(misused.err()).contains("no checkpoint of version 7; there are no checkpoints");
        assertThat(damaged.exitCode()).isEqualTo(1);
        assertThat(damaged.err()).contains("update 1 is not in ");
    }
}
