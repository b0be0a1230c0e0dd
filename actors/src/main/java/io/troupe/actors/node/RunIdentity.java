package io.troupe.actors.node;

import io.troupe.actors.node.RunFailedException.Kind;
import io.troupe.proto.v1.RunStamp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;

/**
 * Which run a folder holds, and how often it was started: the file {@code run.id}, with the id in its first line and the epoch in
 * its second. The epoch counts every start, also those that wrote no checkpoint, so that no two incarnations are taken for one.
 */
final class RunIdentity {

    private RunIdentity() {}

    /** The stamp of a new incarnation of the run in a folder, written down before it is used. */
    static RunStamp next(Path file) throws RunFailedException {
        try {
            RunStamp stamp = Files.exists(file)
                    ? successor(file)
                    : RunStamp.newBuilder()
                            .setRunId(UUID.randomUUID().toString())
                            .setEpoch(1)
                            .build();
            Path aside = file.resolveSibling(file.getFileName() + ".tmp");
            Files.writeString(aside, stamp.getRunId() + "\n" + stamp.getEpoch() + "\n");
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return stamp;
        } catch (IOException e) {
            throw new RunFailedException(Kind.INPUT, "cannot write " + file + ": " + e, e);
        }
    }

    private static RunStamp successor(Path file) throws IOException, RunFailedException {
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        try {
            return RunStamp.newBuilder()
                    .setRunId(lines.get(0))
                    .setEpoch(Long.parseLong(lines.get(1)) + 1)
                    .build();
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new RunFailedException(
                    Kind.INPUT, file + " is damaged: it must hold the run's id and its epoch, a line each", e);
        }
    }
}
