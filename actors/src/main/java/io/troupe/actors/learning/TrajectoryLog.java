package io.troupe.actors.learning;

import io.troupe.actors.journal.Journal;
import io.troupe.proto.v1.Group;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;

/**
 * Keeps the batches that the policy learned from: {@code step-NNNNNN.pb} holds the groups of update N in the order in which they
 * were trained, as length-delimited {@link Group} messages. A file appears whole or not at all; a resumed run writes the updates
 * after its checkpoint again. If the log cannot be written the run goes on, and says so once. Not thread-safe.
 */
final class TrajectoryLog {

    private final Path folder;
    private final Journal journal;
    private boolean complained;

    TrajectoryLog(Path folder, Journal journal) {
        this.folder = folder;
        this.journal = journal;
    }

    /** @param step the number of the update, from 1 */
    void write(long step, List<Group> groups) {
        Path file = folder.resolve(String.format(Locale.ROOT, "step-%06d.pb", step));
        Path aside = folder.resolve(file.getFileName() + ".tmp");
        try {
            Files.createDirectories(folder);
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(aside))) {
                for (Group group : groups) {
                    group.writeDelimitedTo(out);
                }
            }
            Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!complained) {
                complained = true;
                journal.event("warning", "cannot write " + file + " (" + e + "); the run goes on without this log");
            }
        }
    }
}
