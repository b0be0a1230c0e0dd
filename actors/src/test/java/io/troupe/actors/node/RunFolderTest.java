package io.troupe.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {

    @TempDir
    Path folder;

    @Test
    void aFolderThatNobodyHoldsIsTakenOverLikeAnyOther() throws Exception {
        RunFolder.takeOver(folder).close();
        RunFolder.takeOver(folder).close();

        assertThat(files()).containsExactly("run.lock");
    }

    @Test
    void theLockOfAProcessThatIsStoppedStepsAsideAndLocksNoMore() throws Exception {
        RunFolder stopped = RunFolder.open(folder);
        assertInUse();
        RunFolder next = RunFolder.takeOver(folder);
        assertInUse();

        stopped.close(); // it woke up and ends: its lock is not the successor's
        assertInUse();

        next.close();
        RunFolder.open(folder).close();
        assertThat(files()).hasSize(2).contains("run.lock").anyMatch(name -> name.startsWith("run.lock.lost-"));
    }

    private void assertInUse() {
        assertThatThrownBy(() -> RunFolder.open(folder))
                .isInstanceOf(RunFailedException.class)
                .hasMessageContaining(
                        "is in use by process " + ProcessHandle.current().pid())
                .satisfies(e ->
                        assertThat(((RunFailedException) e).kind()).isEqualTo(RunFailedException.Kind.FOLDER_IN_USE));
    }

    private List<String> files() throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
