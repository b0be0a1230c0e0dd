package io.troupe.actors.learning;

import io.troupe.actors.journal.Journal;
import io.troupe.actors.learning.UpdateLog.Start;
import io.troupe.actors.learning.UpdateLog.Update;
import io.troupe.proto.v1.Group;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the batches that the policy learned from: {@code step-NNNNNN.pb} holds the groups of update N in the order in which they
 * were trained, as length-delimited {@link Group} messages, and the {@link UpdateLog} says what came of each. A file appears whole or not at all; a
 * resumed run writes the updates after its checkpoint again. If the log cannot be written the run goes on, and says so once; what is missing cannot be
 * replayed. Not thread-safe.
 */
final class TrajectoryLog {

    private final Path folder;
    private final UpdateLog updates;
    private final Journal journal;
    private @Nullable String batch;
    private int groups;
    private boolean complained;

    TrajectoryLog(Path folder, Journal journal) {
        this.folder = folder;
        this.journal = journal;
        updates = new UpdateLog(folder);
    }

    /** An incarnation of the run begins; what an earlier one wrote of later updates goes. */
    void begin(Start start) {
        try {
            Files.createDirectories(folder);
            updates.forgetAfter(start.version());
            forgetBatchesAfter(start.version());
            updates.append(start);
        } catch (IOException e) {
            complain(updates.file(), e);
        }
    }

    /** @param update the number of the update, from 1 */
    void write(long update, List<Group> trained) {
        Path file = UpdateLog.batch(folder, update);
        Path aside = folder.resolve(file.getFileName() + ".tmp");
        batch = null;
        groups = trained.size();
        try {
            Files.createDirectories(folder);
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (FileChannel channel = FileChannel.open(
                            aside,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING);
                    OutputStream out = new BufferedOutputStream(
                            new DigestOutputStream(Channels.newOutputStream(channel), digest))) {
                for (Group group : trained) {
                    group.writeDelimitedTo(out);
                }
                out.flush();
                channel.force(false);
            }
            Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            batch = HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            complain(file, e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Says what came of the batch that was written last; nothing if it could not be written. */
    void updated(long update, long epoch, long optimizerSteps, @Nullable String skipped, String weights) {
        String written = batch;
        if (written == null) {
            return;
        }
        try {
            updates.append(new Update(update, epoch, optimizerSteps, skipped, groups, written, weights));
        } catch (IOException e) {
            complain(updates.file(), e);
        }
    }

    private void forgetBatchesAfter(long version) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "step-*.pb*")) {
            for (Path file : files) {
                String number = file.getFileName().toString().replaceAll("\\D", "");
                boolean aside = file.toString().endsWith(".tmp");
                if (aside || (!number.isEmpty() && Long.parseLong(number) > version)) {
                    Files.delete(file);
                }
            }
        }
    }

    private void complain(Path file, IOException e) {
        if (!complained) {
            complained = true;
            journal.event("warning", "cannot write " + file + " (" + e + "); the run goes on without this log");
        }
    }
}
