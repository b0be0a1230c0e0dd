package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.node.RunFailedException;
import io.troupe.actors.node.RunFailedException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ErrorTextTest {

    @Test
    void aFullDiskIsNamedWithWhatToDo() {
        var full = new FileSystemException("runs/a/checkpoints/step-000025", null, "No space left on device");

        assertThat(ErrorText.of(new UncheckedIOException(full)))
                .isEqualTo("runs/a/checkpoints/step-000025: No space left on device"
                        + " — free some space and start again with --resume");
    }

    @Test
    void filesThatAreMissingOrClosedAreNamed() {
        assertThat(ErrorText.of(new NoSuchFileException("a.txt"))).isEqualTo("a.txt is not there — check the path");
        assertThat(ErrorText.of(new AccessDeniedException("a.txt"))).startsWith("a.txt may not be opened");
    }

    @Test
    void aFullHeapSaysHowToGiveMore() {
        assertThat(ErrorText.of(new OutOfMemoryError("Java heap space"))).contains("Java heap space", "TROUPE_HEAP");
    }

    @Test
    void wordsOfOursAreLeftAsTheyAreAndOthersAreAskedToBeReported() {
        assertThat(ErrorText.of(new RunFailedException(Kind.FAILED, "in words", null)))
                .isEqualTo("in words");
        assertThat(ErrorText.of(new IOException("in words"))).isEqualTo("in words");
        assertThat(ErrorText.of(new IllegalStateException("odd")))
                .isEqualTo("unexpected IllegalStateException: odd — --debug shows where; please report it");
    }

    @Test
    void everyKindOfFailureHasAnExitCodeOfItsOwn() {
        var codes = Arrays.stream(Kind.values()).map(Kind::exitCode).toList();

        assertThat(codes).doesNotHaveDuplicates().doesNotContain(ExitCode.DONE.code(), ExitCode.INTERRUPTED.code());
        assertThat(ErrorText.exitCodeOf(new RunFailedException(Kind.DIVERGED, "", null)))
                .isEqualTo(Kind.DIVERGED.exitCode());
        assertThat(ErrorText.exitCodeOf(new IllegalStateException())).isEqualTo(1);
    }
}
